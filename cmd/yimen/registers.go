package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"yimen/internal/app"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/registers"
)

func registersCommand() *cobra.Command {
	c := &cobra.Command{Use: "registers", Short: "Base registers: population, organisations", RunE: needsVerb}
	list := &cobra.Command{Use: "list", Short: "Owners, states and ages of the registers", Args: noArgs, RunE: listRegisters}
	list.Flags().Bool("json", false, "print as JSON")
	own := &cobra.Command{
		Use:   "own --register REGISTER --department DEPARTMENT --region REGION",
		Short: "Name the body that answers for a register, and how often it is fed",
		Args:  noArgs, RunE: ownRegister,
	}
	own.Flags().String("department", "", "department of the owner, as in the catalogue: ga, scjg …")
	own.Flags().String("region", "", "region of the owner, 2 to 12 digits")
	own.Flags().Int64("promised", 0, "days between two feeds; a register fed later counts as stale")
	imp := &cobra.Command{
		Use:   "import --register REGISTER FILE.csv",
		Short: "Load entries from a file; one bad line and nothing is loaded",
		Long: `import loads a CSV file in UTF-8 whose first line names the columns, by their keys or
their Chinese headings: docs/howto/registers.md lists them. Every bad line is named
with what to do, and nothing is loaded then. Good files go in by batches; a load
that was interrupted is done again with the same file. With --complete the file is
the whole register and entries it does not name are removed. An embedded
installation must not be served meanwhile.`,
		Args: oneFile, RunE: importRegister,
	}
	imp.Flags().Bool("complete", false, "the file is the whole register: remove entries it does not name")
	imp.Flags().Bool("json", false, "print as JSON")
	down := &cobra.Command{Use: "down --register REGISTER --reason TEXT", Short: "Take a register out of use; forms name it and ask", Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return turn(c, true) }}
	down.Flags().String("reason", "", "why, as people will read it")
	up := &cobra.Command{Use: "up --register REGISTER", Short: "Put a register back into use", Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return turn(c, false) }}
	for _, x := range []*cobra.Command{list, own, imp, down, up} {
		options(x, where...)
		if x != list {
			x.Flags().String("register", "", "population (人口库) or organisations (法人库)")
		}
		c.AddCommand(x)
	}
	return c
}

func registerOf(c *cobra.Command) (registers.ID, error) {
	r, err := registers.ParseID(c.Flag("register").Value.String())
	if err != nil {
		return "", errUsage{fmt.Errorf("--register: %s", explain(err))}
	}
	return r, nil
}

// listedRegister is a line of `registers list --json`.
type listedRegister struct {
	Register   registers.ID    `json:"register"`
	Name       string          `json:"name"`
	Owner      string          `json:"owner,omitempty"`
	State      registers.State `json:"state"`
	Reason     string          `json:"reason,omitempty"`
	Stale      bool            `json:"stale"`
	Promised   int64           `json:"promised_days"`
	FedOn      string          `json:"fed_on,omitempty"`
	Source     string          `json:"source,omitempty"`
	Entries    int64           `json:"entries"`
	Generation int64           `json:"generation"`
}

func listRegisters(c *cobra.Command, _ []string) error {
	a, err := open(c, app.Mode{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	all, err := a.Registers.List(c.Context())
	if err != nil {
		return err
	}
	out := make([]listedRegister, len(all))
	today := clock.DateOf(a.Now().Time())
	for i, x := range all {
		out[i] = listedRegister{x.ID, x.ID.Name(), x.BodyName, x.State, x.Reason, x.Stale(today), x.Promised, "", x.Source, x.Entries, x.Generation}
		if !x.FedAt.IsZero() {
			out[i].FedOn = clock.DateOf(x.FedAt.Time()).String()
		}
	}
	if asJSON(c) {
		return printJSON(c.OutOrStdout(), out)
	}
	w := tabwriter.NewWriter(c.OutOrStdout(), 0, 4, 2, ' ', 0)
	for _, x := range out {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\n", x.Register, x.Name, x.Owner, x.Entries, x.FedOn, registerState(x))
	}
	return w.Flush()
}

func registerState(x listedRegister) string {
	switch {
	case x.State == registers.Down:
		return lang.T(locale(), "registers.cli_down", "reason", x.Reason)
	case x.FedOn == "":
		return lang.T(locale(), "registers.cli_never")
	case x.Stale:
		return lang.T(locale(), "registers.cli_stale")
	}
	return lang.T(locale(), "registers.cli_up")
}

func ownRegister(c *cobra.Command, _ []string) error {
	r, err := registerOf(c)
	if err != nil {
		return err
	}
	region, err := gov.ParseRegion(c.Flag("region").Value.String())
	if err != nil {
		return errUsage{fmt.Errorf("--region: %q is no region", c.Flag("region").Value)}
	}
	days, err := strconv.ParseInt(c.Flag("promised").Value.String(), 10, 64)
	if err != nil {
		return errUsage{err}
	}
	a, err := open(c, app.Mode{Migrate: true})
	if err != nil {
		return err
	}
	defer a.Close()
	body, err := a.Identity.BodyAt(c.Context(), a.DB, c.Flag("department").Value.String(), string(region))
	if err != nil {
		return err
	}
	x, err := a.Registers.Own(c.Context(), operator, r, body.ID, days)
	if err == nil {
		fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", x.ID.Name(), x.BodyName)
	}
	return err
}

func importRegister(c *cobra.Command, args []string) error {
	r, err := registerOf(c)
	if err != nil {
		return err
	}
	f, err := os.Open(args[0])
	if err != nil {
		return errUsage{fmt.Errorf("%s is not a file that can be read", args[0])}
	}
	defer f.Close()
	a, err := open(c, app.Mode{Migrate: true})
	if err != nil {
		return err
	}
	defer a.Close()
	table, err := registers.ParseCSV(r, f)
	if err != nil {
		return badLines(c, err)
	}
	b := newBar(c.ErrOrStderr(), r.Name())
	fed, err := a.Registers.Load(c.Context(), operator, registers.Feed{Register: r, Source: filepath.Base(args[0]), Records: table.Records,
		Complete: c.Flag("complete").Value.String() == "true", Progress: b.set})
	b.done()
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		return badLines(c, table.Named(r, e.Fields).Err())
	}
	if err != nil {
		return err
	}
	if asJSON(c) {
		return printJSON(c.OutOrStdout(), fed)
	}
	fmt.Fprintln(c.OutOrStdout(), lang.T(locale(), "registers.cli_fed", "register", r.Name(), "n", fed.Loaded, "removed", fed.Removed, "generation", fed.Generation))
	return nil
}

// badLine is a line of the file that has to be put right.
type badLine struct {
	Where  string `json:"where"`
	Remedy string `json:"remedy"`
}

// badLines prints every one of them; nothing was loaded.
func badLines(c *cobra.Command, err error) error {
	e, ok := fault.As(err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	lines := make([]badLine, len(e.Fields))
	for i, f := range e.Fields {
		lines[i] = badLine{strings.Replace(f.Path, "line.", "line ", 1), lang.T(locale(), f.Code, f.Args)}
	}
	if asJSON(c) {
		if err := printJSON(c.OutOrStdout(), struct {
			Bad []badLine `json:"bad"`
		}{lines}); err != nil {
			return err
		}
	} else {
		printBad(c.ErrOrStderr(), lines)
	}
	return errReported{errors.New("bad lines")}
}

func printBad(out io.Writer, lines []badLine) {
	fmt.Fprintln(out, lang.T(locale(), "registers.cli_refused", "n", len(lines)))
	for _, l := range lines {
		fmt.Fprintf(out, "  %s: %s\n", l.Where, l.Remedy)
	}
}

func turn(c *cobra.Command, down bool) error {
	r, err := registerOf(c)
	if err != nil {
		return err
	}
	a, err := open(c, app.Mode{Migrate: true})
	if err != nil {
		return err
	}
	defer a.Close()
	var x *registers.Status
	if down {
		x, err = a.Registers.TakeDown(c.Context(), operator, r, c.Flag("reason").Value.String())
	} else {
		x, err = a.Registers.PutUp(c.Context(), operator, r)
	}
	if err == nil {
		fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", x.ID.Name(), registerState(listedRegister{State: x.State, Reason: x.Reason, FedOn: "-"}))
	}
	return err
}
