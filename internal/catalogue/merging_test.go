package catalogue_test

import (
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/cataloguetest"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
)

// whole is the real set in memory, without what bundles do not need.
func whole(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{"data_elements.yaml", "departments.yaml", "licences.yaml", "items.yaml", "bundles.yaml"} {
		data, err := fs.ReadFile(cataloguetest.Set(), name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}

// in edits the part of a file that begins with a mark.
func in(t *testing.T, files fstest.MapFS, name, mark, old, with string) (line int) {
	t.Helper()
	text := string(files[name].Data)
	at := strings.Index(text, mark)
	n := -1
	if at >= 0 {
		n = strings.Index(text[at:], old)
	}
	if n < 0 {
		t.Fatalf("%s has no %q after %q", name, old, mark)
	}
	files[name] = &fstest.MapFile{Data: []byte(text[:at+n] + with + text[at+n+len(old):])}
	return 1 + strings.Count(text[:at+n], "\n")
}

const (
	ways    = "options: [窗口领取, 邮寄送达, 电子证照]"
	pigeons = "options: [窗口领取, 邮寄送达, 飞鸽传书]"
	parent  = "{item: mi-resident-register, "
)

// TestHostileBundles: what is wrong with a bundle is said with its place, before
// any applicant meets it.
func TestHostileBundles(t *testing.T) {
	dbtest.Calm(t)
	for _, x := range []struct {
		name, file, mark, old, with string
		code, path                  string
		says                        []string
	}{
		{"a circle", "bundles.yaml", "- id: newborn\n", "{item: birth-cert, optional: false, when: null, depends_on: []",
			"{item: birth-cert, optional: false, when: null, depends_on: [hukou-birth]", "set.circle", "newborn.", []string{"hukou-birth", "birth-cert"}},
		{"an item nobody has", "bundles.yaml", "- id: newborn\n", "{item: vaccine-cert,", "{item: vaccine-crt,", "set.unknown_items", "newborn.item", []string{"vaccine-crt"}},
		{"a member twice", "bundles.yaml", "- id: newborn\n", "{item: vaccine-cert,", "{item: birth-cert,", "set.duplicate", "newborn.item", []string{"birth-cert"}},
		{"bound to a date", "bundles.yaml", parent, "bind: {applicant_name: child_name", "bind: {applicant_name: child_birth_date", "set.bind_type", "newborn.bind", []string{"child_birth_date"}},
		{"other options", "items.yaml", "- id: si-card-issue\n", ways, pigeons, "set.merge_options", "veteran.", []string{"delivery_way", "si-card-issue", "items.yaml:"}},
		{"a person’s and an organisation’s number", "bundles.yaml", "- id: second-hand-house\n", "bind: {applicant_name: buyer_name, id_number: buyer_id_number",
			"bind: {applicant_name: buyer_name, id_number: uscc", "set.bind_type", "second-hand-house.bind", []string{"uscc", "idcard"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			files := whole(t)
			line := in(t, files, x.file, x.mark, x.old, x.with)
			_, problems, err := catalogue.ReadDraft(files, nil)
			if !fault.Is(err, "catalogue.set_refused") || len(problems) == 0 {
				t.Fatalf("%v %v", err, problems)
			}
			for _, p := range problems {
				if p.Code != x.code || !strings.HasPrefix(p.Path, x.path) {
					continue
				}
				if p.File != "bundles.yaml" || p.Line == 0 || x.file == p.File && x.code != "set.circle" && p.Line != line {
					t.Errorf("%v is not at line %d", p, line)
				}
				for _, say := range x.says {
					if !strings.Contains(p.String(), say) {
						t.Errorf("%v does not name %s", p, say)
					}
				}
				return
			}
			t.Errorf("no %s at %s among\n%v", x.code, x.path, problems)
		})
	}
}

// TestItemBreaksHeldBundle: a set of one item that no longer fits the bundles held
// is refused and named with both places, and nothing of it is taken in.
func TestItemBreaksHeldBundle(t *testing.T) {
	dbtest.Calm(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.New(t, d)
		ctx := t.Context()
		if r, err := s.Import(ctx, cataloguetest.Editor(), cataloguetest.Set(), nil); err != nil {
			t.Fatal(err, r.Problems)
		}
		all := whole(t)
		text := string(all["items.yaml"].Data)
		item := text[strings.Index(text, "- id: si-card-issue\n"):]
		item = item[:1+strings.Index(item[1:], "\n- id: ")]
		some := fstest.MapFS{"items.yaml": &fstest.MapFile{Data: []byte("items:\n" + strings.Replace(item, ways, pigeons, 1) + "\n")}}
		report, err := s.Import(ctx, cataloguetest.Editor(), some, nil)
		if !fault.Is(err, "catalogue.set_refused") || len(report.Problems) == 0 {
			t.Fatalf("%v %+v", err, report)
		}
		bundles := map[any]bool{}
		for _, p := range report.Problems {
			bundles[p.Args["bundle"]] = true
			one, other := p.Args["one"].(string), p.Args["other"].(string)
			if p.Code != "set.merge_options" || p.Args["key"] != "delivery_way" || p.File != "items.yaml" && !strings.Contains(one, "items.yaml:") ||
				!strings.Contains(one+other, ".si-card-issue.delivery_way") || one == other {
				t.Errorf("%v", p)
			}
		}
		if !bundles["social-card-service"] || !bundles["veteran"] {
			t.Errorf("the bundles named are %v", bundles)
		}
		v, err := s.Current(ctx, "si-card-issue")
		if f, _ := v.Form.Field("delivery_way"); err != nil || v.Number != 1 || f.Options[2] != "电子证照" {
			t.Errorf("something of it came in: %+v %v", f, err)
		}
	})
}

// TestMergeHeldAndDraft: out of the database and out of the files every bundle
// merges into the same.
func TestMergeHeldAndDraft(t *testing.T) {
	dbtest.Calm(t)
	draft, problems, err := catalogue.ReadDraft(cataloguetest.Set(), cataloguetest.Layout(t))
	if err != nil {
		t.Fatal(err, problems)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := cataloguetest.New(t, d)
		ctx := t.Context()
		r, err := s.Import(ctx, cataloguetest.Editor(), cataloguetest.Set(), nil)
		if err != nil {
			t.Fatal(err, r.Problems)
		}
		late := map[string]bool{}
		for _, l := range r.Late {
			late[l.Bundle] = true
		}
		for _, b := range draft.Bundles() {
			held, err := s.Merge(ctx, b.ID, catalogue.Pick{})
			if err != nil {
				t.Fatal(b.ID, err)
			}
			files, err := draft.Merge(merge.Everybody(b))
			if err != nil {
				t.Fatal(b.ID, err)
			}
			if !reflect.DeepEqual(held, files) {
				t.Errorf("%s differs: %+v", b.ID, held.Summary(b.ID, nil))
			}
			if len(held.Layers) == 1 && late[b.ID] {
				t.Errorf("%s has no chain and is late", b.ID)
			}
		}
		if len(late) == 0 {
			t.Error("no promise of the data is later than its target") // retirement: 30 + 10 + 5 days
		}
		if _, err := s.Merge(ctx, "no-such-bundle", catalogue.Pick{}); !fault.Is(err, "catalogue.no_bundle") {
			t.Error(err)
		}
		one, err := s.Merge(ctx, "open-catering-shop", catalogue.Pick{Answers: map[string]string{"area300": "否", "tobacco": "否"}})
		if err != nil || len(one.Members) != 1 {
			t.Errorf("%+v %v", one, err)
		}
		missing := []set.Member{{Item: "company-register"}, {Item: "no-such-item"}}
		if _, err := s.MergeNewest(ctx, missing); !fault.Is(err, "catalogue.no_item") {
			t.Error(err)
		}
	})
}

// TestRequiredFromElsewhere: a material that the bundle requires and the item does
// not list is described as another item lists it.
func TestRequiredFromElsewhere(t *testing.T) {
	draft, problems, err := catalogue.ReadDraft(cataloguetest.Set(), nil)
	if err != nil {
		t.Fatal(err, problems)
	}
	m, err := draft.Merge([]set.Member{{Item: "food-business-licence", RequireMaterials: []string{"will", "nobody_has_it"}}})
	if err != nil {
		t.Fatal(err)
	}
	will, ok := m.Material("will")
	if !ok || will.Necessity != set.Necessary || will.Name == "will" || will.Name == "" {
		t.Errorf("%+v", will)
	}
	if none, ok := m.Material("nobody_has_it"); !ok || none.Name != "nobody_has_it" || none.Copies != 1 {
		t.Errorf("%+v", none)
	}
}
