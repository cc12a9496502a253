package licences_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/licences"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
)

var acts = []licences.Act{licences.ActSuspend, licences.ActRestore, licences.ActRevoke, licences.ActCancel, licences.ActExpire}

// The table of the lifecycle, the CHECK of the database and what the service does are three tellings of one rule.
func TestLifecycleAsWrittenAsStoredAsDone(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		if err := licences.Lifecycle.Check(); err != nil {
			t.Error(err)
		}
		allowed := dbtest.ReadSchema(t, o.db).Table("licence").Allowed("state")
		if got := "'" + strings.Join(allowed, "','") + "'"; got != licences.Lifecycle.SQLValues() {
			t.Errorf("the database lets in %s, the table has %s", got, licences.Lifecycle.SQLValues())
		}
		for _, from := range licences.Lifecycle.States() {
			for _, act := range acts {
				l := o.in(from)
				got, err := o.Change(t.Context(), approver(), l.ID, l.Version(), change(act))
				to, refused := licences.Lifecycle.Next(from, act)
				switch {
				case act == licences.ActExpire: // no person's act
					if fault.KindOf(err) != fault.KindInvalid {
						t.Errorf("%s pressed on a %s licence: %v", act, from, err)
					}
				case refused != nil:
					wantCode(t, err, "licences.not_now")
				case err != nil || got.State != to || o.again(l).State != to || got.Version() != l.Version()+1:
					t.Errorf("%s on a %s licence: %+v %v, want %s", act, from, got, err, to)
				}
				if err != nil && o.again(l).Version() != l.Version() {
					t.Errorf("%s on a %s licence was refused and yet changed it", act, from)
				}
			}
		}
		err := o.db.Do(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), `UPDATE licence SET state = 'lost'`) })
		if err == nil {
			t.Error("the database takes a state nobody knows")
		}
	})
}

// in is a licence brought to a state by acts alone.
func (o *office) in(state licences.State) *licences.Licence {
	o.t.Helper()
	l := o.issue(o.issuing())
	way := map[licences.State]licences.Act{licences.Suspended: licences.ActSuspend, licences.Revoked: licences.ActRevoke,
		licences.Cancelled: licences.ActCancel}
	if act, ok := way[state]; ok {
		if _, err := o.Change(o.t.Context(), approver(), l.ID, l.Version(), change(act)); err != nil {
			o.t.Fatal(err)
		}
	}
	if state == licences.Expired {
		o.pass(31)
		o.expire()
		o.pass(-31)
	}
	if l = o.again(l); l.State != state {
		o.t.Fatalf("brought to %s, not %s", l.State, state)
	}
	return l
}

// Who may see a licence, read its face and change its status, by role and place.
func TestWhoMay(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		l := o.issue(o.issuing())
		city, town, elsewhere := gov.Region("445100000000"), gov.Region("445103101000"), gov.Region("445102000000")
		agent := func(items ...string) gov.Actor {
			a := person("agent")
			a.OnBehalfOf, a.Items = holder, items
			return a
		}
		for name, x := range map[string]struct {
			actor             gov.Actor
			see, face, change bool
		}{
			"its holder":                        {person(holder), true, true, false},
			"another person":                    {person("other"), false, false, false},
			"who acts for the holder":           {agent(), true, true, false},
			"who acts for him in this item":     {agent("food-business-licence"), true, true, false},
			"who acts for him in another":       {agent("hotel-special-licence"), false, false, false},
			"nobody":                            {gov.Nobody(gov.Web), false, false, false},
			"officer of the issuer":             {staff(gov.RoleOfficer, issuer, county), true, true, false},
			"reviewer of the issuer":            {staff(gov.RoleReviewer, issuer, county), true, true, false},
			"approver of the issuer":            {approver(), true, true, true},
			"approver of another body":          {staff(gov.RoleApprover, "another", county), false, false, false},
			"clerk of the county":               {staff(gov.RoleClerk, "hall", county), true, true, false},
			"clerk of the city":                 {staff(gov.RoleClerk, "hall", city), true, true, false},
			"clerk of a town":                   {staff(gov.RoleClerk, "hall", town), false, false, false},
			"clerk of another county":           {staff(gov.RoleClerk, "hall", elsewhere), false, false, false},
			"outlet of the county":              {staff(gov.RoleOutlet, "hall", county), true, true, false},
			"supervisor of the county":          {staff(gov.RoleSupervisor, "x", county), true, false, false},
			"supervisor of another county":      {staff(gov.RoleSupervisor, "x", elsewhere), false, false, false},
			"administrator":                     {staff(gov.RoleAdministrator, issuer, county), false, false, false},
			"auditor":                           {staff(gov.RoleAuditor, issuer, county), false, false, false},
			"editor":                            {staff(gov.RoleEditor, issuer, county), false, false, false},
			"a person whose job is there":       {gov.Actor{Kind: gov.Person, Party: "x", Posts: approver().Posts}, false, false, false},
			"the program":                       {gov.Actor{Kind: gov.System}, true, true, false},
			"a department's system as approver": {gov.Actor{Account: "s", Kind: gov.Service, Posts: approver().Posts}, true, true, true},
		} {
			ctx := t.Context()
			_, seen := o.Licence(ctx, x.actor, l.ID)
			_, face := o.Face(ctx, x.actor, l)
			_, traced := o.Trace(ctx, x.actor, l)
			if licences.MaySee(x.actor, l) != x.see || (seen == nil) != x.see || (traced == nil) != x.see || (face == nil) != x.face ||
				licences.MayChange(x.actor, l, licences.ActSuspend) != x.change {
				t.Errorf("%s: sees %v, reads the face %v, may change %v", name, seen, face, licences.MayChange(x.actor, l, licences.ActSuspend))
			}
			if !x.see {
				wantCode(t, seen, "licences.missing")
			}
			if licences.MayChange(x.actor, l, licences.ActExpire) || licences.MayChange(x.actor, l, licences.ActRestore) {
				t.Errorf("%s may do what cannot be done now", name)
			}
			if !x.change {
				_, err := o.Change(ctx, x.actor, l.ID, l.Version(), change(licences.ActSuspend))
				want := map[bool]string{true: "licences.denied", false: "licences.missing"}[x.see]
				wantCode(t, err, want)
			}
			o.lists(name, x.actor, l, x.see)
		}
	})
}

// lists hold what details say.
func (o *office) lists(name string, actor gov.Actor, l *licences.Licence, sees bool) {
	o.t.Helper()
	of := func(all []*licences.Licence, err error) bool {
		if err != nil {
			o.t.Error(name, err)
		}
		for _, x := range all {
			if x.ID == l.ID {
				return true
			}
		}
		return false
	}
	mine := actor.Kind == gov.Person && sees
	if got := of(o.Mine(o.t.Context(), actor)); got != mine {
		o.t.Errorf("%s: among his own: %v", name, got)
	}
	for _, number := range []string{"", l.Number} {
		if got := of(o.Issued(o.t.Context(), actor, issuer, number, "")); got != sees {
			o.t.Errorf("%s: listed by its issuer (%q): %v", name, number, got)
		}
	}
	if of(o.Issued(o.t.Context(), actor, issuer, "another", "")) || of(o.Issued(o.t.Context(), actor, issuer, "", l.ID)) {
		o.t.Errorf("%s: listed where it does not belong", name)
	}
}

// What a change of status must say.
func TestAChangeNeedsItsGround(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		l := o.issue(o.issuing())
		long := strings.Repeat("长", 2001)
		for name, x := range map[string]struct {
			in   licences.StatusChange
			path string
		}{
			"no act":              {licences.StatusChange{Ground: "x", Article: "y"}, "act"},
			"an unknown act":      {licences.StatusChange{Act: "burn", Ground: "x", Article: "y"}, "act"},
			"issuing again":       {licences.StatusChange{Act: licences.ActIssue, Ground: "x", Article: "y"}, "act"},
			"the program's act":   {licences.StatusChange{Act: licences.ActExpire, Ground: "x", Article: "y"}, "act"},
			"no ground":           {licences.StatusChange{Act: licences.ActRevoke, Article: "y"}, "ground"},
			"a blank ground":      {licences.StatusChange{Act: licences.ActRevoke, Ground: " \n　", Article: "y"}, "ground"},
			"no article":          {licences.StatusChange{Act: licences.ActRevoke, Ground: "x"}, "article"},
			"a blank article":     {licences.StatusChange{Act: licences.ActSuspend, Ground: "x", Article: " "}, "article"},
			"too long a ground":   {licences.StatusChange{Act: licences.ActCancel, Ground: long, Article: "y"}, "ground"},
			"too long an article": {licences.StatusChange{Act: licences.ActCancel, Ground: "x", Article: long}, "article"},
		} {
			_, err := o.Change(t.Context(), approver(), l.ID, l.Version(), x.in)
			e, ok := fault.As(err)
			if !ok || len(e.Fields) == 0 || e.Fields[0].Path != x.path {
				t.Errorf("%s: %v, want a fault at %s", name, err, x.path)
			}
		}
		if o.again(l).Version() != l.Version() {
			t.Error("a refused change stands")
		}
		held, err := o.Change(t.Context(), approver(), l.ID, l.Version(), change(licences.ActSuspend))
		if err != nil || held.Ground != "经检查不符合条件" {
			t.Fatal(held, err)
		}
		// what an article began ends without another
		back, err := o.Change(t.Context(), approver(), l.ID, held.Version(), licences.StatusChange{Act: licences.ActRestore, Ground: "已整改"})
		if err != nil || back.State != licences.Valid {
			t.Fatal(back, err)
		}
		told, err := o.Changes(t.Context(), person(holder), back)
		if err != nil || len(told) != 3 || told[0].Act != licences.ActIssue || told[1].Article != "行政许可法第六十九条" || told[2].Ground != "已整改" ||
			told[2].From != licences.Suspended || told[2].To != licences.Valid || told[2].Name != "王样例" {
			t.Errorf("%+v %v", told, err)
		}
	})
}

// A licence counts through its last day; on the day after the program writes down that it does not, also when it was
// suspended. One without a last day never ends.
func TestExpiry(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		first := o.today()
		short := o.issue(o.issuing()) // valid for thirty days more
		endless := o.issuing()
		endless.ValidTo = clock.Date{}
		forever := o.issue(endless)
		later := o.issuing()
		later.ValidFrom = first.AddDays(10)
		coming := o.issue(later)
		held := o.in(licences.Suspended)
		last := first.AddDays(30)
		for day, want := range map[clock.Date]licences.State{first: licences.Valid, last: licences.Valid, last.AddDays(1): licences.Expired} {
			if got := short.Status(day); got != want || short.In(day) != (want == licences.Valid) {
				t.Errorf("%s: %s", day, got)
			}
		}
		if coming.In(first) || !coming.In(first.AddDays(10)) || coming.Status(first) != licences.Valid {
			t.Error("a licence counts before its first day")
		}
		if !forever.In(first.AddDays(36500)) || held.In(first) {
			t.Error("in force: forever or suspended")
		}
		o.pass(30)
		if n := o.expire(); n != 0 {
			t.Errorf("%d expired on their last day", n)
		}
		o.pass(1)
		if n := o.expire(); n != 3 { // short, coming and held
			t.Errorf("%d expired on the day after", n)
		}
		for _, l := range []*licences.Licence{short, coming, held} {
			if got := o.again(l); got.State != licences.Expired || got.Ground != "有效期届满" {
				t.Errorf("%+v", got)
			}
		}
		if o.again(forever).State != licences.Valid || o.expire() != 0 {
			t.Error("the endless licence ended, or one ended twice")
		}
		// what has expired can only be cancelled
		l := o.again(held)
		if _, err := o.Change(t.Context(), approver(), l.ID, l.Version(), change(licences.ActRestore)); !fault.Is(err, "licences.not_now") {
			t.Error("restored after its end", err)
		}
		if l, err := o.Change(t.Context(), approver(), l.ID, l.Version(), change(licences.ActCancel)); err != nil || l.State != licences.Cancelled {
			t.Error(l, err)
		}
	})
}

// Licences that end on one day are many more than one round takes.
func TestExpiryInRounds(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		const many = 205
		for i := range many {
			in := o.issuing()
			in.Case = "case-" + strings.Repeat("i", i)
			o.issue(in)
		}
		o.pass(40)
		if n := o.expire(); n != many {
			t.Errorf("%d of %d expired", n, many)
		}
	})
}

// Numbers, identifiers and tokens are each one's own, also when grants come at once, and one case gives one licence.
func TestEachLicenceIsNumberedOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		const hands = 8
		made := make([]*licences.Licence, hands)
		ins := make([]licences.Issuing, hands)
		for i := range ins {
			ins[i] = o.issuing()
		}
		var all sync.WaitGroup
		for i := range hands {
			all.Go(func() { made[i] = o.issue(ins[i]) })
		}
		all.Wait()
		seen := map[string]bool{}
		var serials []string
		for _, l := range made {
			id, err := gov.ParseLicenceID(l.Identifier)
			if err != nil || id.Issuer != string(code) || !strings.HasPrefix(l.Number, "ZZ013-445103-2026-") {
				t.Errorf("%s %s: %v", l.Identifier, l.Number, err)
			}
			for _, v := range []string{l.ID, l.Identifier, l.Number, l.Token} {
				if seen[v] {
					t.Errorf("%s twice", v)
				}
				seen[v] = true
			}
			serials = append(serials, l.Number[len(l.Number)-6:])
		}
		slices.Sort(serials)
		if serials[0] != "000001" || serials[hands-1] != "000008" {
			t.Errorf("the series has gaps: %v", serials)
		}
		if len(seen) != 4*hands {
			t.Errorf("%d different marks of %d licences", len(seen), hands)
		}
		err := o.db.Do(t.Context(), func(tx *db.Tx) error {
			_, err := o.IssueIn(t.Context(), tx, approver(), ins[0])
			return err
		})
		if !db.IsUnique(err) {
			t.Errorf("a second licence of one case: %v", err)
		}
	})
}

// Two decide at once: one stands, the other is told; nothing is done twice.
func TestTwoAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		l := o.issue(o.issuing())
		errs := make([]error, 2)
		var all sync.WaitGroup
		for i, act := range []licences.Act{licences.ActSuspend, licences.ActRevoke} {
			all.Go(func() { _, errs[i] = o.Change(t.Context(), approver(), l.ID, l.Version(), change(act)) })
		}
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatal(errs)
		}
		for _, err := range errs {
			if err != nil && !fault.Is(err, "licences.stale") {
				t.Error(err)
			}
		}
		if got := o.again(l); got.Version() != 2 {
			t.Errorf("%+v", got)
		}
	})
}

// The face is frozen: sealed where it lies, and what was altered is not shown. The public page says nothing of the holder.
func TestFaceAndPublicCheck(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		l := o.issue(o.issuing())
		face, err := o.Face(ctx, person(holder), l)
		if err != nil || len(face) != 2 || face[1].Value.Text != secret || face[1].Class != form.Sensitive {
			t.Fatal(face, err)
		}
		var stored string
		if err := o.db.Row(ctx, `SELECT face FROM licence WHERE id = $1`, l.ID).Scan(&stored); err != nil || clear(stored) {
			t.Error("the face lies in clear", err)
		}
		for _, ask := range []func() (licences.Check, error){
			func() (licences.Check, error) { return o.Check(ctx, l.Token, o.today()) },
			func() (licences.Check, error) { return o.CheckIdentifier(ctx, l.Identifier, o.today()) },
		} {
			got, err := ask()
			if err != nil || got != (licences.Check{TypeName: "食品经营许可证", IssuerName: "潮安区市场监督管理局", State: licences.Valid,
				ValidTo: l.ValidTo, On: o.today()}) {
				t.Errorf("%+v %v", got, err)
			}
		}
		if got, err := o.Check(ctx, l.Token, l.ValidTo.AddDays(1)); err != nil || got.State != licences.Expired {
			t.Errorf("after the last day, before the program wrote it down: %+v %v", got, err)
		}
		for _, no := range []string{"", l.Number, l.ID, l.Identifier[:len(l.Identifier)-1] + "?"} {
			_, byToken := o.Check(ctx, no, o.today())
			_, byIdentifier := o.CheckIdentifier(ctx, no, o.today())
			wantCode(t, byToken, "licences.missing")
			wantCode(t, byIdentifier, "licences.missing")
		}
		other := o.issue(o.issuing())
		err = o.db.Do(ctx, func(tx *db.Tx) error {
			return tx.Exec(ctx, `UPDATE licence SET face_hash = $2 WHERE id = $1`, other.ID, strings.Repeat("0", 64))
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.Face(ctx, person(holder), other)
		wantCode(t, err, "licences.face_changed")
		err = o.db.Do(ctx, func(tx *db.Tx) error { return o.MoveHolderIn(ctx, tx, holder, "one-and-the-same") })
		if all, e := o.Mine(ctx, person("one-and-the-same")); err != nil || e != nil || len(all) != 2 {
			t.Error("licences do not follow their holder", err, e)
		}
	})
}
