package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yimen/internal/cases"
	"yimen/internal/ratings"
	"yimen/internal/scores"
	"yimen/internal/supervision"
	"yimen/seed"
)

// scoreGroup is a statement that counts, with what its columns behind body and item
// are called.
type scoreGroup struct {
	title, words, sql string
	measures          []scores.Measure
}

func scoreGroups() []scoreGroup {
	return []scoreGroup{
		{"Closed cases", "Cases that were decided, or ended without a decision, in the month; each counts once, at that act.",
			cases.ClosedSQL, []scores.Measure{scores.Closed, scores.Decided, scores.InTime, scores.WithDays, scores.Early, scores.Corrections, scores.Online}},
		{"Finished cases", "Cases of which nothing more was to come: handed over, or ended without a result. Only then it is known how often the applicant came.",
			cases.FinishedSQL, []scores.Measure{scores.Finished, scores.FinishedOnline, scores.Visits, scores.CameOnce, scores.NeverCame, scores.Items, scores.ItemsOnline}},
		{"Ratings", "Ratings given in the month, whenever their case was closed.", ratings.MonthSQL, []scores.Measure{scores.Rated, scores.Good}},
		{"Cards", "Cards raised in the month and not withdrawn.", supervision.MonthSQL, []scores.Measure{scores.Yellow, scores.Red}},
	}
}

// scoresPage says how every figure comes about, with the statements themselves.
func scoresPage(t *testing.T) string {
	system, err := scores.ReadSystem("seed/indices.yaml", seed.Indices())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(`# Scores

How a month is measured: what is counted, how counts become indices (指标), points and a score, and the statements with
which anybody who may read the database counts again. A test runs the statements of this page on both databases and
compares them with the figures the program has stored.

## From counts to a score

1. Four statements count in the journal (全程留痕) and the rows of its subjects, by body and item. The month is that of Asia/Shanghai.
2. Counts add up: an item at a body, a body, an item over all bodies, all.
3. An index is the ratio of two counts in ten-thousandths, half up: 98.70 % is 9870. With a denominator of 0 there is no figure.
4. Its points (hundredths, 0 to 100.00) lie on the straight line of its band.
5. A line's score is the mean of the points by weight, over the indices that have a figure.

A month is computed at the first midnight after it, or by ` + "`yimen scores compute --month 2026-10`" + `; anew as long as nobody has
signed it. Signed (签发) it stays, with the edition of the index system it was computed with, and is published by a further act. A later
computation shows what differs. The public page ` + "`/performance`" + ` shows published months only, and nothing of fewer than ` + fmt.Sprint(scores.Fewest) + ` cases.

## Lifecycle

` + "`internal/scores/lifecycle.go`\n\n```mermaid\n" + scores.Lifecycle.Mermaid() + "```\n\n" + scores.Lifecycle.Markdown() + `
## The indices

The edition an installation begins with, [seed/indices.yaml](../../seed/indices.yaml): ` + system.Name + `. A supervisor may set another.

`)
	indexTable(&b, system)
	b.WriteString(`
## Count again

$1 is the first instant of the month and $2 the first of the next, in microseconds since 1970 in UTC:

` + "```sh" + `
from=$(date -d 2026-10-01T00:00+08:00 +%s)000000 until=$(date -d 2026-11-01T00:00+08:00 +%s)000000
# q.sql is one of the statements below, in a file: a shell would take its $1 for its own
sqlite3 DIR/yimen.db ".parameter set \$1 $from" ".parameter set \$2 $until" ".read q.sql"
psql "$URL" -c "PREPARE q (bigint, bigint) AS $(cat q.sql)" -c "EXECUTE q ($from, $until)"   # with both -c in one session
` + "```" + `

` + "`case_act`, `case_end`, `rating_act` and `card_act`" + ` are views of the journal: the acts on one kind of subject.
`)
	for _, g := range scoreGroups() {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n```sql\n%s\n```\n", g.title, g.words, g.sql)
	}
	b.WriteString("\nWhat the program stored is read by this, where $1 is the month as text, `.parameter set \\$1 \"'2026-10'\"`:\n\n```sql\n" + storedSQL + "\n```\n")
	return b.String()
}

// storedSQL reads the stored counts of a month.
const storedSQL = `SELECT f.body, f.item, f.code, f.numerator, f.denominator, f.value, f.points
FROM score_month m
JOIN score_figure f ON f.month = m.id
WHERE m.month = $1
ORDER BY f.body, f.item, f.code`

func indexTable(b *strings.Builder, system *scores.System) {
	b.WriteString("| code | 指标 | numerator ÷ denominator | acts | unit | weight | target | 0 points | 100 points | elsewhere |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, x := range system.Indices {
		var marks []string
		for _, m := range x.Benchmarks {
			ref := system.Reference(m.Source)
			marks = append(marks, fmt.Sprintf("%s %s %s", ref.Region, ref.By, x.Unit.Write(m.Value)))
		}
		fmt.Fprintf(b, "| `%s` | %s<br>%s | `%s` ÷ `%s` | %s | %s | %d | %s | %s | %s | %s |\n", x.Code, x.Name, x.NameEN, x.Numerator, x.Denominator,
			strings.Join(x.Acts, ", "), x.Unit, x.Weight, x.Unit.Write(x.Target), x.Unit.Write(x.Band.Zero), x.Unit.Write(x.Band.Full), strings.Join(marks, "; "))
	}
	b.WriteString("\nTargets of other places are quoted from their plans:\n\n")
	for _, ref := range system.Sources {
		fmt.Fprintf(b, "- %s, %s: %s\n", ref.Region, ref.By, ref.Words)
	}
}

// documented takes the statements out of the page, as its reader would.
func documented(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	title := ""
	for part := range strings.SplitSeq(read(t, root+"/docs/reference/scores.md"), "\n### ") {
		title, _, _ = strings.Cut(part, "\n")
		if _, rest, ok := strings.Cut(part, "\n```sql\n"); ok {
			out[title], _, _ = strings.Cut(rest, "\n```\n")
		}
	}
	for _, g := range scoreGroups() {
		if out[g.title] == "" {
			t.Fatalf("docs/reference/scores.md has no statement under %q", g.title)
		}
	}
	return out
}

// Every measure is counted by one documented statement, under its own name.
func TestEveryMeasureIsCountedOnce(t *testing.T) {
	t.Parallel()
	var all []scores.Measure
	for _, g := range scoreGroups() {
		at := strings.LastIndex(g.sql, "\nSELECT ") + 1
		for _, m := range g.measures {
			next := strings.Index(g.sql[at:], " AS "+string(m))
			if next < 0 {
				t.Fatalf("%s: no column %s after %q", g.title, m, g.sql[at:min(len(g.sql), at+40)])
			}
			at += next
		}
		all = append(all, g.measures...)
	}
	slices.Sort(all)
	want := scores.Measures()
	slices.Sort(want)
	if !slices.Equal(all, want) {
		t.Errorf("counted are %v, there are %v", all, want)
	}
}
