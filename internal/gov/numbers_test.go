package gov

import (
	"errors"
	"testing"
)

// mustID builds a number from its parts; callers use region 990000 or a birth
// year before 1900, so that no number is anyone's.
func mustID(t testing.TB, body string) IDNumber {
	t.Helper()
	id, err := ComposeIDNumber(body)
	if err != nil {
		t.Fatal(body, err)
	}
	return id
}

// TestIDNumber uses the sample printed in GB 11643 (born 1880) and numbers of
// region 990000.
func TestIDNumber(t *testing.T) {
	id, err := ParseIDNumber(" ４４０５２４ 18800101 0014 ")
	if err != nil || id != "440524188001010014" {
		t.Fatal(id, err)
	}
	if id.Region() != "440524" || id.BirthDate() != "1880-01-01" || id.Sex() != Male {
		t.Error(id.Region(), id.BirthDate(), id.Sex())
	}
	x := mustID(t, "99000019900101006")
	for n := 0; x[17] != 'X'; n++ { // some sequence ends in X
		x = mustID(t, "990000199001010"+string([]byte{byte('0' + n/10), byte('0' + n%10)}))
	}
	small, err := ParseIDNumber(string(x[:17]) + "ｘ")
	if err != nil || small != x {
		t.Error("a small full-width x is the check character X:", small, err)
	}
	if want := "990000********" + string(x[14:]); x.Masked() != want {
		t.Error(x.Masked())
	}
	if id := mustID(t, "99000018960229002"); id.Sex() != Female || id.BirthDate() != "1896-02-29" {
		t.Error(id)
	}
}

func TestIDNumberRefuses(t *testing.T) {
	for text, want := range map[string]error{
		"":                          ErrLength,
		"990000900101001":           ErrLength, // first generation, 15 digits
		"9900001990010100":          ErrLength,
		"4405241880010100145":       ErrLength,
		"44052418800101001A":        ErrCharacter,
		"4405X4188001010014":        ErrCharacter,
		"44052418800101001\u0665":   ErrLength, // an Arabic digit is not a digit here
		"040524188001010014":        ErrRegion,
		"440524188002300014":        ErrBirthDate,
		"440524190002290014":        ErrBirthDate,
		"440524188000010014":        ErrBirthDate,
		"440524188013010014":        ErrBirthDate,
		"440524188001000014":        ErrBirthDate,
		"440524170001010014":        ErrBirthDate,
		"440524210001010014":        ErrBirthDate,
		"440524188001010015":        ErrCheckDigit,
		"44052418800101001X":        ErrCheckDigit,
		"440524188001010014\x00x\n": ErrLength,
	} {
		if id, err := ParseIDNumber(text); !errors.Is(err, want) || id != "" {
			t.Errorf("%q: %q, %v, want %v", text, id, err, want)
		}
	}
	if _, err := ComposeIDNumber("9900001990010100"); !errors.Is(err, ErrLength) {
		t.Error(err)
	}
	if _, err := ComposeIDNumber("990000199001010O6"); !errors.Is(err, ErrCharacter) {
		t.Error(err)
	}
	for _, bad := range []IDNumber{"", "x", "中文中文中文"} {
		if bad.Region() != "" || bad.BirthDate() != "" || bad.Sex() != "" {
			t.Errorf("%q answers", bad)
		}
	}
}

// TestCreditCode: codes that public registers print for ministries and large
// companies; both of their check characters hold.
func TestCreditCode(t *testing.T) {
	for _, code := range []string{
		"914403001922038216", "9144030071526726XG", "91330100799655058B", "91110108551385082Q", "91110000802100433B",
		"91440400192548256N", "91440300192317458F", "91100000100003962T", "12100000400002259P", "12100000400000624D",
		"11100000000013338W", "11100000MB03271699", "11100000MB0143028R",
	} {
		got, err := ParseCreditCode(code)
		if err != nil || string(got) != code {
			t.Errorf("%s: %v", code, err)
		}
		again, err := ComposeCreditCode(code[:16])
		if err != nil || again != got {
			t.Errorf("composed %s from %s: %v", again, code, err)
		}
	}
	code, err := ParseCreditCode("９１３３０１００ 7996 5505 8b")
	if err != nil || code != "91330100799655058B" || code.Region() != "330100" || code.OrganisationCode() != "799655058" {
		t.Error(code, err)
	}
	if CreditCode("x").Region() != "" || CreditCode("").OrganisationCode() != "" {
		t.Error("malformed codes answer")
	}
}

func TestCreditCodeRefuses(t *testing.T) {
	// The inner check alone broken: the outer one is made to fit.
	body := "9133010079965505" + "7"
	inner := body + string(creditCheck(body))
	for text, want := range map[string]error{
		"":                   ErrLength,
		"91330100799655058":  ErrLength,
		"91330100799655058I": ErrCharacter,
		"O1330100799655058B": ErrCharacter,
		"9S330100799655058B": ErrCharacter,
		"91330100V99655058B": ErrCharacter,
		"91330100Z99655058B": ErrCharacter,
		"91A30100799655058B": ErrCharacter,
		"913301007996550580": ErrCheckDigit,
		"91330100799655085B": ErrCheckDigit,
		inner:                ErrInnerCheck,
		"统一社会信用":             ErrCharacter,
	} {
		if code, err := ParseCreditCode(text); !errors.Is(err, want) || code != "" {
			t.Errorf("%q: %q, %v, want %v", text, code, err, want)
		}
	}
	for text, want := range map[string]error{"913301007996550": ErrLength, "9133010079965O05": ErrCharacter, "91ABCDEF79965505": ErrCharacter} {
		if _, err := ComposeCreditCode(text); !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestItemCode(t *testing.T) {
	const item = "11370800MB28559184" + "3" + "370117002011"
	code, err := ParseItemCode(item)
	if err != nil || code.String() != item || code.Level != 3 || code.Basic.Type() != "01" || code.Handling != "" || code.Body != "11370800MB28559184" {
		t.Errorf("%+v, %v", code, err)
	}
	const handling = "11370800MB28559184" + "3" + "000117112000" + "01"
	code, err = ParseItemCode("１" + handling[1:20] + " " + handling[20:])
	if err != nil || code.String() != handling || code.Handling != "01" {
		t.Errorf("%+v, %v", code, err)
	}
	if (ItemCode{}).String() != "" || BasicCode("1").Type() != "" {
		t.Error("zero codes answer")
	}
	for _, c := range []struct {
		scheme CodeScheme
		text   string
		want   error
	}{
		{SchemeBasic, "370117002011", nil},
		{SchemeBasic, "000117112000", nil},
		{SchemeBasic, "010117112000", ErrRegion},
		{SchemeBasic, "37011700201", ErrLength},
		{SchemeBasic, "37TC17002011", ErrCharacter},
		{SchemeItem, item, nil},
		{SchemeItem, handling, ErrLength},
		{SchemeItem, item[:30], ErrLength},
		{SchemeItem, "11370800MB28559185" + item[18:], ErrCheckDigit},
		{SchemeItem, item[:18] + "0" + item[19:], ErrLevel},
		{SchemeItem, item[:18] + "8" + item[19:], ErrLevel},
		{SchemeItem, item[:18] + "X" + item[19:], ErrCharacter},
		{SchemeItem, item[:30] + "X", ErrCharacter},
		{SchemeHandling, handling, nil},
		{SchemeHandling, item, ErrLength},
		{SchemeHandling, item + "00", ErrSerial},
		{SchemeHandling, item + "A1", ErrCharacter},
		{SchemeOlder, "44TC12049000", nil},
		{SchemeOlder, "44TC-12049000", ErrCharacter},
		{SchemeOlder, "1234567890123456789012345", ErrLength},
		{SchemeOlder, "  ", ErrEmpty},
		{SchemeLocal, "SX-01-BM001-001", nil},
		{SchemeLocal, "SX_01", ErrCharacter},
		{"", item, ErrScheme},
	} {
		got, err := CheckItemCode(c.scheme, c.text)
		if !errors.Is(err, c.want) || (err == nil) != (got == c.text) || (err != nil && got != "") {
			t.Errorf("%s %q: %q, %v, want %v", c.scheme, c.text, got, err, c.want)
		}
	}
	if _, err := ComposeItemCode(ItemCode{Body: "11370800MB28559184", Level: 3, Basic: "370117002011", Handling: "1"}); !errors.Is(err, ErrLength) {
		t.Error(err)
	}
}

func TestCaseNumber(t *testing.T) {
	n, err := ComposeCaseNumber("445103000000", "2026-02-06", 1)
	if err != nil || n[:20] != "44510320260206000001" {
		t.Fatal(n, err)
	}
	if n.Region() != "445103000000" || n.Date() != "2026-02-06" {
		t.Error(n.Region(), n.Date())
	}
	grouped := n.Grouped()
	if want := "445103-20260206-000001-" + string(n[20:]); grouped != want {
		t.Error(grouped)
	}
	for _, typed := range []string{string(n), grouped, " ４４５１０３－" + string(n[6:]), string(n[:10]) + " " + string(n[10:])} {
		if got, err := ParseCaseNumber(typed); err != nil || got != n {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	body := string(n[:20])
	for text, want := range map[string]error{
		"":                                  ErrLength,
		body:                                ErrLength,
		body + "00":                         ErrLength,
		body[:19] + "A0":                    ErrCharacter,
		"0" + string(n[1:]):                 ErrRegion,
		"445103202602300000010":             ErrDate,
		"445103000002060000010":             ErrDate,
		"445103202602060000000":             ErrSerial,
		body + string((n[20]-'0'+1)%10+'0'): ErrCheckDigit,
	} {
		if got, err := ParseCaseNumber(text); !errors.Is(err, want) || got != "" {
			t.Errorf("%q: %q, %v, want %v", text, got, err, want)
		}
	}
	for _, c := range []struct {
		region Region
		date   string
		serial int
		want   error
	}{
		{"445103", "2026-02-06", 1, ErrRegion},
		{"445103000000", "2026-02-30", 1, ErrDate},
		{"445103000000", "20260206", 1, ErrDate},
		{"445103000000", "", 1, ErrDate},
		{"445103000000", "2026-02-06", 0, ErrSerial},
		{"445103000000", "2026-02-06", 1000000, ErrSerial},
	} {
		if got, err := ComposeCaseNumber(c.region, c.date, c.serial); !errors.Is(err, c.want) || got != "" {
			t.Errorf("%v: %q, %v", c, got, err)
		}
	}
	if bad := CaseNumber("x"); bad.Region() != "" || bad.Date() != "" || bad.Grouped() != "x" {
		t.Error("malformed numbers answer")
	}
}

// TestLicenceID: identifiers seen on issued licences; their check holds.
func TestLicenceID(t *testing.T) {
	for _, text := range []string{
		"1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
		"1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
		"1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
		"1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
	} {
		l, err := ParseLicenceID(text)
		if err != nil || l.String() != text {
			t.Errorf("%s: %s, %v", text, l, err)
		}
	}
	if (LicenceID{}).String() != "" {
		t.Error("the zero identifier is written")
	}
	const good = "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002."
	for text, want := range map[string]error{
		"":           ErrFormat,
		good:         ErrLength,
		good + "1":   ErrCheckDigit,
		good + "00":  ErrLength,
		good + "0.0": ErrFormat,
		"1.2.156.3005.3.11100000000013338W009.11330105002500287C.2025052201.002.0": ErrFormat,
		"1.2.156.3005.2.11100000000013338W09.11330105002500287C.2025052201.002.0":  ErrLength,
		"1.2.156.3005.2.11100000000013338W009.1133010500250028.2025052201.002.0":   ErrLength,
		"1.2.156.3005.2.11100000000013338W00A.11330105002500287C.2025052201.002.0": ErrCharacter,
		"1.2.156.3005.2.11100000000013338X009.11330105002500287C.2025052201.002.0": ErrCheckDigit,
		"1.2.156.3005.2.11100000000013338W009.11330105002500287D.2025052201.002.0": ErrCheckDigit,
		"1.2.156.3005.2.11100000000013338W009.034010.2025052201.002.0":             ErrRegion,
		"1.2.156.3005.2.11100000000013338W009.11330105002500287C..002.0":           ErrLength,
		"1.2.156.3005.2.11100000000013338W009.11330105002500287C.A-1.002.0":        ErrCharacter,
		"1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.000.0": ErrSerial,
		"1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.0A2.0": ErrCharacter,
	} {
		if l, err := ParseLicenceID(text); !errors.Is(err, want) || l != (LicenceID{}) {
			t.Errorf("%q: %v, %v, want %v", text, l, err, want)
		}
	}
	if _, err := NewLicenceID("11100000000013338W009", "11330105002500287C", "1", 1000); !errors.Is(err, ErrSerial) {
		t.Error(err)
	}
}
