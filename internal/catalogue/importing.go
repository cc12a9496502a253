package catalogue

import (
	"context"
	"io/fs"

	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Tally says what an import did with the entries of one kind. Absent ones are
// held here and missing from the set; they stay.
type Tally struct {
	Added     []string `json:"added"`
	Changed   []string `json:"changed"`
	Absent    []string `json:"absent"`
	Unchanged int      `json:"unchanged"`
}

func (t *Tally) moved() bool { return len(t.Added)+len(t.Changed) > 0 }

// Withheld is an item version that cannot be published, with what it lacks
// (language keys, art. 30).
type Withheld struct {
	Item  string   `json:"item"`
	Lacks []string `json:"lacks"`
}

// Report is the result of an import. Ids are in the order of the set.
type Report struct {
	Generation  int64        `json:"generation"`         // after the import
	Calendar    int64        `json:"calendar,omitempty"` // the version that the years became, 0 when they are as they were
	Changed     bool         `json:"changed"`            // false: the set was held already
	Items       Tally        `json:"items"`
	Bundles     Tally        `json:"bundles"`
	Elements    Tally        `json:"elements"`
	Licences    Tally        `json:"licences"`
	Departments Tally        `json:"departments"`
	Regions     Tally        `json:"regions"`
	Years       Tally        `json:"years"`
	Overrides   Tally        `json:"overrides"`
	Withheld    []Withheld   `json:"withheld"`
	Late        []Late       `json:"late,omitempty"` // bundles whose promise misses their target
	Problems    set.Problems `json:"-"`
}

// Progress is told how many items are done, for a progress bar; it may be nil.
type Progress func(done, total int)

// Import reads a set and takes it in, in one transaction: all of it or, when
// anything is wrong, nothing. The problems are then in the report, and the error
// is Invalid "catalogue.set_refused". A changed item becomes a new version;
// running cases keep theirs.
//
// Errors: Denied for who may not edit; Conflict when the catalogue changed while
// the set was read (try again).
func (s *Service) Import(ctx context.Context, actor gov.Actor, folder fs.FS, progress Progress) (Report, error) {
	if err := mayEdit(actor); err != nil {
		return Report{}, err
	}
	generation, err := s.Generation(ctx, s.DB)
	if err != nil {
		return Report{}, err
	}
	known, err := s.known(ctx)
	if err != nil {
		return Report{}, err
	}
	read, problems, err := set.Read(folder, known)
	if err != nil {
		return Report{}, err
	}
	if len(problems) > 0 {
		return Report{Problems: problems}, fault.Invalid("catalogue.set_refused", "count", len(problems)).With(problems)
	}
	return s.importSet(ctx, actor, read, generation, progress)
}

// ImportSet takes in a set made by a program: it is not judged again, so only
// the exporter's inverse and tests use it.
func (s *Service) ImportSet(ctx context.Context, actor gov.Actor, from *set.Set, progress Progress) (Report, error) {
	if err := mayEdit(actor); err != nil {
		return Report{}, err
	}
	generation, err := s.Generation(ctx, s.DB)
	if err != nil {
		return Report{}, err
	}
	return s.importSet(ctx, actor, from, generation, progress)
}

func (s *Service) importSet(ctx context.Context, actor gov.Actor, from *set.Set, generation int64, progress Progress) (Report, error) {
	var report Report
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		report = Report{}
		w, err := s.lock(ctx, tx)
		if err != nil {
			return err
		}
		if w.generation != generation {
			return fault.Conflict("catalogue.changed_meanwhile")
		}
		report, err = s.importIn(ctx, tx, actor, w, from, progress)
		return err
	})
	if e, ok := fault.As(err); ok && e.Code == "catalogue.set_refused" {
		return Report{Problems: report.Problems}, err
	}
	if err != nil {
		return Report{}, err
	}
	return report, nil
}

func (s *Service) importIn(ctx context.Context, tx *db.Tx, actor gov.Actor, w whole, from *set.Set, progress Progress) (Report, error) {
	i := &importing{s: s, tx: tx, set: from, actor: actor, generation: w.generation + 1, progress: progress}
	i.report.Generation = w.generation
	if err := i.run(ctx); err != nil {
		return i.report, err
	}
	i.report.Changed = i.anything()
	if !i.report.Changed {
		return i.report, nil
	}
	w, err := s.record(ctx, tx, actor, w, change{"import", i.report.summary()})
	if err != nil {
		return i.report, err
	}
	i.report.Generation = w.generation
	if s.react == nil {
		return i.report, nil
	}
	if err := s.react.CatalogueChanged(ctx, tx, actor); err != nil {
		return i.report, err
	}
	if err := i.tellCalendar(ctx); err != nil {
		return i.report, err
	}
	i.report.Generation, err = s.Generation(ctx, tx)
	return i.report, err
}

// importing is one import under way, inside its transaction.
type importing struct {
	s          *Service
	tx         *db.Tx
	set        *set.Set
	actor      gov.Actor
	generation int64 // that the import will have
	progress   Progress
	report     Report
	calendar   *CalendarChange // nil: no date follows differently
	dict       dictionary
	dictMoved  bool // an element, licence or department differs: held items may too
}

func (i *importing) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		i.departments, i.regions, i.years, i.elements, i.licences, i.loadDictionary, i.items, i.bundles, i.mergeable, i.overrides,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return flush(ctx, i.tx)
}

func (i *importing) anything() bool {
	r := &i.report
	for _, t := range []*Tally{&r.Items, &r.Bundles, &r.Elements, &r.Licences, &r.Departments, &r.Regions, &r.Years, &r.Overrides} {
		if t.moved() {
			return true
		}
	}
	return false
}

// namedInJournal is how many ids of a kind the journal keeps; the rest is
// counted. The versions themselves are in item_version.
const namedInJournal = 200

func (r *Report) summary() Report {
	short := *r
	for _, t := range []*Tally{&short.Items, &short.Bundles, &short.Elements, &short.Licences, &short.Departments,
		&short.Regions, &short.Years, &short.Overrides} {
		t.Added, t.Changed, t.Absent = head(t.Added), head(t.Changed), head(t.Absent)
	}
	if len(short.Withheld) > namedInJournal {
		short.Withheld = short.Withheld[:namedInJournal]
	}
	short.Problems, short.Late = nil, nil
	return short
}

func head(ids []string) []string { return ids[:min(len(ids), namedInJournal)] }
