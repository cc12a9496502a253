package scores

import (
	"errors"
	"fmt"
	"time"

	"yimen/internal/clock"
	"yimen/internal/platform/now"
)

// Month is a calendar month in Asia/Shanghai, 'YYYY-MM'; it sorts as text. The
// zero value is none.
type Month string

// ErrMonth is the error for text that is no month in the form YYYY-MM.
var ErrMonth = errors.New("scores: not a month")

// ParseMonth reads exactly 'YYYY-MM'.
func ParseMonth(text string) (Month, error) {
	if len(text) != len("2006-01") {
		return "", ErrMonth
	}
	if _, err := clock.ParseDate(text + "-01"); err != nil {
		return "", ErrMonth
	}
	return Month(text), nil
}

// MonthOf is the month of an instant.
func MonthOf(i now.Instant) Month {
	y, m, _ := clock.DateOf(i.Time()).Date()
	return month(y, m)
}

func month(year int, m time.Month) Month { return Month(fmt.Sprintf("%04d-%02d", year, int(m))) }

// First is the first day of the month, none for no month.
func (m Month) First() clock.Date {
	d, err := clock.ParseDate(string(m) + "-01")
	if err != nil {
		return clock.Date{}
	}
	return d
}

// Add is the month n months later, earlier when negative.
func (m Month) Add(n int) Month {
	y, mm, _ := m.First().Date()
	all := y*12 + int(mm) - 1 + n
	return month(all/12, time.Month(all%12+1))
}

// Span is the month as instants: from its first midnight until the next one's.
func (m Month) Span() (from, until now.Instant) {
	return now.FromTime(m.First().Time()), now.FromTime(m.Add(1).First().Time())
}
