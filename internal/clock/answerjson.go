package clock

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// MarshalJSON writes the answer in the form of the clock design: null for no date
// and for no outcome, `refused` always a list, `clocks` an object of the clocks
// that the case has, `projected_due` only while suspended.
func (a Answer) MarshalJSON() ([]byte, error) { return a.appendJSON(nil, nil), nil }

// MarshalJSON writes the answer with `days` in each clock: {date, counted, why,
// article, code} and, where there is one, holiday, procedure and assumed. `why`
// is for people and names its article, `code` is the Why for programs.
func (e Explanation) MarshalJSON() ([]byte, error) { return e.appendJSON(nil, &e), nil }

// MarshalJSON is the whole answer to a question about a year whose notice is not
// out (R12).
func (e UnknownYear) MarshalJSON() ([]byte, error) {
	b := strconv.AppendInt([]byte(`{"error":"R12","year":`), int64(e.Year), 10)
	return append(b, '}'), nil
}

// appendJSON writes the days of e as well, unless it is nil.
func (a *Answer) appendJSON(b []byte, e *Explanation) []byte {
	b = append(b, `{"accepted_on":`...)
	b = appendDate(b, a.AcceptedOn)
	b = append(b, `,"deemed":`...)
	b = strconv.AppendBool(b, a.Deemed)
	b = append(b, `,"outcome":`...)
	if a.Outcome == "" {
		b = append(b, "null"...)
	} else {
		b = appendText(b, string(a.Outcome))
	}
	b = append(b, `,"refused":[`...)
	for i, r := range a.Refused {
		b = comma(b, i)
		b = append(b, `{"index":`...)
		b = strconv.AppendInt(b, int64(r.Index), 10)
		b = append(b, `,"reason":`...)
		b = append(appendText(b, string(r.Reason)), '}')
	}
	b = append(b, `],"clocks":{`...)
	for i := range a.Clocks {
		r := &a.Clocks[i]
		b = comma(b, i)
		b = append(appendText(b, string(r.Name)), ':')
		b = r.appendJSON(b)
		if e != nil {
			b = appendDays(b, e.Days[r.Name], e.Limits.Of(r.Name).Unit)
		}
		b = append(b, '}')
	}
	return append(b, "}}"...)
}

// appendJSON leaves the brace open, for the days.
func (r *Reading) appendJSON(b []byte) []byte {
	b = append(b, `{"start":`...)
	b = appendDate(b, r.Start)
	b = append(b, `,"due":`...)
	b = appendDate(b, r.Due)
	b = append(b, `,"stop":`...)
	b = appendDate(b, r.Stop)
	b = append(b, `,"state":`...)
	b = appendText(b, string(r.State))
	b = append(b, `,"budget":`...)
	b = strconv.AppendInt(b, int64(r.Budget), 10)
	b = append(b, `,"used":`...)
	b = strconv.AppendInt(b, int64(r.Used), 10)
	b = append(b, `,"remaining":`...)
	b = strconv.AppendInt(b, int64(r.Remaining), 10)
	b = append(b, `,"provisional":`...)
	b = strconv.AppendBool(b, r.Provisional)
	if r.State == Suspended {
		b = append(b, `,"projected_due":`...)
		b = appendDate(b, r.ProjectedDue)
	}
	return b
}

func appendDays(b []byte, days []DayRow, unit Unit) []byte {
	b = append(b, `,"days":[`...)
	for i := range days {
		d := &days[i]
		_, article := d.Reason(unit)
		b = comma(b, i)
		b = append(b, `{"date":`...)
		b = appendDate(b, d.Date)
		b = append(b, `,"counted":`...)
		b = strconv.AppendBool(b, d.Counted)
		b = append(b, `,"why":`...)
		b = appendText(b, d.sentence(unit))
		b = append(b, `,"article":`...)
		b = appendText(b, article)
		b = append(b, `,"code":`...)
		b = appendText(b, string(d.Why))
		if d.Holiday != "" {
			b = appendText(append(b, `,"holiday":`...), d.Holiday)
		}
		if d.Procedure != "" {
			b = appendText(append(b, `,"procedure":`...), d.Procedure)
		}
		if d.Assumed {
			b = append(b, `,"assumed":true`...)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

func appendDate(b []byte, d Date) []byte {
	if d.IsZero() {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = d.append(b)
	return append(b, '"')
}

// appendText quotes text; the names of procedures come from outside and may hold
// anything.
func appendText(b []byte, text string) []byte {
	if plain(text) {
		b = append(append(b, '"'), text...)
		return append(b, '"')
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return append(b, "null"...) // text always marshals
	}
	return append(b, quoted...)
}

// plain tells text that JSON, also within HTML, holds as it is.
func plain(text string) bool {
	for _, c := range text {
		if c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029' || c == utf8.RuneError {
			return false
		}
	}
	return true
}
