package app_test

import (
	"strings"
	"testing"

	"yimen/internal/applications"
)

// burdenPage says how the burden of a filing is counted, with the statement itself.
func burdenPage(*testing.T) string {
	return `# Burden

What an application asked of its applicant (负担统计, ` + "`/oversight/burden`" + `). A row of the table ` + "`burden`" + ` is written in the transaction that
files an application, and never changes: a later correction, a newer version or a revoked licence is not in it. It holds nothing of the
applicant. Applications filed before this table existed have no row.

| column | counts |
|---|---|
| ` + "`fields`" + ` | questions on the form; of a bundle on the one merged form, without what members give each other |
| ` + "`typed`" + ` | of these, without a source (register, licence, account, earlier application) or with one that was disputed; left empty counts, a file does not |
| ` + "`materials`" + ` | materials to hand in, without what is made of the answers |
| ` + "`fetched` `reused`" + ` | of these, replaced by a licence that was fetched; filled with nothing but papers filed before |
| ` + "`copies`" + ` | as many as each remaining material is asked for |
| ` + "`visits`" + ` | to a window, as the guide says; members handled side by side share one |
| ` + "`days`" + ` | promised; of a bundle along its longest chain, working and natural days alike |
| ` + "`separate_*`" + ` | what the same items ask one by one with nothing known before; of one item what it asks |

Saved in percent is ` + "`1 - typed/separate_fields`, `1 - (materials - fetched - reused)/separate_materials`" + ` and so on, of the sums.
A version is the item's (` + "`item_version`" + `) or the bundle's (` + "`bundle_version`" + `); what a place changes for itself (实施清单) is in the counts and
makes no version. A version is compared with the one before it by its averages; in a bundle those also move when applicants choose other members.

## Count again

$1 and $2 are the first and the last day, ` + "`YYYY-MM-DD`" + `:

` + "```sh" + `
sqlite3 DIR/yimen.db ".parameter set \$1 '2026-10-01'" ".parameter set \$2 '2026-10-31'" "SELECT …"
psql "$URL" -c "PREPARE q (text, text) AS SELECT …" -c "EXECUTE q ('2026-10-01', '2026-10-31')"   # with both -c in one session
` + "```\n\n```sql\n" + applications.BurdenSQL + "\n```\n"
}

// documentedBurden takes the statement out of the page, as its reader would.
func documentedBurden(t *testing.T) string {
	t.Helper()
	_, rest, ok := strings.Cut(read(t, root+"/docs/reference/burden.md"), "\n```sql\n")
	sql, _, ended := strings.Cut(rest, "\n```\n")
	if !ok || !ended {
		t.Fatal("docs/reference/burden.md has no statement")
	}
	return sql
}
