package clock_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// scene is a scenario in the format of a scenario file, as text: what the walker
// and the product's calculator both start from, and what a difference prints.
type scene struct {
	Calendar  inline            `yaml:"calendar"`
	Cutoff    string            `yaml:"cutoff"`
	Assume    bool              `yaml:"assume_weekdays"`
	ExtendMax *int              `yaml:"extend_max"`
	Limits    map[string]budget `yaml:"limits"`
	Events    []happening       `yaml:"events"`
	AsOf      string            `yaml:"asof"`
}

// inline is a calendar of one's own; CN is the real one instead.
type inline struct {
	CN       bool     `yaml:"-"`
	Years    []int    `yaml:"years"`
	DaysOff  []string `yaml:"days_off"`
	Workdays []string `yaml:"workdays"`
}

// UnmarshalYAML reads the word cn or the lists.
func (c *inline) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		if node.Value != "cn" {
			return fmt.Errorf("no calendar %q", node.Value)
		}
		c.CN = true
		return nil
	}
	type lists inline
	return node.Decode((*lists)(c))
}

// happening is an event.
type happening struct {
	At        string `yaml:"at"`
	Do        string `yaml:"do"`
	Procedure string `yaml:"procedure"`
	Planned   *int   `yaml:"planned"`
	Days      int    `yaml:"days"`
}

const (
	usualCutoff    = "17:30"
	usualExtendMax = 10
	closure        = "放假" // what a day off of an inline calendar is called here
)

var clockNames = []string{"accept", "promised", "statutory", "deliver"}

// String writes the scenario file.
func (s scene) String() string {
	var b strings.Builder
	if s.Calendar.CN {
		b.WriteString("calendar: cn\n")
	} else {
		years := strings.ReplaceAll(fmt.Sprint(s.Calendar.Years), " ", ", ")
		fmt.Fprintf(&b, "calendar: {years: %s, days_off: %s, workdays: %s}\n", years, quoted(s.Calendar.DaysOff), quoted(s.Calendar.Workdays))
	}
	if s.Cutoff != "" {
		fmt.Fprintf(&b, "cutoff: %q\n", s.Cutoff)
	}
	if s.Assume {
		b.WriteString("assume_weekdays: true\n")
	}
	if s.ExtendMax != nil {
		fmt.Fprintf(&b, "extend_max: %d\n", *s.ExtendMax)
	}
	b.WriteString("limits:\n")
	for _, name := range clockNames {
		if l, ok := s.Limits[name]; ok {
			fmt.Fprintf(&b, "  %s: {days: %d, unit: %s}\n", name, l.Days, l.Unit)
		}
	}
	b.WriteString("events:\n")
	for _, e := range s.Events {
		fmt.Fprintf(&b, "  - {at: %q, do: %s", e.At, e.Do)
		if e.Procedure != "" {
			fmt.Fprintf(&b, ", procedure: %s", e.Procedure)
		}
		if e.Planned != nil {
			fmt.Fprintf(&b, ", planned: %d", *e.Planned)
		}
		if e.Do == "extend" {
			fmt.Fprintf(&b, ", days: %d", e.Days)
		}
		b.WriteString("}\n")
	}
	fmt.Fprintf(&b, "asof: %q\n", s.AsOf)
	return b.String()
}

func quoted(dates []string) string {
	var words []string
	for _, d := range dates {
		words = append(words, fmt.Sprintf("%q", d))
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// holidayFile is what is read of the seed's holidays.
type holidayFile struct {
	Years []struct {
		Year     int `yaml:"year"`
		Holidays []struct {
			Name    string   `yaml:"name"`
			DaysOff []string `yaml:"days_off"`
		} `yaml:"holidays"`
		Workdays []struct {
			Date string `yaml:"date"`
		} `yaml:"workdays"`
	} `yaml:"years"`
}

// readHolidays reads the State Council's notices, 2018 to 2026.
var readHolidays = sync.OnceValues(func() (holidayFile, error) {
	var file holidayFile
	text, err := os.ReadFile("../../seed/catalogue/holidays.yaml")
	if err == nil {
		err = yaml.Unmarshal(text, &file)
	}
	return file, err
})

func holidays(t testing.TB) holidayFile {
	t.Helper()
	file, err := readHolidays()
	if err != nil || len(file.Years) != 9 {
		t.Fatal("holidays of the seed:", len(file.Years), err)
	}
	return file
}

// lists is the calendar of a scene for the walker.
func (c inline) lists(t testing.TB) almanac {
	t.Helper()
	if c.CN {
		return realAlmanac(t)
	}
	a := almanac{map[int]bool{}, map[day]string{}, map[day]bool{}}
	for _, year := range c.Years {
		a.years[year] = true
	}
	for _, d := range c.DaysOff {
		a.off[readDay(t, d)] = closure
	}
	for _, d := range c.Workdays {
		a.makeup[readDay(t, d)] = true
	}
	return a
}

var cn almanac // read once; tests of this package do not run beside each other

func realAlmanac(t testing.TB) almanac {
	if cn.years != nil {
		return cn
	}
	a := almanac{map[int]bool{}, map[day]string{}, map[day]bool{}}
	for _, y := range holidays(t).Years {
		a.years[y.Year] = true
		for _, h := range y.Holidays {
			for _, d := range h.DaysOff {
				a.off[readDay(t, d)] = h.Name
			}
		}
		for _, d := range y.Workdays {
			a.makeup[readDay(t, d.Date)] = true
		}
	}
	cn = a
	return a
}

func readDay(t testing.TB, text string) day {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return day(at.Unix() / (24 * 60 * 60))
}

func readInstant(t testing.TB, text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func readCutoff(t testing.TB, text string) time.Duration {
	if text == "" {
		text = usualCutoff
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
}

func (s scene) extendMax() int {
	if s.ExtendMax == nil {
		return usualExtendMax
	}
	return *s.ExtendMax
}

// walker sets out to walk the scene.
func (s scene) walker(t testing.TB) *walker {
	t.Helper()
	w := &walker{
		almanac: s.Calendar.lists(t), assume: s.Assume, cutoff: readCutoff(t, s.Cutoff), extendMax: s.extendMax(),
		limits: s.Limits, asof: readDay(t, s.AsOf), assumed: map[string]bool{}, grounds: map[string]int{},
	}
	for i, e := range s.Events {
		// R1: the date and the time of day are those of Asia/Shanghai.
		wall := readInstant(t, e.At).UTC().Add(8 * time.Hour)
		midnight := wall.Truncate(24 * time.Hour)
		w.acts = append(w.acts, act{
			index: i, do: e.Do, date: day(midnight.Unix() / (24 * 60 * 60)), time: wall.Sub(midnight),
			procedure: e.Procedure, planned: e.Planned, days: e.Days,
		})
	}
	return w
}

// copied is a scene that shares nothing with s.
func (s scene) copied() scene {
	s.Calendar.Years = slices.Clone(s.Calendar.Years)
	s.Calendar.DaysOff = slices.Clone(s.Calendar.DaysOff)
	s.Calendar.Workdays = slices.Clone(s.Calendar.Workdays)
	limits := map[string]budget{}
	for name, l := range s.Limits {
		limits[name] = l
	}
	s.Limits = limits
	s.Events = slices.Clone(s.Events)
	return s
}
