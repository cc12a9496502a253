package gov

import "strings"

// CodeScheme names a way of numbering items. Several are in use side by side and
// codes are text, so each has its own validator and none is guessed.
type CodeScheme string

// The schemes.
const (
	// SchemeBasic is the 12-digit 基本编码 (GB/T 39554.1).
	SchemeBasic CodeScheme = "basic"
	// SchemeItem is the 31-character 实施编码 (ZWFW C0109.1, GB/T 39554.1).
	SchemeItem CodeScheme = "item"
	// SchemeHandling is the 33-character 业务办理项编码.
	SchemeHandling CodeScheme = "handling"
	// SchemeOlder is the 实施编码 of GB/T 39046 table 4: up to 24 letters and
	// digits without a known inner layout.
	SchemeOlder CodeScheme = "older"
	// SchemeLocal is a province's or town's own code: up to 50 letters, digits,
	// hyphens and dots.
	SchemeLocal CodeScheme = "local"
)

// BasicCode is the code of a base item, the same in every town: 2 catalogue (00
// national, else the province) + 2 type + 2 department + 3 main + 3 sub.
type BasicCode string

// ItemCode is a parsed 实施编码 or, with Handling, a 业务办理项编码.
type ItemCode struct {
	Body     CreditCode // the implementing body
	Level    int        // 行使层级, GB/T 39046 A.2: 1 national … 6 village, 7 by level
	Basic    BasicCode
	Handling string // two digits, '' for the item itself
}

const (
	basicLength    = 12
	itemLength     = creditLength + 1 + basicLength
	handlingLength = itemLength + 2
)

// CheckItemCode validates a code under a scheme and returns its stored form.
func CheckItemCode(scheme CodeScheme, text string) (string, error) {
	switch scheme {
	case SchemeBasic:
		code, err := ParseBasicCode(text)
		return string(code), err
	case SchemeItem:
		return checkParsed(text, itemLength)
	case SchemeHandling:
		return checkParsed(text, handlingLength)
	case SchemeOlder:
		return checkOpaque(text, 24, "")
	case SchemeLocal:
		return checkOpaque(text, 50, "-.")
	default:
		return "", ErrScheme
	}
}

// ParseBasicCode reads a 12-digit basic code. Type and department codes are
// national tables that grow (11.. and 21.. are free), so only digits are asked.
func ParseBasicCode(text string) (BasicCode, error) {
	code := compact(text)
	if len(code) != basicLength {
		return "", ErrLength
	}
	if err := onlyDigits(code); err != nil {
		return "", err
	}
	if code[0] == '0' && code[:2] != "00" {
		return "", ErrRegion
	}
	return BasicCode(code), nil
}

// Type is the two-digit item type of GB/T 39046 A.1: 01 行政许可 … 20 公共服务.
func (b BasicCode) Type() string {
	if len(b) != basicLength {
		return ""
	}
	return string(b[2:4])
}

// ParseItemCode reads 31 or 33 characters. Errors: ErrLength, those of the
// credit code and of the basic code, ErrLevel, ErrSerial for handling item 00.
func ParseItemCode(text string) (ItemCode, error) {
	code := compact(text)
	if len(code) != itemLength && len(code) != handlingLength {
		return ItemCode{}, ErrLength
	}
	level := code[creditLength]
	if level < '0' || level > '9' {
		return ItemCode{}, ErrCharacter
	}
	c := ItemCode{
		Body:     CreditCode(code[:creditLength]),
		Level:    int(level - '0'),
		Basic:    BasicCode(code[creditLength+1 : itemLength]),
		Handling: code[itemLength:],
	}
	return ComposeItemCode(c)
}

// ComposeItemCode validates the parts of a code; String then writes it.
func ComposeItemCode(c ItemCode) (ItemCode, error) {
	body, err := ParseCreditCode(string(c.Body))
	if err != nil {
		return ItemCode{}, err
	}
	if c.Level < 1 || c.Level > 7 {
		return ItemCode{}, ErrLevel
	}
	basic, err := ParseBasicCode(string(c.Basic))
	if err != nil {
		return ItemCode{}, err
	}
	if c.Handling != "" {
		if len(c.Handling) != 2 {
			return ItemCode{}, ErrLength
		}
		if err := onlyDigits(c.Handling); err != nil {
			return ItemCode{}, err
		}
		if c.Handling == "00" {
			return ItemCode{}, ErrSerial
		}
	}
	return ItemCode{Body: body, Level: c.Level, Basic: basic, Handling: c.Handling}, nil
}

// String is the stored form, 31 or 33 characters; ” for the zero code.
func (c ItemCode) String() string {
	if c == (ItemCode{}) {
		return ""
	}
	return string(c.Body) + string(rune('0'+c.Level)) + string(c.Basic) + c.Handling
}

func checkParsed(text string, length int) (string, error) {
	code, err := ParseItemCode(text)
	if err != nil {
		return "", err
	}
	if s := code.String(); len(s) == length {
		return s, nil
	}
	return "", ErrLength
}

func checkOpaque(text string, longest int, also string) (string, error) {
	code := compact(text)
	if code == "" {
		return "", ErrEmpty
	}
	if len(code) > longest {
		return "", ErrLength
	}
	for i := range len(code) {
		if !isAlphanumeric(code[i]) && strings.IndexByte(also, code[i]) < 0 {
			return "", ErrCharacter
		}
	}
	return code, nil
}
