package situations

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/platform/fault"
)

// The names of the inputs, in addresses and forms alike, so that an answered page
// can be gone back to and passed on.
const (
	answerPrefix = "answer." // and the question's id: the option
	// With is an optional member that is wanted, once for each.
	With = "with"
	// Settled says that the optional members were asked about: none ticked is an
	// answer too.
	Settled = "settled"
	// Place is the region one applies in.
	Place = "region"
)

// AnswerName is the input of a question.
func AnswerName(question string) string { return answerPrefix + question }

// Choice is what somebody has said so far of a bundle.
type Choice struct {
	Bundle  set.Bundle
	Answers map[string]string // question → option
	Chosen  []string          // items of optional members
	Settled bool
	Region  string
	Offered []set.Member // whom the answers bring in, optional ones among them
	Open    []string     // questions that decide and have no answer
}

// Read reads a choice out of what an address or a form carries. Empty answers are
// none. Errors: Missing "catalogue.no_bundle"; Invalid with a code for which Stale
// is true when something is answered that is not asked, because the bundle was
// changed or somebody made the address up.
func Read(ctx context.Context, s *catalogue.Service, bundle string, values url.Values) (*Choice, error) {
	c := &Choice{Answers: map[string]string{}, Settled: values.Get(Settled) != "", Region: strings.TrimSpace(values.Get(Place))}
	for name, all := range values {
		if question, ok := strings.CutPrefix(name, answerPrefix); ok && strings.TrimSpace(all[0]) != "" {
			c.Answers[question] = strings.TrimSpace(all[0])
		}
	}
	for _, item := range values[With] {
		if item = strings.TrimSpace(item); item != "" && !slices.Contains(c.Chosen, item) {
			c.Chosen = append(c.Chosen, item)
		}
	}
	slices.Sort(c.Chosen)
	var err error
	if c.Bundle, c.Offered, c.Open, err = s.Questions(ctx, bundle, c.Answers); err != nil {
		return nil, err
	}
	for _, item := range c.Chosen {
		if !slices.ContainsFunc(c.Bundle.Members, func(m set.Member) bool { return m.Item == item }) {
			return nil, fault.Invalid("catalogue.unknown_member", "bundle", bundle, "item", item)
		}
	}
	// an optional member that another answer took away is not wanted any more
	c.Chosen = slices.DeleteFunc(c.Chosen, func(item string) bool { return !c.offers(item) })
	return c, nil
}

// Stale tells whether an error of Read is about answers that fit no question.
func Stale(err error) bool {
	for _, code := range []string{"catalogue.unknown_question", "catalogue.unknown_option", "catalogue.unknown_member"} {
		if fault.Is(err, code) {
			return true
		}
	}
	return false
}

// Elsewhere is nil for an error that says a member is handled by nobody here,
// which a list of choices leaves out and the result tells.
func Elsewhere(err error) error {
	if fault.Is(err, "catalogue.bundle_not_here") {
		return nil
	}
	return err
}

func (c *Choice) offers(item string) bool {
	return slices.ContainsFunc(c.Offered, func(m set.Member) bool { return m.Item == item })
}

// Optional are the members one may take or leave under the answers.
func (c *Choice) Optional() (out []set.Member) {
	for _, m := range c.Offered {
		if m.Optional {
			out = append(out, m)
		}
	}
	return out
}

// Question finds a question of the bundle.
func (c *Choice) Question(id string) (set.Question, bool) {
	i := slices.IndexFunc(c.Bundle.Questions, func(q set.Question) bool { return q.ID == id })
	if i < 0 {
		return set.Question{}, false
	}
	return c.Bundle.Questions[i], true
}

// Deciding are the questions that decide about a member, in the bundle's order;
// others are not asked.
func (c *Choice) Deciding() (out []set.Question) {
	for _, q := range c.Bundle.Questions {
		if slices.ContainsFunc(c.Bundle.Members, func(m set.Member) bool { return m.When != nil && m.When.Question == q.ID }) {
			out = append(out, q)
		}
	}
	return out
}

// At is the choice at a place, unless it names one.
func (c *Choice) At(region string) *Choice {
	out := *c
	if out.Region == "" {
		out.Region = region
	}
	return &out
}

// Sketch is what the choice comes to; errors are those of catalogue.Sketch.
func (c *Choice) Sketch(ctx context.Context, s *catalogue.Service) (*catalogue.Composition, error) {
	return s.Sketch(ctx, c.Bundle.ID, c.Region, c.Answers, c.Chosen)
}

// Compose is Sketch, kept: what an application is started under.
func (c *Choice) Compose(ctx context.Context, s *catalogue.Service) (*catalogue.Composition, error) {
	return s.Compose(ctx, c.Bundle.ID, c.Region, c.Answers, c.Chosen)
}

// Input is a name and a value that a form carries on.
type Input struct{ Name, Value string }

// Inputs are the choice as hidden inputs, in a fixed order.
func (c *Choice) Inputs() []Input {
	var out []Input
	for _, q := range c.Bundle.Questions {
		if a := c.Answers[q.ID]; a != "" {
			out = append(out, Input{AnswerName(q.ID), a})
		}
	}
	for _, item := range c.Chosen {
		out = append(out, Input{With, item})
	}
	if c.Settled {
		out = append(out, Input{Settled, "1"})
	}
	if c.Region != "" {
		out = append(out, Input{Place, c.Region})
	}
	return out
}

// Query is the choice as the query of an address, with its question mark; "" for
// nothing said yet.
func (c *Choice) Query() string {
	v := url.Values{}
	for _, in := range c.Inputs() {
		v.Add(in.Name, in.Value)
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

// Before is the choice as it was before a question was answered, with what was
// said after it taken back; "" is before the optional members were asked about.
func (c *Choice) Before(question string) *Choice {
	out := *c
	out.Chosen, out.Settled, out.Answers = nil, false, map[string]string{}
	for _, q := range c.Bundle.Questions {
		if q.ID == question {
			break
		}
		if a, ok := c.Answers[q.ID]; ok {
			out.Answers[q.ID] = a
		}
	}
	return &out
}

// Last is the question answered last; "" for none.
func (c *Choice) Last() (last string) {
	for _, q := range c.Deciding() {
		if _, ok := c.Answers[q.ID]; ok {
			last = q.ID
		}
	}
	return last
}
