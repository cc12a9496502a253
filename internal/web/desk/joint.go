package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

const (
	areaJoint = "joint"
	jointPath = "/desk/joint"
	jointRows = 50 // on a page
)

// jointRoutes are what departments do together: the list by day, one step, and a
// page for each question about it.
func (s *Desk) jointRoutes() []kit.Route {
	const step = jointPath + "/{joint}"
	out := []kit.Route{
		{Method: "GET", Pattern: jointPath, Access: workers, Handler: s.jointList},
		{Method: "GET", Pattern: step, Access: readers, Handler: s.jointStep},
		{Method: "GET", Pattern: step + "/sheet", Access: readers, Handler: s.jointSheet},
		{Method: "POST", Pattern: step + "/appointment", Access: officer, Handler: s.jointAppoint},
		{Method: "POST", Pattern: step + "/closing", Access: officer, Handler: s.jointClose},
		{Method: "GET", Pattern: "/desk/cases/{id}/joint", Access: officer, Handler: s.callPage},
		{Method: "POST", Pattern: "/desk/cases/{id}/joint", Access: officer, Handler: s.call},
	}
	for _, x := range jointQuestions {
		out = append(out, kit.Route{Method: "GET", Pattern: step + "/" + x.below, Access: officer, Handler: s.jointAsk(x)},
			kit.Route{Method: "POST", Pattern: step + "/" + x.below, Access: officer, Handler: s.jointDo(x)})
	}
	return out
}

// meeting is a joint step on the screen.
type meeting struct {
	*joint.Step
	Tone  ui.Tone
	Word  string
	Title string
	When  string
	Rows  []ui.Row
	Parts []partRow
	Trace []ui.Step
	Late  []joint.Late
	Do    []ui.Button
	May   map[joint.Act]bool
	Form  ui.Form
}

// partRow is one department's part in words.
type partRow struct {
	*joint.Part
	Href      string // of its case, for those who work there
	Answer    string
	Notes     []string
	Opinion   string
	Tone      ui.Tone
	Officials string
}

// jointWord is where a step stands, in one word.
func jointWord(ctx context.Context, x *joint.Step, at now.Instant) (ui.Tone, string) {
	word, tone := string(x.State), ui.ToneNow
	switch {
	case x.State == joint.Called && x.Answered() && len(x.Comers()) < 2:
		word, tone = "alone", ui.ToneWarn
	case x.State == joint.Called && x.Answered():
		word, tone = "ready", ui.ToneWarn
	case x.State == joint.Appointed && x.WishState == joint.Asked && !x.Due(at):
		word, tone = "wished", ui.ToneWarn
	case x.Due(at):
		word, tone = "due", ui.ToneWarn
	case x.Closable():
		word, tone = "complete", ui.ToneWarn
	case x.State == joint.Closed:
		tone = ui.ToneOK
	case x.State == joint.Cancelled:
		tone = ui.ToneNone
	}
	return tone, ui.T(ctx, "joint.state_"+word)
}

func jointKind(ctx context.Context, k joint.Kind) string { return ui.T(ctx, "joint.kind_"+string(k)) }

// jointWhen is an appointment with its weekday and time of day, "" for none.
func jointWhen(ctx context.Context, i now.Instant) string {
	if i == 0 {
		return ""
	}
	return ui.Date(ctx, clock.DateOf(i.Time())) + " " + joint.TimeOfDay(i)
}

func (s *Desk) meeting(q *kit.Request, x *joint.Step) *meeting {
	ctx := ui.WithView(q.Context(), q.View())
	m := &meeting{Step: x, Title: jointKind(ctx, x.Kind), When: jointWhen(ctx, x.At), May: map[joint.Act]bool{}}
	m.Tone, m.Word = jointWord(ctx, x, s.now())
	add := func(key, value string) {
		if value != "" {
			m.Rows = append(m.Rows, ui.Row{Label: ui.T(ctx, "joint."+key), Value: value})
		}
	}
	add("for_whom", x.ApplicantName+"　"+x.BundleName)
	add("when", m.When)
	add("where", x.Place)
	add("purpose", x.Purpose)
	add("convener", strings.TrimSpace(x.BodyName+" "+x.Caller()))
	told := ui.T(ctx, "joint.not_told")
	if x.ToldAt != 0 {
		told = ui.DateTime(ctx, x.ToldAt)
	}
	add("told", told)
	add("wish", x.Wish)
	if x.WishState == joint.Moved && x.State != joint.Called && x.State != joint.Cancelled {
		add("wish_moved", m.When)
	}
	add(reasonOf(x), x.Reason)
	for _, p := range x.Parts {
		m.Parts = append(m.Parts, s.partRow(ctx, q, x, p))
	}
	for _, act := range []joint.Act{joint.ActAppoint, joint.ActClose} {
		m.May[act] = joint.MayDo(q.Actor, x, nil, act)
	}
	m.Do = s.jointButtons(ctx, q, x)
	m.Form = ui.Filled(map[string]string{"version": strconv.FormatInt(x.Version(), 10)})
	return m
}

func (s *Desk) partRow(ctx context.Context, q *kit.Request, x *joint.Step, p *joint.Part) partRow {
	r := partRow{Part: p, Answer: ui.T(ctx, "joint.part_"+string(p.State))}
	if slices.Contains(bodies(q.Actor), p.Body) {
		r.Href = "/desk/cases/" + p.Case
	}
	if x.Absent(p) {
		r.Answer = ui.T(ctx, "joint.part_absent")
	}
	if p.ProposedAt != 0 {
		r.Notes = append(r.Notes, ui.T(ctx, "joint.proposes", "when", jointWhen(ctx, p.ProposedAt)))
	}
	if p.Words != "" {
		r.Notes = append(r.Notes, p.Words)
	}
	switch {
	case p.Procedure != "" && p.Days > 0:
		r.Notes = append(r.Notes, ui.T(ctx, "joint.stops", "procedure", p.Procedure, "n", p.Days))
	case p.Procedure != "":
		r.Notes = append(r.Notes, ui.T(ctx, "joint.stops_not_told", "procedure", p.Procedure))
	}
	if p.Visit && p.In() && !x.Absent(p) && x.State != joint.Cancelled {
		r.Notes = append(r.Notes, ui.T(ctx, "joint.visit_counts"))
	}
	switch {
	case p.Opinion == joint.Passed:
		r.Tone, r.Opinion = ui.ToneOK, ui.T(ctx, "joint.opinion_passed")
	case p.Opinion == joint.Failed:
		r.Tone, r.Opinion = ui.ToneBad, ui.T(ctx, "joint.opinion_failed")
	case p.Awaits():
		r.Tone, r.Opinion = ui.ToneNow, ui.T(ctx, "joint.opinion_none")
	}
	r.Officials = p.FirstName
	if p.SecondName != "" {
		r.Officials = ui.T(ctx, "joint.two", "first", p.FirstName, "second", p.SecondName)
	}
	return r
}

// jointButtons lead to the questions that the actor may answer now.
func (s *Desk) jointButtons(ctx context.Context, q *kit.Request, x *joint.Step) []ui.Button {
	var out []ui.Button
	add := func(below, text, kind string) {
		out = append(out, ui.Button{Text: text, Href: jointPath + "/" + x.ID + "/" + below, Kind: kind})
	}
	for _, p := range x.Parts {
		if joint.MayDo(q.Actor, x, p, joint.ActConfirm) {
			add("answer?part="+p.ID, ui.T(ctx, "joint.answer_for", "item", p.ItemName), "")
		}
		if joint.MayDo(q.Actor, x, p, joint.ActOpine) {
			add("opinion?part="+p.ID, ui.T(ctx, "joint.opine_for", "item", p.ItemName), "")
		}
	}
	if joint.MayDo(q.Actor, x, nil, joint.ActHold) && x.Due(s.now()) {
		add("record", ui.T(ctx, "joint.hold"), "")
	}
	if joint.MayDo(q.Actor, x, nil, joint.ActKeep) {
		add("wish", ui.T(ctx, "joint.keep"), "plain")
	}
	if joint.MayDo(q.Actor, x, nil, joint.ActMove) {
		add("time", ui.T(ctx, "joint.move"), "plain")
		add("cancellation", ui.T(ctx, "joint.cancel"), "plain")
	}
	if x.Record != "" {
		add("sheet", ui.T(ctx, "joint.sheet"), "plain")
	}
	return out
}

func (s *Desk) jointStep(q *kit.Request) error {
	x, err := s.joint.Step(q.Context(), q.Actor, q.PathValue("joint"))
	if err != nil {
		return err
	}
	lines, err := s.joint.Trace(q.Context(), q.Actor, x)
	if err != nil {
		return err
	}
	m := s.meeting(q, x)
	ctx := ui.WithView(q.Context(), q.View())
	all, err := s.cases.Companions(q.Context(), q.Actor, x.Application)
	if err != nil {
		return err
	}
	m.Late = x.TooLate(all)
	for _, l := range lines {
		m.Trace = append(m.Trace, ui.Step{Title: ui.T(ctx, "joint.act_"+l.Act), Text: ui.DateTime(ctx, l.At) + " · " + l.Name, Done: true,
			Body: jointWords(l.Words)})
	}
	p := s.page(q, m.Title+" "+x.ApplicantName, areaJoint)
	p.Back = jointPath
	return q.Render(p, jointPage(m))
}

// reasonOf is the key of what the step's last reason answers.
func reasonOf(x *joint.Step) string {
	if x.WishState == joint.Kept && x.State != joint.Cancelled {
		return "wish_kept"
	}
	return "reason"
}

// jointSheet is the record with every department's opinion, for signing and filing.
func (s *Desk) jointSheet(q *kit.Request) error {
	x, err := s.joint.Step(q.Context(), q.Actor, q.PathValue("joint"))
	if err != nil {
		return err
	}
	if x.Record == "" {
		return q.Redirect(jointPath + "/" + x.ID)
	}
	p := s.page(q, q.T("joint.sheet_title", "joint", q.T("joint.kind_"+string(x.Kind))), areaJoint)
	p.Back = jointPath + "/" + x.ID
	return q.Render(p, jointSheetPage(s.meeting(q, x)))
}

// agenda is the list of a department's steps, by day.
type agenda struct {
	Tab  string
	Tabs []ui.Link
	Days []agendaDay
	Next string
}

type agendaDay struct {
	On    clock.Date
	Steps []*meeting
}

var jointTabs = []string{"asked", "open", "ended"}

func jointFilter(tab string) joint.Filter {
	return joint.Filter{Ended: tab == "ended", Asked: tab == "asked"}
}

func (s *Desk) jointList(q *kit.Request) error {
	v := agenda{Tab: q.Param("tab")}
	if !slices.Contains(jointTabs, v.Tab) {
		v.Tab = "open"
	}
	var after joint.Place
	if day, id, ok := strings.Cut(q.Param("after"), "_"); ok {
		if d, err := clock.ParseDate(day); err == nil {
			after = joint.Place{Day: d, ID: id}
		}
	}
	found, err := s.joint.List(q.Context(), q.Actor, jointFilter(v.Tab), after, jointRows+1)
	if err != nil {
		return err
	}
	if len(found) > jointRows {
		found = found[:jointRows]
		last := found[jointRows-1]
		v.Next = jointPath + "?tab=" + v.Tab + "&after=" + last.Day.String() + "_" + last.ID
	}
	for _, x := range found {
		if n := len(v.Days); n == 0 || v.Days[n-1].On != x.Day {
			v.Days = append(v.Days, agendaDay{On: x.Day})
		}
		d := &v.Days[len(v.Days)-1]
		d.Steps = append(d.Steps, s.meeting(q, x))
	}
	for _, tab := range jointTabs {
		n, err := s.joint.Count(q.Context(), q.Actor, jointFilter(tab))
		if err != nil {
			return err
		}
		v.Tabs = append(v.Tabs, ui.Link{Text: q.T("joint.tab_" + tab), Href: jointPath + "?tab=" + tab, Current: tab == v.Tab, Count: dossier.Counted(n)})
	}
	return q.Render(s.page(q, q.T("joint.list"), areaJoint), jointListPage(v))
}

func (s *Desk) jointAppoint(q *kit.Request) error {
	return s.jointPress(q, "joint.done_appoint", func(f *kit.Form) error {
		_, err := s.joint.Appoint(q.Context(), q.Actor, q.PathValue("joint"), f.Version())
		return err
	})
}

func (s *Desk) jointClose(q *kit.Request) error {
	return s.jointPress(q, "joint.done_close", func(f *kit.Form) error {
		_, err := s.joint.Close(q.Context(), q.Actor, q.PathValue("joint"), f.Version())
		return err
	})
}

func (s *Desk) jointPress(q *kit.Request, done string, do func(f *kit.Form) error) error {
	f, err := q.Form()
	if err == nil {
		err = do(f)
	}
	return s.jointDone(q, err, done)
}

// jointDone goes back to the step, or shows how it stands where somebody was faster.
func (s *Desk) jointDone(q *kit.Request, err error, done string) error {
	id := q.PathValue("joint")
	if err == nil {
		q.Flash(ui.ToneOK, done)
		return q.Redirect(jointPath + "/" + id)
	}
	if fault.KindOf(err) != fault.KindConflict {
		return err
	}
	x, readErr := s.joint.Step(q.Context(), q.Actor, id)
	if readErr != nil {
		return err
	}
	_, word := jointWord(ui.WithView(q.Context(), q.View()), x, s.now())
	return kit.Conflict(err, jointPath+"/"+id, kit.Both{Label: q.T("desk.now"), Theirs: word})
}

// ofCase lists the joint steps of a case, for its page.
func (s *Desk) ofCase(q *kit.Request, c *cases.Case) ([]*meeting, error) {
	if c.Bundle == "" {
		return nil, nil
	}
	all, err := s.joint.Of(q.Context(), q.Actor, c.ID)
	out := make([]*meeting, len(all))
	for i, x := range all {
		out[i] = s.meeting(q, x)
	}
	return out, err
}
