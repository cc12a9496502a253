package applications_test

import (
	"strings"
	"testing"

	"yimen/internal/applications"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
)

var (
	city      = gov.Region("445100000000")
	elsewhere = gov.Region("445102000000")
	states    = []applications.State{applications.Draft, applications.Filed, applications.Amending, applications.Discarded}
)

// may is what somebody may do to an application of the company in each state: s see, e edit, c compare with the original.
type may struct {
	actor                             gov.Actor
	draft, filed, amending, discarded string
}

// Who may see, edit and check an application, by role, place and state.
func TestWhoMay(t *testing.T) {
	atWindow := clerk()
	atWindow.OnBehalfOf = "company"
	for name, x := range map[string]may{
		"the handler":                      {handler(), "se", "s", "se", "s"},
		"a handler of this item":           {handler(permit), "se", "s", "se", "s"},
		"a handler of another item":        {handler("another"), "", "", "", ""},
		"the company's own account":        {person("company"), "se", "s", "se", "s"},
		"the handler as himself":           {person("handler"), "", "", "", ""},
		"another person":                   {person("other"), "", "", "", ""},
		"nobody":                           {gov.Nobody(gov.Web), "", "", "", ""},
		"a clerk of the county":            {clerk(), "", "sc", "sc", ""},
		"with the applicant at his window": {atWindow, "", "sc", "sec", ""},
		"a clerk of the city":              {staff(gov.RoleClerk, "x", city), "", "sc", "sc", ""},
		"a clerk of another county":        {staff(gov.RoleClerk, "x", elsewhere), "", "", "", ""},
		"the outlet":                       {staff(gov.RoleOutlet, "x", region), "", "s", "s", ""},
		"an officer of the body":           {staff(gov.RoleOfficer, body, region), "", "sc", "sc", ""},
		"a reviewer of the body":           {staff(gov.RoleReviewer, body, region), "", "s", "s", ""},
		"an approver of the body":          {staff(gov.RoleApprover, body, region), "", "s", "s", ""},
		"an officer of another body":       {staff(gov.RoleOfficer, "x", region), "", "", "", ""},
		"a supervisor":                     {staff(gov.RoleSupervisor, body, region), "", "", "", ""},
		"an administrator":                 {staff(gov.RoleAdministrator, body, region), "", "", "", ""},
		"an auditor":                       {staff(gov.RoleAuditor, body, region), "", "", "", ""},
		"a person whose job it is":         {gov.Actor{Kind: gov.Person, Party: "x", Posts: clerk().Posts}, "", "", "", ""},
		"the program":                      {gov.Actor{Kind: gov.System}, "s", "s", "s", "s"},
	} {
		for i, want := range []string{x.draft, x.filed, x.amending, x.discarded} {
			got := ""
			a := &applications.Application{State: states[i], Item: permit, Body: body, Region: region, Applicant: "company"}
			for sign, yes := range map[string]bool{"s": applications.MaySee(x.actor, a), "e": applications.MayEdit(x.actor, a), "c": applications.MayCheck(x.actor, a)} {
				if yes {
					got += sign
				}
			}
			if !same(got, want) {
				t.Errorf("%s, %s: may %q, want %q", name, states[i], got, want)
			}
		}
	}
}

func same(a, b string) bool {
	return len(a) == len(b) && strings.Trim(a, b) == "" && strings.Trim(b, a) == ""
}

// A draft in a clerk's hands: one that he began for a walk-in, or that was handed over to him; nobody else's.
func TestADraftInHand(t *testing.T) {
	begun := &applications.Application{State: applications.Draft, Item: permit, Body: body, Region: region, Applicant: "walk-in", Account: clerk().Account}
	handed := &applications.Application{State: applications.Draft, Item: permit, Body: body, Region: region, Applicant: "p", Account: "account-p", Clerk: clerk().Account}
	moved := clerk()
	moved.Posts[0].Region = string(elsewhere)
	another := clerk()
	another.Account = "another"
	for _, x := range []*applications.Application{begun, handed} {
		if !applications.MaySee(clerk(), x) || !applications.MayEdit(clerk(), x) || !applications.MayCheck(clerk(), x) {
			t.Error("the clerk who has it in hand may not go on")
		}
		for _, a := range []gov.Actor{moved, another, staff(gov.RoleOfficer, body, region)} {
			if applications.MaySee(a, x) || applications.MayEdit(a, x) {
				t.Errorf("%s sees a draft that is not in his hands", a.Account)
			}
		}
	}
}

// The table of the lifecycle, the CHECK of the database and what the service does are three tellings of one rule.
func TestLifecycleAsWrittenAsStoredAsDone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		if err := applications.Lifecycle.Check(); err != nil {
			t.Error(err)
		}
		allowed := "'" + strings.Join(dbtest.ReadSchema(t, d.db).Table("application").Allowed("state"), "','") + "'"
		if allowed != applications.Lifecycle.SQLValues() {
			t.Errorf("the database lets in %s, the table has %s", allowed, applications.Lifecycle.SQLValues())
		}
		applicant := person("p1")
		for _, from := range states {
			for act, do := range d.verbs(applicant) {
				x := d.in(from, applicant)
				before := x.Version()
				err := do(x)
				to, refused := applications.Lifecycle.Next(from, act)
				after := d.again(x)
				switch {
				case refused == nil && (err != nil || after.State != to || after.Version() != before+1):
					t.Errorf("%s on %s: %v, it is %s at version %d", act, from, err, after.State, after.Version()-before)
				case refused != nil && after.Version() != before:
					t.Errorf("%s on %s was refused and yet changed it", act, from)
				case refused != nil && act == applications.ActFile && after.Number != "": // filing what is filed gives the receipt again
				case refused != nil && act == applications.ActClose: // nothing to close is no fault: the case ended otherwise
				case refused != nil && fault.KindOf(err) != fault.KindConflict:
					t.Errorf("%s on %s: %v, want a conflict", act, from, err)
				}
			}
		}
		if d.db.Do(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), `UPDATE application SET state = 'lost'`) }) == nil {
			t.Error("the database takes a state nobody knows")
		}
	})
}

// verbs do each act of the table as well as the state allows.
func (d *desk) verbs(applicant gov.Actor) map[applications.Act]func(*applications.Application) error {
	ctx := d.t.Context()
	first := func(x *applications.Application) string {
		var id string
		err := d.db.Row(ctx, `SELECT COALESCE(max(id), 'none') FROM attachment WHERE application = $1 AND removed_at = 0`, x.ID).Scan(&id)
		if err != nil {
			d.t.Fatal(err)
		}
		return id
	}
	in := func(do func(tx *db.Tx) error) error { return d.db.Do(ctx, do) }
	checker := func(x *applications.Application) gov.Actor { // a draft is checked by who has it in hand
		if x.State == applications.Draft {
			code, err := d.HandOver(ctx, applicant, x.ID)
			if err == nil {
				err = in(func(tx *db.Tx) error {
					return tx.Exec(ctx, `UPDATE application SET clerk = $2 WHERE id = $1`, x.ID, clerk().Account)
				})
			}
			if err != nil || code.Code == "" {
				d.t.Fatal(err)
			}
		}
		return clerk()
	}
	return map[applications.Act]func(*applications.Application) error{
		applications.ActSave: func(x *applications.Application) error {
			_, err := d.Save(ctx, applicant, x.ID, x.Version(), who, good(), true)
			return err
		},
		applications.ActAttach: func(x *applications.Application) error {
			_, err := d.Attach(ctx, applicant, x.ID, x.Version(), "portrait", "x.png", reader(picture(2)))
			return err
		},
		applications.ActDetach: func(x *applications.Application) error {
			_, err := d.Detach(ctx, applicant, x.ID, x.Version(), first(x))
			return err
		},
		applications.ActCheck: func(x *applications.Application) error {
			if x.State == applications.Discarded { // a clerk is told of no discarded draft: asked as the program, which sees all
				_, err := d.CheckOriginal(ctx, gov.Actor{Kind: gov.System}, x.ID, first(x))
				return err
			}
			_, err := d.CheckOriginal(ctx, checker(x), x.ID, first(x))
			return err
		},
		applications.ActHand: func(x *applications.Application) error {
			h, err := d.HandOver(ctx, applicant, x.ID)
			if err != nil {
				return err
			}
			d.tries = map[string]int{}
			_, err = d.Redeem(ctx, applicant, h.Code)
			return err
		},
		applications.ActFile: func(x *applications.Application) error {
			_, err := d.File(ctx, applicant, x.ID, x.Version(), true)
			return err
		},
		applications.ActOpen: func(x *applications.Application) error {
			return in(func(tx *db.Tx) error {
				return d.OpenAmendmentIn(ctx, tx, clerk(), x.ID, []applications.Defect{{Kind: "field", Key: "note", Reason: "请说明"}})
			})
		},
		applications.ActAmend: func(x *applications.Application) error {
			_, err := d.Amend(ctx, applicant, x.ID, x.Version())
			return err
		},
		applications.ActClose: func(x *applications.Application) error {
			return in(func(tx *db.Tx) error { return d.CloseAmendmentIn(ctx, tx, clerk(), x.ID) })
		},
		applications.ActDiscard: func(x *applications.Application) error {
			return d.Discard(ctx, applicant, x.ID, x.Version())
		},
	}
}
