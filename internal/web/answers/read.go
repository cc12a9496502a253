package answers

import (
	"strconv"
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Read takes the answers to fields out of a sent form, as typed: bringing them to
// one form and checking them is catalogue/form's. File fields are left out, their
// files come through Take.
func Read(f *kit.Form, fields []form.Field) form.Answers {
	out := form.Answers{}
	for _, x := range fields {
		switch x.Type {
		case form.File:
		case form.Table:
			out[x.Key] = form.Value{Rows: readRows(f, x)}
		default:
			out[x.Key] = form.Plain(readText(f, x.Key, x.Type))
		}
	}
	return out
}

func readText(f *kit.Form, name string, t form.Type) string {
	switch t {
	case form.Date:
		return readDate(f, name)
	case form.Region:
		if r := f.Region(name); r != "" {
			return storedRegion(r)
		}
		return f.Text(name)
	default:
		return f.Text(name)
	}
}

// readDate joins the three inputs as typed: a half date stays a half date, which
// the check then names, and is shown again.
func readDate(f *kit.Form, name string) string {
	parts := [3]string{f.Text(name + ".y"), f.Text(name + ".m"), f.Text(name + ".d")}
	if parts == [3]string{} {
		return f.Text(name)
	}
	return strings.Join(parts[:], "-")
}

func readRows(f *kit.Form, x form.Field) []form.Row {
	columns := x.TableColumns()
	var rows []form.Row
	for i := range (ui.Form{Values: f.Values}).Rows(x.Key, 0) {
		row, typed := form.Row{}, false
		for _, c := range columns {
			text := readText(f, x.Key+"."+strconv.Itoa(i)+"."+c.Key, c.Type)
			row[c.Key] = text
			typed = typed || text != ""
		}
		if typed {
			rows = append(rows, row)
		}
	}
	return rows
}
