package api

import (
	"context"
	"net/http"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/platform/fault"
)

// Licence is an issued result with its face, sensitive elements masked.
type Licence struct {
	ID         string      `json:"id"`
	Identifier string      `json:"identifier"`
	Number     string      `json:"number"`
	Type       string      `json:"type"`
	TypeName   string      `json:"type_name"`
	Case       string      `json:"case"`
	Item       string      `json:"item"`
	Holder     Applicant   `json:"holder"`
	Issuer     Named       `json:"issuer"`
	Region     string      `json:"region"`
	IssuedOn   string      `json:"issued_on" format:"date"`
	ValidFrom  string      `json:"valid_from" format:"date"`
	ValidTo    string      `json:"valid_to,omitempty" format:"date"`
	Unlimited  bool        `json:"unlimited"`
	State      string      `json:"state" enum:"valid,suspended,revoked,cancelled,expired"`
	Ground     string      `json:"ground,omitempty"`
	CheckPage  string      `json:"check_page"`
	Face       []FaceField `json:"face,omitempty"`
	Version    int64       `json:"version"`
}

func (l Licence) at() int64 { return l.Version }

// FaceField is one line of a licence's face, in the order it was issued with.
type FaceField struct {
	Key    string `json:"key"`
	Label  string `json:"label"`
	Value  Answer `json:"value"`
	Masked bool   `json:"masked,omitempty"`
}

// LicenceCheck names a licence by its identifier or by the token of its QR code.
type LicenceCheck struct {
	Identifier string `json:"identifier,omitempty" maxLength:"120"`
	Token      string `json:"token,omitempty" maxLength:"64"`
}

// Checked says whether a licence counts today, and nothing about its holder. An
// unknown one is not valid, and has no type.
type Checked struct {
	Valid    bool   `json:"valid"`
	State    string `json:"state" enum:"valid,suspended,revoked,cancelled,expired,unknown"`
	TypeName string `json:"type_name,omitempty"`
	Issuer   string `json:"issuer,omitempty"`
	ValidTo  string `json:"valid_to,omitempty" format:"date"`
	On       string `json:"on" format:"date"`
}

type checkInput struct{ Body LicenceCheck }

func (a *API) addLicences() {
	add(a, operation{id: "get-licence", method: http.MethodGet, path: "/licences/{id}", scope: identity.LicencesRead, tag: tagLicences,
		also: []int{http.StatusNotFound}}, a.getLicence)
	add(a, operation{id: "check-licence", method: http.MethodPost, path: "/licences/check", scope: identity.LicencesRead, tag: tagLicences,
		status: http.StatusOK}, a.checkLicence)
}

func (a *API) today() clock.Date { return clock.DateOf(a.d.Now().Time()) }

func (a *API) getLicence(ctx context.Context, c Caller, in *ByID) (*tagged[Licence], error) {
	l, err := a.d.Licences.Licence(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	out := Licence{ID: l.ID, Identifier: l.Identifier, Number: l.Number, Type: l.Type, TypeName: l.TypeName, Case: l.Case, Item: l.Item,
		Holder: Applicant{l.HolderKind, l.HolderName}, Issuer: Named{l.Issuer, l.IssuerName}, Region: string(l.Region),
		IssuedOn: l.IssuedOn.String(), ValidFrom: l.ValidFrom.String(), ValidTo: l.ValidTo.String(), Unlimited: l.ValidTo.IsZero(),
		State: string(l.Status(a.today())), Ground: l.Ground, CheckPage: a.d.URL("/l/" + l.Token), Version: l.Version()}
	face, err := a.d.Licences.Face(ctx, c.Actor, l)
	if fault.KindOf(err) == fault.KindDenied { // a supervisor sees that there is one
		return tag(out), nil
	}
	if err != nil {
		return nil, err
	}
	for _, x := range face {
		shown := form.Field{Key: x.Key, Type: form.String, Class: x.Class}.Masked(x.Value)
		out.Face = append(out.Face, FaceField{Key: x.Key, Label: x.Label, Value: Answer{shown}, Masked: !shown.Equal(x.Value)})
	}
	return tag(out), nil
}

func (a *API) checkLicence(ctx context.Context, _ Caller, in *checkInput) (*output[Checked], error) {
	var check licences.Check
	var err error
	switch {
	case (in.Body.Identifier == "") == (in.Body.Token == ""):
		return nil, wrong("identifier", "api.one_name")
	case in.Body.Token != "":
		check, err = a.d.Licences.Check(ctx, in.Body.Token, a.today())
	default:
		check, err = a.d.Licences.CheckIdentifier(ctx, in.Body.Identifier, a.today())
	}
	if fault.KindOf(err) == fault.KindMissing {
		return &output[Checked]{Checked{State: "unknown", On: a.today().String()}}, nil
	}
	if err != nil {
		return nil, err
	}
	return &output[Checked]{Checked{Valid: check.State == licences.Valid, State: string(check.State), TypeName: check.TypeName,
		Issuer: check.IssuerName, ValidTo: check.ValidTo.String(), On: check.On.String()}}, nil
}
