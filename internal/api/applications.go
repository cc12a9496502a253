package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Applicant is for whom an application is filed, as answers show him: no number.
type Applicant struct {
	Kind string `json:"kind" enum:"person,organisation"`
	Name string `json:"name"`
}

// Application is a 申办 with its materials and, as a draft, what it still lacks.
type Application struct {
	ID          string    `json:"id"`
	Number      string    `json:"number,omitempty"`
	State       string    `json:"state" enum:"draft,filed,amending,discarded"`
	Item        Named     `json:"item"`
	Guide       string    `json:"guide"`
	Body        Named     `json:"body"`
	Region      string    `json:"region"`
	Applicant   Applicant `json:"applicant"`
	Channel     string    `json:"channel"`
	StartedAt   string    `json:"started_at" format:"date-time"`
	SavedAt     string    `json:"saved_at" format:"date-time"`
	FiledAt     string    `json:"filed_at,omitempty" format:"date-time"`
	ExpiresOn   string    `json:"expires_on,omitempty" format:"date"`
	Case        string    `json:"case,omitempty"`
	Bundle      string    `json:"bundle,omitempty"`
	Members     []Member  `json:"members,omitempty"`
	StatusPage  string    `json:"status_page,omitempty"`
	Answers     Answers   `json:"answers,omitempty"`
	Masked      []string  `json:"masked,omitempty"`
	Slots       []Slot    `json:"slots"`
	Missing     []Missing `json:"missing"`
	Corrections []Defect  `json:"corrections,omitempty"`
	Version     int64     `json:"version"`
}

// Member is the case of one member of a bundle, as every department of the bundle
// sees it; its own cases a caller reads by their ids.
type Member struct {
	Case   string   `json:"case"`
	Item   Named    `json:"item"`
	Body   Named    `json:"body"`
	State  string   `json:"state" enum:"waiting,submitted,correcting,accepted,suspended,granted,refused,delivered,declined,withdrawn,lapsed,terminated"`
	After  []string `json:"after,omitempty"`
	DueOn  string   `json:"due_on,omitempty" format:"date"`
	Since  string   `json:"since" format:"date-time"`
	Ended  string   `json:"ended,omitempty" enum:"grant,refuse,decline,withdraw,forgo,lapse,terminate,cut_off"`
	Caused string   `json:"caused_by,omitempty"`
}

func (x Application) at() int64 { return x.Version }

// Slot is a place for files with the files in it, and the licences in their place.
type Slot struct {
	SlotInfo
	Attachments []Attachment `json:"attachments"`
	Licences    []Fetched    `json:"licences"`
}

// Attachment is a filed copy of a material.
type Attachment struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	Size    int64  `json:"size"`
	Trust   string `json:"trust" enum:"A,B,C,D"`
	AddedAt string `json:"added_at" format:"date-time"`
}

// Missing is what keeps a draft from being filed.
type Missing struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// ApplicantInput is whom the caller files for, as his own counter saw him.
type ApplicantInput struct {
	Kind       string `json:"kind" enum:"person,organisation"`
	Name       string `json:"name" minLength:"2" maxLength:"100"`
	IDType     string `json:"id_type,omitempty" maxLength:"32"`
	IDNumber   string `json:"id_number,omitempty" maxLength:"40"`
	CreditCode string `json:"credit_code,omitempty" maxLength:"40"`
	Phone      string `json:"phone,omitempty" maxLength:"40"`
	Evidence   string `json:"evidence" minLength:"1" maxLength:"500"`
}

// Submission is a whole application in one message.
type Submission struct {
	Guide     string         `json:"guide" minLength:"1" maxLength:"64"`
	Applicant ApplicantInput `json:"applicant"`
	Answers   Answers        `json:"answers"`
	File      bool           `json:"file,omitempty"`
	Declared  bool           `json:"declared,omitempty"`
}

type submitInput struct {
	Keyed
	Body Submission
}

// Filing is the declaration that goes with a filing.
type Filing struct {
	Seen
	Declared bool `json:"declared"`
}

type applicationInput struct {
	ByID
	Look
}

func (a *API) addApplications() {
	submit := operation{id: "submit-application", method: http.MethodPost, path: "/applications", scope: identity.ApplicationsWrite,
		tag: tagApplications, status: http.StatusCreated, also: []int{http.StatusNotFound, http.StatusConflict}, kept: true,
		maxBody: 1 << 20}
	add(a, submit, a.submit)
	addAct(a, operation{id: "file-application", path: "/applications/{id}/filing", scope: identity.ApplicationsWrite, tag: tagApplications,
		pointer: filingPointer},
		func(ctx context.Context, d doing[Filing]) error {
			actor, err := a.behalf(ctx, d.Caller, d.id)
			if err != nil {
				return err
			}
			_, err = a.d.Applications.File(ctx, actor, d.id, d.seen, d.body.Declared)
			return moved(err, underAnswers)
		}, a.application)
	add(a, operation{id: "get-application", method: http.MethodGet, path: "/applications/{id}", scope: identity.ApplicationsRead,
		tag: tagApplications, also: []int{http.StatusNotFound}}, a.getApplication)
}

// Amendment is the answer to what is asked for: to everything, or of a bundle to the
// cases under these guides.
type Amendment struct {
	Seen
	Answers Answers  `json:"answers,omitempty"`
	Guides  []string `json:"guides,omitempty"`
}

// addAmending: corrections and replacements are answered alike, at any counter of
// the region: the files by attach-file, the licences by fetch-licence, the fields here.
func (a *API) addAmending() {
	addAct(a, filing("amend-application", "amendment"), func(ctx context.Context, d doing[Amendment]) error {
		actor, err := a.behalf(ctx, d.Caller, d.id)
		if err != nil {
			return err
		}
		_, err = a.d.Applications.AmendWith(ctx, actor, d.id, d.seen, d.body.Answers.form(), d.body.Guides...)
		return moved(err, underAnswers)
	}, a.application)
}

// underAnswers gives the fields of a form the place they have in a submission;
// applicant, declaration and materials keep their own.
func underAnswers(field string) string {
	switch first, _, _ := strings.Cut(field, "."); first {
	case "applicant", "declared", "material", "":
		return field
	}
	return "answers." + field
}

// filingPointer: a filing sends no answers, so nothing in it can be pointed at.
func filingPointer(field string) string {
	if strings.HasPrefix(field, "answers.") {
		return ""
	}
	return pointerTo(field)
}

func (a *API) submit(ctx context.Context, c Caller, in *submitInput) (*answer[Application], error) {
	x, id := in.Body.Applicant, a.d.NewID()
	r := request{c, in.Key, http.StatusCreated, said("submit-application", in.Body)}
	return keep(ctx, a, r, func(ctx context.Context) error {
		_, err := a.d.Applications.Submit(ctx, c.Actor, applications.Submission{ID: id, LocalItem: in.Body.Guide,
			Applicant: applications.Applicant{Kind: x.Kind, Name: x.Name, IDType: x.IDType, IDNumber: x.IDNumber, CreditCode: x.CreditCode,
				Phone: x.Phone, Evidence: x.Evidence},
			Answers: in.Body.Answers.form(), File: in.Body.File, Declared: in.Body.Declared})
		return moved(err, underAnswers)
	}, func(ctx context.Context, r db.Reader) (Application, error) { return a.application(ctx, r, c, id) })
}

// behalf is the caller acting for the applicant of a draft in his hands, so that
// both identities stand in what follows.
func (a *API) behalf(ctx context.Context, c Caller, id string) (gov.Actor, error) {
	x, err := a.d.Applications.Application(ctx, c.Actor, id)
	if err != nil {
		return c.Actor, err
	}
	return identity.AtCounter(c.Actor, x.Applicant)
}

// application shows an application with masked answers, as r sees it.
func (a *API) application(ctx context.Context, r db.Reader, c Caller, id string) (Application, error) {
	h, err := a.d.Applications.HeldAt(ctx, r, c.Actor, id)
	if err != nil {
		return Application{}, err
	}
	out := applicationOf(ctx, h)
	out.Answers, out.Masked = masked(h.Definition.Form, h.Answers)
	if h.Number == "" {
		return out, nil
	}
	opened, err := a.d.Cases.ByApplicationAt(ctx, r, c.Actor, id)
	if err != nil {
		return out, err
	}
	out.Case, out.StatusPage = opened.ID, a.statusPage(opened)
	if h.Bundle == "" {
		return out, nil
	}
	all, err := a.d.Cases.CompanionsIn(ctx, r, id)
	for _, x := range all {
		out.Members = append(out.Members, Member{Case: x.ID, Item: Named{x.Item, x.ItemName}, Body: Named{x.Body, x.BodyName},
			State: string(x.State), After: x.After, DueOn: x.DueOn.String(), Since: instant(x.Since), Ended: string(x.Ended), Caused: x.Cause})
	}
	return out, err
}

// statusPage is the address in the receipt's QR code; who holds it sees where the
// matter stands, and nothing of the person.
func (a *API) statusPage(c *cases.Case) string { return a.d.URL("/s/" + c.Token) }

func applicationOf(ctx context.Context, h applications.Held) Application {
	x := h.Application
	out := Application{ID: x.ID, Number: string(x.Number), Bundle: x.Bundle, State: string(x.State), Item: Named{x.Item, x.ItemName}, Guide: x.LocalItem,
		Body: Named{x.Body, h.Definition.BodyName}, Region: string(x.Region), Applicant: Applicant{x.ApplicantKind, x.ApplicantName},
		Channel: string(x.Channel), StartedAt: instant(x.StartedAt), SavedAt: instant(x.SavedAt), FiledAt: instant(x.FiledAt),
		Slots: []Slot{}, Missing: []Missing{}, Version: x.Version()}
	if x.State == applications.Draft {
		out.ExpiresOn = x.ExpiresOn.String()
	}
	for _, s := range h.Definition.Slots {
		slot := Slot{SlotInfo: slotInfo(s), Attachments: []Attachment{}, Licences: fetchedIn(s.Key, h.Fetched)}
		for _, f := range h.Attachments {
			if f.Slot == s.Key {
				slot.Attachments = append(slot.Attachments, Attachment{f.ID, f.Name, f.Type, f.Size, string(f.Trust), instant(f.AddedAt)})
			}
		}
		out.Slots = append(out.Slots, slot)
	}
	out.Missing = missing(ctx, h.Defects)
	out.Corrections = askedOf(x.Defects)
	return out
}

// askedOf are the defects an applicant is asked to put right.
func askedOf(all []applications.Defect) []Defect {
	var out []Defect
	for _, d := range all {
		out = append(out, Defect{d.Kind, d.Key, d.Label, d.Reason})
	}
	return out
}

func missing(ctx context.Context, defects fault.Fields) []Missing {
	out := make([]Missing, len(defects))
	for i, f := range defects {
		out[i] = Missing{f.Path, f.Code, lang.FieldFault(lang.From(ctx), f)}
	}
	slices.SortFunc(out, func(a, b Missing) int { return strings.Compare(a.Field, b.Field) })
	return out
}

func (a *API) getApplication(ctx context.Context, c Caller, in *applicationInput) (*tagged[Application], error) {
	x, err := a.application(ctx, a.d.DB, c, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Answers == "none" {
		x.Answers, x.Masked = nil, nil
		return tag(x), nil
	}
	h, err := a.d.Applications.HeldAt(ctx, a.d.DB, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	x.Answers, x.Masked, err = a.look(ctx, c, in.Look, in.ID, h.Definition.Form, h.Answers)
	if err != nil {
		return nil, err
	}
	return tag(x), nil
}
