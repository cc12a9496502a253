package oversight_test

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/rehearsal"
	"yimen/internal/web/kit/kittest"
)

// openBurden is the town after a newborn's bundle and two food licences were applied
// for, the bundle once more in a second version that asks less and promises more days.
func openBurden(t *testing.T) *house {
	h := open(t)
	ctx, person := t.Context(), apptest.As(t, h.app, "resident1", gov.Web)
	if _, err := h.app.Stage().FileBundle(ctx, person, rehearsal.Choice{Bundle: "newborn", Region: "445103100200"}); err != nil {
		t.Fatal(err)
	}
	var newer *applications.Application
	for range 2 {
		x, err := h.app.Stage().File(ctx, apptest.Handler(t, h.app, "handler1"), food, "445103")
		if err != nil {
			t.Fatal(err)
		}
		newer = x
	}
	row := h.rows(applications.BurdenFilter{Kind: applications.BurdenOfBundles})[0]
	row.Number, row.Version = 2, "second"
	row.Fields, row.Typed, row.Days = row.Fields-3, row.Typed-3, row.Days+2
	if err := h.app.DB.Do(ctx, func(tx *db.Tx) error {
		if err := tx.Exec(ctx, `DELETE FROM burden WHERE application = $1`, newer.ID); err != nil {
			return err
		}
		row.Application = newer.ID
		return h.app.Applications.MeasureIn(ctx, tx, row)
	}); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) rows(f applications.BurdenFilter) (out []applications.Burden) {
	h.t.Helper()
	for page, err := range h.app.Applications.BurdenPages(h.t.Context(), gov.Actor{Kind: gov.System}, f) {
		if err != nil {
			h.t.Fatal(err)
		}
		out = append(out, page...)
	}
	return out
}

// A supervisor reads what bundles and items asked, version by version.
func TestTheBurdenOfBundlesAndItems(t *testing.T) {
	h := openBurden(t)
	boss := h.as("supervisor")
	bundle := h.rows(applications.BurdenFilter{Kind: applications.BurdenOfBundles})[0]
	half := func(sum int64) string { return fmt.Sprintf("%d.%d", sum/2, sum%2*5) }
	list := boss.Get("/oversight/burden").Wants(t, 200, "负担统计", bundle.Name, "2 个版次", half(2*bundle.Typed-3), "原需 "+half(2*bundle.SeparateDays)).Lacks(t, "食品经营许可")
	if !strings.Contains(list.Body, `href="/oversight/burden/bundles/newborn?`) {
		t.Error("the list does not lead to the versions")
	}
	of := boss.Get("/oversight/burden/bundles/newborn").Wants(t, 200, bundle.Name, "第 1 版", "第 2 版", "最早的一版",
		"填写项少 3.0", "承诺天数多 2.0").Lacks(t, "材料少", "没有变化")
	if strings.Count(of.Body, "第 2 版") != 1 {
		t.Error("a version is there twice")
	}
	boss.Get("/oversight/burden?kind=items").Wants(t, 200, "食品经营许可").Lacks(t, bundle.Name)
	boss.Get("/oversight/burden/items/"+food).Wants(t, 200, "第 1 版").Lacks(t, "第 2 版")
	boss.Get("/oversight/burden?department=nobody").Wants(t, 200, "这段时间没有申请")
	boss.Get("/oversight/burden/bundles/restaurant-nowhere").Wants(t, 404)
	boss.Get("/oversight/burden/items/nothing").Wants(t, 404)
	boss.Get("/oversight/burden/items/"+food+"?from=2020-01&to=2020-02").Wants(t, 200, "这段时间没有申请", "食品经营许可", "2020年1月")
	english := boss.Cookie("yimen_lang", "en")
	english.Get("/oversight/burden").Wants(t, 200, "Burden", "fields typed each")
	english.Get("/oversight/burden/bundles/newborn").Wants(t, 200, "Fields: 3.0 fewer")
}

// Months that are none, or the wrong way round, are faults of the filter and show
// nothing as if it were everything.
func TestMonthsOfTheBurden(t *testing.T) {
	h := openBurden(t)
	boss := h.as("supervisor")
	for query, want := range map[string]string{"from=x": "请写明年份和月份", "to=2026-13": "请写明年份和月份", "from=2026-05&to=2026-04": "不能早于"} {
		boss.Get("/oversight/burden?"+query).Wants(t, 422, want).Lacks(t, "新生儿", "导出")
		boss.Get("/oversight/exports/burden.csv?"+query).Wants(t, 422)
	}
}

// The export has as many rows as the page says were filed, and their numbers.
func TestTheExportOfTheBurden(t *testing.T) {
	h := openBurden(t)
	boss := h.as("supervisor")
	for query, f := range map[string]applications.BurdenFilter{
		"": {Kind: applications.BurdenOfBundles}, "?kind=items": {Kind: applications.BurdenOfItems},
		"?kind=items&id=" + food: {Kind: applications.BurdenOfItems, ID: food},
	} {
		want := h.rows(f)
		rows := exported(t, boss, "/oversight/exports/burden.csv"+query)
		lines, err := h.app.Applications.Burdens(t.Context(), gov.Actor{Kind: gov.System}, f)
		if err != nil {
			t.Fatal(err)
		}
		var filed, typed int64
		for _, l := range lines {
			filed, typed = filed+l.Filed, typed+l.Typed
		}
		at := slices.Index(rows[0], "手工填写")
		for _, r := range rows[1:] {
			n, err := strconv.ParseInt(r[at], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			typed -= n
		}
		if len(rows)-1 != len(want) || filed != int64(len(want)) || typed != 0 {
			t.Errorf("%q: %d rows of %d, %d filed, %d fields typed more", query, len(rows)-1, len(want), filed, typed)
		}
	}
	boss.Get("/oversight/exports/burden.xlsx").Wants(t, 200)
	h.as("scjg-officer").Get("/oversight/exports/burden.csv").Wants(t, 404)
	for _, path := range []string{"", "/bundles/newborn", "/items/" + food} {
		h.as("scjg-officer").Get("/oversight/burden"+path).Wants(t, 403)
	}
}

// Who supervises another place sees nothing of this one.
func TestTheBurdenOfAnotherPlace(t *testing.T) {
	h := openBurden(t)
	elsewhere := h.site.As(gov.Actor{Account: "s", Name: "陶监督", Kind: gov.Staff,
		Posts: []gov.Post{{ID: "p", Region: "445102000000", Role: gov.RoleSupervisor}}})
	elsewhere.Get("/oversight/burden").Wants(t, 200, "这段时间没有申请").Lacks(t, "newborn")
	elsewhere.Get("/oversight/burden/bundles/newborn").Wants(t, 200, "这段时间没有申请").Lacks(t, "第 1 版")
}

func exported(t *testing.T, v *kittest.Visitor, path string) [][]string {
	t.Helper()
	a := v.Get(path).Wants(t, 200)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%v: %.200q", err, a.Body)
	}
	return rows
}
