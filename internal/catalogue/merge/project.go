package merge

import (
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/platform/fault"
)

// Project gives one member's own answers out of the bundle's, under its own keys
// and in its own form: what the case of that member is filed with. Values are
// copied as they are; only where the bundle's question takes more than the
// member's (a string for a number) are they brought to the member's stored form.
// Nil for who is no member.
func (m *Merged) Project(item string, answers form.Answers) form.Answers {
	i, ok := m.index[item]
	if !ok {
		return nil
	}
	member := &m.Members[i]
	out := make(form.Answers, len(member.Form))
	for at := range member.Form {
		own := &member.Form[at]
		key := member.key(own.Key)
		v, answered := answers[key]
		if !answered {
			continue
		}
		if t := m.Fields[m.fields[key]].Type; t != own.Type && Joins(t, own.Type) {
			v = form.Form{*own}.Normalise(form.Answers{own.Key: v})[own.Key]
		}
		out[own.Key] = v
	}
	return out.Clone()
}

// Lift is the inverse of Project: a member's own answers under the bundle's keys.
// Keys that are not the member's are dropped. Where a member has two keys for one
// question, the first that is answered counts.
func (m *Merged) Lift(item string, own form.Answers) form.Answers {
	i, ok := m.index[item]
	if !ok {
		return nil
	}
	member := &m.Members[i]
	out := make(form.Answers, len(own))
	for at := range member.Form {
		key := member.Form[at].Key
		to := member.key(key)
		if v := own[key]; !v.IsZero() && out[to].IsZero() {
			out[to] = v
		}
	}
	return out.Clone()
}

// Key is the bundle's key for one of a member's own.
func (m *Merged) Key(item, own string) (string, bool) {
	i, ok := m.index[item]
	if !ok || !m.Members[i].Form.Has(own) {
		return "", false
	}
	return m.Members[i].key(own), true
}

// Validate finds what is wrong with normalised answers of the bundle by every
// member's own rules, because those are what the law of each item publishes
// (art. 31); the merged form alone would let a text pass that one member takes
// only as a number. What is supplied inside is not asked and so not missed. Paths
// and labels are the bundle's; of one path the first defect is told. With keys
// (the bundle's) only those are looked at.
func (m *Merged) Validate(answers form.Answers, facts form.Facts, keys ...string) fault.Fields {
	wanted := make(map[string]bool, len(m.Fields))
	for _, k := range keys {
		wanted[k] = true
	}
	var all fault.Fields
	seen := map[string]bool{}
	for i := range m.Members {
		member := &m.Members[i]
		own := m.Project(member.Item, answers)
		for _, defect := range member.Form.Validate(own, facts) {
			head, rest, cell := strings.Cut(defect.Path, ".")
			key := member.key(head)
			field := &m.Fields[m.fields[key]]
			if len(keys) > 0 && !wanted[key] || field.SuppliedInside {
				continue
			}
			defect.Path = key
			if cell {
				defect.Path += "." + rest
			} else if _, labelled := defect.Args["label"]; labelled {
				defect.Args["label"] = field.Label
			}
			if !seen[defect.Path] {
				seen[defect.Path] = true
				all = append(all, defect)
			}
		}
	}
	return m.inOrder(all)
}

// inOrder puts defects in the order of the questions, as the applicant met them.
func (m *Merged) inOrder(all fault.Fields) fault.Fields {
	out := make(fault.Fields, 0, len(all))
	by := make(map[string]fault.Fields, len(all))
	for _, d := range all {
		head, _, _ := strings.Cut(d.Path, ".")
		by[head] = append(by[head], d)
	}
	for i := range m.Fields {
		out = append(out, by[m.Fields[i].Key]...)
	}
	return out
}
