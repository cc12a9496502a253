package registers

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"yimen/internal/clock"
	"yimen/internal/platform/fault"
)

// Table is a file of entries: a record a line, and the line each stands in, for
// whoever has to put it right.
type Table struct {
	Records []Record
	Lines   []int
}

// asOfColumn may stand beside the elements: the day a line was true.
const asOfColumn = "as_of"

var asOfLabel = "数据日期"

// ParseCSV reads a file whose first line names elements, by key or by their Chinese
// headings, in any order. UTF-8, with a byte order mark or without. The fault has
// a field for every line that cannot be read, "line.N".
func ParseCSV(register ID, r io.Reader) (Table, error) {
	var t Table
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1
	in.ReuseRecord = true
	columns, faults := headings(register, in)
	if len(faults) > 0 {
		return t, faults.Err()
	}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *csv.ParseError
		line := 0
		if err == nil {
			line, _ = in.FieldPos(0)
		}
		path := "line." + strconv.Itoa(line)
		switch {
		case errors.As(err, &bad): // the reader cannot tell where the next line begins
			faults.Add("line."+strconv.Itoa(bad.Line), "registers.bad_quotes")
			return t, faults.Err()
		case err != nil:
			return t, fault.Internal(err, "registers.unreadable")
		case !readable(cells): // what follows is no better
			faults.Add(path, "registers.not_utf8")
			return t, faults.Err()
		case len(cells) != len(columns):
			faults.Add(path, "registers.cells", "n", len(cells), "want", len(columns))
		default:
			record, ok := recordOf(columns, cells)
			if !ok {
				faults.Add(path, "registers.bad_date")
			}
			t.Records, t.Lines = append(t.Records, record), append(t.Lines, line)
		}
		if len(faults) >= mostFaults {
			break
		}
	}
	if len(t.Records) == 0 && len(faults) == 0 {
		faults.Add("line.2", "registers.empty")
	}
	return t, faults.Err()
}

// readable: a file that a spreadsheet saved as GBK or UTF-16, or the spreadsheet
// itself, is refused before its names become nonsense in a register.
func readable(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return !utf8.ValidString(c) || strings.ContainsRune(c, 0) })
}

// headings reads the first line: the element of every column.
func headings(register ID, in *csv.Reader) (_ []string, faults fault.Fields) {
	head, err := in.Read()
	switch {
	case errors.Is(err, io.EOF):
		faults.Add("line.1", "registers.no_heading")
	case err != nil:
		faults.Add("line.1", "registers.bad_quotes")
	case !readable(head):
		faults.Add("line.1", "registers.not_utf8")
	}
	if len(faults) > 0 {
		return nil, faults
	}
	out := make([]string, len(head))
	seen := map[string]bool{}
	for i, name := range head {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		e, ok := register.Find(name)
		switch {
		case name == asOfColumn || name == asOfLabel:
			e.Key = asOfColumn
		case !ok:
			faults.Add("line.1", "registers.no_column", "name", name)
		}
		if seen[e.Key] {
			faults.Add("line.1", "registers.column_twice", "name", name)
		}
		seen[e.Key], out[i] = true, e.Key
	}
	for _, key := range register.required() {
		if e, _ := register.Find(key); !seen[key] {
			faults.Add("line.1", "registers.column_missing", "name", e.Label)
		}
	}
	return out, faults
}

func recordOf(columns, cells []string) (Record, bool) {
	r := Record{Values: make(map[string]string, len(cells))}
	good := true
	for i, key := range columns {
		text := strings.TrimSpace(cells[i])
		switch {
		case text == "":
		case key == asOfColumn:
			d, err := clock.ParseDate(text)
			r.AsOf, good = d, err == nil
		default:
			r.Values[key] = text
		}
	}
	return r, good
}

// Named turns the paths of a fault of Load, "entries.N.KEY", into lines of the file.
func (t Table) Named(register ID, f fault.Fields) fault.Fields {
	out := make(fault.Fields, len(f))
	for i, x := range f {
		out[i] = x
		parts := strings.SplitN(x.Path, ".", 3)
		if len(parts) != 3 {
			continue
		}
		n, err := strconv.Atoi(parts[1])
		if err != nil || n < 0 || n >= len(t.Lines) {
			continue
		}
		label := parts[2]
		if e, ok := register.Find(label); ok {
			label = e.Label
		}
		out[i].Path = "line." + strconv.Itoa(t.Lines[n]) + " " + label
		if first, ok := x.Args["first"].(int); ok && first >= 1 && first <= len(t.Lines) {
			out[i].Args = fault.Args{"first": t.Lines[first-1]}
		}
	}
	return out
}
