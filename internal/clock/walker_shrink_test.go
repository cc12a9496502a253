package clock_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// shrink makes a scene as small as it can while it still differs.
func shrink(t testing.TB, s scene, differs func(scene) bool) scene {
	t.Helper()
	for {
		next := slices.IndexFunc(simpler(t, s), differs)
		if next < 0 {
			return s
		}
		s = simpler(t, s)[next]
	}
}

// simpler lists scenes that are one step simpler, the largest steps first. Each
// step removes something or brings it nearer to a plain value, so they end.
func simpler(t testing.TB, s scene) []scene {
	t.Helper()
	var out []scene
	try := func(change func(*scene) bool) {
		c := s.copied()
		if change(&c) {
			out = append(out, c)
		}
	}
	for i := range s.Events {
		try(func(c *scene) bool { c.Events = slices.Delete(c.Events, i, i+1); return true })
	}
	for _, name := range clockNames {
		try(func(c *scene) bool { _, had := c.Limits[name]; delete(c.Limits, name); return had })
	}
	try(func(c *scene) bool { had := c.Cutoff != ""; c.Cutoff = ""; return had })
	try(func(c *scene) bool { had := c.ExtendMax != nil; c.ExtendMax = nil; return had })
	try(func(c *scene) bool { had := c.Assume; c.Assume = false; return had })
	for _, list := range []func(*scene) *[]string{
		func(c *scene) *[]string { return &c.Calendar.DaysOff },
		func(c *scene) *[]string { return &c.Calendar.Workdays },
	} {
		n := len(*list(&s))
		for _, size := range []int{n, n / 2, 4, 1} {
			for from := 0; size > 0 && from < n; from += size {
				try(func(c *scene) bool { *list(c) = slices.Delete(*list(c), from, min(from+size, n)); return true })
			}
		}
	}
	for _, name := range clockNames {
		limit, ok := s.Limits[name]
		if !ok {
			continue
		}
		for _, less := range []int{0, limit.Days / 2, limit.Days - 1} {
			try(func(c *scene) bool { c.Limits[name] = budget{less, limit.Unit}; return 0 <= less && less < limit.Days })
		}
		try(func(c *scene) bool { c.Limits[name] = budget{limit.Days, "working"}; return limit.Unit != "working" })
	}
	for i := range s.Events {
		out = append(out, simplerEvent(t, s, i)...)
	}
	return out
}

// simplerEvent lists what one event can be instead.
func simplerEvent(t testing.TB, s scene, i int) []scene {
	t.Helper()
	var out []scene
	try := func(e happening) {
		if e == s.Events[i] {
			return
		}
		c := s.copied()
		c.Events[i] = e
		out = append(out, c)
	}
	e := s.Events[i]
	local := readInstant(t, e.At).In(time.FixedZone("", 8*60*60))
	plain := e
	plain.At = local.Format(time.DateOnly) + "T09:00:00+08:00"
	try(plain)
	if !strings.HasSuffix(e.At, "+08:00") {
		plain.At = local.Format(time.RFC3339Nano)
		try(plain)
	}
	if e.Planned != nil {
		plain = e
		plain.Planned = nil
		try(plain)
		if *e.Planned > 0 {
			less := *e.Planned / 2
			plain.Planned = &less
			try(plain)
		}
	}
	if e.Days > 1 {
		plain = e
		plain.Days = e.Days / 2
		try(plain)
	}
	return out
}
