package clockfile

import (
	"io/fs"
	"sync"

	"go.yaml.in/yaml/v3"

	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/seed"
)

// China is the calendar `cn`: the State Council's notices that came with the
// program. It is read once.
func China() *clock.Calendar { return china() }

var china = sync.OnceValue(func() *clock.Calendar {
	read, problems, err := set.Read(holidays{seed.Catalogue()}, set.Known{})
	if err != nil || len(problems) > 0 {
		panic("clockfile: the seed's holidays do not read: " + problems.Error())
	}
	years := make([]clock.Year, len(read.Years))
	for i, y := range read.Years {
		years[i] = y.Clock()
	}
	cal, err := clock.NewCalendar(years)
	if err != nil {
		panic(err) // as the set's reader has looked at the same
	}
	return cal
})

// holidays is a set that holds its holidays only.
type holidays struct{ fs.FS }

func (h holidays) Open(name string) (fs.File, error) {
	if name != "." && name != string(set.Holidays)+".yaml" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return h.FS.Open(name)
}

// calendar is `cn` or one written inline.
func (v *value) calendar() *clock.Calendar {
	if v.tag() == "!!str" && v.n.Value == "cn" {
		return China()
	}
	if v.n.Kind != yaml.MappingNode {
		v.wrong("clockfile.unknown_calendar")
		return nil
	}
	return v.inline()
}

// inline is {years, days_off, workdays}; days off have no names there.
func (v *value) inline() *clock.Calendar {
	o, ok := v.object("years", "days_off", "workdays")
	if !ok {
		return nil
	}
	var years []clock.Year
	known := map[int]bool{}
	if c, ok := o.need("years", "years: [2031]"); ok {
		c.list(func(c *value) {
			switch year := c.whole(1, 9999); {
			case known[year]:
				c.wrong("clockfile.year_twice")
			case year != 0:
				known[year] = true
				years = append(years, clock.Year{Year: year})
			}
		})
	}
	var off, work []clock.Date
	days := func(key string, into *[]clock.Date) {
		if c, ok := o.get(key); ok {
			c.list(func(c *value) {
				d := c.date()
				if !d.IsZero() && !known[d.Year()] {
					c.wrong("clockfile.outside_years")
					return
				}
				*into = append(*into, d)
			})
		}
	}
	days("days_off", &off)
	days("workdays", &work)
	if len(v.r.problems) > 0 {
		return nil
	}
	if len(years) > 0 {
		years[0].Holidays, years[0].Workdays = []clock.Holiday{{DaysOff: off}}, work
	}
	cal, err := clock.NewCalendar(years)
	if err != nil {
		v.wrong("clockfile.malformed", "detail", err.Error())
		return nil
	}
	return cal
}
