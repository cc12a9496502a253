package portal

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/lang"
	"yimen/internal/registers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// disputeAct is the button beside a value that a source holds (ui.Field.Wrong).
const disputeAct = "wrong"

// dispute says that a held value is wrong. What was typed on the page is kept, and
// the same page comes back with an input where the value stood.
func (p *Portal) dispute(q *kit.Request, a *applications.Application, page form.Page, given form.Answers, f *kit.Form) error {
	saved, err := p.save(q, a, f.Version(), page.ID, given, true)
	if err == nil {
		saved, err = p.d.Applications.Dispute(q.Context(), q.Actor, a.ID, saved.Version(), f.Act().Path)
	}
	if err != nil {
		return kit.Conflict(err, pagePath(a, page.ID))
	}
	q.Flash(ui.ToneOK, "portal.dispute_opened")
	href := pagePath(saved, page.ID)
	if to := returning(q); to != "" {
		href += "?return=" + to
	}
	return q.Redirect(href + "#" + ui.FieldID(f.Act().Path))
}

// stillHeld are the sources of what is not typed on the page; beside what somebody is
// typing an old source would be wrong.
func stillHeld(a *applications.Application) map[string]applications.Source {
	out := map[string]applications.Source{}
	for key, s := range a.Sources {
		if a.Holds(key) {
			out[key] = s
		}
	}
	return out
}

// noteDisputes says beside a disputed field what the source says, who checks it and
// until when.
func (p *Portal) noteDisputes(q *kit.Request, a *applications.Application, fields []ui.Field) error {
	any := false
	for _, fl := range fields {
		any = any || a.Sources[fl.Name].Dispute != ""
	}
	if !any {
		return nil
	}
	all, err := p.d.Registers.Of(q.Context(), a.ID)
	if err != nil {
		return err
	}
	for i, fl := range fields {
		for _, d := range all {
			if d.ID == a.Sources[fl.Name].Dispute {
				fields[i].Source = disputeNote(q.Locale, d)
			}
		}
	}
	return nil
}

func disputeNote(l lang.Locale, d *registers.Dispute) string {
	args := []any{"source", d.SourceName, "stated", d.Stated, "owner", d.BodyName, "reason", d.Reason}
	if d.State == registers.Open {
		return lang.T(l, "registers.note_open", append(args, "due", due(l, d))...)
	}
	return lang.T(l, "registers.note_"+string(d.State), args...)
}

// due is the day of the answer; one beyond the announced calendar says so.
func due(l lang.Locale, d *registers.Dispute) string {
	if d.Provisional {
		return lang.T(l, "status.provisional", "date", d.DueOn)
	}
	return lang.Date(l, d.DueOn)
}

// disputes are what I have said is wrong, with the answers (个人信息保护法 art. 46).
func (p *Portal) disputes(q *kit.Request) error {
	all, err := p.d.Registers.Mine(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	return q.Render(ui.Page{
		Title: q.T("registers.mine"), Crumbs: []ui.Link{home(q), {Text: q.T("portal.account"), Href: "/account"}, {Text: q.T("registers.mine")}},
	}, disputesPage(all))
}

// withdrawDispute takes one back.
func (p *Portal) withdrawDispute(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	if _, err := p.d.Registers.Withdraw(q.Context(), q.Actor, q.PathValue("dispute"), f.Version()); err != nil {
		return kit.Conflict(err, "/disputes")
	}
	q.Flash(ui.ToneOK, "registers.withdrawn_done")
	return q.Redirect("/disputes")
}

// disputeRows are what is said of one dispute.
func disputeRows(ctx context.Context, d *registers.Dispute) []ui.Row {
	l := lang.From(ctx)
	rows := []ui.Row{{Label: ui.T(ctx, "registers.stated", "source", d.SourceName), Value: d.Stated}}
	if d.Claimed != "" {
		rows = append(rows, ui.Row{Label: ui.T(ctx, "registers.claimed_mine"), Value: d.Claimed})
	}
	rows = append(rows, ui.Row{Label: ui.T(ctx, "registers.owner"), Value: d.BodyName},
		ui.Row{Label: ui.T(ctx, "registers.for_item"), Value: d.ItemName},
		ui.Row{Label: ui.T(ctx, "registers.opened_on"), Value: ui.Date(ctx, d.OpenedOn)})
	if d.State == registers.Open {
		return append(rows, ui.Row{Label: ui.T(ctx, "registers.due_on"), Value: due(l, d)})
	}
	if d.Reason != "" {
		rows = append(rows, ui.Row{Label: ui.T(ctx, "registers.answered_on"), Value: ui.Date(ctx, d.AnsweredOn)},
			ui.Row{Label: ui.T(ctx, "registers.reason"), Value: d.Reason})
	}
	return rows
}

var disputeTones = map[registers.DisputeState]ui.Tone{registers.Open: ui.ToneNow, registers.Corrected: ui.ToneOK, registers.Upheld: ui.ToneNone,
	registers.Withdrawn: ui.ToneNone}
