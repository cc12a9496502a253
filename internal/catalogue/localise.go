package catalogue

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"yimen/internal/catalogue/set"
	"yimen/internal/catalogue/steps"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// Body is what the catalogue needs to know of a body (see identity).
type Body struct {
	ID         string
	Department string // department id
	Region     string // 12 digits
	Level      int    // GB/T 39046 A.2: 3 市, 4 县, 5 镇, 6 村
	CreditCode string
	Name       string
}

// levelNames are the words items use for levels.
var levelNames = map[int]string{3: "市", 4: "县", 5: "镇", 6: "村"}

// Localised says what LocaliseIn did.
type Localised struct {
	Published  int      `json:"published"`  // new local item versions
	Superseded int      `json:"superseded"` // of them or without a successor
	Nowhere    []string `json:"nowhere"`    // items that no body handles
}

// LocaliseIn brings the local items (实施清单) in line with the items, the
// overrides and the bodies in force, all of which must be given: one local item
// for every body of the levels an item lists. A body whose department is the
// item's handles it; in a region without one, at the levels of Deps.General, the
// region's general body does. What changed becomes a new version; what fell away
// is superseded and stays readable, because cases stand on it.
//
// It is called from reactions, when bodies or the catalogue change.
func (s *Service) LocaliseIn(ctx context.Context, tx *db.Tx, actor gov.Actor, bodies []Body) (Localised, error) {
	// bodies are entered before the first set, too: then there is nothing to handle
	// and no row of the catalogue to keep a chain in
	if g, err := s.Generation(ctx, tx); err != nil || g == 0 {
		return Localised{}, err
	}
	w, err := s.lock(ctx, tx)
	if err != nil {
		return Localised{}, err
	}
	l := localising{s: s, tx: tx, places: placesOf(bodies, s.General)}
	if err := l.load(ctx); err != nil {
		return Localised{}, err
	}
	if err := l.run(ctx); err != nil {
		return Localised{}, err
	}
	if l.done.Published+l.done.Superseded == 0 {
		return l.done, nil
	}
	short := l.done
	short.Nowhere = head(short.Nowhere)
	_, err = s.record(ctx, tx, actor, w, change{"localise", short})
	return l.done, err
}

// places finds the bodies of an item.
type places struct {
	own     map[[2]string][]Body // department, level name → bodies
	general map[string][]Body    // level name → bodies of the general department
	has     map[[2]string]bool   // department, region → there is a body
}

func placesOf(bodies []Body, general map[string]string) places {
	p := places{map[[2]string][]Body{}, map[string][]Body{}, map[[2]string]bool{}}
	for _, b := range bodies {
		level := levelNames[b.Level]
		k := [2]string{b.Department, level}
		p.own[k] = append(p.own[k], b)
		p.has[[2]string{b.Department, b.Region}] = true
		if d, ok := general[level]; ok && d == b.Department {
			p.general[level] = append(p.general[level], b)
		}
	}
	return p
}

func (p places) of(department string, levels []string) []Body {
	var out []Body
	for _, level := range levels {
		out = append(out, p.own[[2]string{department, level}]...)
		for _, b := range p.general[level] {
			if b.Department != department && !p.has[[2]string{department, b.Region}] {
				out = append(out, b)
			}
		}
	}
	return out
}

// localising is one run.
type localising struct {
	s         *Service
	tx        *db.Tx
	places    places
	done      Localised
	items     []itemPlace
	standing  map[[2]string]localStanding // item, body → the current version
	newest    map[[2]string]int64         // item, body → the highest number ever
	overrides map[string][]override       // item →
	codes     map[string]string           // department id → its code
}

type itemPlace struct {
	id, code, department, levels, version, withheld string
}

type localStanding struct {
	id, version, adopted, region, department, code string
}

type override struct {
	region, body, source string
}

func (l *localising) load(ctx context.Context) error {
	rows, err := l.tx.Query(ctx, `SELECT id, code, department, levels, item_version, withheld FROM item ORDER BY code`)
	l.items, err = db.All(rows, err, func(sc db.Scanner) (itemPlace, error) {
		var i itemPlace
		err := sc.Scan(&i.id, &i.code, &i.department, &i.levels, &i.version, &i.withheld)
		return i, err
	})
	if err != nil {
		return err
	}
	if err := l.loadStandings(ctx); err != nil {
		return err
	}
	l.overrides = map[string][]override{}
	rows, err = l.tx.Query(ctx, `SELECT item, region, body, source FROM local_override ORDER BY item, region, body`)
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var item string
		var o override
		err := sc.Scan(&item, &o.region, &o.body, &o.source)
		l.overrides[item] = append(l.overrides[item], o)
		return struct{}{}, err
	})
	if err != nil {
		return err
	}
	l.codes = map[string]string{}
	rows, err = l.tx.Query(ctx, `SELECT id, code FROM department`)
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var id, code string
		err := sc.Scan(&id, &code)
		l.codes[id] = code
		return struct{}{}, err
	})
	return err
}

func (l *localising) loadStandings(ctx context.Context) error {
	l.standing, l.newest = map[[2]string]localStanding{}, map[[2]string]int64{}
	rows, err := l.tx.Query(ctx, `SELECT id, item, body, item_version, adopted, region, department, code
		FROM local_item WHERE superseded_at = 0`)
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var k [2]string
		var s localStanding
		err := sc.Scan(&s.id, &k[0], &k[1], &s.version, &s.adopted, &s.region, &s.department, &s.code)
		l.standing[k] = s
		return struct{}{}, err
	})
	if err != nil {
		return err
	}
	rows, err = l.tx.Query(ctx, `SELECT item, body, max(version) FROM local_item GROUP BY item, body`)
	_, err = db.All(rows, err, func(sc db.Scanner) (struct{}, error) {
		var k [2]string
		var n int64
		err := sc.Scan(&k[0], &k[1], &n)
		l.newest[k] = n
		return struct{}{}, err
	})
	return err
}

var localColumns = []string{"id", "item", "body", "version", "item_version", "department", "region", "code", "item_code",
	"adopted", "published_at"}

func (l *localising) run(ctx context.Context) error {
	var fresh [][]any
	var gone []string
	for _, item := range l.items {
		bodies := l.places.of(item.department, strings.Split(item.levels, ","))
		if len(bodies) == 0 {
			l.done.Nowhere = append(l.done.Nowhere, item.id)
		}
		for _, b := range bodies {
			k := [2]string{item.id, b.ID}
			had, ok := l.standing[k]
			delete(l.standing, k)
			if item.withheld != "" {
				continue // art. 30: what stands goes on, the version that lacks something does not appear
			}
			want := localStanding{version: item.version, adopted: adoptedBy(l.overrides[item.id], b), region: b.Region,
				department: b.Department, code: implementationCode(b, item, l.codes[item.department])}
			if ok && had.version == want.version && had.adopted == want.adopted && had.region == want.region &&
				had.department == want.department && had.code == want.code {
				continue
			}
			if ok {
				gone = append(gone, had.id)
			}
			fresh = append(fresh, []any{id.New(), item.id, b.ID, l.newest[k] + 1, want.version, want.department, want.region,
				want.code, item.code, want.adopted, int64(l.tx.Now())})
		}
	}
	for _, had := range l.standing {
		gone = append(gone, had.id)
	}
	l.done.Published, l.done.Superseded = len(fresh), len(gone)
	if err := l.supersede(ctx, gone); err != nil {
		return err
	}
	b := batch{tx: l.tx, table: "local_item", columns: localColumns}
	for _, row := range fresh {
		if err := b.add(ctx, row...); err != nil {
			return err
		}
	}
	return b.write(ctx)
}

func (l *localising) supersede(ctx context.Context, ids []string) error {
	slices.Sort(ids)
	for len(ids) > 0 {
		n := min(len(ids), 2000)
		err := l.tx.Exec(ctx, `UPDATE local_item SET superseded_at = $2 WHERE id in_list($1)`, db.List(ids[:n]), int64(l.tx.Now()))
		if err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// adoptedBy picks the override for a body: its own, else that of the smallest
// region that contains it. Empty is none.
func adoptedBy(overrides []override, b Body) string {
	best, source := -1, ""
	for _, o := range overrides {
		if o.body == b.ID {
			return o.source
		}
		region := gov.Region(o.region)
		if o.body == "" && region.Contains(gov.Region(b.Region)) && int(region.Level()) > best {
			best, source = int(region.Level()), o.source
		}
	}
	return source
}

var (
	itemCode       = regexp.MustCompile(`^SX-(\d{2})-[a-z]+-(\d{3})$`)
	departmentCode = regexp.MustCompile(`^BM0(\d{2})$`)
)

// implementationCode is the 实施编码 (31 digits, domain.md §8) of an item at a body.
// It can be made where the body has a credit code and the set numbers as the
// sample data does; else it is empty.
func implementationCode(b Body, item itemPlace, department string) string {
	i, d := itemCode.FindStringSubmatch(item.code), departmentCode.FindStringSubmatch(department)
	if i == nil || d == nil || b.CreditCode == "" {
		return ""
	}
	code, err := gov.ComposeItemCode(gov.ItemCode{
		Body: gov.CreditCode(b.CreditCode), Level: b.Level, Basic: gov.BasicCode("00" + i[1] + d[1] + i[2] + "000"),
	})
	if err != nil {
		return ""
	}
	return code.String()
}

// adopt applies a local override to a version; the version itself is left alone.
func adopt(v *Version, source string) (*Version, error) {
	if source == "" {
		return v, nil
	}
	var o set.LocalItem
	if err := json.Unmarshal([]byte(source), &o); err != nil {
		return nil, fault.Internal(err, "catalogue.unreadable", "version", v.ID)
	}
	local := *v
	i := &local.Item
	if o.CommitmentDays != nil {
		i.Stages = rescale(i.Stages, *o.CommitmentDays)
		i.CommitmentDays, i.Immediate = *o.CommitmentDays, *o.CommitmentDays == 0
		i.CaseKind = set.KindPromised
		if i.Immediate {
			i.CaseKind = set.KindImmediate
		}
		local.Steps = steps.Derive(i.Stages, i.Procedures)
	}
	if o.Fee != nil {
		i.Fee = *o.Fee
	}
	if o.Visits != nil {
		i.Visits = *o.Visits
	}
	if len(o.Channels) > 0 {
		i.Channels = o.Channels
	}
	for _, x := range []struct {
		to   *string
		from string
	}{{&i.QuantityLimit, o.QuantityLimit}, {&i.VisitReason, o.VisitReason}, {&i.Place, o.Place}, {&i.Hours, o.Hours},
		{&i.Consult, o.Consult}, {&i.Complain, o.Complain}, {&i.Note, o.Note}} {
		if x.from != "" {
			*x.to = x.from
		}
	}
	return &local, nil
}

// rescale gives stages whose counted days sum to another promise: each gets its
// share rounded down, and the first counted one what is left over.
func rescale(stages []set.Stage, days int) []set.Stage {
	out := slices.Clone(stages)
	old, first := 0, -1
	for n, st := range out {
		if st.Counted {
			old += st.Days
			if first < 0 {
				first = n
			}
		}
	}
	if first < 0 {
		return out
	}
	left := days
	for n := range out {
		if out[n].Counted {
			share := 0
			if old > 0 {
				share = out[n].Days * days / old
			}
			out[n].Days = share
			left -= share
		}
	}
	out[first].Days += left
	return out
}
