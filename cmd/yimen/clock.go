package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"yimen/internal/clock"
	"yimen/internal/clockfile"
	"yimen/internal/lang"
)

func clockCommand() *cobra.Command {
	c := &cobra.Command{Use: "clock", Short: "The statutory clock: why a date is what it is", RunE: needsVerb}
	c.AddCommand(clockExplainCommand(), clockCheckCommand())
	return c
}

func clockExplainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "explain SCENARIO",
		Short: "Compute every limit of a scenario, with the reason of every day",
		Long: `explain reads a scenario, YAML or JSON, and tells for each limit when it began,
when it is due, and what it has used up; - reads standard input. No installation
is needed. A scenario looks like this:

  calendar: cn                # or {years: [2031], days_off: [2031-10-01], workdays: [2031-10-11]}
  cutoff: "17:30"             # optional: the end of the day for what is handed in
  assume_weekdays: false      # optional: Monday to Friday where no holidays are announced
  extend_max: 10              # optional: 15 for joint handling
  limits:                     # each may be left out
    accept:    {days: 5,  unit: working}
    promised:  {days: 7,  unit: working}
    statutory: {days: 20, unit: working}
    deliver:   {days: 10, unit: natural}
  events:                     # submit, notify_correction, resubmit, accept, decline,
                              # suspend, resume, extend, decide, deliver, withdraw
    - {at: "2026-02-13T16:00:00+08:00", do: submit}
    - {at: "2026-02-14T09:30:00+08:00", do: accept}
    - {at: "2026-02-25T10:00:00+08:00", do: suspend, procedure: 听证, planned: 20}
    - {at: "2026-03-06T10:00:00+08:00", do: resume, procedure: 听证}
    - {at: "2026-03-10T10:00:00+08:00", do: extend, days: 10}
  asof: 2026-04-14

A count that runs into a year whose holidays are not announced is an error that
names the year, exit code 1.`,
		Args: oneFile,
		RunE: explainScenario,
	}
	c.Flags().Bool("days", false, "tell every day: whether it counted, why, by which article")
	c.Flags().Bool("json", false, "print the answer as JSON")
	return c
}

func clockCheckCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "check FILE",
		Short: "Run worked cases and name every difference from what they expect",
		Long: `check reads a file of worked cases, YAML or JSON; - reads standard input. Each case
under cases has an id, a scenario as explain reads it, and under expect the answer
that explain --json gives. Exit code 0 means that all agree, 1 that some do not.`,
		Args: oneFile,
		RunE: checkCases,
	}
	c.Flags().Bool("json", false, "print the report as JSON")
	return c
}

func oneFile(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return errUsage{fmt.Errorf("%s wants one file, or - for standard input; see yimen clock %s --help", c.Name(), c.Name())}
	}
	return nil
}

// readFile takes at most one byte more than a file may have, whatever it claims to be.
func readFile(c *cobra.Command, path string) ([]byte, error) {
	in := c.InOrStdin()
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, errUsage{err}
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, clockfile.MaxBytes+1))
	if err != nil {
		return nil, errUsage{err}
	}
	return data, nil
}

func explainScenario(c *cobra.Command, args []string) error {
	data, err := readFile(c, args[0])
	if err != nil {
		return err
	}
	s, err := clockfile.Scenario(args[0], data)
	if err != nil {
		return refuseFile(c, err)
	}
	withDays, err := c.Flags().GetBool("days")
	if err != nil {
		return err
	}
	e := clock.Explanation{Limits: s.Limits}
	if withDays {
		e, err = s.Explain()
	} else {
		e.Answer, err = s.Answer()
	}
	switch {
	case err != nil:
		return unanswered(c, args[0], data, err)
	case !asJSON(c):
		printAnswer(c.OutOrStdout(), s, e)
		return nil
	case withDays:
		return printJSON(c.OutOrStdout(), e)
	}
	return printJSON(c.OutOrStdout(), e.Answer)
}

// unanswered says why there is no answer; R12 has a form of its own in JSON.
func unanswered(c *cobra.Command, file string, data []byte, err error) error {
	var unknown clock.UnknownYear
	switch {
	case errors.As(err, &unknown) && asJSON(c):
		if err := printJSON(c.OutOrStdout(), unknown); err != nil {
			return err
		}
		return errReported{unknown}
	case errors.As(err, &unknown):
		return errors.New(lang.T(locale(), "clock.year_unknown", "year", unknown.Year))
	case errors.Is(err, clock.ErrLong):
		return errors.New(lang.T(locale(), "clock.too_long"))
	}
	return refuseFile(c, clockfile.Explain(file, data, err))
}

// refuseFile lists every problem of a file, one a line, as editors jump to.
func refuseFile(c *cobra.Command, err error) error {
	var all clockfile.Problems
	if !errors.As(err, &all) {
		return err
	}
	if asJSON(c) {
		if err := printJSON(c.OutOrStdout(), map[string]any{"problems": reasonsOf(all)}); err != nil {
			return err
		}
	} else {
		for _, line := range linesOf("", all) {
			fmt.Fprintln(c.ErrOrStderr(), visible(line))
		}
	}
	return errReported{err}
}

// fileProblem is a problem of a file in JSON.
type fileProblem struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Path   string `json:"path,omitempty"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

func reasonsOf(all clockfile.Problems) []fileProblem {
	out := make([]fileProblem, len(all))
	for i, p := range all {
		out[i] = fileProblem{p.File, p.Line, p.Path, p.Code, lang.T(locale(), p.Code, p.Args)}
	}
	return out
}

// linesOf writes problems as editors find them; of is the case they belong to.
func linesOf(of string, all clockfile.Problems) []string {
	out := make([]string, len(all))
	for i, p := range reasonsOf(all) {
		out[i] = fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
		if place := strings.TrimSpace(of + " " + p.Path); place != "" {
			out[i] += " (" + place + ")"
		}
	}
	return out
}

// clockReport is what clock check found; a case fails by its differences or its
// problems.
type clockReport struct {
	Cases    int           `json:"cases"`
	Failed   int           `json:"failed"`
	Failures []caseFailure `json:"failures"`
}

type caseFailure struct {
	Case        string                 `json:"case"`
	Title       string                 `json:"title,omitempty"`
	Line        int                    `json:"line"`
	Differences []clockfile.Difference `json:"differences,omitempty"`
	Problems    []fileProblem          `json:"problems,omitempty"`
	lines       []string
}

func checkCases(c *cobra.Command, args []string) error {
	data, err := readFile(c, args[0])
	if err != nil {
		return err
	}
	cases, err := clockfile.ReadCases(args[0], data)
	if err != nil {
		return refuseFile(c, err)
	}
	report := clockReport{Cases: cases.Len(), Failures: []caseFailure{}}
	b := newBar(c.ErrOrStderr(), "cases")
	for i := range cases.Len() {
		f, failed := runCase(cases.Case(i))
		b.set(i+1, cases.Len())
		if !failed {
			continue
		}
		report.Failed++
		if asJSON(c) {
			report.Failures = append(report.Failures, f)
			continue
		}
		for _, line := range f.lines {
			fmt.Fprintln(c.OutOrStdout(), visible(line))
		}
	}
	b.done()
	if err := printClockReport(c, report); err != nil {
		return err
	}
	if report.Failed > 0 {
		return errReported{fmt.Errorf("%d of %d cases differ", report.Failed, report.Cases)}
	}
	return nil
}

func runCase(w clockfile.Case) (caseFailure, bool) {
	f := caseFailure{Case: w.ID, Title: w.Title, Line: w.Line}
	differences, err := w.Run()
	var problems clockfile.Problems
	switch {
	case errors.As(err, &problems):
		f.Problems, f.lines = reasonsOf(problems), linesOf(w.ID, problems)
	case err != nil:
		f.lines = []string{w.ID + ": " + err.Error()}
	}
	f.Differences = differences
	for _, d := range differences {
		f.lines = append(f.lines, lang.T(locale(), "clock.difference", "id", w.ID, "line", w.Line, "path", d.Path,
			"want", orAbsent(d.Want), "got", orAbsent(d.Got)))
	}
	return f, err != nil || len(differences) > 0
}

func orAbsent(text string) string {
	if text == "" {
		return lang.T(locale(), "clock.absent")
	}
	return text
}

func printClockReport(c *cobra.Command, r clockReport) error {
	out := c.OutOrStdout()
	if asJSON(c) {
		return printJSON(out, r)
	}
	key := "clock.all_agree"
	if r.Failed > 0 {
		key = "clock.some_differ"
	}
	fmt.Fprintln(out, lang.T(locale(), key, "count", r.Cases, "failed", r.Failed))
	return nil
}
