package catalogue

import (
	"regexp"
	"strconv"

	"yimen/internal/clock"
)

// Validity is how long a licence holds, read from the catalogue's words.
type Validity struct {
	Kind  ValidityKind
	Years int // of ValidYears
}

// ValidityKind says whether dates follow from the words.
type ValidityKind string

// The kinds: N年 and 长期 are computed; everything else has a person behind it
// (按批准期限, 5年或15年（按床位）) and is entered by 制证 before the grant is final.
const (
	ValidYears   ValidityKind = "years"
	ValidForever ValidityKind = "forever"
	ValidEntered ValidityKind = "entered"
	ValidNone    ValidityKind = "none" // 无: the result is no licence
)

var years = regexp.MustCompile(`^([1-9][0-9]?)年$`)

// ParseValidity reads the words of a result's validity.
func ParseValidity(words string) Validity {
	switch words {
	case "长期":
		return Validity{Kind: ValidForever}
	case "无", "":
		return Validity{Kind: ValidNone}
	}
	if m := years.FindStringSubmatch(words); m != nil {
		n, _ := strconv.Atoi(m[1])
		return Validity{Kind: ValidYears, Years: n}
	}
	return Validity{Kind: ValidEntered}
}

// Until is the last day of a licence issued on a day: the day before the same
// date N years on (issued 2026-02-06 for 5年, valid through 2031-02-05), none for
// 长期. ok is false where the date must be entered or there is nothing to date. A
// licence issued on 29 February ends on 28 February.
func (v Validity) Until(from clock.Date) (last clock.Date, ok bool) {
	switch v.Kind {
	case ValidForever:
		return clock.Date{}, true
	case ValidYears:
		y, m, d := from.Date()
		if from.IsZero() {
			return clock.Date{}, false
		}
		same, err := clock.NewDate(y+v.Years, m, d)
		if err != nil { // 29 February in a year without one: the day before would be 28 February
			same, err = clock.NewDate(y+v.Years, m+1, 1)
		}
		if err != nil {
			return clock.Date{}, false
		}
		return same.AddDays(-1), true
	default:
		return clock.Date{}, false
	}
}
