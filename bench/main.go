// Command bench measures the product against a floor in the same run and prints
// a table and JSON. Every figure that matters is a ratio: machines differ, and
// this one is noisy.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// figure is one measured line.
type figure struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Floor  float64 `json:"floor,omitempty"`
	Ratio  float64 `json:"ratio,omitempty"`
	Target string  `json:"target,omitempty"`
	Met    *bool   `json:"met,omitempty"`
	Note   string  `json:"note,omitempty"`
}

// atLeast and atMost judge a figure by its target.
func (f figure) atLeast(target float64) figure {
	met := f.Ratio >= target
	f.Target, f.Met = fmt.Sprintf("≥ %g", target), &met
	return f
}

func (f figure) atMost(target float64, unit string) figure {
	met := f.Value <= target
	f.Target, f.Met = fmt.Sprintf("≤ %g %s", target, unit), &met
	return f
}

// against puts the floor beside a figure.
func (f figure) against(floor float64) figure {
	f.Floor = floor
	if floor > 0 {
		f.Ratio = f.Value / floor
	}
	return f
}

// part is a group of measurements.
type part struct {
	name string
	run  func(ctx context.Context, b *bench) ([]figure, error)
}

var parts = []part{
	{"line-postgres", linePostgres},
	{"line-sqlite", lineSQLite},
	{"api", overHTTP},
	{"pages", pages},
	{"search", searching},
	{"merge", merging},
	{"bundles", bundles},
	{"clock", counting},
	{"midnight-postgres", midnightPostgres},
	{"midnight-sqlite", midnightSQLite},
	{"memory", memory},
	{"list-postgres", listPostgres},
	{"list-sqlite", listSQLite},
}

// bench is what parts share.
type bench struct {
	dir     string // scratch
	cases   int    // of the line
	seconds int    // of each load
	items   int    // of search and memory
	open    int    // cases of the list
	profile string // where CPU profiles go, '' for none
	record  string // where the generated pgbench script goes
}

func main() {
	only := flag.String("only", "", "comma-separated parts, as they are named in what a run prints")
	out := flag.String("json", "bench.json", "where the figures go as JSON")
	b := &bench{}
	flag.IntVar(&b.cases, "cases", 600, "cases taken through the line")
	flag.IntVar(&b.seconds, "seconds", 5, "seconds of each load on pages")
	flag.IntVar(&b.items, "items", 100_000, "items searched")
	flag.IntVar(&b.open, "open", 1_000_000, "open cases in the table")
	flag.StringVar(&b.profile, "profile", "", "folder for CPU profiles of what a target is asked of")
	flag.StringVar(&b.record, "script", "bench/line.pgbench.sql", "where the generated pgbench script goes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, b, *only, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, b *bench, only, out string) (err error) {
	if b.dir, err = os.MkdirTemp("", "yimen-bench"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	var all []figure
	var failed error
	for _, p := range parts {
		if only != "" && !slices.Contains(strings.Split(only, ","), p.name) {
			continue
		}
		began := time.Now()
		figures, err := p.run(ctx, b)
		all = append(all, figures...)
		if err != nil { // what the others measured is not lost
			failed = errors.Join(failed, fmt.Errorf("%s: %w", p.name, err))
		}
		fmt.Fprintf(os.Stderr, "%s took %s\n", p.name, time.Since(began).Round(time.Second))
	}
	print(all)
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return errors.Join(failed, os.WriteFile(out, append(data, '\n'), 0o644))
}

// profiled runs f under the CPU profiler when profiles are wanted: a target that
// is missed is explained by its profile.
func (b *bench) profiled(name string, f func() error) error {
	if b.profile == "" {
		return f()
	}
	file, err := os.Create(filepath.Join(b.profile, name+".pprof"))
	if err != nil {
		return err
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return f()
}

func print(all []figure) {
	fmt.Printf("| %-52s | %12s | %12s | %6s | %10s | %s |\n|---|---|---|---|---|---|\n", "figure", "value", "floor", "ratio", "target", "")
	for _, f := range all {
		floor, ratio, met := "", "", ""
		if f.Floor > 0 {
			floor, ratio = fmt.Sprintf("%.1f", f.Floor), fmt.Sprintf("%.2f", f.Ratio)
		}
		if f.Met != nil {
			met = map[bool]string{true: "met", false: "MISSED"}[*f.Met]
		}
		fmt.Printf("| %-52s | %12s | %12s | %6s | %10s | %s |\n", f.Name, fmt.Sprintf("%.1f %s", f.Value, f.Unit), floor, ratio, f.Target, strings.TrimSpace(met+" "+f.Note))
	}
}
