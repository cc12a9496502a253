package clock

import "strconv"

// Articles that the days of a clock rest on.
const (
	ArticleFirstDay  = "民法典第二百零一条"
	ArticleMoved     = "民法典第二百零三条"
	ArticleCalendar  = "民法典第二百条"
	ArticleSuspended = "行政许可法第四十五条"
	ArticleWorkdays  = "行政许可法第八十二条"
	ArticleNotice    = "国务院办公厅节假日安排通知"
)

// Reason says in the words of a lawyer why the date counted or did not, and the
// article that says so. The unit is that of the clock: a natural day counts by
// another article than a working day.
func (r DayRow) Reason(unit Unit) (words, article string) {
	switch r.Why {
	case WhyFirstDay:
		return "起算的当天不计", ArticleFirstDay
	case WhySuspended:
		return orElse(r.Procedure, "中止") + "期间不计", ArticleSuspended
	case WhyMoved:
		return "最后一日是休息日，顺延到下一个工作日", ArticleMoved
	case WhyHoliday:
		return r.Holiday + "放假，不计", ArticleWorkdays + "，" + ArticleNotice
	case WhyWeekend:
		return "周末，不计", ArticleWorkdays
	case WhyMakeup:
		return "周末调休上班，计入", ArticleNotice
	case WhyCounted:
		if unit == Natural {
			return "按自然日计算，计入", ArticleCalendar
		}
		return "工作日，计入", ArticleWorkdays
	}
	return "", ""
}

// sentence is the reason with its article, and what it rests on if that is not
// announced yet (R12).
func (r DayRow) sentence(unit Unit) string {
	words, article := r.Reason(unit)
	words += "（" + article + "）"
	if r.Assumed {
		words += "；" + strconv.Itoa(r.Date.Year()) + " 年放假安排尚未公布，按周一至周五推算"
	}
	return words
}

func orElse(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}
