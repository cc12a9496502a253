package lang

import (
	"fmt"
	"strconv"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/platform/now"
)

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Date writes a legal date with its weekday, because "by Friday" is what people
// remember: 2026年2月6日（周五）, Fri 6 Feb 2026. None is "".
func Date(l Locale, d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	if l == EN {
		return d.Time().Format("Mon 2 Jan 2006")
	}
	y, m, day := d.Date()
	return fmt.Sprintf("%d年%d月%d日（%s）", y, int(m), day, weekdays[d.Weekday()])
}

// ShortDate leaves the year out, for lists where it is plain: 2月6日（周五）.
func ShortDate(l Locale, d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	if l == EN {
		return d.Time().Format("Mon 2 Jan")
	}
	_, m, day := d.Date()
	return fmt.Sprintf("%d月%d日（%s）", int(m), day, weekdays[d.Weekday()])
}

// Month writes the month of a date: 2026年10月, October 2026. None is "".
func Month(l Locale, d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	if l == EN {
		return d.Time().Format("January 2006")
	}
	y, m, _ := d.Date()
	return fmt.Sprintf("%d年%d月", y, int(m))
}

// ShortMonth leaves the year out: 10月, Oct.
func ShortMonth(l Locale, d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	if l == EN {
		return d.Time().Format("Jan")
	}
	_, m, _ := d.Date()
	return fmt.Sprintf("%d月", int(m))
}

// Time writes the time of day in Asia/Shanghai, 24 hours: 10:32. Zero is "".
func Time(i now.Instant) string {
	if i.IsZero() {
		return ""
	}
	return i.Time().In(clock.Zone()).Format("15:04")
}

// DateTime writes an instant as the day and time it has in Asia/Shanghai:
// 2026年2月11日（周三）10:58, Wed 11 Feb 2026, 10:58. Zero is "".
func DateTime(l Locale, i now.Instant) string {
	if i.IsZero() {
		return ""
	}
	between := ""
	if l == EN {
		between = ", "
	}
	return Date(l, clock.DateOf(i.Time())) + between + Time(i)
}

// Number groups by three: 1,284. Both languages write it so in tables.
func Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}

// Money writes fen as yuan with two decimals: 1,234.50 元, CNY 1,234.50.
func Money(l Locale, fen int64) string {
	sign := ""
	if fen < 0 {
		sign = "-"
	}
	yuan, rest := fen/100, fen%100
	text := fmt.Sprintf("%s%s.%02d", sign, strings.TrimPrefix(Number(yuan), "-"), max(rest, -rest))
	if l == EN {
		return "CNY " + text
	}
	return text + " 元"
}

// Size writes a file size with one decimal above 1 MB: 840 KB, 3.2 MB. Limits
// are told in the same units, so 20 MB is 20×1024×1024.
func Size(bytes int64) string {
	const kb, mb = 1 << 10, 1 << 20
	switch {
	case bytes >= mb:
		return strings.TrimSuffix(strconv.FormatFloat(float64(bytes)/mb, 'f', 1, 64), ".0") + " MB"
	case bytes >= kb:
		return strconv.FormatInt((bytes+kb-1)/kb, 10) + " KB"
	default:
		return strconv.FormatInt(bytes, 10) + " B"
	}
}
