package progress

import (
	"context"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/web/dossier"
	"yimen/internal/web/ui"
)

// Progress is one application for a bundle as somebody follows it.
type Progress struct {
	Name    string // of the bundle
	Number  gov.CaseNumber
	Of      int // members it has, of which the reader may see fewer
	Members []Member
	Promise Promise
	Flow    ui.Flow
}

// Member is one case of it.
type Member struct {
	cases.Companion
	Tone    ui.Tone
	Word    string   // its state
	Href    string   // its page, '' where the reader may not open it
	Why     string   // the reasons for its date, likewise
	Waits   []string // names of what has to be granted first and is not yet
	Awaited string   // who is awaited to do what
	Due     string   // until when, in words; '' where no clock runs
	Since   string
	Note    string // why it ended, or what its end ended
}

// Paths tell where a reader finds a case and the reasons for its dates, and whether
// he is the applicant himself.
type Paths struct {
	Case, Dates func(id string) string
	Mine        bool
}

// Read puts the companions of an application into words.
func Read(ctx context.Context, all cases.Companions, at Paths) []Member {
	out := make([]Member, len(all))
	for i, x := range all {
		m := Member{Companion: x, Since: ui.DateTime(ctx, x.Since)}
		m.Tone, m.Word = word(ctx, x)
		if x.Case != nil {
			m.Href, m.Why = at.Case(x.ID), at.Dates(x.ID)
		}
		m.Waits = waits(all, x)
		m.Awaited = awaited(ctx, m, at.Mine)
		m.Due = due(ctx, x)
		if m.Due == "" || x.State == cases.Waiting {
			m.Why = ""
		}
		m.Note = note(ctx, all, x)
		out[i] = m
	}
	return out
}

// word is a companion's state in the words of every other page; of a case of
// another department without its step.
func word(ctx context.Context, x cases.Companion) (ui.Tone, string) {
	c := &cases.Case{State: x.State, Refused: x.Ended == cases.ActRefuse}
	if x.Case != nil {
		c = x.Case
	}
	tone, text := dossier.Status(ctx, c)
	switch {
	case x.Ended == cases.ActCut:
		return ui.ToneBad, ui.T(ctx, "progress.cut_off")
	case x.State == cases.Lapsed || x.State == cases.Terminated:
		return ui.ToneBad, text
	}
	return tone, text
}

func waits(all cases.Companions, x cases.Companion) (names []string) {
	if x.State != cases.Waiting {
		return nil
	}
	for _, id := range x.After {
		if p, ok := all.Find(id); ok && !p.Granted() {
			names = append(names, p.ItemName)
		}
	}
	return names
}

// awaited says from whom what is awaited; mine is for the applicant's own eyes.
func awaited(ctx context.Context, m Member, mine bool) string {
	switch {
	case m.State == cases.Waiting:
		return ui.T(ctx, "progress.waits_for", "names", Joined(ctx, m.Waits))
	case m.Awaits == cases.Nobody:
		return ""
	case m.Awaits == cases.Applicant && mine:
		return ui.T(ctx, "progress.awaits_you")
	case m.Awaits == cases.Applicant:
		return ui.T(ctx, "progress.awaits_applicant")
	case m.Awaits == cases.Outlet:
		return ui.T(ctx, "progress.awaits_outlet")
	}
	return ui.T(ctx, "progress.awaits_body", "body", m.BodyName, "what", dossier.Awaited(ctx, m.Awaits))
}

// due is the date that counts now, or on which it was decided.
func due(ctx context.Context, x cases.Companion) string {
	switch {
	case x.State == cases.Granted || x.State == cases.Refused || x.State == cases.Delivered:
		return ui.T(ctx, "progress.decided", "date", x.DecidedOn)
	case x.DueOn.IsZero():
		return ""
	case x.State == cases.Submitted:
		return ui.T(ctx, "progress.accept_by", "date", dossier.Dated(ctx, x.DueOn, x.Provisional))
	case x.State == cases.Correcting:
		return ui.T(ctx, "progress.answer_by", "date", dossier.Dated(ctx, x.DueOn, x.Provisional))
	}
	return ui.T(ctx, "progress.decide_by", "date", dossier.Dated(ctx, x.DueOn, x.Provisional))
}

// note tells why a case ended without a grant, what ended with it and what goes on.
func note(ctx context.Context, all cases.Companions, x cases.Companion) string {
	if x.Cause != "" {
		p, _ := all.Find(x.Cause)
		return ui.T(ctx, "progress.because", "name", p.ItemName, "how", ui.T(ctx, "progress.how_"+string(p.Ended)))
	}
	if x.Open() || x.Granted() {
		return ""
	}
	var ended, going []string
	for _, y := range all {
		switch {
		case y.Ended == cases.ActCut && leads(all, x.ID, y):
			ended = append(ended, y.ItemName)
		case y.Open():
			going = append(going, y.ItemName)
		}
	}
	text := ""
	if len(ended) > 0 {
		text = ui.T(ctx, "progress.ended_with", "names", Joined(ctx, ended))
	}
	if len(going) > 0 {
		text += ui.T(ctx, "progress.goes_on", "names", Joined(ctx, going))
	}
	return text
}

// leads tells whether the chain of causes of y begins with the case.
func leads(all cases.Companions, id string, y cases.Companion) bool {
	for range all {
		if y.Cause == id {
			return true
		}
		y, _ = all.Find(y.Cause)
	}
	return false
}

// Joined lists names in the reader's language.
func Joined(ctx context.Context, names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += lang.T(lang.From(ctx), "progress.comma")
		}
		out += n
	}
	return out
}

// Draw makes the graph: members in layers, predecessor to successor.
func Draw(ctx context.Context, name string, members []Member) ui.Flow {
	f := ui.Flow{Title: ui.T(ctx, "progress.graph", "name", name, "n", len(members)), Wide: true, States: true, Told: true}
	for _, m := range members {
		end := m.Due
		if m.State == cases.Waiting {
			end = ""
		}
		f.Nodes = append(f.Nodes, ui.FlowNode{ID: m.ID, Title: m.ItemName, Sub: m.BodyName + " · " + m.Word, End: end, Tone: drawn(m), Href: m.Href})
		for _, p := range m.After {
			f.Edges = append(f.Edges, ui.FlowEdge{From: p, To: m.ID})
		}
	}
	return f
}

// drawn is the tone in the drawing, where what waits is plain.
func drawn(m Member) ui.Tone {
	if m.State == cases.Waiting {
		return ui.ToneNone
	}
	return m.Tone
}
