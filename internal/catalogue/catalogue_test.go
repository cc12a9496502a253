package catalogue_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/cataloguetest"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
)

// The rules of the whole real set, once, on one engine: they do not depend on it.
func TestRealSetIsUsable(t *testing.T) {
	s, _ := cataloguetest.Held(t)
	ctx := t.Context()
	layout := cataloguetest.Layout(t)
	var founding []string
	sensitive := map[string]bool{}
	for after := ""; ; {
		items, next, err := s.Items(ctx, catalogue.Filter{After: after, Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, info := range items {
			v, err := s.Current(ctx, info.ID)
			if err != nil {
				t.Fatal(err)
			}
			if v.Founds() {
				founding = append(founding, info.ID)
			}
			days := 0
			for _, st := range v.Steps {
				days += st.Days
			}
			last := v.Steps[len(v.Steps)-1]
			if days != info.PromisedDays || last.Role != gov.RoleApprover || (info.Immediate() && !last.Together) {
				t.Errorf("%s: steps %+v for a promise of %d", info.ID, v.Steps, info.PromisedDays)
			}
			placed := 0
			for _, g := range layout.Arrange(v.Form) {
				for _, p := range g.Pages {
					placed += len(p.Fields)
				}
			}
			if placed != len(v.Form) {
				t.Errorf("%s: %d of %d fields are on a page", info.ID, placed, len(v.Form))
			}
			for _, f := range v.Form {
				if f.Class == form.Sensitive {
					sensitive[f.Key] = true
				}
				if !f.Class.Valid() || !f.Type.Valid() || f.Label == "" || (f.Type == form.Enum && len(f.Options) == 0) {
					t.Errorf("%s: field %+v", info.ID, f)
				}
			}
		}
		if next == "" {
			break
		}
		after = next
	}
	slices.Sort(founding)
	want := []string{"association-register", "company-register", "individual-register", "private-nonent-register"}
	if diff := cmp.Diff(want, founding); diff != "" {
		t.Errorf("items that found an organisation:\n%s", diff)
	}
	for key, want := range map[string]bool{
		"id_number": true, "phone": true, "bank_account": true, "shareholder_list": true, "household_members": true, "photo": true,
		"disability_card_no": true, "committee_list": true, "uscc": false, "company_name": false, "applicant_name": false, "food_equipment": false,
	} {
		if sensitive[key] != want {
			t.Errorf("%s is 敏感: %v", key, sensitive[key])
		}
	}
	g, err := s.GuideAt(ctx, "company-register", cataloguetest.County)
	if err != nil || g.Form.Has("uscc") {
		t.Fatal(err)
	}
	if e, err := s.Element(ctx, "uscc"); err != nil || e.Class != form.Public {
		t.Errorf("统一社会信用代码 is %s, %v", e.Class, err)
	}
}

// The index follows the catalogue in the background, and says which generation
// it stands for.
func TestWatchRenewsIndexAndSnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.WithFew(t, d)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Watch(ctx) }()
		defer func() {
			cancel()
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("Watch ended with %v", err)
			}
		}()
		g, err := s.Generation(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		await(t, "first index", func() bool { return s.IndexGeneration() == g })
		// another process, which shares nothing with s but the database
		other := cataloguetest.New(t, d)
		other.React(cataloguetest.At{Service: other, Bodies: cataloguetest.Bodies()})
		files := edited(t, "items.yaml", swap(t, "name: 企业设立登记\n", "name: 企业诞生登记\n"))
		if r, err := other.Import(ctx, cataloguetest.Editor(), files, nil); err != nil {
			t.Fatal(err, r.Problems)
		}
		await(t, "renewed index", func() bool { return s.IndexGeneration() > g })
		found, err := s.Search(ctx, catalogue.SearchQuery{Text: "企业诞生"})
		if err != nil || len(found.Hits) == 0 || found.Hits[0].Name != "企业诞生登记" {
			t.Errorf("%+v, %v", found, err)
		}
		await(t, "snapshot", func() bool {
			gd, err := s.GuideAt(ctx, "company-register", cataloguetest.County)
			return err == nil && gd.Item.Name == "企业诞生登记"
		})
	})
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 600 {
		if ok() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s does not come", what)
}

func TestSynonyms(t *testing.T) {
	dbtest.Calm(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		ctx := t.Context()
		again, err := s.ImportSynonyms(ctx, cataloguetest.Editor(), cataloguetest.Words())
		if err != nil || again.Changed || len(again.Unknown) != 0 || again.Words < 150 {
			t.Errorf("the same words again: %+v, %v", again, err)
		}
		dir := t.TempDir()
		write := func(text string) {
			if err := os.WriteFile(filepath.Join(dir, "synonyms.yaml"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("synonyms:\n- {words: [哈哈], items: [no-such-item]}\n- {words: [呵呵]}\nreadings: {重庆: Chong}\n")
		r, err := s.ImportSynonyms(ctx, cataloguetest.Editor(), os.DirFS(dir))
		var got []string
		for _, p := range r.Problems {
			got = append(got, fmt.Sprint(p.File, ":", p.Line, " ", p.Code))
		}
		if !fault.Is(err, "catalogue.set_refused") || !slices.Equal(got, []string{"synonyms.yaml:3 set.synonym_of_nothing", "synonyms.yaml:4 set.not_pinyin"}) {
			t.Errorf("%v, %v", got, err)
		}
		write("synonyms:\n- {words: [哈哈], items: [no-such-item, id-card-issue]}\n")
		r, err = s.ImportSynonyms(ctx, cataloguetest.Editor(), os.DirFS(dir))
		if err != nil || !r.Changed || r.Words != 1 || !slices.Equal(r.Unknown, []string{"item:no-such-item"}) {
			t.Errorf("%+v, %v", r, err)
		}
		found, err := s.Search(ctx, catalogue.SearchQuery{Text: "哈哈"})
		if err != nil || len(found.Hits) == 0 || found.Hits[0].Item.ID != "id-card-issue" {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

// Every item of the set can be found by an everyday word.
func TestEveryItemHasAnEverydayWord(t *testing.T) {
	s, _ := cataloguetest.Held(t)
	data, err := os.ReadFile("../../seed/synonyms.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var without []string
	for after := ""; ; {
		items, next, err := s.Items(t.Context(), catalogue.Filter{After: after, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range items {
			if !strings.Contains(string(data), "["+i.ID) && !strings.Contains(string(data), " "+i.ID) {
				without = append(without, i.ID+" "+i.Name)
			}
		}
		if after = next; next == "" {
			break
		}
	}
	if len(without) > 0 {
		t.Errorf("items without an everyday word:\n%s", strings.Join(without, "\n"))
	}
}

func TestExportIsTheSameSet(t *testing.T) {
	dbtest.Calm(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.Loaded(t, d)
		ctx := t.Context()
		local := t.TempDir()
		text := "local_items:\n- {item: company-register, region: '445100', commitment_days: 2, place: 市中心}\n"
		if err := os.WriteFile(filepath.Join(local, "local_items.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Import(ctx, cataloguetest.Editor(), os.DirFS(local), nil); err != nil {
			t.Fatal(err, r.Problems)
		}
		dir := filepath.Join(t.TempDir(), "out")
		if err := s.Export(ctx, dir); err != nil {
			t.Fatal(err)
		}
		r, err := s.Import(ctx, cataloguetest.Editor(), os.DirFS(dir), nil)
		if err != nil {
			t.Fatal(err, r.Problems)
		}
		if r.Changed || r.Items.Unchanged != 188 || r.Bundles.Unchanged != 46 || r.Elements.Unchanged != 446 || r.Regions.Unchanged != 566 ||
			r.Overrides.Unchanged != 1 || len(r.Items.Absent) != 0 {
			t.Errorf("the exported set differs: %+v", r)
		}
		fresh := cataloguetest.New(t, dbtest.SQLite(t, nil))
		if r, err := fresh.Import(ctx, cataloguetest.Editor(), os.DirFS(dir), nil); err != nil || len(r.Items.Added) != 188 {
			t.Errorf("the exported set into an empty installation: %v %v", err, r.Problems)
		}
		if err := s.Export(ctx, dir); !fault.Is(err, "catalogue.export_not_empty") {
			t.Errorf("a second export into the same folder: %v", err)
		}
	})
}

// The journal tells every change, and the row stands where its chain ends.
func TestJournalOfTheCatalogue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := journal.New(keystest.Ring(t))
		s := catalogue.New(catalogue.Deps{DB: d, Book: book, Events: "test", Layout: cataloguetest.Layout(t)})
		s.React(cataloguetest.At{Service: s, Bodies: cataloguetest.Bodies()})
		ctx := t.Context()
		if r, err := s.Import(ctx, cataloguetest.Editor(), cataloguetest.Few(t), nil); err != nil {
			t.Fatal(err, r.Problems)
		}
		lines, err := book.Of(ctx, d, journal.Subject{Kind: catalogue.KindCatalogue, ID: "catalogue"})
		if err != nil || len(lines) != 2 || lines[0].Act != "import" || lines[1].Act != "localise" {
			t.Fatalf("%+v, %v", lines, err)
		}
		if !strings.Contains(string(lines[0].Payload), `"company-register"`) {
			t.Errorf("payload %.200s", lines[0].Payload)
		}
		report, err := book.Verify(ctx, d, catalogue.Nouns(), func() {})
		if err != nil || len(report.Breaks) != 0 || report.Entries != 2 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

// Two imports at once: both tell the truth, and the second sees the first.
func TestImportsQueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.New(t, d)
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := s.Import(t.Context(), cataloguetest.Editor(), cataloguetest.Few(t), nil)
				errs <- err
			}()
		}
		ok := 0
		for range 2 {
			if err := <-errs; err == nil {
				ok++
			} else if !fault.Is(err, "catalogue.changed_meanwhile") {
				t.Error(err)
			}
		}
		g, err := s.Generation(t.Context(), d)
		if ok == 0 || err != nil || g != 1 {
			t.Errorf("%d imports stood, generation %d, %v", ok, g, err)
		}
	})
}
