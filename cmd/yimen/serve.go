package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"yimen/internal/app"
)

func serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve pages and API, and work off what is due",
		Long: `serve brings the schema up to date, serves pages and API, and runs due work in the
same process. With --db several serve and work processes may run side by side; an
embedded data directory belongs to one process.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := open(c, app.Mode{Migrate: true})
			if err != nil {
				return err
			}
			defer a.Close()
			return a.Serve(c.Context(), func(url string) { fmt.Fprintln(c.OutOrStdout(), "yimen: "+url) })
		},
	}
	options(c)
	return c
}

func workCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "work",
		Short: "Only work off what is due (for a PostgreSQL installation)",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := open(c, app.Mode{Migrate: true})
			if err != nil {
				return err
			}
			defer a.Close()
			return a.Work(c.Context())
		},
	}
	options(c, append([]string{"workers"}, where...)...)
	return c
}

func demoCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "demo",
		Short: "Make the demo town in an empty directory and serve it",
		Long: `demo makes 潮安区 with its departments, counters, staff, residents and companies in
an empty data directory (or an empty PostgreSQL database) and serves it. A second
start goes on with what is there. Everybody in it is invented.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := open(c, app.Mode{Migrate: true})
			if err != nil {
				return err
			}
			defer a.Close()
			bar := newBar(c.ErrOrStderr(), "示例镇 demo town")
			town, err := a.Demo(c.Context(), bar.set)
			bar.done()
			if err != nil {
				return err
			}
			return a.Serve(c.Context(), func(url string) { fmt.Fprint(c.OutOrStdout(), welcome(url, town)) })
		},
	}
	options(c)
	return c
}

// welcome tells the address and who can sign in.
func welcome(url string, t *app.Town) string {
	var b strings.Builder
	fmt.Fprintf(&b, "yimen: %s\n\n密码 password: %s\n", url, t.Password)
	line := func(login, what string) { fmt.Fprintf(&b, "  %-16s %s\n", login, what) }
	for i, p := range t.People {
		what := p.Name
		if p.Assurance == 0 {
			what += "（未核验 assurance 0）"
		}
		for _, o := range t.Organisations {
			if o.Handler == p.Login {
				what += "，" + o.Name + "经办人 handler"
			}
		}
		if i < 3 || strings.HasPrefix(p.Login, "handler") {
			line(p.Login, what)
		}
	}
	for _, s := range t.Staff {
		var what []string
		for _, p := range s.Posts {
			what = append(what, string(p.Role)+" "+p.At)
		}
		line(s.Login, s.Name+"，"+strings.Join(what, "，"))
	}
	return b.String()
}
