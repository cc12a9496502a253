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
		Short: "Add a new encryption key; what was written stays readable and is sealed anew",
		Long: `rotate adds an encryption key to the key file and makes it the current one. Running
serve and work processes take it up within seconds, without a restart; then what lies
under older keys is sealed anew in the background, a few rows at a time, and yimen
check tells how many are left. Older keys stay in the file: backups are still under
them. On several nodes copy the file to each at once; until then they cannot read
what the others write. The index key, by which sealed values are found, does not
change: every index would have to be made anew from the clear values.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			v, err := values(c)
			if err != nil {
				return err
			}
			ring, err := keys.Rotate(app.KeyFile(v))
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), rotated, ring.Current(), app.KeyFile(v))
			return nil
		},
	}
	options(rotate, "data", "keys")
	c.AddCommand(rotate)
	return c
}

// rotated tells what a rotation leaves to do, and to whom.
const rotated = `new key %s is current
by itself:  running processes take it up within seconds and seal anew what lies under older keys;
            yimen check tells how many values are left. Nothing runs? The next start does it.
you:        keep a copy of %s apart from the database; on several nodes copy it to each now
stays:      older keys, which backups need; the index key, so everything is still found
`

// finding is one line of yimen check.
type finding struct {
	What  string `json:"what"`
	OK    bool   `json:"ok"`
	Words string `json:"words"`
	Left  int64  `json:"left,omitempty"` // of keys: values under an older key
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
		return finding{What: "order", OK: false, Words: explain(err)}
	}
	if spoken == 1 {
		return finding{What: "order", OK: false, Words: "the database orders text by a language; make it with TEMPLATE template0 LOCALE 'C' and move the data there"}
	}
	return finding{What: "order", OK: true, Words: "text is ordered by bytes"}
}

// checkKeys: values under an older key are no fault while the program runs and seals them anew; what it cannot open
// stays and is in its log.
func checkKeys(c *cobra.Command, a *app.App) finding {
	b := newBar(c.ErrOrStderr(), "keys")
	left, err := a.Stale(c.Context(), b.set)
	b.done()
	if err != nil {
		return finding{What: "keys", Words: explain(err)}
	}
	words := "current key " + a.Ring.Current() + ", nothing lies under an older one"
	if left > 0 {
		words = fmt.Sprintf("current key %s, %d values still lie under an older one and are sealed anew while the program runs", a.Ring.Current(), left)
	}
	return finding{What: "keys", OK: true, Words: words, Left: left}
}

func checkStore(c *cobra.Command, a *app.App) finding {
	if err := a.Files.Store.Check(c.Context()); err != nil {
		return finding{What: "store", OK: false, Words: explain(err)}
	}
	return finding{What: "store", OK: true, Words: "attachments can be read and written"}
}

func checkCatalogue(c *cobra.Command, a *app.App) finding {
	g, err := a.Catalogue.Generation(c.Context(), a.DB)
	switch {
	case err != nil:
		return finding{What: "catalogue", OK: false, Words: explain(err)}
	case g == 0:
		return finding{What: "catalogue", OK: false, Words: "no catalogue yet: yimen catalogue import --data DIR SETDIR"}
	}
	return finding{What: "catalogue", OK: true, Words: fmt.Sprintf("generation %d", g)}
}

func checkBodies(c *cobra.Command, a *app.App) finding {
	all, err := a.Identity.Bodies(c.Context(), a.DB)
	if err != nil {
		return finding{What: "bodies", OK: false, Words: explain(err)}
	}
	if len(all) == 0 {
		return finding{What: "bodies", OK: false, Words: "no body yet: yimen staff add makes the first administrator, who adds the departments"}
	}
	return finding{What: "bodies", OK: true, Words: fmt.Sprintf("%d bodies", len(all))}
}

func checkJobs(c *cobra.Command, a *app.App) finding {
	parked, err := job.Parked(c.Context(), a.DB)
	if err != nil {
		return finding{What: "jobs", OK: false, Words: explain(err)}
	}
	return finding{What: "jobs", OK: parked == 0, Words: fmt.Sprintf("%d parked", parked)}
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
