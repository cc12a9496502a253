package cases

import (
	"context"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Rules is what the published version of a local item says about its cases. It
// belongs to the version, so a running case keeps the rules it was filed under.
type Rules struct {
	Item        string
	ItemName    string
	Department  string
	Permit      bool // 行政许可, in contrast to the other types of GB/T 39046 A.1
	Immediate   bool // 即办件
	Promised    Limit
	Statutory   *Limit // nil where no law sets a limit
	Steps       []StepRule
	SiteVisit   bool // a 现场核查 by two officials belongs to 承办 (art. 34)
	ResultName  string
	Licence     *LicenceRule // nil where the result is no licence
	Form        form.Form
	Materials   []Material
	LegalBasis  []string // "食品安全法第三十五条", for letters and the choice of an article
	Conditions  []Condition
	DeliveryWay string // the way when the form does not ask
	Procedures  []ProcedureRule
	Fee         FeeRule
	Limited     bool // there is a quota: acceptances are numbered (art. 57)
}

// FeeRule is what the guide publishes about money: nothing else may be taken.
type FeeRule struct {
	Charged  bool
	Standard string // "不收费", "每证10元"
	Basis    string // law or decree that allows it, '' where none is given
}

// Limit is a number of days in a unit of the clock.
type Limit struct {
	Days int
	Unit clock.Unit
}

// StepRule is one of the department's steps; Stage is the published stage it
// belongs to and Days its share of the promise.
type StepRule struct {
	Step  Step
	Stage string
	Days  int
}

// LicenceRule says what the grant issues.
type LicenceRule struct {
	Type     string
	Code     string // of the licence catalogue
	Name     string
	Face     form.Form // the elements on its face
	Validity string    // "5年", "长期", or words that somebody must turn into a date
	Founds   bool      // the holder is an organisation that the grant brings into being
}

// Material and Condition are what a defect can be pinned to; nothing outside
// them can be asked for (art. 31).
type Material struct {
	Key, Name, Necessity string
	Generated            bool // made from the form; not to be handed in
}

// Condition is one published condition of the item.
type Condition struct{ ID, Text string }

// Items gives the rules of a local item version; the catalogue is behind it.
type Items interface {
	Rules(ctx context.Context, localItem string) (*Rules, error)
}

// Calendar gives the statutory calendar in force.
type Calendar interface {
	Calendar(ctx context.Context) (*clock.Calendar, error)
	// CalendarIn is the one that r sees, for what must not count by one that another
	// process has just replaced.
	CalendarIn(ctx context.Context, r db.Reader) (*clock.Calendar, error)
}

// Answers reads what was filed, of a bundle the case's own part of it (see
// Case.Dossier); the applications context is behind it.
type Answers interface {
	Answers(ctx context.Context, r db.Reader, dossier string) (form.Answers, error)
}

// Printer makes a letter's frozen bytes. The template's name and version come
// back so that a letter says what it was made with.
type Printer interface {
	Print(l Text) (html []byte, template string, err error)
}

// Masthead is what a letter shows of the body that signs it.
type Masthead struct{ Name, ShortName, Address, Phone string }

// Bodies tells how a body signs and who serves there.
type Bodies interface {
	Masthead(ctx context.Context, r db.Reader, body string) (Masthead, error)
	// StaffAt gives the people who serve at a body, account → name; no systems.
	StaffAt(ctx context.Context, r db.Reader, body string) (map[string]string, error)
}

// Reactions is what a case's acts cause elsewhere, in the same transaction.
type Reactions interface {
	CorrectionNotified(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, defects []Defect) error
	// ReplacementAsked finds which materials of the case stand on licences that have
	// fallen, and lets the applicant change exactly those.
	ReplacementAsked(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, reason string) ([]Defect, error)
	// Issue turns a grant into a licence and gives its id, '' where none is issued.
	Issue(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, g Grant) (licence string, err error)
	// Acted is told of every act, after its entry in the journal.
	Acted(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, act Act, change Change) error
	// Follow is told of the act of a case in a bundle before other cases of the
	// application change with it: it holds the application, so that two departments
	// that act at one instant do so one after the other, and after a grant fills in
	// what the result supplies to the others. Of a grant that founded an organisation
	// it gives that as the holder of what the others grant.
	Follow(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, act Act) (holder string, err error)
	// Closed is told when nothing more can come of the application.
	Closed(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case) error
}

// Grant is what a licence is made from.
type Grant struct {
	Rule      *LicenceRule
	Face      form.Answers
	ValidFrom clock.Date
	ValidTo   clock.Date // zero for 长期
}
