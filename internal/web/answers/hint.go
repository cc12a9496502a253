package answers

import (
	"regexp"
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/lang"
)

// generic are rules in words that say no more than the type does, or that are
// written for programs; they are told in our own words, or not at all.
var generic = regexp.MustCompile(`^\^|^\d+至\d+个字符$|^\d+至\d+位$|^取值在|^按GB|^YYYY-MM-DD$|^数值|^整数|^多行明细$|^元，|^6位|^含@|^是/否$|^须为是$|校验末位|^同公民身份号码$|^大于0|^不小于0|^不早于开始日期$|^晚于申请日$|^默认`)

// byType are the hints of types whose form is not obvious.
var byType = map[form.Type]string{
	form.IDCard: "answers.hint_idcard", form.USCC: "answers.hint_uscc", form.Phone: "answers.hint_phone",
	form.Date: "answers.hint_date", form.BankAccount: "answers.hint_bankacct", form.Money: "answers.hint_money",
	form.Table: "answers.hint_table",
}

// hint helps before an answer is wrong: the form of the type, then the element's
// own rule where it tells a person something, then on what the question depends.
func (s Sheet) hint(x form.Field) string {
	var parts []string
	if key := byType[x.Type]; key != "" {
		parts = append(parts, lang.T(s.Locale, key))
	}
	if own := strings.TrimPrefix(x.Hint, "YYYY-MM-DD，"); own != "" && !generic.MatchString(own) {
		parts = append(parts, own)
	}
	if w := x.RequiredWhen; w != nil {
		if on, ok := s.Form.Field(w.Key); ok {
			parts = append(parts, lang.T(s.Locale, "answers.required_when", "label", on.Label,
				"value", strings.Join(s.words(on, w.Equals), lang.T(s.Locale, "answers.or"))))
		}
	}
	return strings.Join(parts, lang.T(s.Locale, "answers.stop"))
}

func (s Sheet) words(x form.Field, values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v
		if x.Type == form.Boolean {
			out[i] = s.yesNo(v)
		}
	}
	return out
}

func (s Sheet) yesNo(v string) string {
	switch v {
	case "true":
		return lang.T(s.Locale, "common.yes")
	case "false":
		return lang.T(s.Locale, "common.no")
	default:
		return v
	}
}
