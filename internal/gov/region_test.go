package gov

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRegions(t *testing.T) {
	for _, c := range []struct {
		text, region string
		level        RegionLevel
		prefix       string
		parent       Region
	}{
		{"44", "440000000000", LevelProvince, "44", ""},
		{"4451", "445100000000", LevelCity, "4451", "440000000000"},
		{"445103", "445103000000", LevelCounty, "445103", "445100000000"},
		{"445103", "445103000000", LevelCounty, "445103", "445100000000"},
		{"445100", "445100000000", LevelCity, "4451", "440000000000"},
		{"445103 100", "445103100000", LevelTown, "445103100", "445103000000"},
		{"４４５１０３１００２０１", "445103100201", LevelVillage, "445103100201", "445103100000"},
		{"441900003000", "441900003000", LevelTown, "441900003", "441900000000"}, // 东莞: no counties
		{"445120", "445120000000", LevelCounty, "445120", "445100000000"},
		{"990000", "990000000000", LevelProvince, "99", ""},
	} {
		r, err := ParseRegion(c.text)
		if err != nil || string(r) != c.region || r.Level() != c.level || r.Prefix() != c.prefix || r.Parent() != c.parent {
			t.Errorf("%q: %s (%v) level %d prefix %q parent %q", c.text, r, err, r.Level(), r.Prefix(), r.Parent())
		}
	}
}

func TestRegionRefuses(t *testing.T) {
	for text, want := range map[string]error{
		"": ErrLength, "4": ErrLength, "445": ErrLength, "4451031": ErrLength, "4451031002011": ErrLength,
		"44510a": ErrCharacter, "04": ErrRegion, "000000000000": ErrRegion, "44%": ErrCharacter, "４４_": ErrCharacter,
	} {
		if r, err := ParseRegion(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, %v", text, r, err)
		}
	}
	for _, bad := range []Region{"", "44", "044510000000", "44510300000a", "4451030000000", "%"} {
		if bad.Valid() || bad.Level() != 0 || bad.Prefix() != "" || bad.Parent() != "" || bad.County() != "" {
			t.Errorf("%q passes for a region", bad)
		}
		if bad.Contains("445103000000") || Region("440000000000").Contains(bad) || bad.Contains(bad) {
			t.Errorf("%q contains or is contained", bad)
		}
	}
}

// TestRegionTree: climbing parents, every ancestor contains the region and
// nothing else does what the prefix does not.
func TestRegionTree(t *testing.T) {
	part := func(digits int) *rapid.Generator[string] {
		pattern := strings.Repeat("[0-9]", digits) + "|" + strings.Repeat("0", digits)
		return rapid.StringMatching(pattern)
	}
	region := rapid.Custom(func(t *rapid.T) Region {
		return Region(rapid.StringMatching("[1-9][0-9]").Draw(t, "province") + part(2).Draw(t, "city") +
			part(2).Draw(t, "county") + part(3).Draw(t, "town") + part(3).Draw(t, "village"))
	})
	rapid.Check(t, func(t *rapid.T) {
		r, other := region.Draw(t, "r"), region.Draw(t, "other")
		if !r.Contains(r) {
			t.Fatal("a region contains itself")
		}
		if r.Contains(other) && other.Contains(r) && r != other {
			t.Fatalf("%s and %s contain each other", r, other)
		}
		steps := 0
		for up := r.Parent(); up != ""; up = up.Parent() {
			if !up.Valid() || !up.Contains(r) || r.Contains(up) {
				t.Fatalf("%s is no true ancestor of %s", up, r)
			}
			if steps++; steps > 4 {
				t.Fatalf("%s climbs without end", r)
			}
		}
		again, err := ParseRegion(r.Prefix())
		if int(r.Level()) != len(r.Prefix()) || err != nil || again != r {
			t.Fatalf("%s from its prefix: %s, %v", r, again, err)
		}
	})
}

func FuzzParseRegion(f *testing.F) {
	for _, seed := range []string{"44", "4451", "445103", "445103100", "445103100201", "", "０４", "44%", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRegion(text)
		if err != nil {
			if r != "" {
				t.Fatal("an error and a region")
			}
			return
		}
		if again, err := ParseRegion(string(r)); err != nil || again != r || !r.Valid() || r.Level() == 0 {
			t.Fatalf("%q became %q, then %q (%v)", text, r, again, err)
		}
	})
}
