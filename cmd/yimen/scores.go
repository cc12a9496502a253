package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"yimen/internal/app"
	"yimen/internal/lang"
	"yimen/internal/scores"
)

func scoresCommand() *cobra.Command {
	c := &cobra.Command{Use: "scores", Short: "The scores of a month", RunE: needsVerb}
	compute := &cobra.Command{
		Use:   "compute --month YYYY-MM",
		Short: "Count a month in the journal; what is signed stays, and what differs is shown",
		Long: `compute counts a month that is over and stores its scores, as the server does by
itself at the first midnight of the next. As long as nobody has signed them they
are replaced; of a signed or published month only the differences are printed.
docs/reference/scores.md tells what is counted and how to count again. An embedded
installation must not be served meanwhile.`,
		Args: noArgs,
		RunE: computeScores,
	}
	options(compute, where...)
	compute.Flags().String("month", "", "the month, as 2026-10")
	compute.Flags().Bool("json", false, "print as JSON")
	c.AddCommand(compute)
	return c
}

// scoredMonth is what compute prints.
type scoredMonth struct {
	Month       scores.Month      `json:"month"`
	State       scores.State      `json:"state"`
	Edition     int64             `json:"edition"`
	New         bool              `json:"new"`
	Changed     bool              `json:"changed"`
	Lines       int               `json:"lines"`
	Closed      int64             `json:"closed"`
	Score       string            `json:"score,omitempty"` // points; none where there was nothing to score
	Hash        string            `json:"hash"`
	Figures     []scoredFigure    `json:"figures"`
	Differences []scoreDifference `json:"differences"`
}

type scoredFigure struct {
	Code        string      `json:"code"`
	Name        string      `json:"name"`
	Numerator   int64       `json:"numerator"`
	Denominator int64       `json:"denominator"`
	Value       string      `json:"value"`
	Unit        scores.Unit `json:"unit"`
	Target      string      `json:"target"`
	Points      string      `json:"points"`
	Weight      int64       `json:"weight"`
}

type scoreDifference struct {
	Body string   `json:"body,omitempty"`
	Item string   `json:"item,omitempty"`
	Code string   `json:"code"`
	Was  [2]int64 `json:"was"` // numerator, denominator
	Is   [2]int64 `json:"is"`
}

func computeScores(c *cobra.Command, _ []string) error {
	m, err := scores.ParseMonth(c.Flag("month").Value.String())
	if err != nil {
		return errUsage{fmt.Errorf("--month: %q is no month; write it as 2026-10", c.Flag("month").Value)}
	}
	a, err := open(c, app.Mode{Migrate: true})
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.Scores.Compute(c.Context(), operator, m)
	if err != nil {
		return err
	}
	edition, err := a.Scores.Edition(c.Context(), r.System)
	if err != nil {
		return err
	}
	out := scored(r, edition)
	if asJSON(c) {
		return printJSON(c.OutOrStdout(), out)
	}
	printScores(c.OutOrStdout(), out)
	return nil
}

func scored(r scores.Report, edition *scores.System) scoredMonth {
	out := scoredMonth{Month: r.Month, State: r.State, Edition: r.System, New: r.New, Changed: r.Changed, Lines: r.Lines, Closed: r.Total.Closed,
		Hash: r.Hash, Figures: []scoredFigure{}, Differences: []scoreDifference{}}
	if r.Total.Weighed > 0 {
		out.Score = r.Total.Score.String()
	}
	for _, f := range r.Total.Figures {
		x, ok := edition.Index(f.Code)
		if !ok {
			continue
		}
		name := x.Name
		if locale() == lang.EN {
			name = x.NameEN
		}
		out.Figures = append(out.Figures, scoredFigure{f.Code, name, f.Numerator, f.Denominator, x.Unit.Write(f.Value), x.Unit,
			x.Unit.Write(x.Target), f.Points.String(), x.Weight})
	}
	for _, d := range r.Differences {
		out.Differences = append(out.Differences, scoreDifference{d.Body, d.Item, d.Code,
			[2]int64{d.Was.Numerator, d.Was.Denominator}, [2]int64{d.Is.Numerator, d.Is.Denominator}})
	}
	return out
}

func printScores(out io.Writer, m scoredMonth) {
	say := func(key string, args ...any) { fmt.Fprintln(out, lang.T(locale(), key, args...)) }
	switch {
	case m.New:
		say("scores.cli_new", "month", string(m.Month), "lines", m.Lines)
	case m.Changed:
		say("scores.cli_changed", "month", string(m.Month), "n", len(m.Differences))
	case len(m.Differences) > 0:
		say("scores.cli_differs", "month", string(m.Month), "n", len(m.Differences))
	default:
		say("scores.cli_same", "month", string(m.Month))
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, f := range m.Figures {
		fmt.Fprintf(w, "%s\t%s\t%d / %d\t%s\t%s × %d\n", f.Code, f.Value, f.Numerator, f.Denominator, f.Name, f.Points, f.Weight)
	}
	for _, d := range m.Differences {
		fmt.Fprintf(w, "%s %s\t%s\t%d / %d\t→ %d / %d\n", d.Body, d.Item, d.Code, d.Was[0], d.Was[1], d.Is[0], d.Is[1])
	}
	w.Flush()
	total := "scores.cli_total"
	if m.Score == "" {
		total = "scores.cli_unscored"
	}
	say(total, "closed", m.Closed, "score", m.Score, "edition", m.Edition, "state", lang.Key("scores.state_"+string(m.State)))
}
