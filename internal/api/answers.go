package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/identity"
)

// Answer is the answer to one field: a text, a number or a truth value (kept as
// its text), the rows of a table, or the files of a file field.
type Answer struct{ form.Value }

const (
	longestAnswer = 5000 // characters; the form itself allows less
	mostAnswers   = 300
)

// Schema says so to huma and to openapi.json; what one field takes is in the
// guide's answers_schema.
func (Answer) Schema(huma.Registry) *huma.Schema {
	longest, most := longestAnswer, form.MostRows
	text := func() *huma.Schema { return &huma.Schema{Type: huma.TypeString, MaxLength: &longest} }
	plain := []*huma.Schema{text(), {Type: huma.TypeNumber}, {Type: huma.TypeBoolean}}
	row := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: &huma.Schema{AnyOf: plain}}
	files := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"files"},
		Properties: map[string]*huma.Schema{"files": {Type: huma.TypeArray, Items: text()}}}
	return &huma.Schema{AnyOf: append(plain, &huma.Schema{Type: huma.TypeArray, Items: row, MaxItems: &most}, files)}
}

// Answers are answers by field key.
type Answers map[string]Answer

// Schema bounds how many there may be.
func (Answers) Schema(r huma.Registry) *huma.Schema {
	most := mostAnswers
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: Answer{}.Schema(r), MaxProperties: &most}
}

func (a Answers) form() form.Answers {
	out := make(form.Answers, len(a))
	for k, v := range a {
		out[k] = v.Value
	}
	return out
}

// masked shows answers as a screen does, and names what it hid.
func masked(f form.Form, given form.Answers) (Answers, []string) {
	out, hid := Answers{}, []string{}
	for _, x := range f {
		v := given[x.Key]
		if v.IsZero() {
			continue
		}
		shown := x.Masked(v)
		if !shown.Equal(v) {
			hid = append(hid, x.Key)
		}
		out[x.Key] = Answer{shown}
	}
	return out, hid
}

// Look are the parameters that ask for answers. Clear values need the scope
// answers.clear and a purpose, which the journal keeps.
type Look struct {
	Answers string `query:"answers" enum:"none,masked,clear" default:"none"`
	Purpose string `query:"purpose" maxLength:"200"`
}

// look gives what an application says: masked, or in clear, journaled.
func (a *API) look(ctx context.Context, c Caller, in Look, application string, f form.Form, given form.Answers) (Answers, []string, error) {
	if err := c.needs(identity.ApplicationsRead); err != nil {
		return nil, nil, err
	}
	out, hid := masked(f, given)
	if in.Answers != "clear" {
		return out, hid, nil
	}
	if err := c.needs(identity.AnswersClear); err != nil {
		return nil, nil, err
	}
	opened, err := a.d.Applications.Look(ctx, c.Actor, application, gov.Normalise(in.Purpose))
	if err != nil {
		return nil, nil, err
	}
	for key, v := range opened {
		out[key] = Answer{v}
	}
	return out, []string{}, nil
}
