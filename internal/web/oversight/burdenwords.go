package oversight

import (
	"context"
	"fmt"

	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// burdenTable is the single applications behind the averages: as many rows as the
// page says were filed, with the numbers it adds up.
func (s *Oversight) burdenTable(q *kit.Request) (*table, error) {
	if !supervises(q.Actor) {
		return nil, fault.Missing("faults.page")
	}
	var form ui.Form
	search := s.readBurden(q, &form)
	if err := form.Faults.Err(); err != nil {
		return nil, err
	}
	names, err := s.departments(q.Context())
	if err != nil {
		return nil, err
	}
	ctx := ui.WithView(q.Context(), q.View())
	return &table{
		Headings: headings(q, "burden_filed_on", "burden_name", "burden_version", "burden_members", "department", "burden_region", "burden_channel",
			"burden_fields", "burden_typed", "burden_materials", "burden_fetched", "burden_reused", "burden_copies", "burden_visits", "burden_days",
			"burden_separate_fields", "burden_separate_materials", "burden_separate_copies", "burden_separate_visits", "burden_separate_days"),
		Rows: func(put func(...any) error) error {
			for rows, err := range s.applications.BurdenPages(ctx, q.Actor, search.filter(q.Param("id"))) {
				if err == nil {
					err = putBurdens(ctx, s.catalogue, names, rows, put)
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}, nil
}

func putBurdens(ctx context.Context, c *catalogue.Service, departments map[string]string, rows []applications.Burden, put func(...any) error) error {
	codes := make([]string, len(rows))
	for i, b := range rows {
		codes[i] = string(b.Region)
	}
	regions, err := c.RegionNames(ctx, codes)
	if err != nil {
		return err
	}
	for _, b := range rows {
		if err := put(b.FiledOn.String(), b.Name, b.Number, b.Members, departments[b.Department], regions[string(b.Region)],
			ui.T(ctx, "status.channel_"+string(b.Channel)), b.Fields, b.Typed, b.Materials, b.Fetched, b.Reused, b.Copies, b.Visits, b.Days,
			b.SeparateFields, b.SeparateMaterials, b.SeparateCopies, b.SeparateVisits, b.SeparateDays); err != nil {
			return err
		}
	}
	return nil
}

// measure is one of the five things a filing asks, of so many filings.
type measure struct {
	key             string
	asked           int64 // what was really asked
	whole, separate int64 // on the form and the list, and one by one; added up
	filed           int64
}

// measures are those of some filings together, in the order of the columns.
func measures(filed int64, l applications.Load) []measure {
	return []measure{
		{"fields", l.Typed, l.Fields, l.SeparateFields, filed},
		{"materials", l.Handed(), l.Materials, l.SeparateMaterials, filed},
		{"copies", l.Copies, l.Copies, l.SeparateCopies, filed},
		{"visits", l.Visits, l.Visits, l.SeparateVisits, filed},
		{"days", l.Days, l.Days, l.SeparateDays, filed},
	}
}

// tenths is an average in tenths, half up.
func tenths(sum, n int64) int64 {
	if n == 0 {
		return 0
	}
	return (20*sum + n) / (2 * n)
}

func decimal(t int64) string { return fmt.Sprintf("%d.%d", t/10, t%10) }

func (m measure) average() string { return decimal(tenths(m.asked, m.filed)) }

// beside says what it would have been, and what that saves.
func (m measure) beside(ctx context.Context) string {
	text := ui.T(ctx, "oversight.burden_beside", "n", decimal(tenths(m.separate, m.filed)))
	if m.key == "fields" || m.key == "materials" {
		text = ui.T(ctx, "oversight.burden_"+m.key+"_beside", "whole", decimal(tenths(m.whole, m.filed)), "n", decimal(tenths(m.separate, m.filed)))
	}
	return text
}

// saved is how much less that is, in per cent; more than before is said as well.
func (m measure) saved(ctx context.Context) string {
	switch {
	case m.separate == 0:
		return ""
	case m.asked > m.separate:
		return ui.T(ctx, "oversight.burden_more", "n", permille((1000*(m.asked-m.separate)+m.separate/2)/m.separate))
	}
	return ui.T(ctx, "oversight.burden_saved", "n", permille((1000*(m.separate-m.asked)+m.separate/2)/m.separate))
}

// figures are the totals above the table.
func (v *burdenView) figures(ctx context.Context) []ui.Figure {
	out := []ui.Figure{{Value: count(v.Total.Filed), Text: ui.T(ctx, "oversight.burden_filed")}}
	for _, m := range measures(v.Total.Filed, v.Total.Load) {
		out = append(out, ui.Figure{Value: m.average(), Text: ui.T(ctx, "oversight.burden_each_"+m.key)})
	}
	return out
}

// change is what a version asks differently from the one before it.
type change struct {
	tone ui.Tone
	text string
}

// changes compares what the form, the list and the promise say, not what was known
// of the applicants: that is no merit of a version.
func changes(ctx context.Context, was, is applications.BurdenLine) []change {
	var out []change
	before := measures(was.Filed, was.Load)
	for i, m := range measures(is.Filed, is.Load) {
		if m.key == "copies" { // without those that were fetched: the applicants', not the version's
			continue
		}
		d := tenths(m.whole, m.filed) - tenths(before[i].whole, before[i].filed)
		name := ui.T(ctx, "oversight.burden_"+m.key)
		switch {
		case d < 0:
			out = append(out, change{ui.ToneOK, ui.T(ctx, "oversight.burden_less", "what", name, "n", decimal(-d))})
		case d > 0:
			out = append(out, change{ui.ToneWarn, ui.T(ctx, "oversight.burden_greater", "what", name, "n", decimal(d))})
		}
	}
	if len(out) == 0 {
		out = append(out, change{ui.ToneNone, ui.T(ctx, "oversight.burden_same")})
	}
	return out
}

func burdenCols(ctx context.Context, first string, more ...ui.Col) []ui.Col {
	cols := []ui.Col{{Text: first}, {Text: ui.T(ctx, "oversight.burden_filed"), Right: true}}
	for _, m := range measures(0, applications.Load{}) {
		cols = append(cols, ui.Col{Text: ui.T(ctx, "oversight.burden_asked_"+m.key), Right: true})
	}
	return append(cols, more...)
}
