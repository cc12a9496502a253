package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"yimen/internal/app"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/lang"
)

func mergeCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "merge --bundle ID",
		Short: "Merge a bundle: one form, one set of materials, the order and the days",
		Long: `merge prints what an applicant for a bundle fills in and hands in, what is supplied
inside from one member to another, which members work side by side, the longest
chain, the promise and the target, and all of it before and after merging.

Without --answer and --choose all members are in. With them the answers to the
bundle's questions decide, and of the optional members those that are chosen; a
question that is not answered brings nobody in. --dir merges out of a set of files,
and needs no installation.`,
		Args: noArgs,
		RunE: mergeBundle,
	}
	options(c, where...)
	c.Flags().String("bundle", "", "id of the bundle")
	c.Flags().StringArray("answer", nil, "question=value; once for each question")
	c.Flags().StringArray("choose", nil, "an optional member, by its item id; once for each")
	c.Flags().String("dir", "", "a folder with a set, instead of an installation")
	c.Flags().String("from", "", "the date of filing, YYYY-MM-DD; today when left out")
	c.Flags().Bool("json", false, "print as JSON")
	return c
}

// mergeAsked is the command line of merge, read.
type mergeAsked struct {
	bundle, dir string
	pick        catalogue.Pick
	from        clock.Date
}

func readMerge(c *cobra.Command) (m mergeAsked, err error) {
	m.bundle, m.dir = c.Flag("bundle").Value.String(), c.Flag("dir").Value.String()
	if m.bundle == "" {
		return m, errUsage{fmt.Errorf("merge wants --bundle; see yimen catalogue merge --help")}
	}
	answers, err := c.Flags().GetStringArray("answer")
	if err != nil {
		return m, err
	}
	for _, text := range answers {
		question, option, ok := strings.Cut(text, "=")
		if !ok || question == "" {
			return m, errUsage{fmt.Errorf("--answer: %q is not question=value", text)}
		}
		if _, twice := m.pick.Answers[question]; twice {
			return m, errUsage{fmt.Errorf("--answer: %s is answered twice", question)}
		}
		if m.pick.Answers == nil {
			m.pick.Answers = map[string]string{}
		}
		m.pick.Answers[question] = option
	}
	if m.pick.Choose, err = c.Flags().GetStringArray("choose"); err != nil {
		return m, err
	}
	m.from = clock.DateOf(time.Now())
	if text := c.Flag("from").Value.String(); text != "" {
		if m.from, err = clock.ParseDate(text); err != nil {
			return m, errUsage{fmt.Errorf("--from: %q is no date; write it as 2026-02-06", text)}
		}
	}
	return m, nil
}

// mergeSource is where the bundle comes from: an installation or a set of files.
type mergeSource struct {
	bundle   set.Bundle
	calendar *clock.Calendar
	merge    func(members []set.Member) (*merge.Merged, error)
	licence  func(id string) string // its name
}

func mergeBundle(c *cobra.Command, _ []string) error {
	asked, err := readMerge(c)
	if err != nil {
		return err
	}
	if asked.dir != "" {
		source, err := draftSource(c, asked)
		if err != nil {
			return err
		}
		return mergeFrom(c, asked, source)
	}
	a, err := open(c, app.Mode{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	source, err := heldSource(c, a, asked)
	if err != nil {
		return err
	}
	return mergeFrom(c, asked, source)
}

func draftSource(c *cobra.Command, asked mergeAsked) (*mergeSource, error) {
	if st, err := os.Stat(asked.dir); err != nil || !st.IsDir() {
		return nil, errUsage{fmt.Errorf("--dir: %s is not a directory", asked.dir)}
	}
	draft, problems, err := catalogue.ReadDraft(os.DirFS(asked.dir), nil)
	if len(problems) > 0 {
		return nil, refuse(c, problems, map[string]any{}, "catalogue.cli_merge_refused")
	}
	if err != nil {
		return nil, err
	}
	b, err := draft.Bundle(asked.bundle)
	if err != nil {
		return nil, noBundle(asked.bundle, draft.Bundles(), func(b set.Bundle) string { return b.ID })
	}
	return &mergeSource{b, draft.Calendar(), draft.Merge, draft.LicenceName}, nil
}

func heldSource(c *cobra.Command, a *app.App, asked mergeAsked) (*mergeSource, error) {
	all, err := a.Catalogue.Bundles(c.Context())
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(all, func(b catalogue.BundleInfo) bool { return b.ID == asked.bundle }) {
		return nil, noBundle(asked.bundle, all, func(b catalogue.BundleInfo) string { return b.ID })
	}
	s := &mergeSource{}
	if s.bundle, err = a.Catalogue.Bundle(c.Context(), asked.bundle); err != nil {
		return nil, err
	}
	if s.calendar, err = a.Catalogue.Calendar(c.Context()); err != nil {
		return nil, err
	}
	s.merge = func(members []set.Member) (*merge.Merged, error) {
		return a.Catalogue.MergeNewest(c.Context(), members)
	}
	s.licence = func(id string) string {
		l, err := a.Catalogue.LicenceType(c.Context(), id)
		if err != nil {
			return id
		}
		return l.Name
	}
	return s, nil
}

// noBundle names what was asked for and what there is.
func noBundle[T any](id string, all []T, name func(T) string) error {
	ids := make([]string, len(all))
	for i, b := range all {
		ids[i] = name(b)
	}
	return fmt.Errorf("%s", lang.T(locale(), "catalogue.cli_no_bundle", "bundle", id, "bundles", strings.Join(ids, " ")))
}

func mergeFrom(c *cobra.Command, asked mergeAsked, s *mergeSource) error {
	members, err := asked.pick.Members(s.bundle)
	if err != nil {
		return err
	}
	m, err := s.merge(members)
	if err != nil {
		return err
	}
	if len(m.Conflicts) > 0 {
		return refuse(c, m.Problems(s.bundle.ID, nil), map[string]any{}, "catalogue.cli_merge_refused")
	}
	p, err := m.Promise(s.calendar, asked.from)
	if err != nil {
		return err
	}
	if asJSON(c) {
		return printJSON(c.OutOrStdout(), m.Summary(s.bundle.ID, &p))
	}
	t := mergeText{out: c.OutOrStdout(), s: s, m: m, p: p}
	t.print()
	if open := merge.Unanswered(s.bundle, asked.pick.Answers); !asked.pick.Everybody() && len(open) > 0 {
		t.say("catalogue.cli_merge_unanswered", "questions", strings.Join(open, "、"))
	}
	return nil
}

// mergeText writes a merge for people.
type mergeText struct {
	out io.Writer
	s   *mergeSource
	m   *merge.Merged
	p   merge.Promise
}

func (t *mergeText) say(key string, args ...any) { fmt.Fprintln(t.out, lang.T(locale(), key, args...)) }

func (t *mergeText) print() {
	sum := t.m.Summary(t.s.bundle.ID, &t.p)
	t.say("catalogue.cli_merge_head", "name", t.s.bundle.Name, "bundle", t.s.bundle.ID,
		"members", len(t.m.Members), "departments", len(t.m.Departments()))
	for i, layer := range t.m.Layers {
		t.say("catalogue.cli_merge_layer", "n", i+1, "members", t.names(layer, "、"))
	}
	t.say("catalogue.cli_merge_fields", "before", sum.FormFieldsBefore, "after", sum.FormFieldsAfter,
		"asked", len(sum.FormAsked), "required", sum.FormRequired)
	t.say("catalogue.cli_merge_materials", "before", sum.MaterialsBefore, "after", sum.MaterialsAfter, "replaceable", sum.LicenceReplaceable)
	t.say("catalogue.cli_merge_path", "path", t.names(sum.CriticalPath, " → "), "days", sum.CriticalPathDays, "sum", sum.SumCommitmentDays)
	last, _ := t.m.Member(t.p.Last)
	t.say("catalogue.cli_merge_promise", "from", t.p.Start.String(), "due", t.p.Due.String(), "last", last.Name)
	t.say("catalogue.cli_merge_target", "days", sum.TargetDays, "date", t.p.Target.String())
	if t.p.Late() {
		t.say("catalogue.cli_merge_late")
	}
	if t.p.Provisional {
		t.say("catalogue.cli_merge_provisional")
	}
	t.fields()
	t.materials()
}

func (t *mergeText) names(items []string, between string) string {
	out := make([]string, len(items))
	for i, item := range items {
		x, _ := t.m.Member(item)
		out[i] = x.Name
	}
	return strings.Join(out, between)
}

func (t *mergeText) fields() {
	fmt.Fprintln(t.out)
	t.say("catalogue.cli_merge_form")
	w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
	for _, f := range t.m.Fields {
		mark := ""
		switch {
		case f.SuppliedInside:
			continue
		case f.Required:
			mark = "*"
		case len(f.Conditions()) > 0:
			mark = "?"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", mark, f.Key, f.Label)
	}
	w.Flush()
	t.inside("catalogue.cli_merge_fields_inside", t.m.FieldsInside)
}

func (t *mergeText) materials() {
	fmt.Fprintln(t.out)
	t.say("catalogue.cli_merge_papers")
	w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
	for _, x := range t.m.Materials {
		instead := ""
		if x.Licence != "" {
			instead = lang.T(locale(), "catalogue.cli_merge_instead", "licence", t.s.licence(x.Licence))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", x.Necessity, x.Key, x.Name, instead)
	}
	w.Flush()
	t.inside("catalogue.cli_merge_papers_inside", t.m.MaterialsInside)
}

func (t *mergeText) inside(key string, all []merge.Inside) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(t.out)
	t.say(key)
	w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
	for _, in := range all {
		x, _ := t.m.Member(in.Item)
		fmt.Fprintf(w, "%s\t%s ← %s\n", in.Key, x.Name, t.names(in.From, "、"))
	}
	w.Flush()
}
