package clock

import "time"

// Day arithmetic of the proleptic Gregorian calendar in closed form, counted
// from 0001-01-01 = 1. A year is taken to begin in March, so that the leap day
// is its last day and month lengths follow one linear formula.

const (
	daysPer400 = 146097
	marchShift = 305 // 0001-01-01 is day 306 of the March year 0
)

func dayNumber(year, month, day int) int32 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	ofEra := year % 400
	ofYear := (153*(month-3)+2)/5 + day - 1
	return int32(era*daysPer400 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - marchShift)
}

func civil(n int32) (year, month, day int) {
	z := int(n) + marchShift
	era, ofEra := z/daysPer400, z%daysPer400
	y := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*y + y/4 - y/100)
	m := (5*ofYear + 2) / 153
	day = ofYear - (153*m+2)/5 + 1
	month = m + 3
	if month > 12 {
		month -= 12
		y++
	}
	return y + era*400, month, day
}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysIn(year int, month time.Month) int {
	switch month {
	case time.February:
		if leap(year) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	default:
		return 31
	}
}
