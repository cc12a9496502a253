package registers

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

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
	head, err := in.Read()
	if err != nil {
		return t, fault.Invalid("registers.no_heading")
	}
	columns, faults := headings(register, head)
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
	return t, faults.Err()
}

func headings(register ID, head []string) ([]string, fault.Fields) {
	var faults fault.Fields
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
