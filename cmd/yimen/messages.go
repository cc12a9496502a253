package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"yimen/internal/app"
	"yimen/internal/lang"
)

// parkedAtOnce is how many sendings are listed, and woken in one transaction.
const parkedAtOnce = 100

func messagesCommand() *cobra.Command {
	c := &cobra.Command{Use: "messages", Short: "Mails and SMS that could not be sent", RunE: needsVerb}
	parked := &cobra.Command{
		Use:   "parked",
		Short: "List what failed again and again, with the last reason",
		Long:  "parked lists mails and SMS whose last attempt failed. To whom and about what is not shown.",
		Args:  noArgs,
		RunE:  listParked,
	}
	resend := &cobra.Command{
		Use:   "resend",
		Short: "Have all of them tried once more",
		Long: `resend has every parked mail and SMS tried once more by a running process, under
its old number, so that a gateway which has one does not send it twice. An embedded
installation must not be served meanwhile; an administrator can also do it on the
pages, under /admin/messages.`,
		Args: noArgs,
		RunE: resendParked,
	}
	for _, sub := range []*cobra.Command{parked, resend} {
		options(sub, where...)
		c.AddCommand(sub)
	}
	parked.Flags().Bool("json", false, "print as JSON")
	return c
}

func listParked(c *cobra.Command, _ []string) error {
	a, err := open(c, app.Mode{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	type line struct {
		Job      string `json:"job"`
		Channel  string `json:"channel"`
		Attempts int64  `json:"attempts"`
		At       string `json:"at"`
		Reason   string `json:"reason"`
	}
	lines := []line{}
	after := ""
	for {
		all, err := a.Messages.Parked(c.Context(), operator, after, parkedAtOnce)
		if err != nil {
			return err
		}
		for _, p := range all {
			lines = append(lines, line{p.Job, string(p.Channel), p.Attempts, lang.DateTime(locale(), p.At), p.Reason})
		}
		if len(all) < parkedAtOnce {
			break
		}
		after = all[len(all)-1].Job
	}
	if asJSON(c) {
		return printJSON(c.OutOrStdout(), lines)
	}
	w := tabwriter.NewWriter(c.OutOrStdout(), 0, 4, 2, ' ', 0)
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\n", l.Job, l.Channel, l.Attempts, l.At, l.Reason)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%d parked\n", len(lines))
	return nil
}

func resendParked(c *cobra.Command, _ []string) error {
	a, err := open(c, app.Mode{})
	if err != nil {
		return err
	}
	defer a.Close()
	n := 0
	for {
		all, err := a.Messages.Parked(c.Context(), operator, "", parkedAtOnce)
		if err != nil {
			return err
		}
		jobs := make([]string, len(all))
		for i, p := range all {
			jobs[i] = p.Job
		}
		woken, err := a.Messages.Resend(c.Context(), operator, jobs...)
		if err != nil {
			return err
		}
		n += woken
		if woken == 0 {
			break
		}
	}
	fmt.Fprintf(c.OutOrStdout(), "%d will be sent again by the running processes\n", n)
	return nil
}
