package identity_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/identity/identitytest"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

type ctxT = context.Context

var ctx = context.Background()

// hands is a clock that moves when a test says so. It begins on a Monday morning.
type hands struct{ at atomic.Int64 }

func (h *hands) reset() {
	h.at.Store(int64(now.FromTime(time.Date(2026, 3, 2, 9, 0, 0, 0, clock.Zone()))))
}

func (h *hands) now() now.Instant     { return now.Instant(h.at.Load()) }
func (h *hands) pass(d time.Duration) { h.at.Add(int64(d / time.Microsecond)) }

// each runs f on both databases with a held clock.
func each(t *testing.T, f func(t *testing.T, k *identitytest.Kit, h *hands)) {
	t.Helper()
	h := &hands{}
	dbtest.EachAt(t, h.now, func(t *testing.T, d *db.DB) {
		h.reset()
		f(t, identitytest.At(t, d, h.now), h)
	})
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("got %v, want %s", err, code)
	}
}

// wantField wants a fault of fields with this code at this path.
func wantField(t *testing.T, err error, path, code string) {
	t.Helper()
	e, ok := fault.As(err)
	if ok {
		for _, f := range e.Fields {
			if f.Path == path && f.Code == code {
				return
			}
		}
	}
	t.Fatalf("got %v, want %s at %s", err, code, path)
}

func noErr(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// verify re-computes every chain and fails at a break.
func verify(t *testing.T, k *identitytest.Kit) {
	t.Helper()
	report, err := k.Book.Verify(ctx, k.DB, identity.Nouns(), func() {})
	noErr(t, err)
	for _, b := range report.Breaks {
		t.Error(b)
	}
	if report.Entries == 0 {
		t.Error("nothing was journaled")
	}
}

func TestTheKitPlaysRealActs(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Person("安心")
		if ann.Actor.Assurance != 1 || ann.Actor.Name != "安心" || !ann.Actor.Has(gov.RoleResident) {
			t.Fatalf("%+v", ann.Actor)
		}
		c := k.Company("云上餐饮有限公司", ann)
		if !c.Handler.Has(gov.RoleHandler) || c.Handler.Concerned() != c.Party {
			t.Fatalf("%+v", c.Handler)
		}
		clerk := k.Clerk()
		if !clerk.HasAt(gov.RoleClerk, k.Hall().ID) || clerk.Window != "3" || clerk.Channel != gov.Counter || clerk.Party != "" {
			t.Fatalf("%+v", clerk)
		}
		sys := k.System("部门系统", k.Hall(), identity.Scopes{identity.CasesAct}, gov.RoleOfficer)
		if !sys.Actor.HasAt(gov.RoleOfficer, k.Hall().ID) || !sys.Scopes.Has(identity.CasesAct) || sys.Scopes.Has(identity.CasesRead) {
			t.Fatalf("%+v %v", sys.Actor, sys.Scopes)
		}
		verify(t, k)
	})
}
