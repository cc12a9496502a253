package app

import (
	"context"
	"fmt"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/registers"
)

// townRegister is what the demo town stands in a base register with.
type townRegister struct {
	At       string              `yaml:"at"` // department@region of its owner
	Promised int64               `yaml:"promised"`
	Entries  []map[string]string `yaml:"entries"`
}

// playRegisters names the owners of the base registers and feeds them, as the owner
// would.
func (p *player) playRegisters(ctx context.Context) error {
	for _, r := range registers.All() {
		t, ok := p.town.Registers[string(r)]
		if !ok {
			continue
		}
		department, region, _ := strings.Cut(t.At, "@")
		body, ok := p.bodies[bodyKey(department, region)]
		if !ok {
			return fmt.Errorf("register %s: there is no body %s", r, t.At)
		}
		if _, err := p.Registers.Own(ctx, founder, r, body.ID, t.Promised); err != nil {
			return fmt.Errorf("register %s: %w", r, err)
		}
		feed := registers.Feed{Register: r, Source: "seed/demo/town.yaml"}
		for _, e := range t.Entries {
			record, err := t.record(e)
			if err != nil {
				return fmt.Errorf("register %s: %w", r, err)
			}
			if today := clock.DateOf(p.Now().Time()); record.AsOf.After(today) { // a town made in an earlier time
				record.AsOf = today
			}
			feed.Records = append(feed.Records, record)
		}
		if _, err := p.Registers.Load(ctx, founder, feed); err != nil {
			return fmt.Errorf("register %s: %w", r, err)
		}
	}
	return nil
}

func (t townRegister) record(entry map[string]string) (r registers.Record, err error) {
	r.Values = make(map[string]string, len(entry))
	for key, text := range entry {
		if key != "as_of" {
			r.Values[key] = text
			continue
		}
		if r.AsOf, err = clock.ParseDate(text); err != nil {
			return r, err
		}
	}
	return r, nil
}
