package situations

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/lang"
	"yimen/internal/web/dossier"
	"yimen/internal/web/ui"
)

// Line is a member as lists show it.
type Line struct {
	Item, Name, Href string
	Department       string
	Days             string // promised
	Gives            string // the result
	When             string // under which answer it comes in; "" always
	Optional         bool
	After            []string // names of the members it waits for
}

// Lines are the members of a composition in its order. href is "" or where a
// member's own guide stands.
func Lines(ctx context.Context, c *catalogue.Composition, b set.Bundle, href func(item string) string) []Line {
	out := make([]Line, len(c.Members))
	for i, m := range c.Members {
		item := &m.Version.Item
		out[i] = Line{Item: item.ID, Name: item.Name, Department: m.Department.Name, Days: Days(ctx, m), Optional: m.Optional, When: when(ctx, m.When, b)}
		if href != nil {
			out[i].Href = href(item.ID)
		}
		if len(item.Result) > 0 {
			out[i].Gives = item.Result[0].Name
		}
		for _, before := range c.Merged.After(item.ID) {
			if p, ok := c.Member(before); ok {
				out[i].After = append(out[i].After, p.Version.Item.Name)
			}
		}
	}
	return out
}

// Given tells in one line what a choice was: the answers to the bundle's questions, and
// how many members it comes to.
func Given(ctx context.Context, b set.Bundle, c *catalogue.Composition) string {
	var all []string
	for _, x := range b.Questions {
		if answer := c.Answers[x.ID]; answer != "" {
			all = append(all, x.Text+" "+answer)
		}
	}
	return strings.Join(append(all, ui.T(ctx, "bundles.draft_items", "n", len(c.Members))), " · ")
}

// Days is what a member promises: 当场办结, or days.
func Days(ctx context.Context, m catalogue.Composed) string {
	if m.Version.Item.CommitmentDays == 0 {
		return ui.T(ctx, "bundles.at_once")
	}
	return dossier.Days(lang.From(ctx), m.Version.Item.CommitmentDays, m.Unit())
}

func when(ctx context.Context, w *set.Situation, b set.Bundle) string {
	if w == nil {
		return ""
	}
	i := slices.IndexFunc(b.Questions, func(q set.Question) bool { return q.ID == w.Question })
	if i < 0 {
		return ""
	}
	return ui.T(ctx, "bundles.when", "question", b.Questions[i].Text, "option", w.Equals)
}

// Departments are the names of the departments that take part, each once.
func Departments(c *catalogue.Composition) (out []string) {
	for _, m := range c.Members {
		if !slices.Contains(out, m.Department.Name) {
			out = append(out, m.Department.Name)
		}
	}
	return out
}

// Saves is the bundle's line: 共需填写 24 项，单独办理需 65 项。
func Saves(ctx context.Context, m catalogue.Meter) string {
	return ui.T(ctx, "bundles.saves", "together", m.Together.Fields, "separate", m.Separate.Fields)
}

// Adds says what taking an optional member too would ask more.
func Adds(ctx context.Context, without, with catalogue.Meter) string {
	fields, papers := with.Together.Fields-without.Together.Fields, with.Together.Materials-without.Together.Materials
	if fields <= 0 && papers <= 0 {
		return ui.T(ctx, "bundles.adds_nothing")
	}
	return ui.T(ctx, "bundles.adds", "fields", max(fields, 0), "materials", max(papers, 0))
}

// row is a line of the meter: what, together, separate.
type row struct{ What, Together, Separate string }

func rows(ctx context.Context, m catalogue.Meter) []row {
	n := func(key string, n int) string { return ui.T(ctx, key, "n", strconv.Itoa(n)) }
	days := func(n int) string {
		if m.Unit == "" {
			return ui.T(ctx, "bundles.n_days", "n", strconv.Itoa(n))
		}
		return dossier.Days(lang.From(ctx), n, m.Unit)
	}
	if m.Separate.Days == 0 {
		days = func(int) string { return ui.T(ctx, "bundles.at_once") }
	}
	a, b := m.Together, m.Separate
	return []row{
		{ui.T(ctx, "bundles.fields"), n("bundles.n_fields", a.Fields), n("bundles.n_fields", b.Fields)},
		{ui.T(ctx, "bundles.materials"), n("bundles.n_materials", a.Materials), n("bundles.n_materials", b.Materials)},
		{ui.T(ctx, "bundles.copies"), n("bundles.n_copies", a.Copies), n("bundles.n_copies", b.Copies)},
		{ui.T(ctx, "bundles.visits"), n("bundles.n_visits", a.Visits), n("bundles.n_visits", b.Visits)},
		{ui.T(ctx, "bundles.days"), days(a.Days), days(b.Days)},
	}
}

// Remarks are what the figures do not say: what members give each other, what
// licences replace.
func remarks(ctx context.Context, m catalogue.Meter) (out []string) {
	if m.Inside > 0 || m.InsideMaterials > 0 {
		out = append(out, inside(ctx, m))
	}
	if m.Fetched > 0 {
		out = append(out, ui.T(ctx, "bundles.fetched", "n", m.Fetched))
	}
	if m.Unit == "" && m.Separate.Days > 0 {
		out = append(out, ui.T(ctx, "bundles.mixed_days"))
	}
	return out
}

// inside tells what members give to each other, of which there is some.
func inside(ctx context.Context, m catalogue.Meter) string {
	switch {
	case m.Inside == 0:
		return ui.T(ctx, "bundles.inside_materials", "materials", m.InsideMaterials)
	case m.InsideMaterials == 0:
		return ui.T(ctx, "bundles.inside_fields", "fields", m.Inside)
	}
	return ui.T(ctx, "bundles.inside", "fields", m.Inside, "materials", m.InsideMaterials)
}

// Flow draws the members and who waits for whom.
func Flow(ctx context.Context, c *catalogue.Composition) ui.Flow {
	f := ui.Flow{Title: ui.T(ctx, "bundles.flow_title", "bundle", c.Name)}
	for _, m := range c.Members {
		item := &m.Version.Item
		f.Nodes = append(f.Nodes, ui.FlowNode{ID: item.ID, Title: item.Name, Sub: m.Department.Name, End: Days(ctx, m)})
		for _, before := range c.Merged.After(item.ID) {
			f.Edges = append(f.Edges, ui.FlowEdge{From: before, To: item.ID})
		}
	}
	return f
}

// facts are the small line under a member's name.
func (x Line) facts(ctx context.Context) []string {
	out := []string{x.Department, x.Days}
	if x.Gives != "" {
		out = append(out, ui.T(ctx, "bundles.gives", "result", x.Gives))
	}
	return out
}

// Options are the optional members as boxes to tick: who does it, how long it
// takes, and what it adds to the form. without is the choice as it is; nil when
// nobody is in it yet.
func Options(ctx context.Context, s *catalogue.Service, c *Choice, without *catalogue.Composition, members []set.Member) ([]ui.Option, error) {
	var before catalogue.Meter
	if without != nil {
		before = without.Meter()
	}
	out := make([]ui.Option, 0, len(members))
	for _, m := range members {
		more := *c
		if !slices.Contains(c.Chosen, m.Item) {
			more.Chosen = append(slices.Clone(c.Chosen), m.Item)
		}
		with, err := more.Sketch(ctx, s)
		if err != nil {
			if err = Elsewhere(err); err != nil {
				return nil, err
			}
			continue
		}
		x, _ := with.Member(m.Item)
		out = append(out, ui.Option{Value: m.Item, Label: x.Version.Item.Name, Hint: ui.T(ctx, "bundles.option", "department", x.Department.Name,
			"days", Days(ctx, x), "adds", Adds(ctx, before, with.Meter()))})
	}
	return out, nil
}
