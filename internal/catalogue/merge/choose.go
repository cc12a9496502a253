package merge

import (
	"slices"

	"yimen/internal/catalogue/set"
	"yimen/internal/platform/fault"
)

// NobodyLeft is the code of the fault that Choose gives when the answers leave no
// member: nothing is wrong with them, there is just nothing to apply for.
const NobodyLeft = "catalogue.bundle_nobody"

// Pick says which members of a bundle are meant. The zero Pick is everybody, by
// whom a bundle is judged; otherwise the answers to the situation questions and
// the optional items chosen decide.
type Pick struct {
	Answers map[string]string // question → option
	Choose  []string          // item ids
}

// Everybody reports whether nothing was picked.
func (p Pick) Everybody() bool { return len(p.Answers) == 0 && len(p.Choose) == 0 }

// Members gives the members that are meant, in the bundle's order; errors are
// those of Choose.
func (p Pick) Members(b set.Bundle) ([]set.Member, error) {
	if p.Everybody() {
		return Everybody(b), nil
	}
	return Choose(b, p.Answers, p.Choose)
}

// Offered are the members that the answers bring in, optional ones among them, in
// the bundle's order. A question without an answer brings nobody in.
// Errors, Invalid: "catalogue.unknown_question", "catalogue.unknown_option".
func Offered(b set.Bundle, answers map[string]string) ([]set.Member, error) {
	for _, id := range sortedKeys(answers) {
		i := slices.IndexFunc(b.Questions, func(q set.Question) bool { return q.ID == id })
		if i < 0 {
			return nil, fault.Invalid("catalogue.unknown_question", "bundle", b.ID, "question", id)
		}
		if option := answers[id]; !slices.Contains(b.Questions[i].Options, option) {
			return nil, fault.Invalid("catalogue.unknown_option", "bundle", b.ID, "question", id, "option", option)
		}
	}
	var out []set.Member
	for _, m := range b.Members {
		if m.When == nil || answers[m.When.Question] == m.When.Equals {
			out = append(out, m)
		}
	}
	return out, nil
}

// Choose gives the members for the answers to the situation questions and the
// optional items chosen, in the bundle's order. What depends on a member that is
// not there no longer depends on it (domain §5): only edges between those who
// are there are left, and no new ones are drawn over the gap.
//
// Errors, Invalid: those of Offered; "catalogue.unknown_member" for a chosen item
// that the bundle does not have; "catalogue.member_not_offered" for one that the
// answers do not bring in; NobodyLeft.
func Choose(b set.Bundle, answers map[string]string, chosen []string) ([]set.Member, error) {
	offered, err := Offered(b, answers)
	if err != nil {
		return nil, err
	}
	for _, item := range chosen {
		is := func(m set.Member) bool { return m.Item == item }
		switch {
		case !slices.ContainsFunc(b.Members, is):
			return nil, fault.Invalid("catalogue.unknown_member", "bundle", b.ID, "item", item)
		case !slices.ContainsFunc(offered, is):
			return nil, fault.Invalid("catalogue.member_not_offered", "bundle", b.ID, "item", item)
		}
	}
	var out []set.Member
	for _, m := range offered {
		if !m.Optional || slices.Contains(chosen, m.Item) {
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return nil, fault.Invalid(NobodyLeft, "bundle", b.ID)
	}
	return Among(out), nil
}

// Everybody are all members of a bundle, whatever their situation: the largest
// form it can have, by which it is judged.
func Everybody(b set.Bundle) []set.Member { return Among(b.Members) }

// Among keeps of every member's dependencies those on the others given; the
// argument is left as it is.
func Among(members []set.Member) []set.Member {
	there := make(map[string]bool, len(members))
	for _, m := range members {
		there[m.Item] = true
	}
	out := slices.Clone(members)
	for i := range out {
		out[i].DependsOn = slices.DeleteFunc(slices.Clone(out[i].DependsOn), func(item string) bool { return !there[item] })
	}
	return out
}

// Unanswered are the questions that decide about a member and have no answer yet,
// in the bundle's order.
func Unanswered(b set.Bundle, answers map[string]string) []string {
	var out []string
	for _, q := range b.Questions {
		_, answered := answers[q.ID]
		decides := func(m set.Member) bool { return m.When != nil && m.When.Question == q.ID }
		if !answered && slices.ContainsFunc(b.Members, decides) {
			out = append(out, q.ID)
		}
	}
	return out
}

func sortedKeys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
