package desk

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/sheet"
	"yimen/internal/registers"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

const (
	areaDisputes = "disputes"
	disputesPath = "/desk/disputes"
	disputeRows  = 50 // on a page
)

// The tabs of the disputes: what has to be answered, what is late, everything.
var disputeTabs = []string{"open", "late", "all"}

func disputeFilter(tab string) registers.Filter {
	switch tab {
	case "open":
		return registers.Filter{State: registers.Open}
	case "late":
		return registers.Filter{Late: true}
	}
	return registers.Filter{}
}

// doubts is a page of the list of disputes that the actor's bodies answer.
type doubts struct {
	Tab    string
	Rows   []*registers.Dispute
	Tabs   []ui.Link
	Next   string
	Export string
	Today  clock.Date
}

func (s *Desk) disputeList(q *kit.Request) error {
	v := doubts{Tab: q.Param("tab"), Today: s.today()}
	if !slices.Contains(disputeTabs, v.Tab) {
		v.Tab = disputeTabs[0]
	}
	var err error
	if v.Rows, err = s.registers.Disputes(q.Context(), q.Actor, disputeFilter(v.Tab), q.Param("before"), disputeRows+1); err != nil {
		return err
	}
	if len(v.Rows) > disputeRows {
		v.Rows = v.Rows[:disputeRows]
		v.Next = disputesPath + "?tab=" + v.Tab + "&before=" + v.Rows[disputeRows-1].ID
	}
	for _, tab := range disputeTabs {
		n, err := s.registers.Count(q.Context(), q.Actor, disputeFilter(tab))
		if err != nil {
			return err
		}
		v.Tabs = append(v.Tabs, ui.Link{Text: q.T("registers.tab_" + tab), Href: disputesPath + "?tab=" + tab, Current: tab == v.Tab, Count: dossier.Counted(n)})
	}
	v.Export = "/desk/exports/disputes.csv?tab=" + v.Tab
	return q.Render(s.page(q, q.T("registers.disputes"), areaDisputes), disputeListPage(v))
}

// exportDisputes sends the list as it is narrowed, without what people said.
func (s *Desk) exportDisputes(q *kit.Request) error {
	tab := q.Param("tab")
	if err := s.identity.RecordExport(q.Context(), q.Actor, "disputes", q.URL.RawQuery); err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	r, w := io.Pipe()
	defer r.Close() // ends the writer when the visitor has left
	go func() { w.CloseWithError(s.writeDisputes(ctx, q, w, disputeFilter(tab))) }()
	err := q.File(kit.Download{Name: q.T("registers.disputes") + "-" + s.today().String() + ".csv", Type: sheet.CSV.Type(), Size: -1, Body: r})
	if err != nil {
		panic(http.ErrAbortHandler) // half a list must not look like a whole one
	}
	return nil
}

func (s *Desk) writeDisputes(ctx context.Context, q *kit.Request, to io.Writer, f registers.Filter) error {
	var heads []string
	for _, key := range []string{"number", "source", "field", "for_item", "person", "owner", "opened_on", "due_on", "state", "answered_by", "answered_on"} {
		heads = append(heads, q.T("registers."+key))
	}
	out, err := sheet.New(to, sheet.CSV, q.T("registers.disputes"), heads...)
	if err != nil {
		return err
	}
	for before := ""; ; {
		page, err := s.registers.Disputes(ctx, q.Actor, f, before, registers.MostRows)
		if err != nil {
			return err
		}
		for _, d := range page {
			before = d.ID
			_, state := disputeState(ctx, d, s.today())
			if err := out.Row(d.Number, d.SourceName, d.Label, d.ItemName, d.PartyName, d.BodyName, d.OpenedOn.String(), d.DueOn.String(), state,
				d.AnsweredName, d.AnsweredOn.String()); err != nil {
				return err
			}
		}
		if len(page) < registers.MostRows {
			return out.Close()
		}
	}
}

// disputeState is the word of a dispute; one past its day says so.
func disputeState(ctx context.Context, d *registers.Dispute, today clock.Date) (ui.Tone, string) {
	switch {
	case d.Late(today):
		return ui.ToneBad, ui.T(ctx, "registers.late")
	case d.State == registers.Open:
		return ui.ToneNow, ui.T(ctx, "registers.state_open")
	case d.State == registers.Corrected:
		return ui.ToneOK, ui.T(ctx, "registers.state_corrected")
	}
	return ui.ToneNone, ui.T(ctx, "registers.state_"+string(d.State))
}

func disputeDue(ctx context.Context, d *registers.Dispute) string {
	if d.Provisional {
		return ui.T(ctx, "status.provisional", "date", d.DueOn)
	}
	return lang.Date(lang.From(ctx), d.DueOn)
}

// doubt is one dispute before its owner.
type doubt struct {
	*registers.Dispute
	Form  ui.Form
	Rows  []ui.Row
	Trace []ui.Step
	May   bool
	Today clock.Date
}

func (s *Desk) dispute(q *kit.Request) error {
	d, err := s.registers.Dispute(q.Context(), q.Actor, q.PathValue("dispute"))
	if err != nil {
		return err
	}
	return s.showDispute(q, d, ui.Form{})
}

func (s *Desk) showDispute(q *kit.Request, d *registers.Dispute, f ui.Form) error {
	ctx := ui.WithView(q.Context(), q.View())
	lines, err := s.registers.Trace(q.Context(), q.Actor, d)
	if err != nil {
		return err
	}
	v := doubt{Dispute: d, Form: f, May: registers.MayDo(q.Actor, d, registers.ActUphold), Today: s.today()}
	if f.Values == nil {
		v.Form = ui.Filled(map[string]string{"version": strconv.FormatInt(d.Version(), 10), "value": d.Claimed})
	}
	claimed := d.Claimed
	if claimed == "" {
		claimed = ui.T(ctx, "registers.claimed_not_yet")
	}
	v.Rows = []ui.Row{
		{Label: ui.T(ctx, "registers.person"), Value: d.PartyName},
		{Label: ui.T(ctx, "registers.stated", "source", d.SourceName), Value: d.Stated},
		{Label: ui.T(ctx, "registers.claimed"), Value: claimed},
		{Label: ui.T(ctx, "registers.as_of"), Value: ui.Date(ctx, d.AsOf)},
		{Label: ui.T(ctx, "registers.for_item"), Value: d.ItemName},
		{Label: ui.T(ctx, "registers.owner"), Value: d.BodyName},
		{Label: ui.T(ctx, "registers.due_on"), Value: disputeDue(ctx, d)},
	}
	if d.Reason != "" {
		v.Rows = append(v.Rows, ui.Row{Label: ui.T(ctx, "registers.reason"), Value: d.Reason})
	}
	for _, l := range lines {
		v.Trace = append(v.Trace, ui.Step{Title: ui.T(ctx, "registers.act_"+l.Act), Text: ui.DateTime(ctx, l.At) + " · " + l.Name, Done: true})
	}
	p := s.page(q, d.Number, areaDisputes)
	p.Back, p.Form = disputesPath, v.Form.Labelled(disputeFields(ctx, d)...)
	v.Form = p.Form
	return q.Render(p, disputePage(v))
}

func disputeFields(ctx context.Context, d *registers.Dispute) []ui.Field {
	hint := ui.T(ctx, "registers.value_hint")
	if d.Origin == registers.FromLicence {
		hint = ui.T(ctx, "registers.value_hint_licence")
	}
	return []ui.Field{
		{Name: "verdict", Kind: ui.KindRadios, Label: ui.T(ctx, "registers.verdict"), Options: []ui.Option{
			{Value: "correct", Label: ui.T(ctx, "registers.verdict_correct")}, {Value: "uphold", Label: ui.T(ctx, "registers.verdict_uphold")}}},
		{Name: "value", Label: ui.T(ctx, "registers.value"), Hint: hint, Optional: true, Width: ui.WidthFull},
		{Name: "reason", Kind: ui.KindArea, Label: ui.T(ctx, "registers.reason"), Hint: ui.T(ctx, "registers.reason_hint"), Lines: 4, Width: ui.WidthFull},
	}
}

// answerDispute is the owner's word.
func (s *Desk) answerDispute(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue("dispute")
	verdict := f.Text("verdict")
	if verdict != "correct" && verdict != "uphold" {
		f.Faults.Add("verdict", "registers.verdict_required")
	}
	if err = f.Faults.Err(); err == nil {
		_, err = s.registers.Answer(q.Context(), q.Actor, id, f.Version(), registers.Answer{Correct: verdict == "correct", Value: f.Text("value"), Reason: f.Text("reason")})
	}
	if err == nil {
		q.Flash(ui.ToneOK, "registers.answered")
		return q.Redirect(disputesPath + "/" + id)
	}
	d, readErr := s.registers.Dispute(q.Context(), q.Actor, id)
	if readErr != nil {
		return readErr
	}
	if fault.KindOf(err) == fault.KindConflict {
		_, word := disputeState(ui.WithView(q.Context(), q.View()), d, s.today())
		return kit.Conflict(err, disputesPath+"/"+id, kit.Both{Label: q.T("desk.now"), Theirs: word})
	}
	if fields := fieldsOf(err); len(fields) > 0 {
		f.Faults = nil
		return s.showDispute(q, d, f.View(fields...))
	}
	return err
}

// doubted are the disputed answers of a case, both values beside each other, for the
// department that handles it; sensitive ones stay masked.
func (s *Desk) doubted(q *kit.Request, o *open) ([]ui.Row, error) {
	application, err := s.applications.Application(q.Context(), q.Actor, o.Dossier())
	if err != nil {
		return nil, err
	}
	all, err := s.registers.Of(q.Context(), application.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ctx := ui.WithView(q.Context(), q.View())
	var out []ui.Row
	for _, d := range all {
		x, ok := o.Rules.Form.Field(d.Element)
		if !ok {
			continue
		}
		claimed := x.Masked(form.Plain(d.Claimed)).Text
		if claimed == "" {
			claimed = ui.T(ctx, "registers.claimed_not_yet")
		}
		_, state := disputeState(ctx, d, o.Today)
		out = append(out, ui.Row{Label: d.Label, Value: claimed, Was: x.Masked(form.Plain(d.Stated)).Text,
			Source: ui.T(ctx, "registers.doubted", "source", d.SourceName, "owner", d.BodyName, "state", state)})
	}
	return out, nil
}
