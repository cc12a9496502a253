package counter

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/licences"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

func (s *Counter) outletRoutes() []kit.Route {
	const c = "/outlet/cases/{id}"
	return []kit.Route{
		route(http.MethodGet, "/outlet", outlet, s.outlet),
		route(http.MethodPost, "/outlet/search", outlet, s.outletSearch),
		route(http.MethodGet, c, outlet, s.handing),
		route(http.MethodGet, c+"/dates", outlet, s.outletDates),
		route(http.MethodPost, c+"/handover", outlet, s.handOver),
		route(http.MethodPost, c+"/posting", outlet, s.post),
		route(http.MethodPost, c+"/arrival", outlet, s.arrive),
		route(http.MethodGet, c+"/slip", outlet, s.slip),
		route(http.MethodGet, c+"/letters/{letter}", outlet, s.outletLetter),
		route(http.MethodGet, c+"/letters/{letter}/document", outlet, s.letterDocument),
	}
}

// outletView is what waits to be handed out, by the limit of art. 44.
type outletView struct {
	Query   string
	Form    ui.Form
	Waiting []waiting
	Next    string
	Total   int64
}

const outletSize = 40

func (s *Counter) outlet(q *kit.Request) error {
	v, err := s.outletView(q, cases.Filter{}, cases.Page{Due: after(q, "due"), ID: q.Param("after"), Limit: outletSize + 1})
	if err != nil {
		return err
	}
	return s.showOutlet(q, v)
}

func (s *Counter) showOutlet(q *kit.Request, v *outletView) error {
	p := page(q, q.T("counter.nav_hand"), "/outlet")
	p.Form = v.Form
	return q.Render(p, outletPage(v))
}

func (s *Counter) outletView(q *kit.Request, f cases.Filter, p cases.Page) (*outletView, error) {
	f.Awaits, f.Duty = []cases.Awaits{cases.Outlet}, true
	v := &outletView{}
	var err error
	if v.Waiting, v.Next, err = s.list(q, f, p, "/outlet"); err != nil {
		return nil, err
	}
	v.Total, err = s.Cases.Count(q.Context(), q.Actor, f)
	return v, err
}

// outletSearch opens a case by its number or code, or narrows the list by name.
func (s *Counter) outletSearch(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	typed := gov.Normalise(f.Text("q"))
	text := lastPart(typed)
	var c *cases.Case
	n, wrong := gov.ParseCaseNumber(text)
	switch {
	case typed == "":
		return q.Redirect("/outlet")
	case tokenForm.MatchString(text):
		c, err = s.Cases.ByToken(q.Context(), q.Actor, text)
	case wrong == nil:
		c, err = s.Cases.ByNumber(q.Context(), q.Actor, text)
	}
	if c != nil && err == nil {
		return q.Redirect(outletPath(c.ID))
	}
	if _, other := onMissing(err); err != nil && other != nil {
		return other
	}
	if err != nil && (wrong == nil || tokenForm.MatchString(text)) {
		if id, missing := s.whole(q, cmp.Or(string(n), text)); missing == nil {
			return q.Redirect(resultsPath(id))
		}
	}
	filter := cases.Filter{Name: typed}
	if err != nil {
		filter = cases.Filter{Number: text}
	}
	v, failed := s.outletView(q, filter, cases.Page{Limit: outletSize + 1})
	if failed != nil {
		return failed
	}
	v.Query, v.Next = typed, ""
	if len(v.Waiting) == 0 {
		v.Form.Faults.Add("q", "counter.nothing_to_hand")
	}
	return s.showOutlet(q, v)
}

// handingView is one result on its way to its applicant.
type handingView struct {
	*cases.Case
	Licence    *licences.Licence
	Letters    []cases.Letter
	Deliveries []cases.Delivery
	Form       ui.Form
	// Which of the forms the values and faults of Form belong to.
	Acting          string
	MayHand, Posted bool
	Left            cases.Left
	HasLeft         bool
}

func (s *Counter) handing(q *kit.Request) error {
	v, err := s.handingView(q)
	if err != nil {
		return err
	}
	return s.showHanding(q, v)
}

func (s *Counter) showHanding(q *kit.Request, v *handingView) error {
	p := page(q, v.ItemName, "/outlet")
	p.Crumbs = []ui.Link{{Text: q.T("counter.nav_hand"), Href: "/outlet"}, {Text: v.ItemName}}
	p.Form = v.Form
	return q.Render(p, handingPage(v))
}

func (s *Counter) handingView(q *kit.Request) (*handingView, error) {
	ctx := q.Context()
	c, err := s.Cases.Case(ctx, q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	v := &handingView{Case: c, MayHand: cases.MayDo(q.Actor, c, cases.ActDeliver)}
	if v.Deliveries, err = s.Cases.Deliveries(ctx, q.Actor, c); err != nil {
		return nil, err
	}
	for _, d := range v.Deliveries {
		v.Posted = v.Posted || d.Way == cases.Posted
	}
	if v.Letters, err = s.Cases.Letters(ctx, q.Actor, c.ID); err != nil {
		return nil, err
	}
	if c.Licence != "" {
		if v.Licence, err = s.Licences.Licence(ctx, q.Actor, c.Licence); err != nil {
			return nil, err
		}
	}
	left, err := s.Cases.Left(ctx, []*cases.Case{c}, s.today())
	v.Left, v.HasLeft = left[c.ID]
	return v, err
}

// handOver records that somebody signed for the result at the outlet.
func (s *Counter) handOver(q *kit.Request) error {
	return s.hand(q, cases.ActDeliver, "handover", func(f *kit.Form) cases.Handing {
		return cases.Handing{Way: cases.Handed, Recipient: f.Text("recipient"), Document: f.Text("document")}
	})
}

// post records the parcel; the result is delivered once it has arrived.
func (s *Counter) post(q *kit.Request) error {
	return s.hand(q, cases.ActPost, "posting", func(f *kit.Form) cases.Handing {
		return cases.Handing{Way: cases.Posted, Recipient: f.Text(addressee), Parcel: f.Text("parcel")}
	})
}

// arrive records that the parcel reached its addressee.
func (s *Counter) arrive(q *kit.Request) error {
	return s.hand(q, cases.ActDeliver, "arrival", func(f *kit.Form) cases.Handing {
		return cases.Handing{Way: cases.Posted, Recipient: f.Text(addressee), Parcel: f.Text("parcel")}
	})
}

func (s *Counter) hand(q *kit.Request, act cases.Act, acting string, read func(*kit.Form) cases.Handing) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue("id")
	record := s.Cases.Deliver
	if act == cases.ActPost {
		record = s.Cases.Post
	}
	_, err = record(q.Context(), q.Actor, id, f.Version(), read(f))
	var faults fault.Fields
	if faults, err = onForm(err); err != nil {
		return s.changed(q, err, id, f.Version(), act)
	}
	if len(faults) > 0 {
		rename(faults, acting)
		v, err := s.handingView(q)
		if err != nil {
			return err
		}
		v.Form, v.Acting = f.View(faults...), acting
		return s.showHanding(q, v)
	}
	if act == cases.ActPost {
		q.Flash(ui.ToneOK, "counter.posted")
		return q.Redirect(outletPath(id))
	}
	q.Flash(ui.ToneOK, "counter.delivered")
	return q.Redirect(outletPath(id) + "/slip")
}

// addressee is the recipient's input in the forms about parcels.
const addressee = "addressee"

// rename leads a fault of a parcel's recipient to its own input.
func rename(faults fault.Fields, acting string) {
	for i := range faults {
		if acting != "handover" && faults[i].Path == "recipient" {
			faults[i].Path = addressee
		}
	}
}

// last is the newest hand-over or parcel, zero before there is one.
func (v *handingView) last() (d cases.Delivery) {
	if n := len(v.Deliveries); n > 0 {
		d = v.Deliveries[n-1]
	}
	return d
}

// handed names what is handed over: the licence with its number, or the letter of the
// decision with its reference, so that the signature proves what was served, of a
// refusal too (行政许可法 art. 44, art. 38 (2)).
func (v *handingView) handed(ctx context.Context) string {
	if l := v.Licence; l != nil {
		return l.TypeName + " " + l.Number
	}
	for _, l := range slices.Backward(v.Letters) {
		if l.Kind == cases.RefusalLetter || l.Kind == cases.ResultLetter {
			return ui.T(ctx, "counter.letter_handed", "letter", dossier.Letter(ctx, l.Kind), "reference", l.Reference)
		}
	}
	return ""
}

// slip is what the recipient signs.
func (s *Counter) slip(q *kit.Request) error {
	v, err := s.handingView(q)
	if err != nil {
		return err
	}
	if len(v.Deliveries) == 0 {
		return fault.Missing("counter.no_delivery")
	}
	return q.Render(sheet(q.T("counter.slip")), slipPage(v, v.last()))
}

func (s *Counter) outletLetter(q *kit.Request) error {
	return s.showLetter(q, "/outlet", outletPath(q.PathValue("id")))
}
