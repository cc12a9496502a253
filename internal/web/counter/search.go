package counter

import (
	"net/url"
	"regexp"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
)

// found is what a search in people and cases gave.
type found struct {
	Parties []identity.Party
	More    bool // there are others; the clerk types more
	Cases   []waiting
	// New fills the forms for somebody who is not known yet with what was typed.
	New newcomer
}

// newcomer is what a search without a hit tells of the one who stands there.
type newcomer struct{ Name, IDNumber, CreditCode, Phone string }

var (
	sixDigits = regexp.MustCompile(`^[0-9]{6}$`)
	// codeForm is how a screen shows a hand-over code, and how people read it out.
	codeForm = regexp.MustCompile(`^[0-9]{3} ?[0-9]{3}$`)
	// longNumber is longer than any number of a person or organisation: it was meant
	// as a case number.
	longNumber = regexp.MustCompile(`^[0-9-]{19,30}$`)
	tokenForm  = regexp.MustCompile(`^[a-km-np-z2-9]{26}$`)
)

// search decides by its form what was typed or scanned: a case number, a
// hand-over code, a QR code's address, or somebody's number, telephone, credit
// code or name. It is a POST because most of these must not stand in an address,
// where histories and logs would keep them.
func (s *Counter) search(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	typed := gov.Normalise(f.Text("q"))
	text := lastPart(typed)
	switch {
	case typed == "":
		return q.Redirect("/counter")
	case codeForm.MatchString(text):
		return s.redeem(q, typed, strings.ReplaceAll(text, " ", ""))
	case tokenForm.MatchString(text):
		return s.byToken(q, typed, text)
	}
	n, err := gov.ParseCaseNumber(text)
	switch {
	case err == nil:
		return s.byNumber(q, typed, n)
	case longNumber.MatchString(text):
		return s.nothing(q, typed, fault.Invalid("cases.number_wrong"))
	default:
		return s.find(q, typed)
	}
}

// lastPart takes the token out of a scanned address, from its path or its query;
// other text stays.
func lastPart(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return text
	}
	parts := strings.Split(u.Path, "/")
	for _, values := range u.Query() {
		parts = append(parts, values...)
	}
	for _, p := range parts {
		if tokenForm.MatchString(p) || sixDigits.MatchString(p) {
			return p
		}
	}
	return text
}

// byNumber opens the case; a number of another region is told apart from none
// only to who may see it.
func (s *Counter) byNumber(q *kit.Request, typed string, n gov.CaseNumber) error {
	c, err := s.Cases.ByNumber(q.Context(), q.Actor, string(n))
	if err == nil {
		return q.Redirect(casePath(c.ID))
	}
	if id, missing := s.whole(q, string(n)); missing == nil {
		return q.Redirect(progressPath(id))
	}
	return s.nothing(q, typed, err)
}

// whole finds an application for a bundle by the number or the code on its receipt,
// for whoever may see one of its cases here.
func (s *Counter) whole(q *kit.Request, text string) (id string, err error) {
	if tokenForm.MatchString(text) {
		id, err = s.Applications.Holding(q.Context(), text)
	} else {
		id, err = s.Applications.Numbered(q.Context(), gov.CaseNumber(text))
	}
	if err == nil {
		_, err = s.Cases.Companions(q.Context(), q.Actor, id)
	}
	return id, err
}

// byToken opens the case of a receipt or letter, the whole of a bundle's receipt, or
// goes on with the draft of a hand-over code.
func (s *Counter) byToken(q *kit.Request, typed, token string) error {
	c, err := s.Cases.ByToken(q.Context(), q.Actor, token)
	switch {
	case err == nil:
		return q.Redirect(casePath(c.ID))
	case fault.KindOf(err) != fault.KindMissing:
		return err
	}
	if id, missing := s.whole(q, token); missing == nil {
		return q.Redirect(progressPath(id))
	}
	return s.redeem(q, typed, token)
}

// redeem takes a resident's draft over. A wrong code is told beside the box.
func (s *Counter) redeem(q *kit.Request, typed, code string) error {
	a, err := s.Applications.Redeem(q.Context(), q.Actor, code)
	if err != nil {
		return s.nothing(q, typed, err)
	}
	return q.Redirect(draftPath(a.ID))
}

// nothing shows the start page with the reason why the search led nowhere.
func (s *Counter) nothing(q *kit.Request, typed string, err error) error {
	e, ok := fault.As(err)
	if !ok || e.Kind == fault.KindInternal || e.Kind == fault.KindBusy {
		return err
	}
	v, failed := s.startView(q, cases.Page{Limit: startSize + 1})
	if failed != nil {
		return failed
	}
	v.Query = typed
	v.Form = v.Form.With(fault.Fields{{Path: "q", Code: e.Code, Args: e.Args}})
	p := page(q, q.T("counter.start"), "/counter")
	p.Form = v.Form
	return q.Render(p, startPage(v))
}

// find looks for people by all they are known by, and for cases by their
// applicants; one hit and nothing else opens at once.
func (s *Counter) find(q *kit.Request, typed string) error {
	parties, more, err := s.Identity.FindParty(q.Context(), q.Actor, typed)
	if err != nil {
		return err
	}
	if len(parties) == 1 && !more {
		return q.Redirect(partyPath(parties[0].ID))
	}
	hit := &found{Parties: parties, More: more, New: guess(typed)}
	if f := (cases.Filter{Name: typed, Awaits: underWay}); hit.New.Name != "" {
		if hit.Cases, _, err = s.list(q, f, cases.Page{Limit: startSize + 1}, ""); err != nil {
			return err
		}
	}
	v, err := s.startView(q, cases.Page{Limit: startSize + 1})
	if err != nil {
		return err
	}
	v.Query, v.Found = typed, hit
	return q.Render(page(q, q.T("counter.results"), "/counter"), startPage(v))
}

// guess says by its form what a text is that nobody was found by.
func guess(typed string) newcomer {
	if code, err := gov.ParseCreditCode(typed); err == nil {
		return newcomer{CreditCode: string(code)}
	}
	if id, err := gov.ParseIDNumber(typed); err == nil {
		return newcomer{IDNumber: string(id)}
	}
	if phone, err := gov.ParsePhone(typed); err == nil {
		return newcomer{Phone: string(phone)}
	}
	return newcomer{Name: typed}
}
