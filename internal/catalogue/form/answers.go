package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
)

// Row is one row of a table answer: column key → text.
type Row map[string]string

// Value is the answer to one field: Text for every plain type, Rows for a table,
// Files (attachment ids) for a file. At most one of the three is used.
type Value struct {
	Text  string
	Rows  []Row
	Files []string
}

// Answers are the answers of a form by field key. A key that is missing and one
// with an empty value mean the same.
type Answers map[string]Value

// Plain makes a text answer.
func Plain(text string) Value { return Value{Text: text} }

// IsZero reports whether nothing was answered.
func (v Value) IsZero() bool { return v.Text == "" && len(v.Rows) == 0 && len(v.Files) == 0 }

// Equal reports whether two answers say the same.
func (v Value) Equal(w Value) bool {
	return v.Text == w.Text && slices.Equal(v.Files, w.Files) &&
		slices.EqualFunc(v.Rows, w.Rows, maps.Equal[Row, Row])
}

// Clone is a copy that shares nothing with a.
func (a Answers) Clone() Answers {
	out := make(Answers, len(a))
	for k, v := range a {
		v.Files = slices.Clone(v.Files)
		v.Rows = slices.Clone(v.Rows)
		for i := range v.Rows {
			v.Rows[i] = maps.Clone(v.Rows[i])
		}
		out[k] = v
	}
	return out
}

// ErrValue is the error for JSON that is not an answer: a text, an array of rows
// or {"files": [...]}.
var ErrValue = errors.New("form: not an answer")

type filesJSON struct {
	Files []string `json:"files"`
}

// MarshalJSON writes the stored form: "text", [{"name": "…"}] or {"files": […]}.
func (v Value) MarshalJSON() ([]byte, error) {
	switch {
	case len(v.Files) > 0:
		return json.Marshal(filesJSON{v.Files})
	case len(v.Rows) > 0:
		return json.Marshal(v.Rows)
	default:
		return json.Marshal(v.Text)
	}
}

// UnmarshalJSON reads the stored form, and also plain numbers and booleans as
// programs send them through the API; their digits are kept as written.
func (v *Value) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	*v = Value{}
	if len(data) == 0 {
		return ErrValue
	}
	switch data[0] {
	case '[':
		return v.readRows(data)
	case '{':
		return v.readFiles(data)
	case 'n':
		return nil
	case '"':
		return json.Unmarshal(data, &v.Text)
	default:
		v.Text = string(data)
		return nil
	}
}

// readRows takes numbers and booleans inside rows as their text, like outside.
func (v *Value) readRows(data []byte) error {
	var rows []map[string]json.RawMessage
	if json.Unmarshal(data, &rows) != nil {
		return ErrValue
	}
	for _, raw := range rows {
		row := make(Row, len(raw))
		for k, cell := range raw {
			var c Value
			if err := c.UnmarshalJSON(cell); err != nil || len(c.Rows)+len(c.Files) > 0 {
				return ErrValue
			}
			row[k] = c.Text
		}
		v.Rows = append(v.Rows, row)
	}
	return nil
}

func (v *Value) readFiles(data []byte) error {
	var f filesJSON
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if d.Decode(&f) != nil {
		return ErrValue
	}
	v.Files = f.Files
	return nil
}

// blank reports whether every cell of a row is empty.
func (r Row) blank() bool {
	for _, cell := range r {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}
