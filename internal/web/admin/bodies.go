package admin

import (
	"cmp"
	"slices"
	"strconv"

	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// bodyList is the page of a region's bodies.
type bodyList struct {
	Region  string
	Regions []ui.Option
	Names   map[string]string // of regions
	List    []identity.Body
	MayAdd  bool
}

// bodies lists the bodies of a region and inside it.
func (s *Admin) bodies(q *kit.Request) error {
	l := bodyList{Region: region(q)}
	var err error
	if l.Regions, err = s.regionOptions(q); err != nil {
		return err
	}
	if l.List, err = s.identity.BodiesWithin(q.Context(), l.Region); err != nil {
		return err
	}
	codes := make([]string, 0, len(l.List))
	for _, b := range l.List {
		codes = append(codes, b.Region)
	}
	if l.Names, err = s.catalogue.RegionNames(q.Context(), codes); err != nil {
		return err
	}
	l.MayAdd = identity.CanManageBodies(q.Actor, l.Region)
	return q.Render(page(q, q.T("admin.bodies"), areaBodies), bodiesPage(l, s.today()))
}

// newBody asks for everything published of a body.
func (s *Admin) newBody(q *kit.Request) error {
	f := ui.Filled(map[string]string{"region.0": region(q)})
	return s.showNewBody(q, f)
}

func (s *Admin) showNewBody(q *kit.Request, f ui.Form) error {
	departments, err := s.catalogue.Departments(q.Context())
	if err != nil {
		return err
	}
	department := ui.Field{Kind: ui.KindSelect, Name: "department", Label: q.T("admin.department")}
	for _, d := range departments {
		department.Options = append(department.Options, ui.Option{Value: d.ID, Label: d.Name})
	}
	place := ui.Field{Kind: ui.KindRegion, Name: "region", Label: q.T("admin.region"), Hint: q.T("admin.region_hint")}
	if place.Levels, err = s.levels(q, f); err != nil {
		return err
	}
	from := ui.Field{Kind: ui.KindDate, Name: "valid_from", Label: q.T("admin.from"), Hint: q.T("admin.from_hint"), Optional: true}
	fields := append([]ui.Field{department, place}, append(bodyFields(q), from)...)
	p := page(q, q.T("admin.body_new"), areaBodies)
	p.Back, p.Form = areaBodies, f.Labelled(fields...)
	return q.Render(p, bodyFormPage(bodyForm{Title: q.T("admin.body_new"), Action: areaBodies, Form: p.Form, Fields: fields, Do: q.T("admin.body_add")}))
}

// levels are the choices of a place for a body: a keeper's region, the towns in
// it, the villages in those.
func (s *Admin) levels(q *kit.Request, f ui.Form) ([]ui.Level, error) {
	own, err := s.regionOptions(q)
	if err != nil {
		return nil, err
	}
	out := []ui.Level{{Label: q.T("admin.region"), Options: own}}
	for i := range 2 {
		chosen := f.Value("region." + strconv.Itoa(i))
		if !slices.ContainsFunc(out[i].Options, func(o ui.Option) bool { return o.Value == chosen }) {
			break
		}
		below, err := s.catalogue.Children(q.Context(), chosen)
		if err != nil {
			return nil, err
		}
		if len(below) == 0 {
			break
		}
		level := ui.Level{Label: q.T("admin.region_below")}
		for _, r := range below {
			level.Options = append(level.Options, ui.Option{Value: r.Code, Label: r.Name})
		}
		out = append(out, level)
	}
	return out, nil
}

// bodyFields are what is published of a body.
func bodyFields(q *kit.Request) []ui.Field {
	return []ui.Field{
		{Name: "name", Label: q.T("admin.body_name"), Max: 100, Width: ui.WidthFull},
		{Name: "short_name", Label: q.T("admin.short_name"), Hint: q.T("admin.short_name_hint"), Optional: true, Max: 30},
		{Name: "credit_code", Label: q.T("admin.credit_code"), Hint: q.T("admin.credit_code_hint"), Optional: true, Max: 30},
		{Name: "address", Label: q.T("admin.address"), Optional: true, Width: ui.WidthFull, Max: 300},
		{Name: "phone", Label: q.T("admin.phone"), Optional: true, Max: 60},
		{Name: "hours", Label: q.T("admin.hours"), Optional: true, Width: ui.WidthFull, Max: 300},
		{Name: "complain", Label: q.T("admin.complain"), Hint: q.T("admin.complain_hint"), Optional: true, Max: 300},
	}
}

func readBody(f *kit.Form) identity.BodyInput {
	return identity.BodyInput{Department: f.Text("department"), Region: string(f.Region("region")), Name: f.Text("name"),
		ShortName: f.Text("short_name"), CreditCode: f.Text("credit_code"), Address: f.Text("address"), Phone: f.Text("phone"),
		Hours: f.Text("hours"), Complain: f.Text("complain"), ValidFrom: f.Date("valid_from")}
}

// addBody enters a body; the catalogue gives it its local items in the same
// transaction.
func (s *Admin) addBody(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	if f.Reshape() {
		return s.showNewBody(q, f.View())
	}
	in := readBody(f)
	if len(f.Faults) > 0 {
		return s.showNewBody(q, f.View())
	}
	b, err := s.identity.AddBody(q.Context(), q.Actor, in)
	if err != nil {
		return refused(q, err, func(form ui.Form) error { return s.showNewBody(q, form) })
	}
	q.Flash(ui.ToneOK, "admin.body_added", "name", b.Name)
	return q.Redirect(areaBodies + "/" + b.ID)
}

// body shows a body with its form, and who serves there.
func (s *Admin) body(q *kit.Request) error {
	b, err := s.keptBody(q)
	if err != nil {
		return err
	}
	return s.showBody(q, b, ui.Filled(map[string]string{
		"version": strconv.FormatInt(b.Version(), 10), "name": b.Name, "short_name": b.ShortName, "credit_code": b.CreditCode,
		"address": b.Address, "phone": b.Phone, "hours": b.Hours, "complain": b.Complain,
	}))
}

// keptBody reads a body of the keeper's regions; others are not his to open here.
func (s *Admin) keptBody(q *kit.Request) (identity.Body, error) {
	b, err := s.identity.BodyByID(q.Context(), q.PathValue("id"))
	if err == nil && !slices.ContainsFunc(regions(q.Actor), func(r string) bool { return gov.Region(r).Contains(gov.Region(b.Region)) }) {
		return identity.Body{}, errMissing
	}
	return b, err
}

// bodyView is a body on the screen.
type bodyView struct {
	identity.Body
	Department string
	Place      string
	Holders    []identity.Holder
	MayEdit    bool
}

func (s *Admin) showBody(q *kit.Request, b identity.Body, f ui.Form) error {
	v := bodyView{Body: b, MayEdit: identity.CanManageBodies(q.Actor, b.Region) && b.ValidTo.IsZero()}
	ctx := q.Context()
	d, err := s.catalogue.Department(ctx, b.Department)
	if err == nil {
		v.Department = d.Name
	}
	names, err := s.catalogue.RegionNames(ctx, []string{b.Region})
	if err != nil {
		return err
	}
	v.Place = nameOr(names, b.Region)
	if v.Holders, err = s.identity.Serving(ctx, b.ID); err != nil {
		return err
	}
	fields := bodyFields(q)
	p := page(q, b.Name, areaBodies)
	p.Back, p.Form = areaBodies, f.Labelled(fields...)
	return q.Render(p, bodyPage(v, p.Form, fields, s.today()))
}

// editBody changes what is published; department and region stay.
func (s *Admin) editBody(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	b, err := s.keptBody(q)
	if err != nil {
		return err
	}
	path := areaBodies + "/" + b.ID
	if err := seen(f, b.Version()); err != nil {
		return kit.Conflict(err, path, bodyBoth(q, b, f)...)
	}
	in := readBody(f)
	in.Parent = b.Parent
	if _, err := s.identity.EditBody(q.Context(), q.Actor, b.ID, in); err != nil {
		return refused(q, err, func(form ui.Form) error { return s.showBody(q, b, form) })
	}
	q.Flash(ui.ToneOK, "admin.saved")
	return q.Redirect(path)
}

// bodyBoth are the two sides of an edit that came too late.
func bodyBoth(q *kit.Request, b identity.Body, f *kit.Form) []kit.Both {
	now := map[string]string{"name": b.Name, "short_name": b.ShortName, "credit_code": b.CreditCode, "address": b.Address,
		"phone": b.Phone, "hours": b.Hours, "complain": b.Complain}
	var out []kit.Both
	for _, fl := range bodyFields(q) {
		if mine := f.Text(fl.Name); mine != now[fl.Name] {
			out = append(out, kit.Both{Label: fl.Label, Mine: mine, Theirs: now[fl.Name]})
		}
	}
	slices.SortStableFunc(out, func(a, b kit.Both) int { return cmp.Compare(a.Label, b.Label) })
	return out
}

func (s *Admin) endBodyPage(q *kit.Request) error {
	b, err := s.keptBody(q)
	if err != nil {
		return err
	}
	return s.showEndBody(q, b, ui.Filled(map[string]string{"version": strconv.FormatInt(b.Version(), 10), "last": s.today().String()}))
}

func (s *Admin) showEndBody(q *kit.Request, b identity.Body, f ui.Form) error {
	fields := []ui.Field{
		{Kind: ui.KindDate, Name: "last", Label: q.T("admin.last_day")},
		{Kind: ui.KindArea, Name: "reason", Label: q.T("admin.reason"), Width: ui.WidthFull, Lines: 3},
	}
	p := page(q, q.T("admin.body_end"), areaBodies)
	p.Back, p.Form = areaBodies+"/"+b.ID, f.Labelled(fields...)
	return q.Render(p, bodyFormPage(bodyForm{Title: q.T("admin.body_end"), Lead: b.Name, Hint: q.T("admin.body_end_hint"),
		Action: areaBodies + "/" + b.ID + "/end", Form: p.Form, Fields: fields, Do: q.T("admin.body_end_do")}))
}

// endBody says which day is the body's last.
func (s *Admin) endBody(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	b, err := s.keptBody(q)
	if err != nil {
		return err
	}
	path := areaBodies + "/" + b.ID
	if err := seen(f, b.Version()); err != nil {
		return kit.Conflict(err, path)
	}
	last := f.Date("last")
	if last.IsZero() && len(f.Faults) == 0 {
		f.Faults.Add("last", "faults.required")
	}
	if f.Text("reason") == "" {
		f.Faults.Add("reason", "faults.required")
	}
	if len(f.Faults) > 0 {
		return s.showEndBody(q, b, f.View())
	}
	if err := s.identity.EndBody(q.Context(), q.Actor, b.ID, last, f.Text("reason")); err != nil {
		return refused(q, err, func(form ui.Form) error { return s.showEndBody(q, b, form) })
	}
	q.Flash(ui.ToneOK, "admin.body_ended", "name", b.Name)
	return q.Redirect(path)
}
