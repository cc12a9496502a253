package desk

import (
	"context"
	"slices"
	"strconv"

	"yimen/internal/cases/joint"
	"yimen/internal/clock"
	"yimen/internal/platform/now"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// jointQuestion is one question about a joint step: who may be asked, its fields,
// what the answer does.
type jointQuestion struct {
	below  string // the address below the step
	act    joint.Act
	ofPart bool // a department answers for itself
	fields func(ctx context.Context, s *Desk, q *kit.Request, x *joint.Step, p *joint.Part) (map[string]string, []ui.Field, error)
	hint   func(ctx context.Context, x *joint.Step, p *joint.Part) string
	do     func(s *Desk, q *kit.Request, f *kit.Form, x *joint.Step) error
	key    string // of its words: joint.KEY, joint.KEY_do, joint.done_KEY
}

var jointQuestions = []jointQuestion{
	{below: "answer", act: joint.ActConfirm, ofPart: true, fields: answerFields, do: (*Desk).answerJoint, key: "answer",
		hint: func(ctx context.Context, x *joint.Step, _ *joint.Part) string {
			return jointWhen(ctx, x.At) + " " + x.Place
		}},
	{below: "time", act: joint.ActMove, fields: moveFields, do: (*Desk).moveJoint, key: "move", hint: saying("joint.move_hint")},
	{below: "wish", act: joint.ActKeep, fields: keepFields, do: (*Desk).keepJoint, key: "keep",
		hint: func(ctx context.Context, x *joint.Step, _ *joint.Part) string {
			return ui.T(ctx, "joint.keep_hint", "wish", x.Wish)
		}},
	{below: "record", act: joint.ActHold, fields: recordFields, do: (*Desk).holdJoint, key: "hold", hint: saying("joint.hold_hint")},
	{below: "opinion", act: joint.ActOpine, ofPart: true, fields: opinionFields, do: (*Desk).opineJoint, key: "opine",
		hint: func(ctx context.Context, _ *joint.Step, p *joint.Part) string {
			if p.Visit {
				return ui.T(ctx, "joint.opine_visit")
			}
			return ui.T(ctx, "joint.opine_plain")
		}},
	{below: "cancellation", act: joint.ActCancel, fields: cancelFields, do: (*Desk).cancelJoint, key: "cancel", hint: saying("joint.cancel_hint")},
}

func saying(key string) func(context.Context, *joint.Step, *joint.Part) string {
	return func(ctx context.Context, _ *joint.Step, _ *joint.Part) string { return ui.T(ctx, key) }
}

// jointAsk shows the question; who has nothing to answer is led back.
func (s *Desk) jointAsk(x jointQuestion) kit.Handler {
	return func(q *kit.Request) error { return s.showJointQuestion(q, x, q.Param("part"), ui.Form{}) }
}

func (s *Desk) showJointQuestion(q *kit.Request, a jointQuestion, part string, f ui.Form) error {
	x, err := s.joint.Step(q.Context(), q.Actor, q.PathValue("joint"))
	if err != nil {
		return err
	}
	p := x.Part(part)
	if a.ofPart && p == nil || !joint.MayDo(q.Actor, x, p, a.act) {
		return q.Redirect(jointPath + "/" + x.ID)
	}
	ctx := ui.WithView(q.Context(), q.View())
	values, fields, err := a.fields(ctx, s, q, x, p)
	if err != nil {
		return err
	}
	if f.Values == nil {
		values["version"] = strconv.FormatInt(x.Version(), 10)
		if a.ofPart {
			values["version"], values["part"] = strconv.FormatInt(p.Version, 10), p.ID
		}
		f = ui.Filled(values)
	}
	title := q.T("joint." + a.key)
	if a.ofPart {
		title = q.T("joint."+a.key+"_for", "item", p.ItemName)
	}
	page := s.page(q, title, areaJoint)
	page.Back, page.Form = jointPath+"/"+x.ID, f.Labelled(fields...)
	return q.Render(page, jointQuestionPage(s.meeting(q, x), page.Form, asked{Title: title, Hint: a.hint(ctx, x, p), Action: a.below, Fields: fields,
		Do: q.T("joint." + a.key + "_do")}))
}

// jointDo answers the question; a refused answer shows it again.
func (s *Desk) jointDo(a jointQuestion) kit.Handler {
	return func(q *kit.Request) error {
		f, err := q.Form()
		if err != nil {
			return err
		}
		x, err := s.joint.Step(q.Context(), q.Actor, q.PathValue("joint"))
		if err != nil {
			return err
		}
		err = a.do(s, q, f, x)
		if fields := fieldsOf(err); len(fields) > 0 {
			f.Faults = nil
			return s.showJointQuestion(q, a, f.Text("part"), f.View(fields...))
		}
		return s.jointDone(q, err, "joint.done_"+a.key)
	}
}

// appointment reads a date and a time of day; 0 where either is none.
func appointment(f *kit.Form) now.Instant {
	return joint.When(f.Date("on"), kit.Narrow(f.Text("time")))
}

func whenFields(ctx context.Context, optional bool) []ui.Field {
	return []ui.Field{
		{Kind: ui.KindDate, Name: "on", Label: ui.T(ctx, "joint.on"), Optional: optional},
		{Name: "time", Label: ui.T(ctx, "joint.time"), Hint: ui.T(ctx, "joint.time_hint"), Width: ui.WidthShort, Optional: optional, Max: 5},
	}
}

func daysField(ctx context.Context, procedure string, most int64) ui.Field {
	return ui.Field{Kind: ui.KindNumber, Name: "days", Label: ui.T(ctx, "joint.days_label", "procedure", procedure),
		Hint: ui.T(ctx, "joint.days_hint", "n", most), Unit: ui.T(ctx, "desk.working_days"), Mode: "numeric", Width: ui.WidthShort}
}

func answerFields(ctx context.Context, _ *Desk, _ *kit.Request, x *joint.Step, p *joint.Part) (map[string]string, []ui.Field, error) {
	var options []ui.Option
	for _, v := range []string{"confirm", "propose", "decline"} {
		options = append(options, ui.Option{Value: v, Label: ui.T(ctx, "joint.answer_"+v)})
	}
	when := whenFields(ctx, true)
	when[0].Label, when[1].Label = ui.T(ctx, "joint.propose_on"), ui.T(ctx, "joint.propose_time")
	fields := []ui.Field{{Kind: ui.KindRadios, Name: "verdict", Label: ui.T(ctx, "joint.answer"), Options: options}}
	if p.Procedure != "" && !p.Suspended {
		fields = append(fields, daysField(ctx, p.Procedure, p.Most))
	}
	fields = append(fields, when...)
	return map[string]string{"verdict": "confirm"}, append(fields, ui.Field{Kind: ui.KindArea, Name: "words", Label: ui.T(ctx, "joint.words"),
		Hint: ui.T(ctx, "joint.words_hint"), Optional: true, Width: ui.WidthFull, Lines: 3}), nil
}

// answerJoint is a department's answer: it comes, at another time, or not.
func (s *Desk) answerJoint(q *kit.Request, f *kit.Form, x *joint.Step) (err error) {
	part, seen := f.Text("part"), f.Version()
	switch f.Text("verdict") {
	case "confirm":
		_, err = s.joint.Confirm(q.Context(), q.Actor, x.ID, part, seen, days(f))
	case "propose":
		at, n := appointment(f), days(f)
		if err = f.Faults.Err(); err == nil {
			_, err = s.joint.Propose(q.Context(), q.Actor, x.ID, part, seen, at, n, f.Text("words"))
		}
	case "decline":
		_, err = s.joint.Decline(q.Context(), q.Actor, x.ID, part, seen, f.Text("words"))
	default:
		f.Faults.Add("verdict", "joint.verdict_required")
		err = f.Faults.Err()
	}
	return err
}

// days reads a number of days, 0 where none is asked for.
func days(f *kit.Form) int64 {
	if f.Text("days") == "" {
		return 0
	}
	return f.Int("days")
}

func moveFields(ctx context.Context, _ *Desk, _ *kit.Request, x *joint.Step, _ *joint.Part) (map[string]string, []ui.Field, error) {
	at := x.At
	for _, p := range x.Parts {
		if p.ProposedAt != 0 {
			at = p.ProposedAt
		}
	}
	values := map[string]string{"on": clock.DateOf(at.Time()).String(), "time": joint.TimeOfDay(at), "place": x.Place}
	return values, append(whenFields(ctx, false), ui.Field{Name: "place", Label: ui.T(ctx, "joint.where"), Width: ui.WidthFull, Max: 200},
		ui.Field{Kind: ui.KindArea, Name: "reason", Label: ui.T(ctx, "joint.move_reason"), Optional: true, Width: ui.WidthFull, Lines: 2}), nil
}

func (s *Desk) moveJoint(q *kit.Request, f *kit.Form, x *joint.Step) error {
	in := joint.Moving{At: appointment(f), Place: f.Text("place"), Reason: f.Text("reason")}
	if err := f.Faults.Err(); err != nil {
		return err
	}
	_, err := s.joint.Move(q.Context(), q.Actor, x.ID, f.Version(), in)
	return err
}

func reasonField(ctx context.Context, key string) []ui.Field {
	return []ui.Field{{Kind: ui.KindArea, Name: "reason", Label: ui.T(ctx, key), Width: ui.WidthFull, Lines: 3}}
}

func keepFields(ctx context.Context, _ *Desk, _ *kit.Request, _ *joint.Step, _ *joint.Part) (map[string]string, []ui.Field, error) {
	return map[string]string{}, reasonField(ctx, "joint.keep_reason"), nil
}

func (s *Desk) keepJoint(q *kit.Request, f *kit.Form, x *joint.Step) error {
	_, err := s.joint.Keep(q.Context(), q.Actor, x.ID, f.Version(), f.Text("reason"))
	return err
}

func cancelFields(ctx context.Context, _ *Desk, _ *kit.Request, _ *joint.Step, _ *joint.Part) (map[string]string, []ui.Field, error) {
	return map[string]string{}, reasonField(ctx, "joint.reason"), nil
}

func (s *Desk) cancelJoint(q *kit.Request, f *kit.Form, x *joint.Step) error {
	_, err := s.joint.Cancel(q.Context(), q.Actor, x.ID, f.Version(), f.Text("reason"))
	return err
}

func recordFields(ctx context.Context, s *Desk, _ *kit.Request, x *joint.Step, _ *joint.Part) (map[string]string, []ui.Field, error) {
	came := ui.Field{Kind: ui.KindChecks, Name: "attended", Label: ui.T(ctx, "joint.attended")}
	for _, p := range x.Comers() {
		came.Options = append(came.Options, ui.Option{Value: p.ID, Label: p.BodyName, Hint: p.ItemName})
	}
	return map[string]string{"on": x.Day.String()}, []ui.Field{
		{Kind: ui.KindDate, Name: "on", Label: ui.T(ctx, "joint.held_day")}, came,
		{Kind: ui.KindArea, Name: "record", Label: ui.T(ctx, "joint.record_words"), Hint: ui.T(ctx, "joint.record_words_hint"), Width: ui.WidthFull, Lines: 6},
	}, nil
}

func (s *Desk) holdJoint(q *kit.Request, f *kit.Form, x *joint.Step) error {
	in := joint.Record{On: f.Date("on"), Words: f.Text("record"), Attended: f.All("attended")}
	if err := f.Faults.Err(); err != nil {
		return err
	}
	_, err := s.joint.Hold(q.Context(), q.Actor, x.ID, f.Version(), in)
	return err
}

func opinionFields(ctx context.Context, s *Desk, q *kit.Request, _ *joint.Step, p *joint.Part) (map[string]string, []ui.Field, error) {
	staff, err := s.joint.Staff(ctx, q.Actor, p)
	if err != nil {
		return nil, nil, err
	}
	delete(staff, q.Actor.Account)
	return map[string]string{}, []ui.Field{
		{Kind: ui.KindRadios, Name: "finding", Label: ui.T(ctx, "joint.finding"), Inline: true, Options: []ui.Option{
			{Value: string(joint.Passed), Label: ui.T(ctx, "joint.opinion_passed")}, {Value: string(joint.Failed), Label: ui.T(ctx, "joint.opinion_failed")}}},
		{Kind: ui.KindArea, Name: "words", Label: ui.T(ctx, "joint.finding_words"), Width: ui.WidthFull, Lines: 4},
		{Kind: ui.KindSelect, Name: "second", Label: ui.T(ctx, "joint.second"), Hint: ui.T(ctx, "joint.second_hint", "name", q.Actor.Name),
			Options: people(staff), Optional: !p.Visit},
	}, nil
}

func (s *Desk) opineJoint(q *kit.Request, f *kit.Form, x *joint.Step) error {
	finding := joint.Opinion(f.Text("finding"))
	if finding != joint.Passed && finding != joint.Failed {
		f.Faults.Add("finding", "joint.finding_required")
		return f.Faults.Err()
	}
	_, err := s.joint.Opine(q.Context(), q.Actor, x.ID, f.Text("part"), f.Version(), joint.Finding{Passed: finding == joint.Passed,
		Words: f.Text("words"), Second: f.Text("second")})
	return err
}

// callPage asks which departments shall come, for what, when and where.
func (s *Desk) callPage(q *kit.Request) error {
	o, err := s.openCase(q, tabVisits)
	if err != nil {
		return err
	}
	if !joint.MayCall(q.Actor, o.Case) {
		return q.Redirect(o.href(tabVisits))
	}
	return s.showCall(q)(o, ui.Filled(map[string]string{"version": o.version(), "kind": string(joint.SiteVisit), "time": "09:30",
		"on": s.today().AddDays(1).String()}))
}

func (s *Desk) showCall(q *kit.Request) func(*open, ui.Form) error {
	return func(o *open, f ui.Form) error {
		own, others, err := s.joint.Askables(q.Context(), q.Actor, o.ID)
		if err != nil {
			return err
		}
		ctx := ui.WithView(q.Context(), q.View())
		fields := callFields(ctx, own, others)
		return s.ask(q, o, q.T("joint.call"), f.Labelled(fields...), callQuestion(o, f, len(others) > 0, asked{Title: q.T("joint.call"),
			Hint: q.T("joint.call_hint", "bundle", o.BundleName), Action: "joint", Fields: fields, Do: q.T("joint.call_do")}))
	}
}

func callFields(ctx context.Context, own joint.Askable, others []joint.Askable) []ui.Field {
	kinds := ui.Field{Kind: ui.KindRadios, Name: "kind", Label: ui.T(ctx, "joint.kind")}
	for _, k := range joint.Kinds() {
		kinds.Options = append(kinds.Options, ui.Option{Value: string(k), Label: jointKind(ctx, k), Hint: ui.T(ctx, "joint.hint_"+string(k))})
	}
	who := ui.Field{Kind: ui.KindChecks, Name: "cases", Label: ui.T(ctx, "joint.cases")}
	for _, x := range others {
		visit := ""
		if x.Visit {
			visit = ui.T(ctx, "joint.needs_visit")
		}
		who.Options = append(who.Options, ui.Option{Value: x.ID, Label: x.ItemName, Hint: ui.T(ctx, "joint.cases_body", "body", x.BodyName, "visit", visit)})
	}
	fields := append([]ui.Field{kinds, who}, whenFields(ctx, false)...)
	fields = append(fields, ui.Field{Name: "place", Label: ui.T(ctx, "joint.where"), Width: ui.WidthFull, Max: 200},
		ui.Field{Kind: ui.KindArea, Name: "purpose", Label: ui.T(ctx, "joint.purpose"), Hint: ui.T(ctx, "joint.purpose_hint"), Optional: true, Width: ui.WidthFull, Lines: 3})
	for _, k := range slices.Backward(joint.Kinds()) {
		if p, ok := own.Procedure[k]; ok {
			x := daysField(ctx, p.Name, int64(p.Most()))
			x.Optional = true
			return append(fields, x)
		}
	}
	return fields
}

// call asks the other departments.
func (s *Desk) call(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	in := joint.Calling{Kind: joint.Kind(f.Text("kind")), Cases: f.All("cases"), At: appointment(f), Place: f.Text("place"), Purpose: f.Text("purpose"), Days: days(f)}
	again := func(form ui.Form) error {
		o, err := s.openCase(q, tabVisits)
		if err != nil {
			return err
		}
		return s.showCall(q)(o, form)
	}
	if len(f.Faults) > 0 {
		return again(f.View())
	}
	x, err := s.joint.Call(q.Context(), q.Actor, q.PathValue("id"), f.Version(), in)
	if err != nil {
		return s.acted(q, err, "joint.done_call", again)
	}
	q.Flash(ui.ToneOK, "joint.done_call")
	return q.Redirect(jointPath + "/" + x.ID)
}

// callable tells whether the page offers to call other departments.
func callable(o *open) bool { return o.Bundle != "" && joint.MayCall(o.Actor, o.Case) }
