package clock

// Sum is a date in one sentence: how many days counted and how many did not, by
// reason. Letters carry it; the days behind it are in Days.
type Sum struct {
	Start     Date `json:"start"`
	Due       Date `json:"due"`
	Budget    int  `json:"budget"`
	Unit      Unit `json:"unit"`
	Counted   int  `json:"counted"`
	Makeups   int  `json:"makeups"` // of those counted, weekends on which one works
	Suspended int  `json:"suspended"`
	Holidays  int  `json:"holidays"`
	Weekends  int  `json:"weekends"`
	Moved     int  `json:"moved"` // 民法典 art. 203
}

// Summarise counts the days of a clock up to its due date.
func Summarise(r Reading, unit Unit, days []DayRow) Sum {
	due := r.Due
	if due.IsZero() {
		due = r.ProjectedDue
	}
	s := Sum{Start: r.Start, Due: due, Budget: r.Budget, Unit: unit}
	for _, d := range days {
		if d.Date.After(due) {
			break
		}
		s.add(d)
	}
	return s
}

func (s *Sum) add(d DayRow) {
	if d.Counted {
		s.Counted++
	}
	switch d.Why {
	case WhyMakeup:
		s.Makeups++
	case WhySuspended:
		s.Suspended++
	case WhyHoliday:
		s.Holidays++
	case WhyWeekend:
		s.Weekends++
	case WhyMoved:
		s.Moved++
	case WhyFirstDay, WhyCounted:
	}
}
