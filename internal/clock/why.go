package clock

import "time"

// Articles that the days of a clock rest on.
const (
	ArticleFirstDay  = "民法典第二百零一条"
	ArticleMoved     = "民法典第二百零三条"
	ArticleCalendar  = "民法典第二百条"
	ArticleSuspended = "行政许可法第四十五条"
	ArticleWorkdays  = "行政许可法第八十二条"
	ArticleNotice    = "国务院办公厅年度节假日安排"
)

// Reason says in the words of a lawyer why the date counted or did not, and the
// article that says so. The unit is that of the clock: a natural day counts by
// another article than a working day.
func (r DayRow) Reason(unit Unit) (words, article string) {
	words, article = r.reason(unit)
	if r.Assumed {
		words += "（当年放假安排尚未公布，暂按周一至周五上班推定）"
	}
	return words, article
}

func (r DayRow) reason(unit Unit) (words, article string) {
	switch r.Why {
	case WhyFirstDay:
		return "起算当日，不计入", ArticleFirstDay
	case WhySuspended:
		return orElse(r.Procedure, "中止") + "期间，不计入", ArticleSuspended
	case WhyMoved:
		return "末日遇休息日顺延，不计入", ArticleMoved
	case WhyHoliday:
		return orElse(r.Holiday, "节假日") + "放假，不计入", ArticleWorkdays + "；" + ArticleNotice
	case WhyWeekend:
		if r.Date.Weekday() == time.Saturday {
			return "周六休息，不计入", ArticleWorkdays
		}
		return "周日休息，不计入", ArticleWorkdays
	case WhyMakeup:
		return "调休上班，计入", ArticleWorkdays + "；" + ArticleNotice
	case WhyCounted:
		if unit == Natural {
			return "自然日，计入", ArticleCalendar
		}
		return "工作日，计入", ArticleWorkdays
	}
	return "", ""
}

func orElse(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}
