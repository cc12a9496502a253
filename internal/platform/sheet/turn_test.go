package sheet

import (
	"bytes"
	"slices"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestAFullSheetIsFollowedByTheNext: no row is lost where a sheet ends, and each sheet has the
// headings. The library refuses the row after the last one a sheet may have.
func TestAFullSheetIsFollowedByTheNext(t *testing.T) {
	if mostRows != excelize.TotalRows {
		t.Errorf("a sheet of %d rows, a workbook takes %d", mostRows, excelize.TotalRows)
	}
	var out bytes.Buffer
	w, err := New(&out, XLSX, "办件", "单号")
	if err != nil {
		t.Fatal(err)
	}
	w.(*workbook).most = 4
	var want []string
	for i := range 7 {
		want = append(want, strconv.Itoa(i))
		if err := w.Row(want[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var got []string
	for _, name := range []string{"办件", "办件 2", "办件 3"} {
		rows, err := book.GetRows(name)
		if err != nil || len(rows) == 0 || len(rows) > 4 || rows[0][0] != "单号" {
			t.Fatalf("%s: %q %v", name, rows, err)
		}
		for _, r := range rows[1:] {
			got = append(got, r[0])
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
