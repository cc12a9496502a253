package form

import (
	"regexp"
	"strconv"
	"strings"
)

// rule is an element's `validation` text read once. The dictionary says its
// rules in a small, regular Chinese; a phrase that is not known adds no check
// (art. 31: nothing outside the published words is asked).
type rule struct {
	min, max    int // characters; max 0 = the type's own
	pattern     *regexp.Regexp
	without     string // capitals that may not occur (VIN: IOQ)
	places      int    // most decimals, -1 = not said
	positive    bool   // 大于0
	notNegative bool   // 不小于0
	notFuture   bool   // 不晚于当日
	future      bool   // 晚于申请日
	notBefore   string // 不早于开始日期: the key of that field
	mustBeTrue  bool   // 须为是
	eitherID    bool   // 居民身份证号或统一社会信用代码
}

var (
	charRange  = regexp.MustCompile(`(\d+)至(\d+)(?:个字符|位)`)
	exactLen   = regexp.MustCompile(`^(\d+)位(?:$|，|（)`)
	letterLead = regexp.MustCompile(`^(\d+)位字母加(\d+)位数字`)
	letters    = regexp.MustCompile(`不含([A-Z](?:、[A-Z])*)`)
	decimals   = regexp.MustCompile(`至多(\d)位小数`)
)

// startDate is what 「不早于开始日期」 of end_date refers to.
const startDate = "start_date"

const longestPattern = 1000

func readRule(hint, pattern string) rule {
	r := rule{places: -1}
	if pattern == "" && strings.HasPrefix(hint, "^") {
		pattern = hint // 邮政编码 says its pattern in the words
	}
	if pattern != "" && len(pattern) <= longestPattern {
		r.pattern, _ = regexp.Compile(pattern)
	}
	r.readLength(hint)
	if m := decimals.FindStringSubmatch(hint); m != nil {
		r.places = atoi(m[1])
	} else if strings.Contains(hint, "两位小数") {
		r.places = 2
	}
	r.positive = strings.Contains(hint, "大于0")
	r.notNegative = strings.Contains(hint, "不小于0")
	r.notFuture = strings.Contains(hint, "不晚于当日")
	r.future = strings.Contains(hint, "晚于申请日")
	if strings.Contains(hint, "不早于开始日期") {
		r.notBefore = startDate
	}
	r.mustBeTrue = strings.Contains(hint, "须为是")
	r.eitherID = strings.Contains(hint, "居民身份证号或统一社会信用代码")
	return r
}

func (r *rule) readLength(hint string) {
	if m := charRange.FindStringSubmatch(hint); m != nil {
		r.min, r.max = atoi(m[1]), atoi(m[2])
	}
	if m := exactLen.FindStringSubmatch(hint); m != nil {
		r.min, r.max = atoi(m[1]), atoi(m[1])
	}
	if m := letterLead.FindStringSubmatch(hint); m != nil && r.pattern == nil {
		r.pattern = regexp.MustCompile(`^[A-Za-z]{` + clip(m[1]) + `}[0-9]{` + clip(m[2]) + `}$`)
	}
	if m := letters.FindStringSubmatch(hint); m != nil {
		r.without = strings.ReplaceAll(m[1], "、", "")
	}
}

// atoi of digits a pattern matched; absurd ones become 0, "not said".
func atoi(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil || n > 100_000 {
		return 0
	}
	return n
}

// clip keeps repeat counts within what regexp accepts.
func clip(digits string) string { return strconv.Itoa(min(atoi(digits), 999)) }
