package form

import "slices"

// Type is the type of an element, as data_elements.yaml spells it.
type Type string

// The types of the element dictionary.
const (
	String      Type = "string"   // one line
	Text        Type = "text"     // several lines
	Enum        Type = "enum"     // one of Options
	Integer     Type = "integer"  // whole number
	Decimal     Type = "decimal"  // number with a point
	Money       Type = "money"    // yuan with two decimals, as text: 12.50
	Boolean     Type = "boolean"  // "true" or "false"
	Date        Type = "date"     // YYYY-MM-DD
	IDCard      Type = "idcard"   // 公民身份号码, GB 11643
	USCC        Type = "uscc"     // 统一社会信用代码, GB 32100
	Phone       Type = "phone"    // mainland mobile number
	Email       Type = "email"    //
	Region      Type = "region"   // GB/T 2260 code, 6 digits (12 for towns and villages)
	Address     Type = "address"  // one line, longer
	BankAccount Type = "bankacct" // 8 to 30 digits
	File        Type = "file"     // ids of attachments
	Table       Type = "table"    // rows of Columns
)

// Types lists every type in the order above; the set reader refuses others.
func Types() []Type {
	return []Type{String, Text, Enum, Integer, Decimal, Money, Boolean, Date, IDCard, USCC, Phone,
		Email, Region, Address, BankAccount, File, Table}
}

// Valid reports whether t is one of Types.
func (t Type) Valid() bool { return slices.Contains(Types(), t) }

// Class says how far an answer may be seen. 敏感 is encrypted wherever it lies,
// masked on screens, and a look in clear is an act (个人信息保护法 art. 28, 51).
type Class string

// The classes, from the most open to the most closed.
const (
	Public    Class = "公开"
	Internal  Class = "内部"
	Personal  Class = "个人"
	Sensitive Class = "敏感"
)

// Classes lists every class, the most open first.
func Classes() []Class { return []Class{Public, Internal, Personal, Sensitive} }

// Valid reports whether c is one of Classes.
func (c Class) Valid() bool { return slices.Contains(Classes(), c) }

// Closest is the more closed of two classes; one nobody knows is more closed than
// any, as in Encrypted.
func Closest(a, b Class) Class {
	if !a.Valid() || (b.Valid() && slices.Index(Classes(), a) > slices.Index(Classes(), b)) {
		return a
	}
	return b
}

// Encrypted reports whether answers of the class never lie in clear. A class
// nobody knows is treated as the most closed one.
func (c Class) Encrypted() bool { return c == Sensitive || !c.Valid() }

// Column is a column of a table field. Every column of a row that is begun must
// be filled in, except one that is Optional.
type Column struct {
	Key      string   `json:"key" yaml:"key"`
	Name     string   `json:"name" yaml:"name"`
	Type     Type     `json:"type" yaml:"type"`
	Options  []string `json:"options,omitempty" yaml:"options,omitempty"`
	Optional bool     `json:"optional,omitempty" yaml:"optional,omitempty"`
}

// When is a condition on another answer of the same form (required_when).
type When struct {
	Key    string   `json:"key"`
	Equals []string `json:"equals"` // met by any of them
}

// Met reports whether the answers meet the condition.
func (w When) Met(a Answers) bool { return slices.Contains(w.Equals, a[w.Key].Text) }

// Field is one question of a form: an item's form field joined with the rules
// of its element, so that whoever holds it needs nothing else.
type Field struct {
	Key          string // of the element: the same meaning has the same key everywhere
	Label        string
	Element      string // the element's code
	Type         Type
	Required     bool
	RequiredWhen *When
	OrWhen       []When   // in a bundle: other members' conditions, on other keys; any that is met requires it
	Options      []string // of an Enum
	Columns      []Column // of a Table
	Class        Class
	Hint         string // the element's rule in words
	Pattern      string // the element's regular expression, '' for none
	Authority    string // department that is the source of the element, '' for the applicant
	rule         rule
}

// Conditions are all that require the field when one of them is met.
func (x Field) Conditions() []When {
	if x.RequiredWhen == nil {
		return x.OrWhen
	}
	return append([]When{*x.RequiredWhen}, x.OrWhen...)
}

// Form is all the fields of an item (or, merged, of a bundle), in order.
type Form []Field

// New finishes fields: it reads the rules in words once. A pattern that does not
// compile is ignored here, because the set reader has refused it.
func New(fields []Field) Form {
	f := make(Form, len(fields))
	for i, x := range fields {
		x.rule = readRule(x.Hint, x.Pattern)
		f[i] = x
	}
	return f
}

// Field finds a field by key.
func (f Form) Field(key string) (Field, bool) {
	for i := range f {
		if f[i].Key == key {
			return f[i], true
		}
	}
	return Field{}, false
}

// Keys lists the keys in order.
func (f Form) Keys() []string {
	keys := make([]string, len(f))
	for i := range f {
		keys[i] = f[i].Key
	}
	return keys
}

// Has reports whether the form has a field.
func (f Form) Has(key string) bool {
	_, ok := f.Field(key)
	return ok
}
