package catalogue_test

import (
	"reflect"
	"testing"
	"time"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/cataloguetest"
	"yimen/internal/catalogue/merge"
	"yimen/internal/clock"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
)

// The burden of the three bundles that everybody knows, counted from the items by
// other means: what they ask one by one, and what the one form asks.
func TestMeterOfKnownBundles(t *testing.T) {
	dbtest.Calm(t)
	s, _ := cataloguetest.Held(t)
	for bundle, want := range map[string]catalogue.Meter{
		"open-catering-shop": {Separate: catalogue.Burden{Fields: 60, Materials: 19, Copies: 19, Visits: 0, Days: 16}, Together: catalogue.Burden{Fields: 34, Materials: 13, Copies: 13, Visits: 0, Days: 5},
			Inside: 0, InsideMaterials: 0, Fetched: 5, Items: 4, Departments: 4, Unit: clock.Working},
		"newborn": {Separate: catalogue.Burden{Fields: 105, Materials: 27, Copies: 27, Visits: 0, Days: 16}, Together: catalogue.Burden{Fields: 40, Materials: 10, Copies: 10, Visits: 0, Days: 13},
			Inside: 3, InsideMaterials: 9, Fetched: 6, Items: 9, Departments: 7, Unit: clock.Working},
		"second-hand-house": {Separate: catalogue.Burden{Fields: 63, Materials: 26, Copies: 26, Visits: 1, Days: 4}, Together: catalogue.Burden{Fields: 30, Materials: 9, Copies: 9, Visits: 1, Days: 4},
			Inside: 0, InsideMaterials: 5, Fetched: 6, Items: 6, Departments: 5, Unit: clock.Working},
	} {
		c, nowhere, err := s.Whole(t.Context(), bundle, cataloguetest.Village)
		if err != nil || len(nowhere) > 0 {
			t.Fatalf("%s: %v, nobody handles %v", bundle, err, nowhere)
		}
		if got := c.Meter(); got != want || !got.Saves() {
			t.Errorf("%s: %+v, want %+v", bundle, got, want)
		}
	}
}

// No bundle asks more than its items do, the list says what each guide says, and
// looking at one keeps nothing.
func TestSketchesKeepNothing(t *testing.T) {
	s, d := cataloguetest.Held(t)
	ctx := t.Context()
	meters, err := s.Meters(ctx)
	if err != nil || len(meters) != 46 {
		t.Fatalf("%d bundles measured: %v", len(meters), err)
	}
	for id, listed := range meters {
		c, _, err := s.Whole(ctx, id, cataloguetest.Village)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Meter(); got != listed {
			t.Errorf("%s: the list says %+v, the guide %+v", id, listed, got)
		}
		a, b := listed.Together, listed.Separate
		if a.Fields > b.Fields || a.Materials > b.Materials || a.Copies > b.Copies || a.Visits > b.Visits || a.Days > b.Days {
			t.Errorf("%s asks more than its items: %+v", id, listed)
		}
	}
	answers := map[string]string{"area300": "是", "tobacco": "否"}
	sketch, err := s.Sketch(ctx, "open-catering-shop", cataloguetest.County, answers, nil)
	if err != nil || sketch.ID != "" || len(sketch.Members) != 2 {
		t.Fatalf("%+v %v", sketch, err)
	}
	var kept int
	if err := d.Row(ctx, `SELECT count(*) FROM composition`).Scan(&kept); err != nil || kept != 0 {
		t.Fatalf("%d compositions kept by looking, %v", kept, err)
	}
	real, err := s.Compose(ctx, "open-catering-shop", cataloguetest.County, answers, nil)
	if err != nil || real.Meter() != sketch.Meter() || !reflect.DeepEqual(real.Merged.Summary("", nil), sketch.Merged.Summary("", nil)) {
		t.Errorf("composed %+v, sketched %+v, %v", real, sketch, err)
	}
}

func TestSketchFaults(t *testing.T) {
	s, _ := cataloguetest.Held(t)
	ctx := t.Context()
	for code, x := range map[string]struct {
		bundle  string
		answers map[string]string
		chosen  []string
	}{
		"catalogue.no_bundle":          {"none", nil, nil},
		"catalogue.unknown_question":   {"newborn", map[string]string{"x": "是"}, nil},
		"catalogue.unknown_option":     {"newborn", map[string]string{"mi": "也许"}, nil},
		"catalogue.unknown_member":     {"newborn", nil, []string{"tobacco-retail"}},
		"catalogue.member_not_offered": {"newborn", map[string]string{"mi": "否"}, []string{"maternity-reimburse"}},
		merge.NobodyLeft:               {"credit-repair-bundle", map[string]string{"abnormal": "否"}, nil},
	} {
		if _, err := s.Sketch(ctx, x.bundle, cataloguetest.County, x.answers, x.chosen); !fault.Is(err, code) {
			t.Errorf("%s: %v", code, err)
		}
	}
	if _, _, err := s.Whole(ctx, "none", ""); !fault.Is(err, "catalogue.no_bundle") {
		t.Error(err)
	}
	if c, _, err := s.Whole(ctx, "newborn", "; DROP TABLE item"); err != nil || len(c.Members) != 9 {
		t.Errorf("nowhere in particular: %v", err)
	}
}

// Who applies, where it makes a difference, and the promise of filing at night
// before a holiday.
func TestWhoWhereWhen(t *testing.T) {
	s, _ := cataloguetest.Held(t)
	ctx := t.Context()
	for bundle, want := range map[string][2]bool{"newborn": {true, false}, "open-catering-shop": {false, true}, "second-hand-house": {true, true},
		"company-open": {true, false}} {
		c, _, err := s.Whole(ctx, bundle, "")
		if err != nil {
			t.Fatal(bundle, err)
		}
		if c.ForPerson() != want[0] || c.ForOrganisation() != want[1] {
			t.Errorf("%s: persons %v, organisations %v", bundle, c.ForPerson(), c.ForOrganisation())
		}
	}
	places, err := s.Regions(ctx, []string{"residence-permit", "company-register"})
	if err != nil || len(places) != 4 || places[0].Code != cataloguetest.City || places[3].Code != cataloguetest.Village {
		t.Errorf("%v %v", places, err)
	}
	c, err := s.Sketch(ctx, "second-hand-house", cataloguetest.County, map[string]string{"loan": "否", "gas": "否"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := s.Calendar(ctx)
	if err != nil {
		t.Fatal(err)
	}
	evening := time.Date(2026, 2, 6, 20, 0, 0, 0, time.FixedZone("", 8*3600)) // a Friday: it takes effect on Monday
	p, err := c.Promise(cal, evening)
	monday, errDay := clock.ParseDate("2026-02-09")
	direct, errDue := c.Merged.Promise(cal, monday)
	if err != nil || errDay != nil || errDue != nil || p.Due != direct.Due || p.Provisional {
		t.Errorf("%+v, from Monday %+v, %v %v %v", p, direct, err, errDay, errDue)
	}
	if far, err := c.Promise(cal, evening.AddDate(40, 0, 0)); err != nil || !far.Provisional {
		t.Errorf("forty years on: %+v %v", far, err)
	}
}
