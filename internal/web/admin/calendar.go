package admin

import (
	"bytes"
	"slices"
	"strconv"

	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// calendarView is the statutory calendar: the year looked at, what is missing, how
// it came to be, and for editors the way to change it.
type calendarView struct {
	Editor      bool
	Tabs        []ui.Link
	Year        *yearView // nil for one that is not announced
	Asked       int       // the year looked at
	Missing     []int
	Provisional int64
	Going       *cases.Recounting // nil: no recount is under way
	Versions    []versionRow
	Older       string
	Proposals   []*catalogue.Proposal
	Form        ui.Form
	Problems    set.Problems
}

// versionRow is one change of the calendar with what came of it.
type versionRow struct {
	catalogue.CalendarVersion
	Recount *cases.Recounting // nil: no date could follow differently
}

// shownVersions is how many changes the page lists at a time.
const shownVersions = 20

// calendar shows the calendar in force.
func (s *Admin) calendar(q *kit.Request) error { return s.showCalendar(q, ui.Form{}, nil) }

func (s *Admin) showCalendar(q *kit.Request, form ui.Form, problems set.Problems) error {
	v := calendarView{Editor: catalogue.MayEdit(q.Actor), Form: form, Problems: problems}
	years, err := s.catalogue.Years(q.Context())
	if err != nil {
		return err
	}
	if _, v.Provisional, err = s.cases.Running(q.Context()); err != nil {
		return err
	}
	if err := v.look(q, years, s.today()); err != nil {
		return err
	}
	if err := s.history(q, &v); err != nil {
		return err
	}
	if v.Editor {
		if v.Proposals, err = s.catalogue.Proposals(q.Context(), q.Actor); err != nil {
			return err
		}
	}
	p := page(q, q.T("calendar.title"), areaCalendar)
	p.Form = form
	return q.Render(p, calendarPage(v))
}

// look finds the year that is asked for: the present one when none is.
func (v *calendarView) look(q *kit.Request, years []catalogue.Year, today clock.Date) error {
	known := make([]int, len(years))
	in := make([]clock.Year, len(years))
	for i, y := range years {
		known[i], in[i] = y.Year, y.Clock()
	}
	cal, err := clock.NewCalendar(in)
	if err != nil {
		return fault.Internal(err, "catalogue.calendar")
	}
	v.Missing = missing(known, today.Year(), v.Provisional > 0)
	all := slices.Concat(known, v.Missing)
	slices.Sort(all)
	v.Asked = today.Year()
	if n, err := strconv.Atoi(q.Param("year")); err == nil && slices.Contains(all, n) {
		v.Asked = n
	}
	for _, y := range all {
		l := ui.Link{Text: strconv.Itoa(y), Href: areaCalendar + "?year=" + strconv.Itoa(y), Current: y == v.Asked}
		if slices.Contains(v.Missing, y) {
			l.Count = q.T("calendar.unannounced")
		}
		v.Tabs = append(v.Tabs, l)
	}
	if i := slices.Index(known, v.Asked); i >= 0 {
		v.Year = drawYear(ui.WithView(q.Context(), q.View()), cal, &years[i])
	}
	return nil
}

// missing lists the years that somebody may have to count into and that nobody has
// announced: this one, the next, gaps among those known, and when running cases
// reach beyond the last of them the one after it.
func missing(known []int, year int, reached bool) []int {
	want := []int{year, year + 1}
	if n := len(known); n > 0 {
		for y := known[0]; y < known[n-1]; y++ {
			want = append(want, y)
		}
		if reached {
			want = append(want, known[n-1]+1)
		}
	}
	slices.Sort(want)
	return slices.DeleteFunc(slices.Compact(want), func(y int) bool { return slices.Contains(known, y) })
}

// history reads the changes of the calendar and how far the cases have followed.
func (s *Admin) history(q *kit.Request, v *calendarView) error {
	below, _ := strconv.ParseInt(q.Param("below"), 10, 64) // what is no number begins at the newest
	versions, err := s.catalogue.CalendarVersions(q.Context(), max(below, 0), shownVersions+1)
	if err != nil {
		return err
	}
	recounts, err := s.cases.Recounts(q.Context())
	if err != nil {
		return err
	}
	for _, r := range recounts {
		if !r.Done() && (v.Going == nil || r.Calendar > v.Going.Calendar) {
			v.Going = r
		}
	}
	if len(versions) > shownVersions {
		versions = versions[:shownVersions]
		v.Older = areaCalendar + "?below=" + strconv.FormatInt(versions[shownVersions-1].Number, 10)
	}
	for _, x := range versions {
		v.Versions = append(v.Versions, versionRow{x, recounts[x.Number]})
	}
	return nil
}

// calendarFile hands out the calendar in force as a file that an import reads.
func (s *Admin) calendarFile(q *kit.Request) error {
	text, err := s.catalogue.CalendarText(q.Context())
	if err != nil {
		return err
	}
	return q.File(kit.Download{Name: "holidays.yaml", Type: "application/yaml", Size: int64(len(text)), Body: bytes.NewReader(text)})
}

// calendarLimits bound an uploaded calendar; over 32 MiB it is refused by the rule
// of the format itself, which names the file.
var calendarLimits = kit.Limits{Files: 1, Each: 33 << 20, Total: 34 << 20}

// propose reads a file and keeps it for its effect to be looked at.
func (s *Admin) propose(q *kit.Request) error {
	u, form, err := receive(q, calendarLimits)
	if err != nil {
		return err
	}
	if u == nil {
		return s.showCalendar(q, form, nil)
	}
	folder, err := u.folder()
	if err != nil {
		return err
	}
	proposal, problems, err := s.catalogue.ProposeCalendar(q.Context(), q.Actor, folder, u.first())
	if fault.Is(err, "catalogue.set_refused") {
		form.Faults.Add("files", "calendar.refused", "count", len(problems))
		return s.showCalendar(q, form, problems)
	}
	if err != nil {
		return err
	}
	return q.Redirect(areaCalendar + "/proposals/" + proposal)
}
