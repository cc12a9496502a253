package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"yimen/internal/app"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/job"
	"yimen/internal/platform/keys"
)

func migrateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the schema up to date and make the key file of a new installation",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := open(c, app.Mode{Migrate: true})
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "schema up to date (%s)\n", a.DB.Dialect())
			return a.Close()
		},
	}
	options(c, where...)
	return c
}

func journalCommand() *cobra.Command {
	c := &cobra.Command{Use: "journal", Short: "The journal of acts", RunE: needsVerb}
	verify := &cobra.Command{
		Use:   "verify",
		Short: "Recompute every hash and name the first broken entry",
		Long: `verify recomputes the hash of every entry and payload, follows every chain, looks
for gaps in the numbering and compares every row with its last entry. It may run
beside a server. Exit code 0 means that everything holds, 1 that something does not.`,
		Args: noArgs,
		RunE: verifyJournal,
	}
	options(verify, where...)
	verify.Flags().Bool("json", false, "print the report as JSON")
	c.AddCommand(verify)
	return c
}

func verifyJournal(c *cobra.Command, _ []string) error {
	a, err := open(c, app.Mode{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	all, err := a.Book.Count(c.Context(), a.DB)
	if err != nil {
		return err
	}
	b, n := newBar(c.ErrOrStderr(), "journal"), 0
	report, err := a.Book.Verify(c.Context(), a.DB, app.Nouns(), func() { n++; b.set(n, int(all)) })
	b.done()
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	if asJSON(c) {
		if err := printJSON(out, report); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(out, "%d entries of %d subjects, %d payloads erased (已遮蔽)\n", report.Entries, report.Subjects, report.Erased)
		for i, br := range report.Breaks {
			if i == 0 {
				fmt.Fprintln(out, "first broken: "+br.String())
			} else {
				fmt.Fprintln(out, "              "+br.String())
			}
		}
		if len(report.Breaks) == 0 {
			fmt.Fprintln(out, "the journal holds")
		}
	}
	if len(report.Breaks) > 0 {
		return errReported{fmt.Errorf("the journal is broken in %d places", len(report.Breaks))}
	}
	return nil
}

func keysCommand() *cobra.Command {
	c := &cobra.Command{Use: "keys", Short: "The key file", RunE: needsVerb}
	rotate := &cobra.Command{
		Use:   "rotate",
		Short: "Add a new encryption key; what was written stays readable with the old one",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			v, err := values(c)
			if err != nil {
				return err
			}
			ring, err := keys.Rotate(app.KeyFile(v))
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "new key %s is current; restart running processes and keep a copy of the file apart from the database\n", ring.Current())
			return nil
		},
	}
	options(rotate, "data", "keys")
	c.AddCommand(rotate)
	return c
}

// finding is one line of yimen check.
type finding struct {
	What  string `json:"what"`
	OK    bool   `json:"ok"`
	Words string `json:"words"`
}

func checkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "check",
		Short: "Look over an installation: database, keys, store, catalogue, accounts",
		Args:  noArgs,
		RunE:  check,
	}
	options(c, where...)
	c.Flags().Bool("json", false, "print as JSON")
	return c
}

func check(c *cobra.Command, _ []string) error {
	a, err := open(c, app.Mode{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	var all []finding
	bad := 0
	for _, look := range []func(*cobra.Command, *app.App) finding{checkOrder, checkKeys, checkStore, checkCatalogue, checkBodies, checkJobs} {
		f := look(c, a)
		if all = append(all, f); !f.OK {
			bad++
		}
	}
	if asJSON(c) {
		if err := printJSON(c.OutOrStdout(), all); err != nil {
			return err
		}
	} else {
		for _, f := range all {
			mark := "ok   "
			if !f.OK {
				mark = "WRONG"
			}
			fmt.Fprintf(c.OutOrStdout(), "%s  %-10s %s\n", mark, f.What, f.Words)
		}
	}
	if bad > 0 {
		return errReported{fmt.Errorf("%d of %d checks failed", bad, len(all))}
	}
	return nil
}

// checkOrder: lists are paged by key and names found by their beginning, both by
// bytes; a database with a language's own order would skip and repeat rows.
func checkOrder(c *cobra.Command, a *app.App) finding {
	var spoken int
	if err := a.DB.Row(c.Context(), `SELECT CASE WHEN 'a' < 'B' THEN 1 ELSE 0 END`).Scan(&spoken); err != nil {
		return finding{"order", false, explain(err)}
	}
	if spoken == 1 {
		return finding{"order", false, "the database orders text by a language; make it with TEMPLATE template0 LOCALE 'C' and move the data there"}
	}
	return finding{"order", true, "text is ordered by bytes"}
}

func checkKeys(_ *cobra.Command, a *app.App) finding {
	return finding{"keys", true, "current key " + a.Ring.Current()}
}

func checkStore(c *cobra.Command, a *app.App) finding {
	if err := a.Files.Store.Check(c.Context()); err != nil {
		return finding{"store", false, explain(err)}
	}
	return finding{"store", true, "attachments can be read and written"}
}

func checkCatalogue(c *cobra.Command, a *app.App) finding {
	g, err := a.Catalogue.Generation(c.Context(), a.DB)
	switch {
	case err != nil:
		return finding{"catalogue", false, explain(err)}
	case g == 0:
		return finding{"catalogue", false, "no catalogue yet: yimen catalogue import --data DIR SETDIR"}
	}
	return finding{"catalogue", true, fmt.Sprintf("generation %d", g)}
}

func checkBodies(c *cobra.Command, a *app.App) finding {
	all, err := a.Identity.Bodies(c.Context(), a.DB)
	if err != nil {
		return finding{"bodies", false, explain(err)}
	}
	if len(all) == 0 {
		return finding{"bodies", false, "no body yet: yimen staff add makes the first administrator, who adds the departments"}
	}
	return finding{"bodies", true, fmt.Sprintf("%d bodies", len(all))}
}

func checkJobs(c *cobra.Command, a *app.App) finding {
	parked, err := job.Parked(c.Context(), a.DB)
	if err != nil {
		return finding{"jobs", false, explain(err)}
	}
	return finding{"jobs", parked == 0, fmt.Sprintf("%d parked", parked)}
}

func routesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "routes",
		Short: "List every address with who may call it",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := os.MkdirTemp("", "yimen-routes")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			if err := c.Flags().Set("data", dir); err != nil {
				return err
			}
			a, err := open(c, app.Mode{Migrate: true})
			if err != nil {
				return err
			}
			defer a.Close()
			return printRoutes(c.OutOrStdout(), a, asJSON(c))
		},
	}
	options(c, "data", "dev")
	_ = c.Flags().MarkHidden("data") // it works on an empty installation of its own
	c.Flags().Bool("json", false, "print as JSON")
	return c
}

func printRoutes(out io.Writer, a *app.App, js bool) error {
	type route struct {
		Method  string `json:"method"`
		Pattern string `json:"pattern"`
		Access  string `json:"access"`
	}
	var all []route
	for _, r := range a.Router().Routes() {
		all = append(all, route{r.Method, r.Pattern, r.Access.String()})
	}
	if js {
		return printJSON(out, all)
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, r := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Method, r.Pattern, r.Access)
	}
	return w.Flush()
}

func versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: noArgs, Run: func(c *cobra.Command, _ []string) {
		fmt.Fprintln(c.OutOrStdout(), "yimen "+version)
	}}
}

func needsVerb(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return errUsage{fmt.Errorf("yimen %s has no command %q; see yimen %s --help", c.Name(), args[0], c.Name())}
	}
	return c.Help()
}

func asJSON(c *cobra.Command) bool {
	v, err := c.Flags().GetBool("json")
	return err == nil && v
}

func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// operator is the actor of commands typed at the machine.
var operator = identity.System("operator", gov.Import)
