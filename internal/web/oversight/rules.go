package oversight

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/platform/fault"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// ruleList is the rules in force: those for all items, each followed by what was
// set for a type of items or for one.
func (s *Oversight) ruleList(q *kit.Request) error {
	all, err := s.supervision.RuleList(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	var ids []string
	for _, r := range all {
		if r.Item != "" {
			ids = append(ids, r.Item)
		}
	}
	items, err := s.catalogue.ItemsByID(q.Context(), ids)
	if err != nil {
		return err
	}
	return q.Render(page(q, q.T("oversight.rules"), areaRules), rulesPage(all, items, supervision.MaySetRules(q.Actor)))
}

// ruleView is one rule at one scope, to be changed.
type ruleView struct {
	supervision.Rule
	Told    []supervision.RuleTold
	Scope   string
	May     bool
	Form    ui.Form
	Items   []ui.Option // of the department chosen, for a narrower rule
	Chooser ui.Form
	Fields  []ui.Field

	Departments []ui.Option
}

// ruleScope reads the scope from the address or the form.
func ruleScope(get func(string) string) (code supervision.Code, itemType, item string) {
	return supervision.Code(get("code")), get("type"), get("item")
}

func ruleAddress(code supervision.Code, itemType, item string) string {
	return address(areaRules+"/rule", "code", string(code), "type", itemType, "item", item)
}

// rule is a rule with who changed what, and the form to change it.
func (s *Oversight) rule(q *kit.Request) error {
	code, itemType, item := ruleScope(q.Param)
	return s.showRule(q, code, itemType, item, ui.Form{})
}

func (s *Oversight) showRule(q *kit.Request, code supervision.Code, itemType, item string, form ui.Form) error {
	scope, err := s.ruleScopeName(q, itemType, item)
	if err != nil {
		return err
	}
	if !slices.Contains(supervision.Codes(), code) {
		return fault.Missing("faults.page")
	}
	v := &ruleView{Scope: scope, May: supervision.MaySetRules(q.Actor), Form: form}
	if v.Rule, v.Told, err = s.supervision.RuleAt(q.Context(), q.Actor, code, itemType, item); err != nil {
		return err
	}
	if form.Values == nil {
		v.Form = ui.Filled(map[string]string{"version": version(v.Version() + 1), "severity": string(v.Severity), "days": strconv.Itoa(v.Days),
			"percent": strconv.Itoa(v.Percent), "least": strconv.Itoa(v.Least), "basis": v.Basis, "active": strconv.FormatBool(v.Active)})
	}
	ctx := ui.WithView(q.Context(), q.View())
	v.Fields = v.fields(ctx)
	v.Form = v.Form.Labelled(v.Fields...)
	if err := s.narrower(q, v); err != nil {
		return err
	}
	p := page(q, rule(ctx, code), areaRules)
	p.Back, p.Form = areaRules, v.Form
	return q.Render(p, rulePage(v))
}

// ruleScopeName is the scope in words; a type or an item that is none is no page.
func (s *Oversight) ruleScopeName(q *kit.Request, itemType, item string) (string, error) {
	switch {
	case item != "" && itemType != "":
		return "", fault.Missing("faults.page")
	case item != "":
		i, err := s.catalogue.Item(q.Context(), item)
		return i.Name, err
	case itemType != "":
		if set.Types[itemType] == "" {
			return "", fault.Missing("faults.page")
		}
		return itemType, nil
	}
	return q.T("oversight.rule_all"), nil
}

// narrower offers a rule of its own for a type, or for an item of a department.
func (s *Oversight) narrower(q *kit.Request, v *ruleView) error {
	if !v.May || v.limit() || v.ItemType != "" || v.Item != "" {
		return nil
	}
	department := q.Param("department")
	v.Chooser = ui.Filled(map[string]string{"department": department})
	if department == "" {
		f, err := s.departmentField(q)
		if f != nil {
			v.Departments = f.Options
		}
		return err
	}
	items, _, err := s.catalogue.Items(q.Context(), catalogue.Filter{Department: department, Withheld: true, Limit: 200})
	for _, i := range items {
		v.Items = append(v.Items, ui.Option{Value: i.ID, Label: i.Name})
	}
	return err
}

// limit tells a number of days from a rule that raises cards.
func (v *ruleView) limit() bool { return v.Severity == supervision.NoSeverity }

// fields are the numbers that the rule has; what it does not use is not asked.
func (v *ruleView) fields(ctx context.Context) []ui.Field {
	number := func(name, label, hint string) ui.Field {
		return ui.Field{Kind: ui.KindNumber, Name: name, Label: ui.T(ctx, "oversight."+label), Hint: ui.T(ctx, "oversight."+hint), Mode: "numeric", Width: ui.WidthShort}
	}
	var out []ui.Field
	if !v.limit() {
		f := ui.Field{Kind: ui.KindSelect, Name: "severity", Label: ui.T(ctx, "oversight.severity")}
		for _, x := range supervision.Severities() {
			f.Options = append(f.Options, ui.Option{Value: string(x), Label: severity(ctx, x)})
		}
		out = append(out, f)
	}
	switch v.Code {
	case supervision.Blue, supervision.Yellow:
		out = append(out, number("days", "rule_days", "rule_days_hint"), number("percent", "rule_percent", "rule_percent_hint"), number("least", "rule_least", "rule_least_hint"))
	case supervision.Returns:
		out = append(out, number("least", "rule_times", "rule_times_hint"))
	default:
		if v.limit() {
			out = append(out, number("days", "rule_limit", "rule_limit_hint"))
		}
	}
	out = append(out, ui.Field{Name: "basis", Label: ui.T(ctx, "oversight.basis"), Width: ui.WidthFull, Max: 200})
	if !v.limit() {
		out = append(out, ui.Field{Kind: ui.KindBool, Name: "active", Label: ui.T(ctx, "oversight.rule_active")})
	}
	return append(out, ui.Field{Kind: ui.KindArea, Name: "reason", Label: ui.T(ctx, "oversight.rule_reason"), Hint: ui.T(ctx, "oversight.rule_reason_hint"), Lines: 3, Width: ui.WidthFull})
}

// seenRule is the version of the rule that the form showed. It carries one more: a
// rule of the seed has version 0, and a form's version is never 0.
func seenRule(f *kit.Form) int64 { return f.Version() - 1 }

// setRule changes a rule for its scope, or takes back what was set.
func (s *Oversight) setRule(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	code, itemType, item := ruleScope(f.Text)
	if _, err := s.ruleScopeName(q, itemType, item); err != nil {
		return err
	}
	in := supervision.Rule{Code: code, ItemType: itemType, Item: item, Active: !f.Has("active") || f.Bool("active"), Severity: supervision.Severity(f.Text("severity")),
		Days: small(f, "days"), Percent: small(f, "percent"), Least: small(f, "least"), Basis: f.Text("basis"), Reason: f.Text("reason")}
	done := "oversight.done_rule"
	switch {
	case len(f.Faults) > 0:
		err = f.Faults.Err()
	case f.Text("drop") != "":
		done = "oversight.done_rule_drop"
		_, err = s.supervision.DropRule(q.Context(), q.Actor, seenRule(f), code, itemType, item, in.Reason)
	default:
		_, err = s.supervision.SetRule(q.Context(), q.Actor, seenRule(f), in)
	}
	if err != nil {
		if fault.KindOf(err) == fault.KindConflict {
			return s.ruleConflict(q, err, code, itemType, item, seenRule(f))
		}
		return refused(q, err, func(form ui.Form) error { return s.showRule(q, code, itemType, item, form) })
	}
	q.Flash(ui.ToneOK, done)
	return q.Redirect(areaRules)
}

// small is a number of a rule; what does not fit is left to the rule's own check.
func small(f *kit.Form, name string) int { return int(max(-1, min(f.Int(name), 1<<20))) }

func (s *Oversight) ruleConflict(q *kit.Request, err error, code supervision.Code, itemType, item string, seen int64) error {
	_, told, readErr := s.supervision.RuleAt(q.Context(), q.Actor, code, itemType, item)
	if readErr != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	var rows []kit.Both
	for i, c := range told {
		if seen >= 0 && int64(i) >= seen {
			rows = append(rows, kit.Both{Label: ui.DateTime(ctx, c.At), Theirs: c.Name + " · " + changed(ctx, c)})
		}
	}
	return kit.Conflict(err, ruleAddress(code, itemType, item), rows...)
}

// changed says what a change did.
func changed(ctx context.Context, c supervision.RuleTold) string {
	switch {
	case c.Erased:
		return ui.T(ctx, "desk.erased")
	case c.Dropped:
		return ui.T(ctx, "oversight.rule_dropped")
	case c.Before == nil || c.Before.Dropped:
		return numbers(ctx, c.After)
	}
	return numbers(ctx, c.Before) + " → " + numbers(ctx, c.After)
}

// numbers are a rule in one line: its card and its numbers.
func numbers(ctx context.Context, r *supervision.Rule) string {
	var parts []string
	if !r.Active {
		parts = append(parts, ui.T(ctx, "oversight.rule_off"))
	}
	if r.Severity != supervision.NoSeverity {
		parts = append(parts, severity(ctx, r.Severity))
	}
	for _, x := range []struct {
		key string
		n   int
	}{{"said_days", r.Days}, {"said_percent", r.Percent}, {"said_least", r.Least}} {
		key := x.key
		if r.Code == supervision.Returns && key == "said_least" {
			key = "said_times"
		}
		if r.Severity == supervision.NoSeverity && key == "said_days" {
			key = "said_limit"
		}
		if x.n > 0 {
			parts = append(parts, ui.T(ctx, "oversight."+key, "n", x.n))
		}
	}
	return strings.Join(parts, ui.T(ctx, "dates.comma"))
}

// scopeOf is where a rule of the list holds.
func scopeOf(ctx context.Context, r *supervision.Rule, items map[string]catalogue.ItemInfo) string {
	switch {
	case r.Item != "":
		return items[r.Item].Name
	case r.ItemType != "":
		return r.ItemType
	}
	return ui.T(ctx, "oversight.rule_all")
}

func typeOptions() []ui.Option { return ui.Options(slices.Sorted(maps.Keys(set.Types))) }

// ruleSteps are the changes of a rule, the oldest first.
func ruleSteps(ctx context.Context, told []supervision.RuleTold) []ui.Step {
	out := make([]ui.Step, len(told))
	for i, c := range told {
		out[i] = ui.Step{Title: changed(ctx, c), Text: ui.DateTime(ctx, c.At) + " · " + c.Name, Done: true, Body: typed(c.Reason)}
	}
	return out
}
