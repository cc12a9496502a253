package sheet

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Format is a way to write tables; it is the ending of the file's name.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Type is the media type of the format, ” for one that is none.
func (f Format) Type() string {
	switch f {
	case CSV:
		return "text/csv"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return ""
}

// Writer takes rows. A cell is a string or an int64. Close ends the table; without
// it nothing that was written is of use.
type Writer interface {
	Row(cells ...any) error
	Close() error
}

// New begins a table with its headings; title names the sheet. Abandon what was
// not closed with Close as well: it removes the file that waits.
func New(w io.Writer, f Format, title string, headings ...string) (Writer, error) {
	row := make([]any, len(headings))
	for i, h := range headings {
		row[i] = h
	}
	var out Writer
	switch f {
	case CSV:
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return nil, err
		}
		out = &text{w: csv.NewWriter(w)}
	case XLSX:
		return &workbook{out: w, file: excelize.NewFile(), title: title, headings: row, most: mostRows}, nil
	default:
		return nil, fmt.Errorf("sheet: no format %q", f)
	}
	return out, out.Row(row...)
}

// text is a CSV file.
type text struct {
	w     *csv.Writer
	cells []string
	rows  int
}

// flushRows is how many rows of CSV wait at most before they are sent.
const flushRows = 200

func (t *text) Row(cells ...any) error {
	t.cells = t.cells[:0]
	for _, c := range cells {
		switch v := c.(type) {
		case int64:
			t.cells = append(t.cells, strconv.FormatInt(v, 10))
		case string:
			t.cells = append(t.cells, disarmed(v))
		default:
			return fmt.Errorf("sheet: a cell of type %T", c)
		}
	}
	if err := t.w.Write(t.cells); err != nil {
		return err
	}
	if t.rows++; t.rows%flushRows == 0 {
		t.w.Flush()
	}
	return t.w.Error()
}

func (t *text) Close() error {
	t.w.Flush()
	return t.w.Error()
}

// disarmed puts an apostrophe before what a spreadsheet would calculate (CWE-1236).
// Leading blanks do not stop a spreadsheet.
func disarmed(s string) string {
	lead := strings.TrimLeft(s, " \u3000\u00A0")
	if lead == "" {
		return s
	}
	first := []rune(lead)[0]
	if strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}

// mostRows is how many rows a sheet of a workbook has at most, by ECMA-376.
const mostRows = 1 << 20

// workbook is an XLSX file; its strings are strings and never formulas.
type workbook struct {
	out      io.Writer
	file     *excelize.File
	stream   *excelize.StreamWriter
	title    string
	headings []any
	most     int // rows of a sheet
	sheets   int
	row      int // the last one written on the present sheet
	closed   bool
}

func (b *workbook) Row(cells ...any) error {
	if b.stream == nil || b.row == b.most {
		if err := b.turn(); err != nil {
			return err
		}
	}
	for _, c := range cells {
		switch c.(type) {
		case int64, string:
		default:
			return fmt.Errorf("sheet: a cell of type %T", c)
		}
	}
	b.row++
	return b.stream.SetRow("A"+strconv.Itoa(b.row), cells)
}

// turn ends a full sheet and begins the next one, with the headings again.
func (b *workbook) turn() error {
	if b.stream != nil {
		if err := b.stream.Flush(); err != nil {
			return err
		}
	}
	b.sheets++
	name := b.title
	var err error
	if b.sheets == 1 {
		err = b.file.SetSheetName("Sheet1", name)
	} else {
		name += " " + strconv.Itoa(b.sheets)
		_, err = b.file.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if b.stream, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	b.row = 1
	return b.stream.SetRow("A1", b.headings)
}

func (b *workbook) Close() (err error) {
	if b.closed {
		return nil
	}
	b.closed = true
	defer func() {
		if closing := b.file.Close(); err == nil {
			err = closing
		}
	}()
	if b.stream == nil { // an empty table still has its headings
		if err := b.turn(); err != nil {
			return err
		}
	}
	if err := b.stream.Flush(); err != nil {
		return err
	}
	// The library would build the whole zip in memory first; ours goes straight out.
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(b.out) })
	return b.file.Write(io.Discard)
}
