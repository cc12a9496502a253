package catalogue

import (
	"context"
	"log/slog"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// KindCatalogue is the journal's subject kind; there is one subject, the
// catalogue as a whole, because a set is imported whole.
const KindCatalogue = "catalogue"

// Channel is rung on every change, so that every process looks for the new
// generation at once.
const Channel = "catalogue"

// Deps is what the service works with, put together by app.
type Deps struct {
	DB     *db.DB
	Book   *journal.Book
	Events event.Source
	Layout *form.Layout // seed/groups.yaml
	Log    *slog.Logger // nil: nothing is logged
	// Versions and Guides bound how many parsed documents are kept (about 40 KB
	// and 2 KB each); 0 means 400 and 2000.
	Versions, Guides int
	// General names the department that handles, at a level, the items of
	// departments that have no body there: a town has one body for nearly all.
	// nil means 镇 → zjj (镇人民政府), 村 → cwh (村民委员会), as departments.yaml has them.
	General map[string]string
}

// Service is the catalogue context. It is safe for use by several goroutines.
type Service struct {
	Deps
	react        Reactions
	versions     *lru[*Version]
	guides       *lru[*Guide]
	compositions *lru[*Composition]
	held         held
	finder       finder
}

// Reactions is what a change of the catalogue causes elsewhere, in the same
// transaction: app gives the bodies in force to LocaliseIn.
type Reactions interface {
	CatalogueChanged(ctx context.Context, tx *db.Tx, actor gov.Actor) error
	// CalendarChanged is told only when a date may follow differently.
	CalendarChanged(ctx context.Context, tx *db.Tx, actor gov.Actor, c CalendarChange) error
}

// compositionsKept bounds how many merged bundles are kept (about 100 KB each).
const compositionsKept = 300

// New makes the service.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Versions <= 0 {
		d.Versions = 400
	}
	if d.Guides <= 0 {
		d.Guides = 2000
	}
	if d.General == nil {
		d.General = map[string]string{"镇": "zjj", "村": "cwh"}
	}
	return &Service{Deps: d, versions: newLRU[*Version](d.Versions), guides: newLRU[*Guide](d.Guides),
		compositions: newLRU[*Composition](compositionsKept),
		finder:       finder{wake: make(chan struct{}, 1)}}
}

// React sets what others do when the catalogue changes.
func (s *Service) React(r Reactions) { s.react = r }

// Nouns lists the tables whose rows carry a chain, for `journal verify`.
func Nouns() []journal.Noun {
	return []journal.Noun{{Kind: KindCatalogue, Table: "catalogue_generation"}}
}

// MayEdit says who may change the catalogue: its editors, and the program when
// an installation is set up.
func MayEdit(actor gov.Actor) bool {
	return actor.Kind == gov.System || actor.Has(gov.RoleEditor)
}

func mayEdit(actor gov.Actor) error {
	if !MayEdit(actor) {
		return fault.Denied("catalogue.may_not_edit")
	}
	return nil
}

// whole is the one row of catalogue_generation.
type whole struct {
	generation int64
	head       journal.Head
}

const wholeID = "catalogue"

// lock reads the row inside a writing transaction; changes queue behind it.
func (s *Service) lock(ctx context.Context, tx *db.Tx) (whole, error) {
	err := tx.Exec(ctx, `INSERT INTO catalogue_generation (id) VALUES ($1) ON CONFLICT (id) DO NOTHING`, wholeID)
	if err != nil {
		return whole{}, err
	}
	var w whole
	err = tx.Row(ctx, `SELECT generation, version, head FROM catalogue_generation WHERE id = $1 /*for update*/`, wholeID).
		Scan(&w.generation, &w.head.Version, &w.head.Hash)
	return w, err
}

// Generation is the number of the catalogue's present state; it moves with every
// change. 0 means that nothing was ever imported.
func (s *Service) Generation(ctx context.Context, r db.Reader) (int64, error) {
	var g int64
	err := r.Row(ctx, `SELECT generation FROM catalogue_generation WHERE id = $1`, wholeID).Scan(&g)
	if db.NoRows(err) {
		return 0, nil
	}
	return g, err
}

// change is an act on the catalogue.
type change struct {
	act     string // "import", "localise", "synonyms", "calendar"
	payload any
}

// Changed is the data of the event catalogue.changed.
type Changed struct {
	Generation int64  `json:"generation"`
	Act        string `json:"act"`
}

// record moves the generation, writes the journal and tells everybody. It is
// called once per act, and only when something changed.
func (s *Service) record(ctx context.Context, tx *db.Tx, actor gov.Actor, w whole, c change) (whole, error) {
	payload, err := encodeJSON(c.payload)
	if err != nil {
		return w, err
	}
	w.generation++
	w.head, err = s.Book.Append(ctx, tx, journal.Entry{
		Subject: journal.Subject{Kind: KindCatalogue, ID: wholeID}, Prev: w.head, Act: c.act, Actor: actor, Payload: []byte(payload),
	})
	if err != nil {
		return w, err
	}
	err = tx.ExecOne(ctx, fault.Conflict("catalogue.changed_meanwhile"),
		`UPDATE catalogue_generation SET generation = $2, changed_at = $3, version = $4, head = $5 WHERE id = $1 AND generation = $2 - 1`,
		wholeID, w.generation, int64(tx.Now()), w.head.Version, w.head.Hash)
	if err != nil {
		return w, err
	}
	fact := event.Fact{Type: "catalogue.changed", Subject: wholeID, Data: Changed{w.generation, c.act}}
	if err := s.Events.Publish(ctx, tx, fact); err != nil {
		return w, err
	}
	generation := w.generation
	tx.AfterCommit(func() { s.moved(generation) })
	return w, tx.Notify(ctx, Channel)
}
