package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"yimen/internal/app"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/lang"
)

func calendarCommand() *cobra.Command {
	c := &cobra.Command{Use: "calendar", Short: "The statutory calendar that every date follows", RunE: needsVerb}
	c.AddCommand(calendarImportCommand(), calendarShowCommand())
	return c
}

func calendarImportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Take in a year's holiday notice; every running case follows it",
		Long: `import reads holidays in the format of holidays.yaml: years with their notices,
days off by holiday, and make-up workdays. One file holds one year or several; a
year that is held and not in the file stays. Every error is listed with file, line
and reason, and then nothing is imported.

Before anything is changed it prints the effect: which days change, how many
running cases move, and the first of them before → after. --dry-run stops there and
may run beside a server. Otherwise the years are taken in as a new version of the
calendar and all running cases are counted again, each with its entry in the
journal. An embedded installation must not be served meanwhile.`,
		Args: oneCalendar,
		RunE: importCalendar,
	}
	options(c, where...)
	c.Flags().Bool("dry-run", false, "print the effect and change nothing")
	c.Flags().Bool("json", false, "print the report as JSON")
	return c
}

func calendarShowCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "show",
		Short: "Print the calendar in force as a file that import reads",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := open(c, app.Mode{ReadOnly: true})
			if err != nil {
				return err
			}
			defer a.Close()
			text, err := a.Catalogue.CalendarText(c.Context())
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(text)
			return err
		},
	}
	options(c, where...)
	return c
}

func oneCalendar(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return errUsage{fmt.Errorf("%s wants one file; see yimen calendar %s --help", c.Name(), c.Name())}
	}
	return nil
}

// calendarEffect is what an import would do, and once done has done.
type calendarEffect struct {
	Imported bool        `json:"imported"`
	Version  int64       `json:"version"` // of the calendar in force
	Added    []int       `json:"added"`
	Changed  []int       `json:"changed"`
	Same     []int       `json:"same"`
	Days     []dayChange `json:"days"`
	Running  int64       `json:"running"` // cases
	Effect   cases.Toll  `json:"effect"`
	First    []movedCase `json:"first"`
	Recount  *recounted  `json:"recount,omitempty"`
}

type dayChange struct {
	Date    clock.Date `json:"date"`
	Workday bool       `json:"workday"`
	Holiday string     `json:"holiday,omitempty"`
}

type movedCase struct {
	Number gov.CaseNumber `json:"number"`
	Item   string         `json:"item"`
	Body   string         `json:"body"`
	Dates  []movedDate    `json:"dates"`
}

type movedDate struct {
	Name   string     `json:"name"`
	Before clock.Date `json:"before"`
	After  clock.Date `json:"after"`
}

type recounted struct {
	Looked int64 `json:"looked"`
	Moved  int64 `json:"moved"`
}

// shownFirst is how many cases are printed before → after.
const shownFirst = 10

func importCalendar(c *cobra.Command, args []string) error {
	path := args[0]
	if st, err := os.Stat(path); err != nil || !st.Mode().IsRegular() {
		return errUsage{fmt.Errorf("%s is not a file", path)}
	}
	years, problems := set.ReadCalendar(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	if len(problems) > 0 {
		return printProblems(c, problems)
	}
	dry, err := c.Flags().GetBool("dry-run")
	if err != nil {
		return err
	}
	a, err := open(c, app.Mode{ReadOnly: dry, Migrate: !dry})
	if err != nil {
		return err
	}
	defer a.Close()
	o, err := a.Catalogue.Outlook(c.Context(), years)
	if err != nil {
		return err
	}
	e, err := effectOf(c.Context(), a, o)
	if err != nil {
		return err
	}
	if !asJSON(c) {
		printEffect(c.OutOrStdout(), e, o)
	}
	if !dry {
		if err := e.take(c, a, years, o.Hash); err != nil {
			return err
		}
	}
	if asJSON(c) {
		return printJSON(c.OutOrStdout(), e)
	}
	printTaken(c.OutOrStdout(), e, dry, o.Changes())
	return nil
}

// effectOf counts what the outlook would move.
func effectOf(ctx context.Context, a *app.App, o *catalogue.Outlook) (*calendarEffect, error) {
	e := &calendarEffect{Version: o.Base, Added: orNone(o.Added), Changed: orNone(o.Changed), Same: orNone(o.Same),
		Days: make([]dayChange, len(o.Days)), First: []movedCase{}}
	for i, d := range o.Days {
		e.Days[i] = dayChange{d.Date, d.After.Workday, d.After.Holiday}
	}
	var err error
	if e.Running, _, err = a.Cases.Running(ctx); err != nil || !o.Moves() {
		return e, err
	}
	for m, err := range a.Cases.Effect(ctx, o.After, o.Since(), clock.DateOf(a.Now().Time())) {
		if err != nil {
			return nil, err
		}
		e.Effect.Add(m)
		if m.Stays || len(e.First) == shownFirst {
			continue
		}
		line := movedCase{Number: m.Number, Item: m.ItemName, Body: m.BodyName, Dates: []movedDate{}}
		for _, d := range m.Moves() {
			line.Dates = append(line.Dates, movedDate(d))
		}
		e.First = append(e.First, line)
	}
	return e, nil
}

func orNone(years []int) []int {
	if years == nil {
		return []int{}
	}
	return years
}

// take imports what was shown and counts the running cases again.
func (e *calendarEffect) take(c *cobra.Command, a *app.App, years []set.CalendarYear, seen string) error {
	report, err := a.Catalogue.ImportCalendar(c.Context(), operator, years, seen)
	if err != nil {
		return err
	}
	e.Imported, e.Version = report.Changed, report.Version
	if !report.Recount {
		return nil
	}
	b := newBar(c.ErrOrStderr(), "calendar")
	r, err := a.Cases.RecountAll(c.Context(), report.Version, b.set)
	b.done()
	if err != nil {
		return err
	}
	e.Recount = &recounted{r.Looked, r.Moved}
	return nil
}

func printEffect(out io.Writer, e *calendarEffect, o *catalogue.Outlook) {
	say := func(key string, args ...any) { fmt.Fprintln(out, lang.T(locale(), key, args...)) }
	say("catalogue.cli_calendar_years", "added", listYears(e.Added), "changed", listYears(e.Changed), "same", listYears(e.Same))
	for _, d := range o.Days {
		key := "catalogue.cli_calendar_work"
		if !d.After.Workday {
			key = "catalogue.cli_calendar_off"
		}
		name := d.After.Holiday
		if name == "" {
			name = "—"
		}
		say(key, "date", d.Date, "name", name)
	}
	say("catalogue.cli_effect", "running", e.Running, "moved", e.Effect.Moved, "later", e.Effect.Later, "earlier", e.Effect.Earlier,
		"firm", e.Effect.Firm)
	if e.Effect.Stays > 0 {
		say("catalogue.cli_effect_stays", "n", e.Effect.Stays)
	}
	for _, m := range e.First {
		moves := make([]string, len(m.Dates))
		for i, d := range m.Dates {
			moves[i] = lang.T(locale(), "cases.date_"+d.Name) + " " + dayOr(d.Before) + " → " + dayOr(d.After)
		}
		if len(moves) == 0 {
			moves = append(moves, lang.T(locale(), "cases.date_firm"))
		}
		fmt.Fprintf(out, "  %s  %s  %s  %s\n", m.Number.Grouped(), m.Body, m.Item, strings.Join(moves, "; "))
	}
	if more := e.Effect.Moved - len(e.First); more > 0 {
		say("catalogue.cli_effect_more", "n", more)
	}
}

func printTaken(out io.Writer, e *calendarEffect, dry, changes bool) {
	say := func(key string, args ...any) { fmt.Fprintln(out, lang.T(locale(), key, args...)) }
	switch {
	case dry:
		say("catalogue.cli_calendar_dry")
	case !changes:
		say("catalogue.cli_calendar_same", "version", e.Version)
	default:
		say("catalogue.cli_calendar_taken", "version", e.Version)
	}
	if e.Recount != nil {
		say("catalogue.cli_recount", "looked", e.Recount.Looked, "moved", e.Recount.Moved)
	}
}

func dayOr(d clock.Date) string {
	if d.IsZero() {
		return "—"
	}
	return d.String()
}

func listYears(years []int) string {
	if len(years) == 0 {
		return "—"
	}
	words := make([]string, len(years))
	for i, y := range years {
		words[i] = strconv.Itoa(y)
	}
	return strings.Join(words, " ")
}
