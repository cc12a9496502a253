package gov

import "strings"

// Region is a 12-digit region code: GB/T 2260 province 2, city 2, county 2, then
// the statistical town 3 and village 3, padded with zeros. A subtree is a prefix,
// so scopes become one LIKE in SQL.
type Region string

// RegionLevel is the number of digits that carry meaning.
type RegionLevel int

// The levels; 0 is the level of a malformed region.
const (
	LevelProvince RegionLevel = 2
	LevelCity     RegionLevel = 4
	LevelCounty   RegionLevel = 6
	LevelTown     RegionLevel = 9
	LevelVillage  RegionLevel = 12
)

const regionDigits = 12

var regionLevels = [...]RegionLevel{LevelVillage, LevelTown, LevelCounty, LevelCity, LevelProvince}

// ParseRegion reads 2, 4, 6, 9 or 12 digits and pads them to 12. Other lengths
// are ErrLength, other characters ErrCharacter, a province below 10 ErrRegion.
// Whether the region exists is for the catalogue to say.
func ParseRegion(text string) (Region, error) {
	digits := compact(text)
	if err := onlyDigits(digits); err != nil {
		return "", err
	}
	switch RegionLevel(len(digits)) {
	case LevelProvince, LevelCity, LevelCounty, LevelTown, LevelVillage:
	default:
		return "", ErrLength
	}
	r := Region(digits + strings.Repeat("0", regionDigits-len(digits)))
	if !r.Valid() {
		return "", ErrRegion
	}
	return r, nil
}

// Valid reports whether r has the form of a region. Values read from outside
// may be any text; every method below answers "none" for those that are not.
func (r Region) Valid() bool {
	return len(r) == regionDigits && r[0] != '0' && onlyDigits(string(r)) == nil
}

// Level is the deepest level that is not all zeros. A city without counties
// (441900003000, a town right under 东莞) has a zero county part, so the
// parts are looked at from the end.
func (r Region) Level() RegionLevel {
	if !r.Valid() {
		return 0
	}
	for i, level := range regionLevels {
		start := 0
		if i+1 < len(regionLevels) {
			start = int(regionLevels[i+1])
		}
		if strings.Trim(string(r[start:level]), "0") != "" {
			return level
		}
	}
	return 0
}

// Prefix is the part of the code that the whole subtree shares; ” for a
// malformed region, which therefore must not be used as a LIKE pattern unseen.
func (r Region) Prefix() string { return string(r)[:min(int(r.Level()), len(r))] }

// Parent is the region one level up, skipping parts that are all zeros; ” above
// a province and for a malformed region.
func (r Region) Parent() Region {
	level := r.Level()
	for _, up := range regionLevels {
		if up < level {
			return Region(string(r)[:up] + strings.Repeat("0", regionDigits-int(up)))
		}
	}
	return ""
}

// Contains reports whether other is r or lies inside it; never true when
// either is malformed, so that an empty scope reaches nothing.
func (r Region) Contains(other Region) bool {
	return r.Valid() && other.Valid() && strings.HasPrefix(string(other), r.Prefix())
}

// County is the 6-digit GB/T 2260 part, used in case numbers and credit codes.
func (r Region) County() string {
	if !r.Valid() {
		return ""
	}
	return string(r)[:LevelCounty]
}
