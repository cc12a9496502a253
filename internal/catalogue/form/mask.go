package form

import "yimen/internal/gov"

// Masked is the answer as a screen shows it to who has not said why he must see
// it in clear: numbers keep the ends by which a person recognises his own, all
// else of a 敏感 element is hidden (个人信息保护法 art. 51). Answers of other
// classes come back as they are.
func (x Field) Masked(v Value) Value {
	if !x.Class.Encrypted() {
		return v
	}
	if x.Type == File {
		return v // the file's own route asks who may see it
	}
	if len(v.Rows) == 0 {
		return Value{Text: mask(x.Type, v.Text)}
	}
	out := Value{Rows: make([]Row, len(v.Rows))}
	open := x.openColumns()
	for i, row := range v.Rows {
		out.Rows[i] = make(Row, len(row))
		for _, c := range x.columns() {
			out.Rows[i][c.Key] = row[c.Key]
			if !open[c.Key] {
				out.Rows[i][c.Key] = mask(c.Type, row[c.Key])
			}
		}
	}
	return out
}

// openColumns are the columns of a sensitive table that need no mask: where some
// are numbers by which a person is found or paid, those make it sensitive; where
// none is, all of it is.
func (x Field) openColumns() map[string]bool {
	open, closed := map[string]bool{}, 0
	for _, c := range x.columns() {
		if c.sensitive() {
			closed++
		} else {
			open[c.Key] = true
		}
	}
	if closed == 0 {
		return nil
	}
	return open
}

func (c Column) sensitive() bool {
	return c.Type == IDCard || c.Type == Phone || c.Type == BankAccount || hasIDKey(c.Key)
}

// hasIDKey also takes a text column for either kind of number, as lists of
// shareholders have it.
func hasIDKey(key string) bool {
	const suffix = "id_number"
	return len(key) >= len(suffix) && key[len(key)-len(suffix):] == suffix
}

// hidden stands for whatever has no recognisable ends; its length tells nothing.
const hidden = "******"

func mask(t Type, text string) string {
	switch {
	case text == "":
		return ""
	case t == Phone:
		return gov.MaskMiddle(text, 3, 4)
	case t == BankAccount:
		return gov.MaskMiddle(text, 0, 4)
	case t == IDCard || len(text) == 18 && plainASCII(text): // a string element may hold either kind of number
		return gov.MaskMiddle(text, 6, 4)
	default:
		return hidden
	}
}

func plainASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
