package app_test

import (
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/gov"
	"yimen/internal/identity"
)

// A body that is added when the catalogue already stands handles the items of
// its department and level from then on; nobody has to import anything again.
func TestBodyGetsItsItems(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		admin := apptest.As(t, a, "admin", gov.Web)
		b, err := a.Identity.AddBody(t.Context(), admin, identity.BodyInput{Department: "zjj", Region: "445103101000", Name: "示例镇人民政府"})
		if err != nil {
			t.Fatal(err)
		}
		g, err := a.Catalogue.GuideAt(t.Context(), "residence-permit", "445103101000")
		if err != nil || g.Local.Body != b.ID {
			t.Fatalf("%v: the guide for the town is that of body %s, not of the new one", err, g.Local.Body)
		}
		old := g.Local.ID
		if _, err := a.Identity.EditBody(t.Context(), admin, b.ID, identity.BodyInput{Name: "示例镇人民政府", CreditCode: "11990000YM00004973"}); err != nil {
			t.Fatal(err)
		}
		if g, err = a.Catalogue.GuideAt(t.Context(), "residence-permit", "445103101000"); err != nil || g.Local.ID == old {
			t.Fatalf("%v: a new credit code makes a new 实施编码, and so a new version", err)
		}
		holds(t, a)
	})
}
