package applications

import (
	"context"
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Definition is what the published version of a local item says about its
// application, or what a choice of a bundle's members says together. It belongs to
// the version and never changes.
type Definition struct {
	Item      string
	ItemName  string
	LocalItem string
	Body      string
	BodyName  string
	Region    gov.Region
	Audience  []string // of person, organisation
	Form      form.Form
	Groups    []form.Group
	Slots     []Slot
	Online    bool     // may be filed without a counter
	Members   []Member // of a bundle, in their order; none for one item
}

// Recipients are the names of the bodies that get what stands in a slot: of a bundle
// those of exactly the members that ask for it, which a consent has to name
// (个人信息保护法 art. 17, 23).
func (d *Definition) Recipients(slot string) (out []string) {
	if !d.Bundle() {
		return []string{d.BodyName}
	}
	for _, m := range d.Members {
		for _, at := range m.Papers {
			if at == slot && !slices.Contains(out, m.BodyName) {
				out = append(out, m.BodyName)
			}
		}
	}
	return out
}

// Slot is a place for files: a material, or a file field that no material carries.
type Slot struct {
	Key       string
	Name      string
	Necessity string // 必要, 非必要, 容缺
	Required  bool   // must hold a file before filing
	Forms     []string
	Copies    int
	Basis     string
	Source    string   // 申请人自备, 政府部门核发, 其他
	Fields    []string // file fields of the form that this slot answers

	Licence     string // the type of licence that replaces the paper, '' for none
	LicenceName string
	Holder      Holder // whose licence it would be
}

// Items gives definitions; the catalogue is behind it.
type Items interface {
	Definition(ctx context.Context, localItem string) (*Definition, error)
	RegionExists(ctx context.Context, code string) bool
	Layout() *form.Layout
	// Latest is the version now in force of what the given one is of; Missing when
	// nobody offers it any more.
	Latest(ctx context.Context, localItem string) (string, error)
}

// Party is what an application needs to know of its applicant.
type Party struct {
	ID   string
	Kind string // person or organisation
	Name string

	Assurance int // 0 declared, 1 seen with a document, 2 from an upstream identity
}

// People tells about applicants; identity is behind it.
type People interface {
	// Applicant is the party the actor may apply for: itself, the organisation it
	// acts for, or at a counter whoever stands there.
	Applicant(ctx context.Context, r db.Reader, actor gov.Actor) (Party, error)
	// Enter finds or enters whom a department's system files for, and gives the
	// actor who acts for him, in the filing's transaction. Fields of its faults are
	// those of Applicant.
	Enter(ctx context.Context, tx *db.Tx, actor gov.Actor, in Applicant) (gov.Actor, Party, error)
	// Profile gives a party's attributes in clear to who may see them; a clerk's
	// look is journaled in tx.
	Profile(ctx context.Context, tx *db.Tx, actor gov.Actor, party string) (map[string]Attribute, error)
	// ThrottleIn counts a try of what by who and refuses when there were too many; who
	// tries the same at the same moment waits for the end of tx. ForgiveIn takes back
	// the count of a try that was in order.
	ThrottleIn(ctx context.Context, tx *db.Tx, what, who string) error
	ForgiveIn(ctx context.Context, tx *db.Tx, what, who string) error
}

// Attribute is one profile value and where it comes from.
type Attribute struct {
	Value  string
	Source string // declared, counter, licence, register
	Detail string // the licence's number, the register's name
	On     clock.Date

	Ref   string // the register's entry or the licence
	Body  string // who answers for it
	Down  string // the register that would have said it, had it been there
	Stale bool   // it was fed later than promised
}

// Reactions is what an application causes elsewhere, in the same transaction.
type Reactions interface {
	Filed(ctx context.Context, tx *db.Tx, actor gov.Actor, f Filing) error
	// Amending locks the cases that an answer may concern, before the application is.
	Amending(ctx context.Context, tx *db.Tx, application string) error
	// Amended is told of an answered correction, of a bundle with the local items of
	// the members that are answered.
	Amended(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, members []string) error
}

// Filing is an application at the moment it is filed.
type Filing struct {
	*Application
	Definition *Definition
	Numbers    []gov.CaseNumber // of a bundle's cases, in the order of the members
	Had        Had
}
