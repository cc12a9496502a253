package api

import (
	"context"

	"yimen/internal/cases"
)

// Entry is one act of a case's journal. Sensitive values are in none of them; a
// payload that was erased leaves its entry, without what was said.
type Entry struct {
	Version   int64    `json:"version"`
	Act       string   `json:"act"`
	At        string   `json:"at" format:"date-time"`
	By        string   `json:"by"`
	OnBehalf  bool     `json:"on_behalf"`
	Channel   string   `json:"channel"`
	From      string   `json:"from,omitempty"`
	To        string   `json:"to"`
	Step      string   `json:"step,omitempty"`
	Verdict   string   `json:"verdict,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Article   string   `json:"article,omitempty"`
	Words     string   `json:"words,omitempty"`
	Defects   []Defect `json:"defects,omitempty"`
	Letter    string   `json:"letter,omitempty"`
	Procedure string   `json:"procedure,omitempty"`
	Days      int      `json:"days,omitempty"`
	Names     []string `json:"names,omitempty"`
	Passed    bool     `json:"passed,omitempty"`
	Way       string   `json:"way,omitempty"`
	Parcel    string   `json:"parcel,omitempty"`
	Charge    *Charge  `json:"charge,omitempty"`
	Erased    bool     `json:"erased,omitempty"`
}

// Charge is money taken, in fen, by a published standard.
type Charge struct {
	Amount   int64  `json:"amount"`
	For      string `json:"for"`
	Standard string `json:"standard"`
}

// Trace is the journal of a case, oldest first.
type Trace struct {
	Entries []Entry `json:"entries"`
}

func (a *API) getTrace(ctx context.Context, c Caller, in *ByID) (*output[Trace], error) {
	x, err := a.d.Cases.Case(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	lines, err := a.d.Cases.Trace(ctx, c.Actor, x)
	if err != nil {
		return nil, err
	}
	out := Trace{Entries: []Entry{}}
	for _, l := range lines {
		out.Entries = append(out.Entries, entryOf(l))
	}
	return &output[Trace]{out}, nil
}

// entryOf leaves out the face of a licence, which holds numbers, and who signed
// for a delivery.
func entryOf(l cases.Line) Entry {
	ch := l.Change
	e := Entry{Version: l.Version, Act: l.Act, At: instant(l.At), By: l.Name, OnBehalf: l.OnBehalfOf != "", Channel: l.Channel, From: l.From,
		To: l.To, Step: string(ch.Step), Verdict: string(ch.Verdict), Reason: ch.Reason, Article: ch.Article, Words: ch.Words, Letter: ch.Letter,
		Names: ch.Names, Passed: ch.Passed, Way: string(ch.Way), Parcel: ch.Parcel, Erased: l.Erased}
	if cases.Act(l.Act) == cases.ActDeliver || cases.Act(l.Act) == cases.ActPost {
		e.Words = "" // the document shown at the outlet
	}
	if ev := ch.Event; ev != nil {
		e.Procedure = ev.Procedure
		if ev.Planned != nil {
			e.Days = *ev.Planned
		}
	}
	if x := ch.Charge; x != nil {
		e.Charge = &Charge{x.Fen, x.For, x.Standard}
	}
	if ch.Days > 0 {
		e.Days = ch.Days
	}
	for _, d := range ch.Defects {
		e.Defects = append(e.Defects, Defect{string(d.Kind), d.Key, d.Label, d.Reason})
	}
	return e
}
