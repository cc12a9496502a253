package messages

import (
	"encoding/json"
	"fmt"

	"yimen/internal/clock"
	"yimen/internal/platform/fault"
)

// Args fill the places of a message's sentences: text, whole numbers, legal dates,
// and Provisional dates. They are kept as values and not as a sentence, so that a
// message is read in the reader's language of the day.
type Args map[string]any

// Provisional is a date that runs into a year whose holidays are not announced; it
// is never shown without saying so (clock R12).
type Provisional clock.Date

// Date is an argument that is provisional or not.
func Date(d clock.Date, provisional bool) any {
	if provisional {
		return Provisional(d)
	}
	return d
}

func (a Args) check() error {
	for name, v := range a {
		switch v.(type) {
		case string, int, int64, clock.Date, Provisional:
		default:
			return fault.Internal(fmt.Errorf("%s is a %T", name, v), "messages.malformed", "key", name)
		}
	}
	return nil
}

// stored is one argument in JSON; exactly one field is set.
type stored struct {
	Text        *string    `json:"text,omitempty"`
	Number      *int64     `json:"number,omitempty"`
	Date        clock.Date `json:"date,omitzero"`
	Provisional clock.Date `json:"provisional,omitzero"`
}

func (a Args) bytes() ([]byte, error) {
	out := make(map[string]stored, len(a))
	for name, v := range a {
		var s stored
		switch x := v.(type) {
		case string:
			s.Text = &x
		case int:
			n := int64(x)
			s.Number = &n
		case int64:
			s.Number = &x
		case clock.Date:
			s.Date = x
		case Provisional:
			s.Provisional = clock.Date(x)
		}
		out[name] = s
	}
	return json.Marshal(out)
}

// parseArgs is the other way; a date that is none comes back as no date.
func parseArgs(text []byte) (Args, error) {
	var in map[string]stored
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, err
	}
	out := make(Args, len(in))
	for name, s := range in {
		switch {
		case s.Text != nil:
			out[name] = *s.Text
		case s.Number != nil:
			out[name] = *s.Number
		case !s.Provisional.IsZero():
			out[name] = Provisional(s.Provisional)
		default:
			out[name] = s.Date
		}
	}
	return out, nil
}
