package gov

import "strings"

// LicenceOID is the root under which GB/T 36904 numbers electronic licences.
const LicenceOID = "1.2.156.3005.2"

// LicenceID is a 电子证照标识 (GB/T 36904), taken apart. Its text is
// LicenceOID . type . issuer . serial . version . check.
type LicenceID struct {
	Type    string // credit code of the body that defines the type + 3 digits
	Issuer  string // credit code of the issuing body, or its 6-digit region (seen in 不动产)
	Serial  string // 1 to 32 digits and capitals
	Version int    // 1 to 999
}

const (
	typeLength   = creditLength + 3
	versionWidth = 3
	maxSerial    = 32
)

// NewLicenceID validates the parts of an identifier. Errors: those of the credit
// codes, ErrLength, ErrCharacter, ErrSerial for a version outside 1 to 999.
func NewLicenceID(licenceType, issuer, serial string, version int) (LicenceID, error) {
	l := LicenceID{Type: compact(licenceType), Issuer: compact(issuer), Serial: compact(serial), Version: version}
	if err := l.check(); err != nil {
		return LicenceID{}, err
	}
	return l, nil
}

// ParseLicenceID reads an identifier as typed or scanned. Errors: ErrFormat for
// a wrong root or number of parts, those of NewLicenceID, ErrCheckDigit.
func ParseLicenceID(text string) (LicenceID, error) {
	rest, ok := strings.CutPrefix(compact(text), LicenceOID+".")
	if !ok {
		return LicenceID{}, ErrFormat
	}
	parts := strings.Split(rest, ".")
	if len(parts) != 5 {
		return LicenceID{}, ErrFormat
	}
	version := parts[3]
	if len(version) != versionWidth || len(parts[4]) != 1 {
		return LicenceID{}, ErrLength
	}
	if err := onlyDigits(version); err != nil {
		return LicenceID{}, err
	}
	number := int(version[0]-'0')*100 + int(version[1]-'0')*10 + int(version[2]-'0')
	l, err := NewLicenceID(parts[0], parts[1], parts[2], number)
	if err != nil {
		return LicenceID{}, err
	}
	if string(l.Check()) != parts[4] {
		return LicenceID{}, ErrCheckDigit
	}
	return l, nil
}

// Check is the check character, ISO 7064 MOD 37,36 over the parts without the
// dots and without the root.
func (l LicenceID) Check() byte {
	return mod37and36(l.Type + l.Issuer + l.Serial + l.version())
}

// String is the stored form; ” for the zero identifier.
func (l LicenceID) String() string {
	if l == (LicenceID{}) {
		return ""
	}
	return strings.Join([]string{LicenceOID, l.Type, l.Issuer, l.Serial, l.version(), string(l.Check())}, ".")
}

func (l LicenceID) version() string {
	v := l.Version
	return string([]byte{byte('0' + v/100%10), byte('0' + v/10%10), byte('0' + v%10)})
}

func (l LicenceID) check() error {
	if len(l.Type) != typeLength {
		return ErrLength
	}
	if _, err := ParseCreditCode(l.Type[:creditLength]); err != nil {
		return err
	}
	if err := onlyDigits(l.Type[creditLength:]); err != nil {
		return err
	}
	if err := checkIssuer(l.Issuer); err != nil {
		return err
	}
	if len(l.Serial) < 1 || len(l.Serial) > maxSerial {
		return ErrLength
	}
	for i := range len(l.Serial) {
		if !isAlphanumeric(l.Serial[i]) {
			return ErrCharacter
		}
	}
	if l.Version < 1 || l.Version > 999 {
		return ErrSerial
	}
	return nil
}

func checkIssuer(issuer string) error {
	if len(issuer) == int(LevelCounty) {
		_, err := ParseRegion(issuer)
		return err
	}
	_, err := ParseCreditCode(issuer)
	return err
}
