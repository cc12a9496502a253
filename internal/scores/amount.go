package scores

import (
	"fmt"
	"strconv"
	"strings"
)

// Amount is a ratio in ten-thousandths: 9870 is 98.70 % as well as 0.9870 a case.
// Nothing here is a float, so that both databases, Go and a pocket calculator agree
// to the last digit.
type Amount int64

// Whole is the ratio 1.
const Whole Amount = 10000

// Ratio divides two counts, half a ten-thousandth up. The denominator is positive.
func Ratio(numerator, denominator int64) Amount {
	return Amount((2*numerator*int64(Whole) + denominator) / (2 * denominator))
}

// Unit says how an amount is written.
type Unit string

// The units: per cent, times a case, number for a hundred cases.
const (
	Percent    Unit = "percent"
	PerCase    Unit = "per_case"
	PerHundred Unit = "per_hundred"
)

// places are the decimals an amount has in its unit.
func (u Unit) places() int {
	if u == PerCase {
		return 4
	}
	return 2
}

// Write gives the amount in the unit with two decimals; what a case has more is
// rounded half up.
func (u Unit) Write(a Amount) string {
	n := int64(a)
	if u == PerCase {
		n = (n + 50) / 100
	}
	return fmt.Sprintf("%d.%02d", n/100, n%100)
}

// parse reads a number of the unit as people write it: 98, 99.5, 0.25. It says
// false for anything else, for more decimals than the unit has, and for more than
// seven digits before the point.
func (u Unit) parse(text string) (Amount, bool) {
	whole, rest, pointed := strings.Cut(text, ".")
	if pointed && rest == "" || len(rest) > u.places() || len(whole) > 7 || whole == "" {
		return 0, false
	}
	digits := whole + rest + strings.Repeat("0", u.places()-len(rest))
	if strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return Amount(n), err == nil
}

// Points are hundredths of a point, 0 to 100.00.
type Points int64

// String writes points with two decimals.
func (p Points) String() string { return fmt.Sprintf("%d.%02d", p/100, p%100) }

// Full is all of an index: 100.00 points.
const Full Points = 10000

// Band is where an index gives nothing and where it gives all; in between points
// follow the straight line. Full lies above Zero where more is better.
type Band struct {
	Zero Amount `json:"zero"`
	Full Amount `json:"full"`
}

// Points places an amount in the band, half a hundredth up.
func (b Band) Points(a Amount) Points {
	done, way := int64(a-b.Zero), int64(b.Full-b.Zero)
	if way < 0 {
		done, way = -done, -way
	}
	switch {
	case done <= 0:
		return 0
	case done >= way:
		return Full
	}
	return Points((2*done*int64(Full) + way) / (2 * way))
}
