package answers

import (
	"context"
	"strconv"
	"strings"

	"yimen/internal/catalogue"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/web/ui"
)

// Regions lists and names regions; *catalogue.Service is one.
type Regions interface {
	// Children lists the regions right under a region, the provinces under "".
	Children(ctx context.Context, code string) ([]catalogue.Region, error)
	// Path names a region from its province down.
	Path(ctx context.Context, code string) ([]catalogue.Region, error)
}

// deepest is how many levels a region field offers: 6 digits end at the county.
const deepest = 3

var levelKeys = [...]string{"answers.province", "answers.city", "answers.county"}

// levels are the cascade's selects: one more than was chosen, as far as there is
// something to choose from.
func (s Sheet) levels(ctx context.Context, f ui.Form, name string) ([]ui.Level, error) {
	var out []ui.Level
	chosen := ""
	for i := range deepest {
		places, err := s.Regions.Children(ctx, chosen)
		if err != nil {
			return nil, err
		}
		if len(places) == 0 {
			break
		}
		level := ui.Level{Label: lang.T(s.Locale, levelKeys[i]), Last: i == deepest-1}
		next := ""
		for _, p := range places {
			level.Options = append(level.Options, ui.Option{Value: p.Code, Label: p.Name})
			if p.Code == f.Value(name+"."+strconv.Itoa(i)) {
				next = p.Code
			}
		}
		out = append(out, level)
		if next == "" {
			break
		}
		chosen = next
	}
	return out, nil
}

// chain are the codes of a cascade for a stored region: province, city, county.
func chain(stored string) []string {
	r, err := gov.ParseRegion(stored)
	if err != nil {
		return nil
	}
	var up []string
	for ; r != ""; r = r.Parent() {
		up = append([]string{string(r)}, up...)
	}
	return up
}

// storedRegion is how a form keeps a region: 6 digits down to the county, 12 below.
func storedRegion(r gov.Region) string {
	if rest := strings.TrimPrefix(string(r), r.County()); strings.Trim(rest, "0") == "" {
		return r.County()
	}
	return string(r)
}

// placeName writes a stored region as people say it: 广东省潮州市潮安区.
func (s Sheet) placeName(ctx context.Context, stored string) string {
	r, err := gov.ParseRegion(stored)
	if err != nil {
		return stored
	}
	path, err := s.Regions.Path(ctx, string(r))
	if err != nil || len(path) == 0 {
		return stored // the code says it too, only less kindly
	}
	var b strings.Builder
	for _, p := range path {
		if name := strings.TrimPrefix(p.Name, b.String()); name != "" { // a village's name repeats those above it
			b.WriteString(name)
		}
	}
	return b.String()
}
