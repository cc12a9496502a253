package identity_test

import (
	"testing"

	"yimen/internal/gov"
	"yimen/internal/identity/identitytest"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
)

func TestTheKitPlays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := identitytest.New(t, d)
		ann := k.Person("安心")
		if ann.Actor.Assurance != 1 || ann.Actor.Name != "安心" || !ann.Actor.Has(gov.RoleResident) {
			t.Fatalf("%+v", ann.Actor)
		}
		c := k.Company("云上餐饮有限公司", ann)
		if !c.Handler.Has(gov.RoleHandler) || c.Handler.Concerned() != c.Party {
			t.Fatalf("%+v", c.Handler)
		}
		clerk := k.Clerk()
		if !clerk.HasAt(gov.RoleClerk, k.Hall().ID) || clerk.Window != "3" || clerk.Channel != gov.Counter {
			t.Fatalf("%+v", clerk)
		}
	})
}
