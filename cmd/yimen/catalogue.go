package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"yimen/internal/app"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/lang"
)

func catalogueCommand() *cobra.Command {
	c := &cobra.Command{Use: "catalogue", Short: "The catalogue of items", RunE: needsVerb}
	c.AddCommand(importCommand(), exportCommand(), mergeCommand())
	return c
}

func importCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "import SETDIR",
		Short: "Read a catalogue set; nothing is imported when anything in it is wrong",
		Long: `import reads items, bundles, data_elements, licences, departments, regions and
holidays (YAML; items may be split into items/*.yaml) and lists every error with
file, line and reason. The same set twice changes nothing; a changed item becomes
a new version and running cases keep theirs; an item that is not in the set stays
and is named. An embedded installation must not be served meanwhile.`,
		Args: oneDir,
		RunE: importSet,
	}
	options(c, where...)
	c.Flags().Bool("json", false, "print the report as JSON")
	return c
}

func oneDir(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return errUsage{fmt.Errorf("%s wants one directory; see yimen catalogue %s --help", c.Name(), c.Name())}
	}
	return nil
}

func importSet(c *cobra.Command, args []string) error {
	if st, err := os.Stat(args[0]); err != nil || !st.IsDir() {
		return errUsage{fmt.Errorf("%s is not a directory", args[0])}
	}
	a, err := open(c, app.Mode{Migrate: true})
	if err != nil {
		return err
	}
	defer a.Close()
	b := newBar(c.ErrOrStderr(), "catalogue")
	report, err := a.Catalogue.Import(c.Context(), operator, os.DirFS(args[0]), b.set)
	b.done()
	if len(report.Problems) > 0 {
		return printProblems(c, report.Problems)
	}
	if err != nil {
		return err
	}
	if asJSON(c) {
		return printJSON(c.OutOrStdout(), report)
	}
	printReport(c.OutOrStdout(), report)
	return nil
}

// printProblems lists every error of a refused set, one a line, as editors jump to it.
func printProblems(c *cobra.Command, all set.Problems) error {
	return refuse(c, all, map[string]any{"imported": false}, "catalogue.cli_refused")
}

// refuse lists problems, as JSON beside what else there is to say, else one a line
// and the sentence at the end.
func refuse(c *cobra.Command, all set.Problems, js map[string]any, sentence string) error {
	type problem struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Path   string `json:"path,omitempty"`
		Code   string `json:"code"`
		Reason string `json:"reason"`
	}
	list := make([]problem, len(all))
	for i, p := range all {
		list[i] = problem{p.File, p.Line, p.Path, p.Code, lang.T(locale(), p.Code, p.Args)}
	}
	refused := errReported{fmt.Errorf("%d errors", len(all))}
	if asJSON(c) {
		js["problems"] = list
		if err := printJSON(c.OutOrStdout(), js); err != nil {
			return err
		}
		return refused
	}
	out := c.ErrOrStderr()
	for _, p := range list {
		fmt.Fprintf(out, "%s:%d: %s", p.File, p.Line, p.Reason)
		if p.Path != "" {
			fmt.Fprintf(out, " (%s)", p.Path)
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, lang.T(locale(), sentence, "count", len(all)))
	return refused
}

func printReport(out io.Writer, r catalogue.Report) {
	if !r.Changed {
		fmt.Fprintln(out, lang.T(locale(), "catalogue.cli_unchanged", "generation", r.Generation))
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "\tadded\tchanged\tunchanged\tabsent")
	for _, row := range []struct {
		name string
		t    catalogue.Tally
	}{{"items", r.Items}, {"bundles", r.Bundles}, {"elements", r.Elements}, {"licences", r.Licences},
		{"departments", r.Departments}, {"regions", r.Regions}, {"years", r.Years}, {"local items", r.Overrides}} {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\n", row.name, len(row.t.Added), len(row.t.Changed), row.t.Unchanged, len(row.t.Absent))
	}
	w.Flush()
	for _, id := range r.Items.Absent {
		fmt.Fprintln(out, lang.T(locale(), "catalogue.cli_absent", "item", id))
	}
	for _, h := range r.Withheld {
		reasons := make([]string, len(h.Lacks))
		for i, key := range h.Lacks {
			reasons[i] = lang.T(locale(), key)
		}
		fmt.Fprintln(out, lang.T(locale(), "catalogue.cli_withheld", "item", h.Item, "reasons", strings.Join(reasons, "、")))
	}
	for _, l := range r.Late {
		text := lang.T(locale(), "catalogue.cli_late", "bundle", l.Bundle, "from", l.From.String(), "due", l.Due.String(), "target", l.Target.String())
		if l.Provisional {
			text += " " + lang.T(locale(), "catalogue.cli_merge_provisional")
		}
		fmt.Fprintln(out, text)
	}
	fmt.Fprintln(out, lang.T(locale(), "catalogue.cli_generation", "generation", r.Generation))
}

func exportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "export DIR",
		Short: "Write the current catalogue as a set that import reads",
		Args:  oneDir,
		RunE: func(c *cobra.Command, args []string) error {
			a, err := open(c, app.Mode{ReadOnly: true})
			if err != nil {
				return err
			}
			defer a.Close()
			return a.Catalogue.Export(c.Context(), args[0])
		},
	}
	options(c, where...)
	return c
}
