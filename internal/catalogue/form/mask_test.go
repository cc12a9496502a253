package form_test

import (
	"testing"

	"yimen/internal/catalogue/form"
)

func TestMaskedHidesOnlyWhatIsSensitive(t *testing.T) {
	for _, c := range []struct {
		field form.Field
		text  string
		want  string
	}{
		{form.Field{Type: form.IDCard, Class: form.Sensitive}, "99000018900101001X", "990000********001X"},
		{form.Field{Type: form.Phone, Class: form.Sensitive}, "13000000001", "130****0001"},
		{form.Field{Type: form.BankAccount, Class: form.Sensitive}, "6222000000001234", "************1234"},
		{form.Field{Type: form.String, Class: form.Sensitive}, "示范路1号", "******"},
		{form.Field{Type: form.Boolean, Class: form.Sensitive}, "true", "******"},
		{form.Field{Type: form.String, Class: form.Personal}, "示范路1号", "示范路1号"},
		{form.Field{Type: form.String, Class: "unheard of"}, "示范路1号", "******"},
		{form.Field{Type: form.String, Class: form.Sensitive}, "", ""},
	} {
		if got := c.field.Masked(form.Plain(c.text)).Text; got != c.want {
			t.Errorf("%s %s %q: %q, want %q", c.field.Class, c.field.Type, c.text, got, c.want)
		}
	}
}

func TestMaskedTable(t *testing.T) {
	x := form.Field{Type: form.Table, Class: form.Sensitive, Columns: []form.Column{
		{Key: "name", Type: form.String}, {Key: "holder_id_number", Type: form.String}, {Key: "phone", Type: form.Phone}}}
	v := form.Value{Rows: []form.Row{{"name": "周虚拟", "holder_id_number": "99000018900101001X", "phone": "13000000001"}}}
	got := x.Masked(v).Rows[0]
	if got["name"] != "周虚拟" || got["holder_id_number"] != "990000********001X" || got["phone"] != "130****0001" {
		t.Error(got)
	}
	if v.Rows[0]["phone"] != "13000000001" {
		t.Error("the answer itself was changed")
	}
	x.Columns = []form.Column{{Key: "name", Type: form.String}}
	if got := x.Masked(form.Value{Rows: []form.Row{{"name": "周虚拟"}}}).Rows[0]["name"]; got == "周虚拟" {
		t.Error("a table that is sensitive as a whole shows", got)
	}
}
