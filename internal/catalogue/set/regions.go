package set

import (
	"strings"

	"yimen/internal/gov"
)

// section is one list of regions.yaml with the level all its entries have.
type section struct {
	key    string
	level  string
	digits int // of a code as the file writes it
	depth  gov.RegionLevel
	above  []string // levels a parent may have; none for a province
	prefix int      // digits a code shares with its parent
}

// sections go from the top down, so that a parent is read before its children.
// A county under a province (省直辖县) shares two digits with it only.
var sections = []section{
	{"provinces", "省", 6, gov.LevelProvince, nil, 0},
	{"cities", "市", 6, gov.LevelCity, []string{"省"}, 2},
	{"counties", "县", 6, gov.LevelCounty, []string{"市", "省"}, 2},
	{"towns", "镇", 12, gov.LevelTown, []string{"县", "市"}, 4},
	{"villages", "村", 12, gov.LevelVillage, []string{"镇"}, 9},
	{"villages_sample", "村", 12, gov.LevelVillage, []string{"镇"}, 9},
}

func (r *reader) regions() {
	keys := make([]string, len(sections))
	for i, s := range sections {
		keys[i] = s.key
	}
	root, ok := r.file(Regions, keys...)
	if !ok {
		return
	}
	levels := map[string]string{}
	for _, s := range sections {
		for _, n := range root.listOr(s.key) {
			r.region(n, s, levels)
		}
	}
}

func (r *reader) region(n node, s section, levels map[string]string) {
	o, ok := n.object("code", "name", "level", "parent", "kind", "alt_name", "seen_in_both", "note")
	if !ok {
		return
	}
	o.entry = ""
	code := o.text("code")
	o.entry = code
	region := Region{
		Code: code, Name: o.text("name"), Level: o.oneOf("level", s.level), Parent: o.textOr("parent"),
		Kind: o.textOr("kind"), AltName: o.textOr("alt_name"), SeenInBoth: o.booleanOr("seen_in_both"), Note: o.textOr("note"),
	}
	if code != "" && !s.fits(code) {
		o.at("code").fail("region_code", "value", quote(code), "digits", s.digits)
	} else if o.at("code").once(string(Regions), code) {
		levels[code] = s.level
	}
	o.parent(region, s, levels)
	r.set.Regions = append(r.set.Regions, region)
}

// fits asks for the digits of the level; a town's last three are zeros.
func (s section) fits(code string) bool {
	parsed, err := gov.ParseRegion(code)
	return err == nil && len(code) == s.digits && parsed.Level() == s.depth && code == string(parsed)[:len(code)]
}

func (o object) parent(region Region, s section, levels map[string]string) {
	at := o.at("parent")
	switch {
	case len(s.above) == 0:
		if region.Parent != "" {
			at.fail("region_parent", "value", quote(region.Parent))
		}
	case region.Parent == "":
		at.fail("missing_key")
	case levels[region.Parent] == "":
		at.fail("unknown_"+string(Regions), "value", quote(region.Parent))
	case !contains(s.above, levels[region.Parent]),
		len(region.Code) >= s.prefix && !strings.HasPrefix(region.Parent, region.Code[:s.prefix]):
		at.fail("region_parent", "value", quote(region.Parent))
	}
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}
