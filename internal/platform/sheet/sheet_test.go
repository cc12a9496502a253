package sheet_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yimen/internal/platform/sheet"
)

func write(t *testing.T, f sheet.Format, rows ...[]any) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := sheet.New(&out, f, "办件", "单号", "件数")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCSVIsReadBackAndCalculatesNothing(t *testing.T) {
	hostile := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r=1"}
	rows := [][]any{{"张三,\"四\"\n五", int64(-12)}, {"", int64(0)}}
	for _, h := range hostile {
		rows = append(rows, []any{h, int64(1)})
	}
	text, ok := strings.CutPrefix(string(write(t, sheet.CSV, rows...)), "\uFEFF")
	if !ok {
		t.Error("no byte order mark")
	}
	got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(got) != len(rows)+1 {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	if got[0][0] != "单号" || got[1][0] != "张三,\"四\"\n五" || got[1][1] != "-12" {
		t.Errorf("%q", got[:2])
	}
	for _, row := range got[3:] {
		if !strings.HasPrefix(row[0], "'") {
			t.Errorf("%q would be calculated", row[0])
		}
	}
}

func TestXLSXIsReadBackAndCalculatesNothing(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(write(t, sheet.XLSX, []any{"=1+1", int64(7)}, []any{"𠮷·<&>", int64(-3)})))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("办件")
	if err != nil || len(rows) != 3 || rows[0][1] != "件数" || rows[1][0] != "=1+1" || rows[1][1] != "7" || rows[2][0] != "𠮷·<&>" {
		t.Fatalf("%q %v", rows, err)
	}
	if formula, err := book.GetCellFormula("办件", "A2"); formula != "" || err != nil {
		t.Errorf("a formula: %q %v", formula, err)
	}
}

func TestAnEmptyTableHasItsHeadings(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(write(t, sheet.XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if rows, err := book.GetRows("办件"); err != nil || len(rows) != 1 || rows[0][0] != "单号" {
		t.Errorf("%q %v", rows, err)
	}
}

func TestOtherCellsAndFormatsAreRefused(t *testing.T) {
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		w, err := sheet.New(io.Discard, f, "办件", "一")
		if err != nil {
			t.Fatal(err)
		}
		if w.Row(1.5) == nil {
			t.Errorf("%s took a float", f)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := sheet.New(io.Discard, "pdf", "办件"); err == nil {
		t.Error("took a format that is none")
	}
}

// TestRowsAreNotKept writes many times what the library keeps before it turns to a
// file (16 MiB of a sheet) and looks at the heap: it must not grow with the rows.
func TestRowsAreNotKept(t *testing.T) {
	long := strings.Repeat("食品经营许可（新办）", 300) // few long rows cost less than many short ones
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		w, err := sheet.New(io.Discard, f, "办件", "单号", "事项", "件数")
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		for i := range int64(4500) {
			if i == 2500 {
				runtime.GC()
				runtime.ReadMemStats(&before)
			}
			own := long + strconv.FormatInt(i, 10) // a row that is kept would keep this
			if err := w.Row("445103-20260302", own, i); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
			t.Errorf("%s: the heap grew by %d MiB", f, grown>>20)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
