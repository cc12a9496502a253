package cataloguetest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/event"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
)

// seedFolder is the project's seed folder, wherever the test runs.
func seedFolder() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "seed")
}

// Set is the folder of the real set.
func Set() fs.FS { return os.DirFS(filepath.Join(seedFolder(), "catalogue")) }

// few are the items of Few: of every level, immediate and not, founding or not.
var few = []string{"company-register", "company-change", "food-business-licence", "id-card-issue", "residence-permit",
	"early-retire", "homestead-approval", "gas-transfer"}

var producedBy = regexp.MustCompile(`produced_by: \[[^\]]*\]`)

// Few is the real set with eight items and no bundles, for tests that import
// often. Its files can be edited in place.
func Few(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{"data_elements.yaml", "departments.yaml", "licences.yaml", "holidays.yaml", "items.yaml"} {
		data, err := fs.ReadFile(Set(), name)
		if err != nil {
			t.Fatal(err)
		}
		switch name {
		case "items.yaml":
			data = fewItems(string(data))
		case "licences.yaml":
			data = producedBy.ReplaceAll(data, []byte("produced_by: []"))
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}

func fewItems(text string) []byte {
	entries := strings.Split(text, "\n- id: ")
	kept := "items:"
	for _, e := range entries[1:] {
		if id, _, _ := strings.Cut(e, "\n"); slices.Contains(few, id) {
			kept += "\n- id: " + e
		}
	}
	return []byte(strings.TrimRight(kept, "\n") + "\n")
}

// WithFew makes a service with Few at Bodies.
func WithFew(t testing.TB, d *db.DB) *catalogue.Service {
	t.Helper()
	s := New(t, d)
	s.React(At{s, Bodies()})
	if r, err := s.Import(t.Context(), Editor(), Few(t), nil); err != nil {
		t.Fatalf("%v\n%v", err, r.Problems)
	}
	return s
}

// Words is the folder of the words of search.
func Words() fs.FS { return os.DirFS(seedFolder()) }

// Layout is the real grouping of forms.
func Layout(t testing.TB) *form.Layout {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(seedFolder(), "groups.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := form.ParseLayout(data)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Editor is an actor who may change the catalogue.
func Editor() gov.Actor {
	return gov.Actor{Account: "system", Name: "程序", Kind: gov.System, Channel: gov.Import}
}

// New makes a service without any data.
func New(t testing.TB, d *db.DB) *catalogue.Service {
	t.Helper()
	return catalogue.New(catalogue.Deps{
		DB: d, Book: journal.New(keystest.Ring(t)), Events: event.Source("test"), Layout: Layout(t),
	})
}

// Loaded makes a service with the real set, its words of search, and a local
// item for each of Bodies.
func Loaded(t testing.TB, d *db.DB) *catalogue.Service {
	t.Helper()
	s := New(t, d)
	s.React(At{s, Bodies()})
	ctx := t.Context()
	if r, err := s.Import(ctx, Editor(), Set(), nil); err != nil {
		t.Fatalf("%v\n%v", err, r.Problems)
	}
	if r, err := s.ImportSynonyms(ctx, Editor(), Words()); err != nil {
		t.Fatalf("%v\n%v", err, r.Problems)
	}
	return s
}

var (
	once    sync.Once
	held    []byte
	heldErr error
)

// Held is Loaded on a copy of an embedded database that was filled once a process,
// with that database: for what depends on no engine.
func Held(t testing.TB) (*catalogue.Service, *db.DB) {
	t.Helper()
	once.Do(func() {
		held, heldErr = dbtest.Filled(func(d *db.DB) error {
			Loaded(t, d)
			return nil
		})
	})
	if heldErr != nil || held == nil { // nil: the test that filled it failed
		t.Fatal("the real set was not loaded: ", heldErr)
	}
	d := dbtest.Copy(t, nil, held)
	return New(t, d), d
}

// At gives every change of the catalogue to the bodies, as app does.
type At struct {
	Service *catalogue.Service
	Bodies  []catalogue.Body
}

// CatalogueChanged makes the local items anew.
func (a At) CatalogueChanged(ctx context.Context, tx *db.Tx, actor gov.Actor) error {
	_, err := a.Service.LocaliseIn(ctx, tx, actor, a.Bodies)
	return err
}

// CalendarChanged does nothing: there are no cases here.
func (a At) CalendarChanged(context.Context, *db.Tx, gov.Actor, catalogue.CalendarChange) error {
	return nil
}

// The regions of Bodies: 潮州市, 潮安区, 古巷镇 and a village in it.
const (
	City    = "445100000000"
	County  = "445103000000"
	Town    = "445103100000"
	Village = "445103100201"
)

// Bodies are one body of each department of the data at city and county, a town
// government and a village committee.
func Bodies() []catalogue.Body {
	departments := []string{"scjg", "ga", "rs", "yb", "mz", "wj", "zr", "zj", "cg", "sw", "hb", "ny", "ly", "jt", "wl", "xw", "jy",
		"sf", "yj", "xf", "tax", "gjj", "cl", "ty", "rw", "da", "yc", "fg", "fy", "hg", "yh", "gd", "gs", "gq", "tx", "zs",
		"gz", "zy", "ym", "yl", "by"}
	var out []catalogue.Body
	for _, d := range departments {
		out = append(out,
			catalogue.Body{ID: "body-city-" + d, Department: d, Region: City, Level: 3, Name: "潮州市" + d},
			catalogue.Body{ID: "body-county-" + d, Department: d, Region: County, Level: 4, Name: "潮安区" + d})
	}
	return append(out,
		catalogue.Body{ID: "body-town", Department: "zjj", Region: Town, Level: 5, Name: "古巷镇人民政府"},
		catalogue.Body{ID: "body-village", Department: "cwh", Region: Village, Level: 6, Name: "枫洋一村民委员会"})
}
