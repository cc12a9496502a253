package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Case is a 办件: where one item's application stands. Dates that have not come are
// left out.
type Case struct {
	ID            string    `json:"id"`
	Number        string    `json:"number"`
	Application   string    `json:"application"`
	Item          Named     `json:"item"`
	Guide         string    `json:"guide"`
	Body          Named     `json:"body"`
	Department    string    `json:"department"`
	Region        string    `json:"region"`
	Applicant     Applicant `json:"applicant"`
	Channel       string    `json:"channel"`
	Immediate     bool      `json:"immediate"`
	DeliveryWay   string    `json:"delivery_way,omitempty"`
	State         string    `json:"state" enum:"waiting,submitted,correcting,accepted,suspended,granted,refused,delivered,declined,withdrawn,lapsed,terminated"`
	Step          string    `json:"step,omitempty" enum:"handle,review,approve,produce"`
	Awaits        string    `json:"awaits,omitempty" enum:"applicant,clerk,officer,reviewer,approver,producer,outlet"`
	SubmittedAt   string    `json:"submitted_at" format:"date-time"`
	SubmittedOn   string    `json:"submitted_on" format:"date"`
	AcceptedOn    string    `json:"accepted_on,omitempty" format:"date"`
	DecidedOn     string    `json:"decided_on,omitempty" format:"date"`
	Decision      string    `json:"decision,omitempty" enum:"granted,refused"`
	DeliveredOn   string    `json:"delivered_on,omitempty" format:"date"`
	EndedAt       string    `json:"ended_at,omitempty" format:"date-time"`
	AcceptDue     string    `json:"accept_due,omitempty" format:"date"`
	PromisedDue   string    `json:"promised_due,omitempty" format:"date"`
	StatutoryDue  string    `json:"statutory_due,omitempty" format:"date"`
	DeliverDue    string    `json:"deliver_due,omitempty" format:"date"`
	CorrectionDue string    `json:"correction_due,omitempty" format:"date"`
	StepDue       string    `json:"step_due,omitempty" format:"date"`
	ResumeDue     string    `json:"resume_due,omitempty" format:"date"`
	DueOn         string    `json:"due_on,omitempty" format:"date"`
	Provisional   bool      `json:"provisional"`
	Deemed        bool      `json:"deemed,omitempty"`
	Extension     string    `json:"extension,omitempty" enum:"asked,granted,refused"`
	ServedOn      string    `json:"served_on,omitempty" format:"date"`
	Corrections   int64     `json:"corrections"`
	Returns       int64     `json:"returns"`
	Licence       string    `json:"licence,omitempty"`
	Rated         bool      `json:"rated"`
	StatusPage    string    `json:"status_page"`
	May           []string  `json:"may"`
	Asked         []Defect  `json:"asked,omitempty"`
	Answers       Answers   `json:"answers,omitempty"`
	Masked        []string  `json:"masked,omitempty"`
	Version       int64     `json:"version"`
}

func (c Case) at() int64 { return c.Version }

// acts are those a program may find itself allowed to do, by the addresses' names.
var acts = []struct {
	act  cases.Act
	name string
}{
	{cases.ActAccept, "acceptance"}, {cases.ActDecline, "decline"}, {cases.ActNotify, "correction"}, {cases.ActVisit, "site-visits"},
	{cases.ActAdvance, "opinions"}, {cases.ActReturn, "returns"}, {cases.ActGrant, "decision"}, {cases.ActPost, "posting"},
	{cases.ActDeliver, "delivery"}, {cases.ActTerminate, "termination"}, {cases.ActServe, "service"}, {cases.ActSuspend, "suspensions"},
	{cases.ActResume, "resumptions"}, {cases.ActAskExtend, "extension-requests"}, {cases.ActExtend, "extension-decision"},
	{cases.ActCharge, "charges"},
}

// may lists what the actor may do to the case now. A decision and a production are
// one act of the lifecycle at two steps, and an opinion is asked at its own.
// rules are those of the item, for an act that needs something published: without a
// procedure whose time is not counted there is nothing to suspend for, and what is
// free is not charged.
func may(actor gov.Actor, c *cases.Case, rules *cases.Rules) []string {
	out := []string{}
	for _, x := range acts {
		if !cases.MayDo(actor, c, x.act) {
			continue
		}
		switch {
		case x.act == cases.ActAdvance && (c.Step != cases.Handle && c.Step != cases.Review || cases.OwnWork(actor, c)):
		case x.act == cases.ActGrant && c.Step == cases.Produce:
			out = append(out, "production")
		case x.act == cases.ActGrant && c.Step != cases.Approve:
		case x.act == cases.ActReturn && c.Step == cases.Handle:
		case x.act == cases.ActSuspend && len(rules.Suspending()) == 0:
		case x.act == cases.ActCharge && !rules.Fee.Charged:
		case x.act == cases.ActServe && !c.ServedOn.IsZero():
		case x.act == cases.ActAskExtend && (c.Extension == cases.ExtensionAsked || c.Extension == cases.Extended):
		default:
			out = append(out, x.name)
		}
	}
	return out
}

func (a *API) caseOf(ctx context.Context, actor gov.Actor, c *cases.Case) (Case, error) {
	var rules *cases.Rules
	if cases.MayDo(actor, c, cases.ActSuspend) || cases.MayDo(actor, c, cases.ActCharge) {
		var err error
		if rules, err = a.d.Cases.Rules(ctx, c); err != nil {
			return Case{}, err
		}
	}
	return Case{ID: c.ID, Number: string(c.Number), Application: c.Application, Item: Named{c.Item, c.ItemName}, Guide: c.LocalItem,
		Body: Named{c.Body, c.BodyName}, Department: c.Department, Region: string(c.Region), Applicant: Applicant{c.ApplicantKind, c.ApplicantName},
		Channel: string(c.Channel), Immediate: c.Immediate, DeliveryWay: c.DeliveryWay, State: string(c.State), Step: string(c.Step),
		Awaits: string(c.Awaits), SubmittedAt: instant(c.SubmittedAt), SubmittedOn: c.SubmittedOn.String(), AcceptedOn: c.AcceptedOn.String(),
		DecidedOn: c.DecidedOn.String(), DeliveredOn: c.DeliveredOn.String(), EndedAt: instant(c.EndedAt), AcceptDue: c.AcceptDue.String(),
		PromisedDue: c.PromisedDue.String(), StatutoryDue: c.StatutoryDue.String(), DeliverDue: c.DeliverDue.String(),
		CorrectionDue: c.CorrectionDue.String(), StepDue: c.StepDue.String(), ResumeDue: c.ResumeDue.String(), DueOn: c.DueOn.String(),
		Provisional: c.Provisional, Deemed: c.Deemed, Decision: string(c.Decision()), Extension: string(c.Extension), ServedOn: c.ServedOn.String(), Corrections: c.Corrections,
		Returns: c.Returns, Licence: c.Licence, Rated: c.Rated, StatusPage: a.statusPage(c), May: may(actor, c, rules), Version: c.Version()}, nil
}

// showCase shows a case as r sees it, for the answers of acts.
func (a *API) showCase(ctx context.Context, r db.Reader, c Caller, id string) (Case, error) {
	x, err := a.d.Cases.CaseAt(ctx, r, c.Actor, id)
	if err != nil {
		return Case{}, err
	}
	return a.openCase(ctx, r, c, x)
}

// openCase is a case by itself, as r sees it: caseOf with what its applicant is asked
// for, and whether another licence can be asked for. Lists do without, they would ask
// for each of theirs.
func (a *API) openCase(ctx context.Context, r db.Reader, c Caller, x *cases.Case) (Case, error) {
	out, err := a.caseOf(ctx, c.Actor, x)
	if err != nil || !cases.MaySeeForm(c.Actor, x) || x.State != cases.Correcting && !x.Handled() {
		return out, err
	}
	asked, replaceable, err := a.d.Applications.AskedAt(ctx, r, c.Actor, x.Dossier())
	out.Asked = askedOf(asked)
	if replaceable && cases.MayDo(c.Actor, x, cases.ActAskReplace) {
		out.May = append(out.May, "replacement")
	}
	return out, err
}

// Cases is a page of a list, by the date that counts.
type Cases struct {
	Cases []Case `json:"cases"`
	Next  string `json:"next,omitempty"`
}

type casesInput struct {
	Paged
	State         string `query:"state" enum:"waiting,submitted,correcting,accepted,suspended,granted,refused,delivered,declined,withdrawn,lapsed,terminated"`
	Awaits        string `query:"awaits" enum:"applicant,clerk,officer,reviewer,approver,producer,outlet"`
	Item          string `query:"item" maxLength:"64"`
	OfBody        string `query:"body" maxLength:"64"` // a field named Body would be the request's
	CreditCode    string `query:"credit_code" maxLength:"40"`
	SubmittedFrom string `query:"submitted_from" format:"date"`
	SubmittedTo   string `query:"submitted_to" format:"date"`
	Duty          bool   `query:"duty"`
}

type caseInput struct {
	ByID
	Look
}

type byNumber struct {
	Number string `path:"number" maxLength:"64"`
}

func (a *API) addCases() {
	get := func(id, path string, also ...int) operation {
		return operation{id: id, method: http.MethodGet, path: path, scope: identity.CasesRead, tag: tagCases, also: also}
	}
	add(a, get("list-cases", "/cases"), a.listCases)
	add(a, get("get-case", "/cases/{id}", http.StatusNotFound), a.getCase)
	add(a, get("get-case-by-number", "/case-numbers/{number}", http.StatusNotFound), a.getByNumber)
	add(a, get("get-case-trace", "/cases/{id}/trace", http.StatusNotFound), a.getTrace)
	add(a, get("list-officials", "/cases/{id}/officials", http.StatusNotFound), a.listOfficials)
}

func (a *API) listCases(ctx context.Context, c Caller, in *casesInput) (*output[Cases], error) {
	filter := cases.Filter{State: cases.State(in.State), Item: in.Item, Body: in.OfBody, Duty: in.Duty,
		From: dateOf(in.SubmittedFrom), To: dateOf(in.SubmittedTo)}
	if in.Awaits != "" {
		filter.Awaits = []cases.Awaits{cases.Awaits(in.Awaits)}
	}
	if in.CreditCode != "" {
		code, err := gov.ParseCreditCode(in.CreditCode)
		if err != nil {
			return nil, wrong("query.credit_code", "identity.bad_credit_code")
		}
		found, err := a.d.Identity.PartiesBy(ctx, a.d.DB, string(code))
		if err != nil || len(found) == 0 {
			return &output[Cases]{Cases{Cases: []Case{}}}, err
		}
		filter.Party = found
	}
	place, err := readCursor(in.After)
	if err != nil {
		return nil, err
	}
	place.Limit = in.Limit + 1
	found, err := a.d.Cases.List(ctx, c.Actor, filter, place)
	if err != nil {
		return nil, err
	}
	out := Cases{Cases: []Case{}}
	if len(found) > in.Limit {
		found = found[:in.Limit]
		last := found[in.Limit-1]
		out.Next = cursor(last.DueOn, last.ID)
	}
	for _, x := range found {
		shown, err := a.caseOf(ctx, c.Actor, x)
		if err != nil {
			return nil, err
		}
		out.Cases = append(out.Cases, shown)
	}
	return &output[Cases]{out}, nil
}

// dateOf reads a date that huma has checked; "" is none.
func dateOf(text string) clock.Date {
	d, err := clock.ParseDate(text)
	if err != nil {
		return clock.Date{}
	}
	return d
}

func wrong(path, code string) error {
	var f fault.Fields
	f.Add(path, code)
	return f.Err()
}

// cursor is a place in a list by due date and id. Programs hand it back as it is.
func cursor(due clock.Date, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(due.String() + "|" + id))
}

func readCursor(text string) (cases.Page, error) {
	if text == "" {
		return cases.Page{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	due, id, ok := strings.Cut(string(b), "|")
	on, dateErr := clock.ParseDate(due)
	if err != nil || !ok || id == "" || !isText(id) || due != "" && dateErr != nil {
		return cases.Page{}, wrong("query.after", "api.bad_cursor")
	}
	return cases.Page{Due: on, ID: id}, nil
}

func (a *API) getCase(ctx context.Context, c Caller, in *caseInput) (*tagged[Case], error) {
	x, err := a.d.Cases.Case(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	out, err := a.openCase(ctx, a.d.DB, c, x)
	if err != nil {
		return nil, err
	}
	if in.Answers == "none" {
		return tag(out), nil
	}
	if !cases.MaySeeForm(c.Actor, x) {
		return nil, fault.Denied("cases.denied", "number", string(x.Number))
	}
	h, err := a.d.Applications.HeldAt(ctx, a.d.DB, c.Actor, x.Dossier())
	if err != nil {
		return nil, err
	}
	filed, err := a.d.Applications.FiledForms(ctx, c.Actor, h.Application)
	if err != nil {
		return nil, err
	}
	given := h.Answers
	if len(filed) > 0 { // what was filed, not what an applicant is typing right now
		given = filed[len(filed)-1].Answers
	}
	out.Answers, out.Masked, err = a.look(ctx, c, in.Look, x.Dossier(), h.Definition.Form, given)
	if err != nil {
		return nil, err
	}
	return tag(out), nil
}

func (a *API) getByNumber(ctx context.Context, c Caller, in *byNumber) (*tagged[Case], error) {
	x, err := a.d.Cases.ByNumber(ctx, c.Actor, in.Number)
	if err != nil {
		return nil, err
	}
	out, err := a.openCase(ctx, a.d.DB, c, x)
	if err != nil {
		return nil, err
	}
	return tag(out), nil
}

// Officials are those who serve at the case's body, for the names of a site visit.
type Officials struct {
	Officials []Named `json:"officials"`
}

func (a *API) listOfficials(ctx context.Context, c Caller, in *ByID) (*output[Officials], error) {
	x, err := a.d.Cases.Case(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	staff, err := a.d.Cases.Staff(ctx, c.Actor, x)
	if err != nil {
		return nil, err
	}
	out := Officials{Officials: []Named{}}
	for account, name := range staff {
		out.Officials = append(out.Officials, Named{account, name})
	}
	slices.SortFunc(out.Officials, func(a, b Named) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return &output[Officials]{out}, nil
}
