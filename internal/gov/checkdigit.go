package gov

// The hybrid systems of ISO 7064: they catch every single wrong character and
// nearly every exchange of neighbours, and a reader can compute them by hand.

// mod11and10 is the check digit of MOD 11,10 over digits.
func mod11and10(digits string) byte { return hybrid(digits, 10) }

// mod37and36 is the check character of MOD 37,36 over digits and capitals.
func mod37and36(text string) byte { return hybrid(text, 36) }

// hybrid works for an alphabet of m characters (0–9, then A–Z) modulo m+1 and m.
// The check character c satisfies (p + c) mod m = 1.
func hybrid(text string, m int) byte {
	p := m
	for i := range len(text) {
		p = (p + charValue(text[i])) % m
		if p == 0 {
			p = m
		}
		p = p * 2 % (m + 1)
	}
	v := (m + 1 - p) % m
	if v < 10 {
		return byte('0' + v)
	}
	return byte('A' + v - 10)
}
