package gov

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const capitals = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// scheme is a numbering with its alphabet and a generator of valid numbers.
type scheme struct {
	name     string
	alphabet string
	draw     *rapid.Generator[string]
	valid    func(string) bool
	swaps    bool // the standard promises every exchange of neighbours
}

func schemes() []scheme {
	id := rapid.Custom(func(t *rapid.T) string {
		n, err := ComposeIDNumber(fmt.Sprintf("990000%04d%02d%02d%03d", rapid.IntRange(1800, 2099).Draw(t, "y"),
			rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 28).Draw(t, "d"), rapid.IntRange(0, 999).Draw(t, "seq")))
		if err != nil {
			t.Fatal(err)
		}
		return string(n)
	})
	credit := rapid.Custom(func(t *rapid.T) string {
		body := rapid.StringMatching("["+creditAlphabet+"]{2}[0-9]{6}["+creditAlphabet+"]{8}").Draw(t, "body")
		n, err := ComposeCreditCode(body)
		if err != nil {
			t.Fatal(err)
		}
		return string(n)
	})
	number := rapid.Custom(func(t *rapid.T) string {
		n, err := ComposeCaseNumber("990000000000", fmt.Sprintf("%04d-%02d-%02d", rapid.IntRange(1, 9999).Draw(t, "y"),
			rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 28).Draw(t, "d")), rapid.IntRange(1, maxCaseSerial).Draw(t, "serial"))
		if err != nil {
			t.Fatal(err)
		}
		return string(n)
	})
	licence := rapid.Custom(func(t *rapid.T) string {
		l, err := NewLicenceID("11100000000013338W"+rapid.StringMatching("[0-9]{3}").Draw(t, "type"), credit.Draw(t, "issuer"),
			rapid.StringMatching("[0-9A-Z]{1,32}").Draw(t, "serial"), rapid.IntRange(1, 999).Draw(t, "version"))
		if err != nil {
			t.Fatal(err)
		}
		return l.String()
	})
	accepts := func(err error) bool { return err == nil }
	return []scheme{
		{"GB 11643", "0123456789X", id, func(s string) bool { _, err := ParseIDNumber(s); return accepts(err) }, true},
		{"GB 32100", creditAlphabet, credit, func(s string) bool { _, err := ParseCreditCode(s); return accepts(err) }, true},
		{"MOD 11,10", "0123456789", number, func(s string) bool { _, err := ParseCaseNumber(s); return accepts(err) }, false},
		{"MOD 37,36", capitals, licence, func(s string) bool { _, err := ParseLicenceID(s); return accepts(err) }, false},
	}
}

// TestOneWrongCharacter: every change of one character is caught, everywhere in
// the number, as all four standards promise.
func TestOneWrongCharacter(t *testing.T) {
	for _, s := range schemes() {
		t.Run(s.name, rapid.MakeCheck(func(t *rapid.T) {
			good := s.draw.Draw(t, "number")
			if !s.valid(good) {
				t.Fatalf("%s is refused", good)
			}
			for i := range len(good) {
				for _, c := range s.alphabet {
					bad := good[:i] + string(c) + good[i+1:]
					if bad != good && good[i] != '.' && s.valid(bad) {
						t.Fatalf("%s passes for %s", bad, good)
					}
				}
			}
		}))
	}
}

// TestNeighboursExchanged: caught without exception by GB 11643 and GB 32100,
// whose weights of neighbours differ modulo a prime.
func TestNeighboursExchanged(t *testing.T) {
	for _, s := range schemes() {
		if !s.swaps {
			continue
		}
		t.Run(s.name, rapid.MakeCheck(func(t *rapid.T) {
			good := s.draw.Draw(t, "number")
			for i := range len(good) - 1 {
				bad := good[:i] + string(good[i+1]) + string(good[i]) + good[i+2:]
				if bad != good && s.valid(bad) {
					t.Fatalf("%s passes for %s", bad, good)
				}
			}
		}))
	}
}

// TestHybridExchanges: ISO 7064 hybrid systems miss one pair of neighbours in
// each inner state and no more: 10 of 450 for MOD 11,10 and 36 of 22,680 for
// MOD 37,36. A prefix of one character reaches every state.
func TestHybridExchanges(t *testing.T) {
	for _, m := range []int{10, 36} {
		missed := 0
		for prefix := range m {
			for a := range m {
				for b := range a {
					p, x, y := string(capitals[prefix]), string(capitals[a]), string(capitals[b])
					if hybrid(p+x+y, m) == hybrid(p+y+x, m) {
						missed++
					}
				}
			}
		}
		if missed != m {
			t.Errorf("MOD %d,%d misses %d exchanges, want %d", m+1, m, missed, m)
		}
	}
	// The worked examples of the standard's public descriptions.
	if got := mod11and10("0794"); got != '5' {
		t.Errorf("MOD 11,10 of 0794 is %c, want 5", got)
	}
	if got := mod37and36("A12425GABC1234002"); got != 'M' {
		t.Errorf("MOD 37,36 of A12425GABC1234002 is %c, want M", got)
	}
}

// TestCaseNumbersDiffer: composing is one to one and reads back.
func TestCaseNumbersDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.IntRange(1, maxCaseSerial).Draw(t, "a"), rapid.IntRange(1, maxCaseSerial).Draw(t, "b")
		na, errA := ComposeCaseNumber("445103000000", "2026-02-06", a)
		nb, errB := ComposeCaseNumber("445103100000", "2026-02-06", b)
		if errA != nil || errB != nil || (na == nb) != (a == b) {
			t.Fatal(na, errA, nb, errB)
		}
		back, err := ParseCaseNumber(na.Grouped())
		if err != nil || back != na {
			t.Fatal(back, err)
		}
	})
}

// roundTrip is what every parser owes: what it accepts it accepts again unchanged,
// and with an error comes no value.
func roundTrip(t *testing.T, text string, parse func(string) (string, error)) {
	t.Helper()
	got, err := parse(text)
	if err != nil {
		if got != "" {
			t.Fatalf("%q: %q with %v", text, got, err)
		}
		return
	}
	if again, err := parse(got); err != nil || again != got {
		t.Fatalf("%q became %q, then %q (%v)", text, got, again, err)
	}
}

func fuzz(f *testing.F, parse func(string) (string, error), seeds ...string) {
	for _, seed := range append(seeds, "", " ", "\x00", "\xff\xfe", "０１２", "-", ".", "中文") {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { roundTrip(t, text, parse) })
}

func FuzzParseIDNumber(f *testing.F) {
	for _, seed := range []string{"440524188001010014", "４４０５２４１８８００１０１００１４", "44052418800101001x", "990000199002300010", "", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		roundTrip(t, text, func(s string) (string, error) { id, err := ParseIDNumber(s); return string(id), err })
		id := IDNumber(text) // the methods must bear any text
		if birth := id.BirthDate(); birth != "" && (len(birth) != 10 || id.Sex() == "" || strings.Contains(id.Masked(), string(id[6:14]))) {
			t.Fatalf("%q: %q %q %q", text, birth, id.Sex(), id.Masked())
		}
	})
}

func FuzzParseCreditCode(f *testing.F) {
	fuzz(f, func(s string) (string, error) { c, err := ParseCreditCode(s); return string(c), err },
		"91330100799655058B", "11100000MB03271699", "91330100799655058b")
}

func FuzzParseItemCode(f *testing.F) {
	fuzz(f, func(s string) (string, error) { c, err := ParseItemCode(s); return c.String(), err },
		"11370800MB285591843370117002011", "11370800MB28559184300011711200001")
}

func FuzzCheckItemCode(f *testing.F) {
	f.Add("older", "44TC12049000")
	f.Add("local", "SX-01-BM001-001")
	f.Add("basic", "370117002011")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, scheme, text string) {
		roundTrip(t, text, func(s string) (string, error) { return CheckItemCode(CodeScheme(scheme), s) })
	})
}

func FuzzParseCaseNumber(f *testing.F) {
	fuzz(f, func(s string) (string, error) { n, err := ParseCaseNumber(s); return string(n), err },
		"445103-20260206-000001-9", "445103202602060000010")
}

func FuzzParseLicenceID(f *testing.F) {
	fuzz(f, func(s string) (string, error) { l, err := ParseLicenceID(s); return l.String(), err },
		"1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
		"1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F")
}
