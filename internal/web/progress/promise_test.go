package progress_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"yimen/internal/cases"
	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/merge"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/platform/now"
	"yimen/internal/web/progress"
	"yimen/internal/web/ui"
)

// held is a calendar of one year without holidays: Monday is 2 March 2026.
func held(t *testing.T) *clock.Calendar {
	t.Helper()
	cal, err := clock.NewCalendar([]clock.Year{{Year: 2026}})
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// works are a road (5 working days) and a green (3) beside it, and water (5) after
// both: filed on 2 March, road is due on the 9th, green on the 5th, water on the 16th.
func works(t *testing.T) *merge.Merged {
	t.Helper()
	member := func(item string, days int, after ...string) merge.Member {
		return merge.Member{Item: item, Name: item, Form: form.New(nil), Days: days, Unit: clock.Working, DependsOn: after}
	}
	m, err := merge.Merge([]merge.Member{member("road", 5), member("green", 3), member("water", 5, "road", "green")})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func date(text string) clock.Date {
	if text == "" {
		return clock.Date{}
	}
	return clock.MustDate("2026-" + text)
}

// morning is ten o'clock of a day.
func morning(text string) now.Instant {
	return now.Instant(date(text).Time().Add(10 * time.Hour).UnixMicro())
}

// stands is a case that one of the verbs below has brought where it is.
type stands func(*cases.Companion)

func submitted(on string) stands {
	return func(x *cases.Companion) { x.State, x.Case.SubmittedOn = cases.Submitted, date(on) }
}
func correcting(x *cases.Companion) { x.State = cases.Correcting }
func waiting(x *cases.Companion)    { x.State, x.Case.SubmittedOn = cases.Waiting, clock.Date{} }
func accepted(due string) stands {
	return func(x *cases.Companion) { x.State, x.PromisedDue = cases.Accepted, date(due) }
}
func granted(on string) stands {
	return func(x *cases.Companion) { x.State, x.Ended, x.DecidedOn = cases.Granted, cases.ActGrant, date(on) }
}
func refused(on string) stands {
	return func(x *cases.Companion) { x.State, x.Ended, x.DecidedOn = cases.Refused, cases.ActRefuse, date(on) }
}
func withdrawn(on string) stands {
	return func(x *cases.Companion) {
		x.State, x.Ended, x.Since = cases.Withdrawn, cases.ActWithdraw, morning(on)
	}
}
func cut(x *cases.Companion) { x.State, x.Ended = cases.Terminated, cases.ActCut }

// filed are the three cases of what was filed on a day at ten.
func filed(on string, road, green, water stands) cases.Companions {
	all := cases.Companions{{ID: "1", Item: "road"}, {ID: "2", Item: "green"}, {ID: "3", Item: "water", After: []string{"1", "2"}}}
	for i, to := range []stands{road, green, water} {
		x := &all[i]
		x.ItemName = x.Item
		x.Case = &cases.Case{SubmittedAt: morning(on), SubmittedOn: date(on)}
		to(x)
	}
	return all
}

func TestWhetherThePromiseIsKept(t *testing.T) {
	const (
		keeps    = "能够按承诺办结"
		tooLate  = "晚于承诺"
		asItIs   = "照现在的进度，"
		accepts  = "如果没有受理的今天受理，"
		answers  = "如果今天补正，"
		doesBoth = "如果今天补正、没有受理的今天受理，"
	)
	for _, c := range []struct {
		name               string
		road, green, water stands
		today, expected    string
		tone               ui.Tone
		says               []string
	}{
		{"on the day of filing it is the promise", submitted("03-02"), submitted("03-02"), waiting, "03-02", "03-16", ui.ToneNone, []string{accepts, keeps}},
		{"not accepted by Friday", submitted("03-02"), submitted("03-02"), waiting, "03-06", "03-20", ui.ToneWarn, []string{accepts, tooLate, "受影响的事项：water。"}},
		{"on Saturday, as on Monday", submitted("03-02"), submitted("03-02"), waiting, "03-07", "03-23", ui.ToneWarn, []string{accepts, tooLate}},
		{"the shorter one has time", accepted("03-09"), submitted("03-02"), waiting, "03-04", "03-16", ui.ToneNone, []string{accepts, keeps}},
		{"accepted and decided early", accepted("03-09"), granted("03-03"), waiting, "03-06", "03-16", ui.ToneNone, []string{asItIs, keeps}},
		{"accepted late", accepted("03-11"), granted("03-03"), waiting, "03-06", "03-18", ui.ToneWarn, []string{asItIs, tooLate, "受影响的事项：water。"}},
		{"overdue", accepted("03-09"), granted("03-03"), waiting, "03-11", "03-18", ui.ToneWarn, []string{asItIs, tooLate}},
		{"all of them are late", submitted("03-02"), submitted("03-02"), waiting, "03-17", "03-31", ui.ToneWarn, []string{"受影响的事项：road、green、water。"}},
		{"corrected in time", accepted("03-09"), correcting, waiting, "03-04", "03-16", ui.ToneNone, []string{answers, keeps}},
		{"corrected too late", correcting, granted("03-03"), waiting, "03-04", "03-18", ui.ToneWarn, []string{answers, tooLate}},
		{"one corrected, one not accepted", submitted("03-02"), correcting, waiting, "03-02", "03-16", ui.ToneNone, []string{doesBoth, keeps}},
		{"answered in the evening", submitted("03-05"), granted("03-03"), waiting, "03-04", "03-19", ui.ToneWarn, []string{accepts, tooLate}},
		{"answered: the promise stands", submitted("03-20"), granted("03-03"), waiting, "03-20", "04-03", ui.ToneWarn, []string{accepts, tooLate}},
		{"what waited has begun", granted("03-03"), granted("03-04"), submitted("03-04"), "03-04", "03-11", ui.ToneNone, []string{accepts, keeps}},
		{"all granted in time", granted("03-09"), granted("03-05"), granted("03-16"), "03-20", "03-16", ui.ToneOK, []string{"按承诺办结"}},
		{"all granted too late", granted("03-09"), granted("03-05"), granted("03-17"), "03-20", "03-17", ui.ToneWarn, []string{"才全部有结果", tooLate}},
		{"a refusal in time", refused("03-06"), granted("03-05"), cut, "03-20", "03-06", ui.ToneNone, []string{"都没有晚于承诺的日期"}},
		{"a refusal too late", refused("03-18"), granted("03-05"), cut, "03-20", "03-18", ui.ToneWarn, []string{"才全部有结果"}},
		{"taken back", withdrawn("03-04"), granted("03-05"), cut, "03-20", "03-05", ui.ToneNone, []string{"都没有晚于承诺的日期"}},
	} {
		p, err := progress.Promised(held(t), works(t), filed("03-02", c.road, c.green, c.water), date(c.today))
		if err != nil {
			t.Fatal(c.name, err)
		}
		if p.Start != date("03-02") || p.Due != date("03-16") || p.Provisional {
			t.Errorf("%s: promised from %s to %s", c.name, p.Start, p.Due)
		}
		sentence := p.Sentence(lang.With(context.Background(), lang.ZH))
		if p.Expected != date(c.expected) || p.Tone() != c.tone {
			t.Errorf("%s: %s, not %s: %s", c.name, p.Expected, c.expected, sentence)
		}
		for _, w := range c.says {
			if !strings.Contains(sentence, w) {
				t.Errorf("%s: no %q in %q", c.name, w, sentence)
			}
		}
		if p.Over && p.Short && strings.Contains(sentence, "按承诺办结") {
			t.Errorf("%s: %q", c.name, sentence)
		}
	}
}

// A year whose holidays nobody has announced is counted from Monday to Friday, and
// said to be (R12).
func TestAPromiseIntoAnUnknownYear(t *testing.T) {
	all := filed("12-28", submitted("12-28"), submitted("12-28"), waiting)
	p, err := progress.Promised(held(t), works(t), all, date("12-29"))
	if err != nil || !p.Provisional || !p.Promise.Provisional || p.Expected != clock.MustDate("2027-01-12") {
		t.Errorf("%+v %v", p, err)
	}
}

// Who sees some of the cases only is promised nothing about the whole.
func TestNoPromiseToWhoSeesSome(t *testing.T) {
	all := filed("03-02", accepted("03-09"), granted("03-03"), waiting)
	all[0].Case = nil
	for _, some := range []cases.Companions{all, slices.Clone(all[1:]), nil} {
		if p, err := progress.Promised(held(t), works(t), some, date("03-04")); err != nil || p.Known() {
			t.Errorf("%d cases: %+v %v", len(some), p, err)
		}
	}
}
