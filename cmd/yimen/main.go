// Command yimen is the whole platform: it serves people and programs, works off
// what is due, and looks after an installation.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"yimen/internal/app"
	"yimen/internal/lang"
	"yimen/internal/platform/config"
	"yimen/internal/platform/fault"
)

// version is set at build time.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		var quiet errReported
		if !errors.As(err, &quiet) {
			fmt.Fprintln(os.Stderr, "yimen: "+explain(err))
		}
		os.Exit(exitCode(err))
	}
}

// errReported is a failure that has already been printed in full.
type errReported struct{ error }

// exitCode: 1 what was asked is wrong or found broken, 2 the command line is
// wrong, 3 busy or locked, try again.
func exitCode(err error) int {
	var usage errUsage
	switch {
	case errors.As(err, &usage):
		return 2
	case fault.KindOf(err) == fault.KindBusy:
		return 3
	}
	return 1
}

type errUsage struct{ error }

// explain says a fault in the words people get on pages, and anything else as it is.
func explain(err error) string {
	e, ok := fault.As(err)
	if !ok {
		return err.Error()
	}
	text := lang.T(locale(), e.Code, e.Args)
	for _, f := range e.Fields {
		text += "\n  " + f.Path + ": " + lang.T(locale(), f.Code, f.Args)
	}
	if cause := errors.Unwrap(e); cause != nil {
		text += "\n  (" + cause.Error() + ")"
	}
	return text
}

// locale follows the terminal: Chinese unless it says English.
func locale() lang.Locale {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); len(v) >= 2 && v[:2] == "en" {
			return lang.EN
		}
	}
	return lang.ZH
}

func root() *cobra.Command {
	c := &cobra.Command{
		Use:   "yimen",
		Short: "一门：一扇门进，一张网办 (one door, one net for government services)",
		Long: `yimen serves residents, companies and staff of a city, county or town.

Start here:
  yimen demo --data DIR --listen 127.0.0.1:8080   a demo town, made and served
  yimen serve --data DIR                          your own installation

--data DIR names the embedded data directory everywhere; --db URL a PostgreSQL
database instead. Every flag can be given as YIMEN_NAME in the environment.

Exit codes: 0 done, 1 refused or found broken, 2 the command line is wrong,
3 busy or locked, try again.`,
		Args: noSuchCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },

		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version,
	}
	c.SuggestionsMinimumDistance = 2
	c.CompletionOptions.HiddenDefaultCmd = true
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return errUsage{err} })
	c.AddCommand(serveCommand(), workCommand(), demoCommand(), migrateCommand(), catalogueCommand(), calendarCommand(), clockCommand(),
		journalCommand(), keysCommand(), licencesCommand(), messagesCommand(), registersCommand(), scoresCommand(), staffCommand(), checkCommand(), routesCommand(), versionCommand())
	return c
}

// noSuchCommand refuses a first word that is no command, with the nearest ones.
func noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := fmt.Errorf("there is no command %q; see yimen --help", args[0])
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		err = fmt.Errorf("there is no command %q; do you mean %s?", args[0], strings.Join(near, " or "))
	}
	return errUsage{err}
}

// options adds the named options of app's table as flags; none named means all.
func options(c *cobra.Command, names ...string) {
	want := map[string]bool{}
	for _, n := range names {
		want[n] = true
	}
	for _, o := range app.Options {
		if len(names) == 0 || want[o.Name] {
			help := o.Help + " [" + o.Env(app.Prefix) + "]"
			if o.Kind == config.Switch {
				c.Flags().Bool(o.Name, o.Default == "true", help)
			} else {
				c.Flags().String(o.Name, o.Default, help)
			}
		}
	}
}

// where are the options every command that opens an installation has.
var where = []string{"data", "db", "db-conns", "keys", "installation", "log", "public-url",
	"s3-endpoint", "s3-bucket", "s3-region", "s3-access-key", "s3-secret-key", "s3-insecure"}

func values(c *cobra.Command) (config.Values, error) {
	given := func(name string) (string, bool) {
		var found *pflag.Flag
		c.Flags().Visit(func(f *pflag.Flag) {
			if f.Name == name {
				found = f
			}
		})
		if found == nil {
			return "", false
		}
		return found.Value.String(), true
	}
	v, err := config.Read(app.Options, app.Prefix, given, os.LookupEnv)
	if err != nil {
		return v, errUsage{err}
	}
	return v, nil
}

// open reads the options and opens the installation.
func open(c *cobra.Command, m app.Mode) (*app.App, error) {
	v, err := values(c)
	if err != nil {
		return nil, err
	}
	return app.New(c.Context(), v, m)
}

func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return errUsage{fmt.Errorf("%s takes no arguments, found %q; see yimen %s --help", c.Name(), args[0], c.Name())}
	}
	return nil
}
