package registers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// Record is one entry on its way in: values by element key, and the day they were
// true (zero: today).
type Record struct {
	Values map[string]string
	AsOf   clock.Date
}

// Batch is how many entries are loaded in one transaction: what is loaded stands,
// and the same file may be loaded again.
const Batch = 500

// Feed is a load of entries.
type Feed struct {
	Register ID
	Source   string // file name or system, shown as where an entry comes from
	Records  []Record
	// Complete says that this is the whole register: entries it does not name go.
	Complete bool
	// Progress is told how far it is; nil for nobody.
	Progress func(done, all int)
}

// Fed is what became of a feed.
type Fed struct {
	Register   ID    `json:"register"`
	Loaded     int   `json:"loaded"`
	Removed    int64 `json:"removed"`
	Generation int64 `json:"generation"`
	Version    int64 `json:"version"`
}

// Load checks every record and then loads them, in batches of Batch; only when all
// are in does the register count as fed. One bad record and nothing is loaded: the
// fault has a field for each, "entries.N.KEY" with N from 0. A feed that breaks leaves
// what it has loaded; one that another has begun beside loads nothing more. Faults:
// registers.no_owner, registers.denied, registers.empty, registers.stale, fault.fields.
func (s *Service) Load(ctx context.Context, actor gov.Actor, f Feed) (Fed, error) {
	x, ready, err := s.ready(ctx, s.d.DB, actor, f)
	if err != nil {
		return Fed{}, err
	}
	if err := s.d.DB.Do(ctx, func(tx *db.Tx) error { return begin(ctx, tx, x) }); err != nil {
		return Fed{}, err
	}
	for from := 0; from < len(ready); from += Batch {
		part := ready[from:min(from+Batch, len(ready))]
		err := s.d.DB.Do(ctx, func(tx *db.Tx) error { return s.put(ctx, tx, x, f.Source, part) })
		if err != nil {
			return Fed{}, err
		}
		if f.Progress != nil {
			f.Progress(from+len(part), len(ready))
		}
	}
	var out Fed
	err = s.d.DB.Do(ctx, func(tx *db.Tx) (err error) {
		out, err = s.fed(ctx, tx, actor, x, f, ready)
		return err
	})
	return out, err
}

// MostAtOnce is how many entries one Put takes.
const MostAtOnce = Batch

// Put is Load in one transaction, for a program that sends at most MostAtOnce
// entries in one request: all of it stands, or nothing.
func (s *Service) Put(ctx context.Context, actor gov.Actor, f Feed) (Fed, error) {
	var out Fed
	err := s.d.DB.Do(ctx, func(tx *db.Tx) (err error) {
		out, err = s.putAll(ctx, tx, actor, f)
		return err
	})
	return out, err
}

func (s *Service) putAll(ctx context.Context, tx *db.Tx, actor gov.Actor, f Feed) (Fed, error) {
	x, ready, err := s.ready(ctx, tx, actor, f)
	if err != nil {
		return Fed{}, err
	}
	if len(ready) > MostAtOnce {
		return Fed{}, fault.Invalid("registers.too_many", "most", MostAtOnce)
	}
	if err := begin(ctx, tx, x); err != nil {
		return Fed{}, err
	}
	if err := s.put(ctx, tx, x, f.Source, ready); err != nil {
		return Fed{}, err
	}
	return s.fed(ctx, tx, actor, x, f, ready)
}

// record is a Record that passed every check.
type record struct {
	index string
	plain []byte
	asOf  clock.Date
}

func (s *Service) ready(ctx context.Context, r db.Reader, actor gov.Actor, f Feed) (*Status, []record, error) {
	if !f.Register.Valid() {
		return nil, nil, fault.Missing("registers.no_register", "register", string(f.Register))
	}
	x, err := status(ctx, r, f.Register, "")
	switch {
	case err != nil:
		return nil, nil, err
	case x.Body == "":
		return nil, nil, fault.Conflict("registers.no_owner", "register", f.Register.Name())
	case !MayFeed(actor, x):
		return nil, nil, fault.Denied("registers.denied")
	case len(f.Records) == 0:
		return nil, nil, fault.Invalid("registers.empty")
	}
	ready, faults := s.check(f)
	return x, ready, faults.Err()
}

// mostFaults bounds what is told at once: a file with the columns swapped would be
// wrong in every line.
const mostFaults = 200

// check brings every value to its stored form and names every defect.
func (s *Service) check(f Feed) ([]record, fault.Fields) {
	var faults fault.Fields
	out := make([]record, 0, len(f.Records))
	seen := make(map[string]int, len(f.Records))
	on := today(s.d.Now())
	for i, r := range f.Records {
		if len(faults) >= mostFaults {
			break
		}
		path := "entries." + strconv.Itoa(i) + "."
		values, bad := tidied(f.Register, r.Values, path)
		faults = append(faults, bad...)
		key, at, wrong := keyOf(f.Register, values)
		if wrong != "" && len(bad) == 0 {
			faults.Add(path+at, wrong)
		}
		asOf := r.AsOf
		if asOf.IsZero() {
			asOf = on
		} else if asOf.After(on) {
			faults.Add(path+"as_of", "registers.as_of_future")
		}
		index := s.index(f.Register, key)
		if first, twice := seen[index]; twice && wrong == "" {
			faults.Add(path+f.Register.required()[0], "registers.twice", "first", first+1)
		}
		seen[index] = i
		out = append(out, record{index, encode(values), asOf})
	}
	return out, faults
}

// tidied keeps the values that are not empty.
func tidied(register ID, given map[string]string, path string) (map[string]string, fault.Fields) {
	var faults fault.Fields
	out := make(map[string]string, len(given))
	for _, e := range register.Elements() {
		text, code := e.tidy(given[e.Key])
		if code != "" {
			faults.Add(path+e.Key, code, "choices", strings.Join(e.choices, "、"), "most", mostWords)
		} else if text != "" {
			out[e.Key] = text
		}
	}
	for key := range given {
		if e, ok := register.Find(key); !ok || e.Key != key {
			faults.Add(path+key, "registers.no_element")
		}
	}
	return out, faults
}

// keyOf reads whom a record is about; without it a record is about nobody, and the
// element at fault is named with what is wrong.
func keyOf(register ID, values map[string]string) (k Key, at, wrong string) {
	at = absent(values, register.required()...)
	if register == Organisations {
		return Key{Number: values["uscc"]}, at, missing(at)
	}
	if at != "" {
		return k, at, missing(at)
	}
	if values["id_type"] == "" {
		values["id_type"] = residentCard
	}
	k = Key{IDType: values["id_type"], Number: strings.ToUpper(values["id_number"])}
	if k.IDType == residentCard {
		n, err := gov.ParseIDNumber(k.Number)
		if err != nil {
			return k, "id_number", "registers.bad_id_number"
		}
		k.Number = string(n)
	} else if _, err := gov.ParseDocumentNumber(k.Number); err != nil {
		return k, "id_number", "registers.bad_document"
	}
	values["id_number"] = k.Number
	return k, "", ""
}

func missing(at string) string {
	if at == "" {
		return ""
	}
	return "registers.key_missing"
}

func absent(values map[string]string, keys ...string) string {
	for _, k := range keys {
		if values[k] == "" {
			return k
		}
	}
	return ""
}

// begin gives a feed a number of its own, so that what it names is told from whatever
// was there before, what a feed that broke has left too.
func begin(ctx context.Context, tx *db.Tx, x *Status) error {
	stands, err := status(ctx, tx, x.ID, ` /*for update*/`)
	if err != nil {
		return err
	}
	x.Generation = stands.Generation + 1
	return tx.ExecOne(ctx, fault.Conflict("registers.stale"), `UPDATE base_register SET generation = $2 WHERE id = $1`, string(x.ID), x.Generation)
}

// current reads a register on behalf of the feed that began last: when another has
// begun meanwhile, this one writes nothing more, not even where the other has been.
func current(ctx context.Context, tx *db.Tx, began *Status) (*Status, error) {
	x, err := status(ctx, tx, began.ID, ` /*for update*/`)
	if err == nil && x.Generation != began.Generation {
		return nil, fault.Conflict("registers.stale")
	}
	return x, err
}

// put writes a batch; an entry that is there already is replaced under its own id,
// because its ciphertext is bound to it.
func (s *Service) put(ctx context.Context, tx *db.Tx, began *Status, source string, part []record) error {
	x, err := current(ctx, tx, began)
	if err != nil {
		return err
	}
	have, err := existing(ctx, tx, x.ID, part)
	if err != nil {
		return err
	}
	rows := make([][]any, len(part))
	for i, r := range part {
		entry := have[r.index]
		if entry == "" {
			entry = id.New()
		}
		rows[i] = []any{entry, string(x.ID), r.index, s.d.Ring.Seal(r.plain, aadContent(entry)), x.Body, x.BodyName, source, r.asOf,
			int64(tx.Now()), x.Generation}
	}
	return tx.Many(ctx, `INSERT INTO register_entry (id, register, number, content, body, body_name, source, as_of, loaded_at, generation)`,
		`ON CONFLICT (id) DO UPDATE SET content = excluded.content, body = excluded.body, body_name = excluded.body_name,
		source = excluded.source, as_of = excluded.as_of, loaded_at = excluded.loaded_at, generation = excluded.generation`, rows)
}

func existing(ctx context.Context, r db.Reader, register ID, part []record) (map[string]string, error) {
	indexes := make([]string, len(part))
	for i, x := range part {
		indexes[i] = x.index
	}
	out := make(map[string]string, len(part))
	rows, err := r.Query(ctx, `SELECT number, id FROM register_entry WHERE register = $1 AND number in_list($2)`, string(register), db.List(indexes))
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var number, entry string
		err := sc.Scan(&number, &entry)
		out[number] = entry
		return struct{}{}, err
	})
	return out, err
}

// fed ends a feed: the register counts as fed now, and with a complete feed what it
// did not name is gone.
func (s *Service) fed(ctx context.Context, tx *db.Tx, actor gov.Actor, began *Status, f Feed, loaded []record) (Fed, error) {
	x, err := current(ctx, tx, began)
	if err != nil {
		return Fed{}, err
	}
	out := Fed{Register: f.Register, Loaded: len(loaded), Generation: x.Generation}
	if f.Complete {
		const unnamed = `FROM register_entry WHERE register = $1 AND generation <> $2`
		if err := tx.Row(ctx, `SELECT count(*) `+unnamed, string(x.ID), x.Generation).Scan(&out.Removed); err != nil {
			return out, err
		}
		if err := tx.Exec(ctx, `DELETE `+unnamed, string(x.ID), x.Generation); err != nil {
			return out, err
		}
	}
	sum := sha256.New()
	for _, r := range loaded {
		sum.Write(r.plain)
	}
	x.FedAt, x.Source = tx.Now(), f.Source
	err = s.keep(ctx, tx, actor, x, ActFeed, change{Source: f.Source, Entries: out.Loaded, Removed: out.Removed, Hash: hex.EncodeToString(sum.Sum(nil))})
	out.Version = x.Head.Version
	return out, err
}
