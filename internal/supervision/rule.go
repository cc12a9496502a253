package supervision

import (
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"yimen/internal/platform/journal"
)

// Code names a rule.
type Code string

// The rules of the ladder: each gives a day on which a case reaches the rung.
const (
	Blue      Code = "blue"      // little time is left: a reminder to the officer
	Yellow    Code = "yellow"    // very little is left
	Red       Code = "red"       // later than promised
	Serious   Code = "serious"   // later than the law allows (行政许可法 art. 42)
	Accept    Code = "accept"    // silence: nobody answered the filing (art. 32)
	StepLate  Code = "step"      // a stage of the department took longer than published
	Procedure Code = "procedure" // a special procedure takes longer than told (art. 45)
	Deliver   Code = "deliver"   // the result was not handed over in time (art. 44)
)

// The at-once rules: what somebody did or tried to do.
const (
	Unpublished      Code = "unpublished"       // asked for what is not on the published list (art. 31)
	SecondCorrection Code = "second_correction" // named a defect that was visible the first time (art. 32)
	Unreasoned       Code = "unreasoned"        // refused without reasons (art. 38)
	Charged          Code = "charged"           // charged what is free (art. 58)
	EarlyDecision    Code = "early_decision"    // decided before it was accepted
	Returns          Code = "returns"           // sent back again and again
)

// The limits of supervision itself, in working days.
const (
	AnswerDays Code = "answer" // to answer a card
	AppealDays Code = "appeal" // to appeal against one
	OrderDays  Code = "order"  // to answer an order, unless it names a day
)

// Codes lists every rule in the order in which pages show them.
func Codes() []Code {
	return []Code{Blue, Yellow, Red, Serious, Accept, StepLate, Procedure, Deliver,
		Unpublished, SecondCorrection, Unreasoned, Charged, EarlyDecision, Returns, AnswerDays, AppealDays, OrderDays}
}

// limit tells a rule that is a number of days from those that raise cards.
func (c Code) limit() bool { return c == AnswerDays || c == AppealDays || c == OrderDays }

// Severity is the colour of a card; ” for none.
type Severity string

// The severities, from a reminder to 红牌 for breaking the law's own limit.
const (
	NoSeverity      Severity = ""
	BlueSeverity    Severity = "blue"
	YellowSeverity  Severity = "yellow"
	RedSeverity     Severity = "red"
	SeriousSeverity Severity = "serious"
)

var grave = []Severity{NoSeverity, BlueSeverity, YellowSeverity, RedSeverity, SeriousSeverity}

// Severities lists the colours, the mildest first.
func Severities() []Severity { return slices.Clone(grave[1:]) }

// graver is the graver of two severities.
func graver(a, b Severity) Severity {
	if slices.Index(grave, b) > slices.Index(grave, a) {
		return b
	}
	return a
}

// Answered tells whether a card of the colour has to be answered: blue is only a
// reminder.
func (s Severity) Answered() bool {
	return s == YellowSeverity || s == RedSeverity || s == SeriousSeverity
}

// Rule is one rule with its numbers. What it does not need is 0.
type Rule struct {
	ID       string `yaml:"-" json:"-"` // of what a supervisor has set; '' for the seed's
	Code     Code   `yaml:"code" json:"code"`
	ItemType string `yaml:"-" json:"item_type,omitempty"` // 行政许可 …, '' for all
	Item     string `yaml:"-" json:"item,omitempty"`      // '' for all
	Active   bool   `yaml:"-" json:"active"`
	// Severity of its card; '' for a limit.
	Severity Severity `yaml:"severity" json:"severity,omitempty"`
	// Days left of blue and yellow, in the clock's unit; working days of a limit.
	Days int `yaml:"days" json:"days,omitempty"`
	// Percent of the promise left, of blue and yellow; the larger of both counts.
	Percent int `yaml:"percent" json:"percent,omitempty"`
	// Least is the shortest promise that has a blue or yellow rung; how many returns
	// are too many.
	Least int `yaml:"least" json:"least,omitempty"`
	// Basis is the article or local practice, as the card cites it.
	Basis string `yaml:"basis" json:"basis"`

	// Reason is why it is changed; it goes into the journal and not into the row.
	Reason string `yaml:"-" json:"-"`

	Dropped bool         `yaml:"-" json:"dropped,omitempty"` // set once, and not in force any more
	Head    journal.Head `yaml:"-" json:"-"`
}

// Version is what a form must carry back; 0 for a rule of the seed.
func (r *Rule) Version() int64 { return r.Head.Version }

// left is how many days of a promise may remain at most for the rung to be
// reached, budget being the promise with its extension.
func (r *Rule) left(budget int) int { return max(r.Days, budget*r.Percent/100) }

// ErrRules is what is wrong with a file of rules.
var ErrRules = errors.New("supervision: not the rules")

// ParseRules reads seed/supervision.yaml: every rule once.
func ParseRules(data []byte) ([]Rule, error) {
	var file struct {
		Rules []Rule `yaml:"rules"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRules, err)
	}
	seen := map[Code]bool{}
	for i := range file.Rules {
		r := &file.Rules[i]
		r.Active = true
		if seen[r.Code] || r.check() != nil {
			return nil, fmt.Errorf("%w: %q", ErrRules, r.Code)
		}
		seen[r.Code] = true
	}
	for _, c := range Codes() {
		if !seen[c] {
			return nil, fmt.Errorf("%w: %q is missing", ErrRules, c)
		}
	}
	return file.Rules, nil
}
