package clock

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// Date is a legal date in Asia/Shanghai, years 1 to 9999. The zero value means
// "none" and is stored as ”. Dates are comparable and may be map keys.
type Date struct{ day int32 } // 1 = 0001-01-01

// ErrDate is the error for text that is not a date in the form YYYY-MM-DD.
var ErrDate = errors.New("clock: not a date")

// maxDay is 9999-12-31, the last date with a four-digit year.
const maxDay = 3652059

// shanghai is fixed: a machine may have no zone data, and China has had one zone
// without daylight saving since 1991-09-15.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Zone is the zone of every legal date and of every time shown.
func Zone() *time.Location { return shanghai }

// NewDate makes a date; ErrDate when there is no such day.
func NewDate(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 || month < time.January || month > time.December ||
		day < 1 || day > daysIn(year, month) {
		return Date{}, ErrDate
	}
	return Date{dayNumber(year, int(month), day)}, nil
}

// ParseDate reads exactly 'YYYY-MM-DD'. Empty text is an error here; the
// unmarshallers and Scan read it as none.
func ParseDate(text string) (Date, error) {
	if len(text) != len("2006-01-02") || text[4] != '-' || text[7] != '-' {
		return Date{}, ErrDate
	}
	year, okY := number(text[:4])
	month, okM := number(text[5:7])
	day, okD := number(text[8:])
	if !okY || !okM || !okD {
		return Date{}, ErrDate
	}
	return NewDate(year, time.Month(month), day)
}

// MustDate is ParseDate for dates written in code and tests; it panics on a
// mistake and must not meet input.
func MustDate(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(fmt.Sprintf("clock: MustDate(%q)", text))
	}
	return d
}

// DateOf is the legal date of an instant, none outside the years 1 to 9999.
func DateOf(t time.Time) Date {
	d, _ := local(t)
	return d
}

// local is the date of an instant and the time since its midnight, both in
// Asia/Shanghai; as arithmetic, because every act of every case comes by here.
func local(t time.Time) (Date, time.Duration) {
	const epoch, daySeconds = 719163, 24 * 60 * 60 // 1970-01-01
	seconds := t.Unix() + 8*60*60
	day, rest := seconds/daySeconds, seconds%daySeconds
	if rest < 0 {
		day, rest = day-1, rest+daySeconds
	}
	if day < 1-epoch || day > maxDay-epoch {
		return Date{}, 0
	}
	return Date{int32(day + epoch)}, time.Duration(rest)*time.Second + time.Duration(t.Nanosecond())
}

// Date is the year, month and day; all 0 for none.
func (d Date) Date() (year int, month time.Month, day int) {
	if d.IsZero() {
		return 0, 0, 0
	}
	y, m, dd := civil(d.day)
	return y, time.Month(m), dd
}

// Year is the calendar year, 0 for none.
func (d Date) Year() int { y, _, _ := d.Date(); return y }

// IsZero reports whether d is none; it makes `omitzero` work.
func (d Date) IsZero() bool { return d.day == 0 }

// Weekday is the day of the week; meaningless for none.
func (d Date) Weekday() time.Weekday { return time.Weekday(d.day % 7) }

// AddDays is the date n days later (earlier when negative). None stays none, and
// a result outside the years 1 to 9999 is none.
func (d Date) AddDays(n int) Date {
	if d.IsZero() || n > maxDay || n < -maxDay {
		return Date{}
	}
	day := int(d.day) + n
	if day < 1 || day > maxDay {
		return Date{}
	}
	return Date{int32(day)}
}

// Sub is the number of days from e to d, negative when d is earlier. Both must
// be dates; with none on either side it is 0.
func (d Date) Sub(e Date) int {
	if d.IsZero() || e.IsZero() {
		return 0
	}
	return int(d.day) - int(e.day)
}

// Before reports whether d is earlier than e; none is earlier than every date.
func (d Date) Before(e Date) bool { return d.day < e.day }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d.day > e.day }

// Compare orders dates for sorting, none first.
func (d Date) Compare(e Date) int { return int(d.day) - int(e.day) }

// Time is the instant at which the date begins in Asia/Shanghai; the zero time
// for none.
func (d Date) Time() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	y, m, dd := d.Date()
	return time.Date(y, m, dd, 0, 0, 0, 0, shanghai)
}

// String is 'YYYY-MM-DD', or ” for none: the stored form.
func (d Date) String() string {
	var b [len("2006-01-02")]byte
	return string(d.append(b[:0]))
}

// append writes the stored form at the end of b.
func (d Date) append(b []byte) []byte {
	if d.IsZero() {
		return b
	}
	y, month, dd := d.Date()
	m := int(month)
	return append(b, digit(y/1000), digit(y/100), digit(y/10), digit(y), '-', digit(m/10), digit(m), '-', digit(dd/10), digit(dd))
}

func digit(n int) byte { return '0' + byte(n%10) }

// Chinese is the long form for letters and pages: 2026年2月6日（周五）.
func (d Date) Chinese() string {
	if d.IsZero() {
		return ""
	}
	names := [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}
	y, m, dd := d.Date()
	return fmt.Sprintf("%d年%d月%d日（%s）", y, int(m), dd, names[d.Weekday()])
}

// English is the long form for English pages: Friday 6 February 2026.
func (d Date) English() string {
	if d.IsZero() {
		return ""
	}
	y, m, dd := d.Date()
	return fmt.Sprintf("%s %d %s %d", d.Weekday(), dd, m, y)
}

// MarshalText writes the stored form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the stored form; empty text is none.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Value stores the date as text, none as ”, on both databases.
func (d Date) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads the stored form; NULL and ” are none.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	default:
		return fmt.Errorf("%w: cannot read %T", ErrDate, src)
	}
}

func number(digits string) (int, bool) {
	n := 0
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		n = n*10 + int(digits[i]-'0')
	}
	return n, true
}
