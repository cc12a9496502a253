package gov

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNormalise(t *testing.T) {
	for text, want := range map[string]string{
		"　潮安区　庵埠镇　":               "潮安区 庵埠镇",
		"ＡＢＣ１２３（甲）":               "ABC123(甲)",
		"\ufeff张\u200b三\u202e":    "张三",
		"一行\r\n二行\t末":             "一行\n二行\t末",
		"a\x00b\x1bc\u0085d":      "abcd",
		"坏\xff字":                  "坏\ufffd字",
		"，。":                      ",。",
		"\u00a0x\u00a0":           "x",
		"":                        "",
		"\u200b \u3000\ufeff":     "",
		"e\u0301 stays two runes": "e\u0301 stays two runes",
	} {
		if got := Normalise(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		once := Normalise(text)
		if Normalise(once) != once || strings.TrimSpace(once) != once || !utf8.ValidString(once) {
			t.Fatalf("%q: %q", text, once)
		}
	})
}

func FuzzNormalise(f *testing.F) {
	for _, seed := range []string{"　ＡＢＣ　", "\xff", "\ufeff", "a\u200bb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Normalise(text)
		if Normalise(got) != got || !utf8.ValidString(got) {
			t.Fatalf("%q: %q", text, got)
		}
		for _, r := range got {
			if r == 0 || (r >= '！' && r <= '～') || unicode.Is(unicode.Cf, r) {
				t.Fatalf("%q keeps %U", text, r)
			}
		}
	})
}

func TestContact(t *testing.T) {
	parse := map[string]func(string) (string, error){
		"phone":    func(s string) (string, error) { p, err := ParsePhone(s); return string(p), err },
		"account":  func(s string) (string, error) { b, err := ParseBankAccount(s); return string(b), err },
		"postcode": ParsePostcode,
		"document": ParseDocumentNumber,
	}
	for _, c := range []struct {
		kind, text, want string
		err              error
	}{
		{"phone", "13000000001", "13000000001", nil},
		{"phone", "+86 130-0000-0001", "13000000001", nil},
		{"phone", "００８６１３０００００００１　", "", ErrLength},
		{"phone", "００８６１３０００００００ ０１　", "13000000001", nil},
		{"phone", "12000000001", "", ErrFormat},
		{"phone", "23000000001", "", ErrFormat},
		{"phone", "1300000000", "", ErrLength},
		{"phone", "", "", ErrLength},
		{"phone", "1300000000a", "", ErrCharacter},
		{"phone", "+1 13000000001", "", ErrCharacter},
		{"account", "6222 0000 0000 0000 000", "6222000000000000000", nil},
		{"account", "1234567", "", ErrLength},
		{"account", strings.Repeat("1", 30), strings.Repeat("1", 30), nil},
		{"account", strings.Repeat("1", 31), "", ErrLength},
		{"account", "12345678X", "", ErrCharacter},
		{"postcode", "５１５６３８", "515638", nil},
		{"postcode", "51563", "", ErrLength},
		{"postcode", "51563x", "", ErrCharacter},
		{"document", "e 1234 5678", "E12345678", nil},
		{"document", "E123", "", ErrLength},
		{"document", strings.Repeat("A", 21), "", ErrLength},
		{"document", "E-1234567", "", ErrCharacter},
	} {
		if got, err := parse[c.kind](c.text); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s %q: %q, %v", c.kind, c.text, got, err)
		}
	}
}

func TestMasks(t *testing.T) {
	for got, want := range map[string]string{
		Phone("13000000001").Masked():               "130****0001",
		BankAccount("6222000000000000123").Masked(): "***************0123",
		MaskName("欧阳一二"):                            "欧***",
		MaskName("张三"):                              "张*",
		MaskName("张"):                               "*",
		MaskName(""):                                "",
		MaskMiddle("1234567", 3, 4):                 "*******",
		IDNumber("not an id").Masked():              "*********",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func FuzzParsePhone(f *testing.F) {
	fuzz(f, func(s string) (string, error) { p, err := ParsePhone(s); return string(p), err }, "13000000001", "+8613000000001", "0086")
}

func FuzzParseBankAccount(f *testing.F) {
	fuzz(f, func(s string) (string, error) { b, err := ParseBankAccount(s); return string(b), err }, "6222000000000000000")
}

func FuzzParsePostcode(f *testing.F) { fuzz(f, ParsePostcode, "515638") }

func FuzzParseDocumentNumber(f *testing.F) { fuzz(f, ParseDocumentNumber, "E12345678", "h1234567") }

func TestFen(t *testing.T) {
	for text, want := range map[string]int64{
		"12.5": 1250, "12.50": 1250, "0": 0, "0.01": 1, "00012": 1200, "１，２３４．５": 123450, "1,234,567.89": 123456789,
		" 7 ": 700, "99999999999999.99": 9999999999999999, "000000000000000000001": 100,
	} {
		if got, err := ParseFen(text); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for text, want := range map[string]error{
		"": ErrEmpty, "  ": ErrEmpty, ".": ErrFormat, ".5": ErrFormat, "5.": ErrFormat, "1.234": ErrFormat, "1.2.3": ErrCharacter,
		"-1": ErrCharacter, "+1": ErrCharacter, "1e3": ErrCharacter, "0x10": ErrCharacter, "12元": ErrCharacter,
		"1,23": ErrFormat, ",123": ErrFormat, "1234,567": ErrFormat, "1,,234": ErrFormat, "1.2,3": ErrCharacter,
		"100000000000000": ErrRange, strings.Repeat("9", 400): ErrRange, "٣": ErrCharacter,
	} {
		if got, err := ParseFen(text); !errors.Is(err, want) || got != 0 {
			t.Errorf("%q: %d, %v, want %v", text, got, err, want)
		}
	}
	for fen, want := range map[int64]string{
		0: "0.00", 1: "0.01", 1250: "12.50", -5: "-0.05", -123456: "-1234.56",
		1<<63 - 1: "92233720368547758.07", -1 << 63: "-92233720368547758.08",
	} {
		if got := FormatFen(fen); got != want {
			t.Errorf("%d: %s, want %s", fen, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		fen := rapid.Int64Range(0, 9999999999999999).Draw(t, "fen")
		if got, err := ParseFen(FormatFen(fen)); err != nil || got != fen {
			t.Fatalf("%d became %d, %v", fen, got, err)
		}
	})
}

func FuzzParseFen(f *testing.F) {
	for _, seed := range []string{"12.5", "1,234.50", "１２．５", "99999999999999.99", "-1", "", ".", "1e9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fen, err := ParseFen(text)
		if err != nil {
			return
		}
		if again, err := ParseFen(FormatFen(fen)); err != nil || again != fen || fen < 0 {
			t.Fatalf("%q is %d, then %d (%v)", text, fen, again, err)
		}
	})
}
