package registers

import (
	"slices"
	"strings"
	"unicode/utf8"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
)

// kind is how a value of a register is checked.
type kind uint8

const (
	words kind = iota
	date
	idNumber
	creditCode
	phone
	region
	decimal
	choice
)

// Element is one value a register may hold, under the key it has in the catalogue's
// dictionary (seed/catalogue/data_elements.yaml), so that forms find it.
type Element struct {
	Key     string
	Label   string // heading of a column in a file
	kind    kind
	choices []string
}

var sexes = []string{"男", "女"}

// population is what identity card and household booklet hold, and the next of kin.
var population = []Element{
	{Key: "id_type", Label: "证件类型", kind: choice, choices: []string{"居民身份证", "港澳居民来往内地通行证", "台湾居民来往大陆通行证", "护照", "军官证"}},
	{Key: "id_number", Label: "证件号码", kind: words},
	{Key: "applicant_name", Label: "姓名", kind: words},
	{Key: "gender", Label: "性别", kind: choice, choices: sexes},
	{Key: "ethnicity", Label: "民族", kind: words},
	{Key: "birth_date", Label: "出生日期", kind: date},
	{Key: "nationality", Label: "国籍", kind: words},
	{Key: "marital_status", Label: "婚姻状况", kind: choice, choices: []string{"未婚", "已婚", "离婚", "丧偶"}},
	{Key: "phone", Label: "手机号码", kind: phone},
	{Key: "domicile_region", Label: "户籍所在地区划", kind: region},
	{Key: "domicile_address", Label: "户籍地址", kind: words},
	{Key: "residence_region", Label: "现居住地区划", kind: region},
	{Key: "residence_address", Label: "现居住地址", kind: words},
	{Key: "hukou_number", Label: "户号", kind: words},
	{Key: "householder_name", Label: "户主姓名", kind: words},
	{Key: "relation_to_head", Label: "与户主关系", kind: words},
	{Key: "spouse_name", Label: "配偶姓名", kind: words},
	{Key: "spouse_id_number", Label: "配偶证件号码", kind: idNumber},
	{Key: "father_name", Label: "父亲姓名", kind: words},
	{Key: "father_id_number", Label: "父亲证件号码", kind: idNumber},
	{Key: "mother_name", Label: "母亲姓名", kind: words},
	{Key: "mother_id_number", Label: "母亲证件号码", kind: idNumber},
	{Key: "guardian_name", Label: "监护人姓名", kind: words},
	{Key: "guardian_id_number", Label: "监护人证件号码", kind: idNumber},
	{Key: "guardian_relation", Label: "监护关系", kind: words},
}

var organisations = []Element{
	{Key: "uscc", Label: "统一社会信用代码", kind: creditCode},
	{Key: "company_name", Label: "名称", kind: words},
	{Key: "company_type", Label: "类型", kind: words},
	{Key: "legal_representative", Label: "法定代表人", kind: words},
	{Key: "legal_rep_id_number", Label: "法定代表人证件号码", kind: idNumber},
	{Key: "registered_region", Label: "住所区划", kind: region},
	{Key: "registered_address", Label: "住所", kind: words},
	{Key: "registered_capital", Label: "注册资本", kind: decimal},
	{Key: "individual_capital", Label: "资金数额", kind: decimal},
	{Key: "business_scope", Label: "经营范围", kind: words},
	{Key: "establishment_date", Label: "成立日期", kind: date},
	{Key: "business_term", Label: "营业期限", kind: words},
	{Key: "industry_code", Label: "行业代码", kind: words},
	{Key: "registration_status", Label: "登记状态", kind: choice, choices: []string{"存续", "注销", "吊销", "迁出"}},
}

// Elements lists what a register may hold; the first ones name whom it is about.
func (r ID) Elements() []Element {
	if r == Organisations {
		return organisations
	}
	return population
}

// required are the elements that every entry has: they tell whom it is about.
func (r ID) required() []string {
	if r == Organisations {
		return []string{"uscc", "company_name"}
	}
	return []string{"id_number", "applicant_name"}
}

// Find finds an element by its key or by its heading.
func (r ID) Find(name string) (Element, bool) {
	all := r.Elements()
	at := slices.IndexFunc(all, func(e Element) bool { return e.Key == name || e.Label == name })
	if at < 0 {
		return Element{}, false
	}
	return all[at], true
}

// tidy brings a value to its stored form; the code is "" when it is good.
func (e Element) tidy(text string) (string, string) {
	text = gov.Tidy(text)
	switch {
	case text == "":
		return "", ""
	case utf8.RuneCountInString(text) > mostWords:
		return text, "registers.too_long"
	}
	switch e.kind {
	case date:
		d, err := clock.ParseDate(text)
		return d.String(), code(err, "registers.bad_date")
	case idNumber:
		n, err := gov.ParseIDNumber(text)
		return string(n), code(err, "registers.bad_id_number")
	case creditCode:
		c, err := gov.ParseCreditCode(text)
		return string(c), code(err, "registers.bad_credit_code")
	case phone:
		p, err := gov.ParsePhone(text)
		return string(p), code(err, "registers.bad_phone")
	case region:
		r, err := gov.ParseRegion(text)
		return strings.TrimSuffix(string(r), "000000"), code(err, "registers.bad_region")
	case decimal:
		return text, code(plainDecimal(text), "registers.bad_number")
	case choice:
		if !slices.Contains(e.choices, text) {
			return text, "registers.bad_choice"
		}
	}
	return text, ""
}

func code(err error, is string) string {
	if err != nil {
		return is
	}
	return ""
}

// plainDecimal accepts digits with at most one point, as forms do.
func plainDecimal(text string) error {
	whole, rest, _ := strings.Cut(text, ".")
	for _, part := range []string{whole, rest} {
		if strings.Trim(part, "0123456789") != "" {
			return fault.Invalid("registers.bad_number")
		}
	}
	if whole == "" || len(text) > 20 {
		return fault.Invalid("registers.bad_number")
	}
	return nil
}
