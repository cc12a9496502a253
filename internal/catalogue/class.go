package catalogue

import (
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/set"
)

// classOf decides the class of an element's answers. A class the set gives
// stands, except that nothing the rules below call 敏感 is opened by it. Without
// one, `sensitive` says 敏感, and the layout says the rest.
//
// 敏感 whatever the set says: numbers by which a person is found or paid
// (公民身份号码, phone, bank account), tables that have such a column, and numbers
// built from an ID number (残疾人证号). 统一社会信用代码 is public by GB 32100.
func classOf(e set.Element, layout *form.Layout) form.Class {
	switch {
	case e.Type == form.USCC:
		return form.Public
	case e.Sensitive || sensitiveType(e.Type) || hasSensitiveColumn(e.Columns) || containsIDNumber(e.Validation):
		return form.Sensitive
	case e.Class != "":
		return e.Class
	default:
		return layout.ClassOf(e.Key)
	}
}

func sensitiveType(t form.Type) bool {
	return t == form.IDCard || t == form.Phone || t == form.BankAccount
}

// hasSensitiveColumn also takes a column for either kind of number (string, key
// id_number), as shareholder lists have it.
func hasSensitiveColumn(columns []form.Column) bool {
	for _, c := range columns {
		if sensitiveType(c.Type) || strings.HasSuffix(c.Key, "id_number") {
			return true
		}
	}
	return false
}

func containsIDNumber(validation string) bool {
	return strings.Contains(validation, "公民身份号码") || strings.Contains(validation, "居民身份证号")
}
