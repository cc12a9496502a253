package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"yimen/internal/app"
	"yimen/internal/lang"
)

func licencesCommand() *cobra.Command {
	c := &cobra.Command{Use: "licences", Short: "Issued licences", RunE: needsVerb}
	in := &cobra.Command{
		Use:   "import FILE",
		Short: "Take in licences that were issued before",
		Long: `import reads a CSV file (UTF-8) with a line of column names:

  type         licence type of the catalogue: business_licence, id_card …
  issuer       credit code of the body that issued it; the body must stand
  holder       ID number of the person, or credit code of the organisation
  holder_name  name as on the licence
  issued_on    YYYY-MM-DD; so are valid_from and valid_to (empty: no end)
  number, identifier (GB/T 36904)   empty: given by the program

Every other column is an element that stands on the face, by its key. A holder
who is not known yet is entered by what the licence says. Everything wrong is
listed by line, and then nothing is taken in; a line that was taken in before is
left alone. An embedded installation must not be served meanwhile.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errUsage{fmt.Errorf("import wants one file; see yimen licences import --help")}
			}
			return nil
		},
		RunE: importLicences,
	}
	options(in, where...)
	in.Flags().Bool("json", false, "print the report as JSON")
	c.AddCommand(in)
	return c
}

// wrongLine is a problem as --json prints it.
type wrongLine struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	Text   string `json:"text"`
}

func importLicences(c *cobra.Command, args []string) error {
	file, err := os.Open(args[0])
	if err != nil {
		return errUsage{fmt.Errorf("%s is not a file that can be read", args[0])}
	}
	defer file.Close()
	lines, problems := app.ReadLicences(file)
	report := app.LicenceReport{Problems: problems}
	if len(problems) == 0 {
		a, err := open(c, app.Mode{Migrate: true})
		if err != nil {
			return err
		}
		defer a.Close()
		b := newBar(c.ErrOrStderr(), args[0])
		report, err = a.ImportLicences(c.Context(), operator, lines, b.set)
		if b.done(); err != nil {
			return err
		}
	}
	bad := make([]wrongLine, len(report.Problems))
	for i, x := range report.Problems {
		bad[i] = wrongLine{x.Line, x.Field.Path, lang.FieldFault(locale(), x.Field)}
	}
	if asJSON(c) {
		if err := printJSON(c.OutOrStdout(), map[string]any{"added": report.Added, "known": report.Known, "problems": bad}); err != nil {
			return err
		}
	} else {
		for _, x := range bad {
			fmt.Fprintf(c.OutOrStdout(), "%s:%d: %s %s\n", args[0], x.Line, x.Column, x.Text)
		}
		fmt.Fprintln(c.OutOrStdout(), lang.T(locale(), "licences.cli_imported", "added", report.Added, "known", report.Known))
	}
	if len(bad) > 0 {
		return fmt.Errorf("%s", lang.T(locale(), "licences.cli_refused", "n", len(bad)))
	}
	return nil
}
