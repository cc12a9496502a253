package identitytest

import (
	"fmt"
	"sync/atomic"
	"testing"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
)

// Password is every builder account's.
const Password = "correct-horse-1"

// Region is the demo county all bodies lie in unless a test says otherwise; 99
// belongs to nobody.
const Region = "990001000000"

// Kit is an identity context on a fresh database, with cheap passwords.
type Kit struct {
	*identity.Service
	T    testing.TB
	DB   *db.DB
	Ring *keys.Ring
	Book *journal.Book
	Root gov.Actor // the program itself, which may do everything
	n    atomic.Int64

	hall  identity.Body
	clerk *gov.Actor
}

// New makes a kit on d with a ring of its own and the machine's clock.
func New(t testing.TB, d *db.DB) *Kit {
	t.Helper()
	return With(t, identity.Deps{DB: d})
}

// At is New with the clock held by the test; d must have been opened with it.
func At(t testing.TB, d *db.DB, clock now.Clock) *Kit {
	t.Helper()
	return With(t, identity.Deps{DB: d, Now: clock})
}

// With fills what deps leaves out; a test that shares a ring or book with other
// contexts passes them.
func With(t testing.TB, deps identity.Deps) *Kit {
	t.Helper()
	if deps.Ring == nil {
		deps.Ring = keystest.Ring(t)
	}
	if deps.Book == nil {
		deps.Book = journal.New(deps.Ring)
	}
	if deps.Events == "" {
		deps.Events = event.Source("test")
	}
	if deps.Cost == (identity.Cost{}) {
		deps.Cost = identity.CheapCost
	}
	return &Kit{Service: identity.New(deps), T: t, DB: deps.DB, Ring: deps.Ring, Book: deps.Book,
		Root: identity.System("test", gov.Import)}
}

func (k *Kit) must(err error) {
	k.T.Helper()
	if err != nil {
		k.T.Fatal(err)
	}
}

// next numbers everything that must be unique in a kit.
func (k *Kit) next() int { return int(k.n.Add(1)) }

// IDNumber gives a fresh number that belongs to nobody: region 990000.
func (k *Kit) IDNumber() string {
	k.T.Helper()
	n := k.next()
	number, err := gov.ComposeIDNumber(fmt.Sprintf("990000%04d0102%03d", 1900+n/1000, n%1000))
	k.must(err)
	return string(number)
}

// Phone gives a fresh number of the range that belongs to nobody.
func (k *Kit) Phone() string { return fmt.Sprintf("130000%05d", k.next()) }

// CreditCode gives a fresh, valid credit code in region 990000.
func (k *Kit) CreditCode() string {
	k.T.Helper()
	code, err := gov.ComposeCreditCode(fmt.Sprintf("91990000MA%06d", k.next()))
	k.must(err)
	return string(code)
}

// NewBody adds a body of a department in a region (12 or fewer digits).
func (k *Kit) NewBody(department, region, name string) identity.Body {
	k.T.Helper()
	b, err := k.AddBody(k.T.Context(), k.Root, identity.BodyInput{Department: department, Region: region, Name: name,
		ShortName: name, CreditCode: k.CreditCode(), ValidFrom: clock.MustDate("2020-01-01"), Phone: "0990-0000000", Hours: "9:00-17:00"})
	k.must(err)
	return b
}

// Hall is the body of the kit's own counter, made at the first call.
func (k *Kit) Hall() identity.Body {
	k.T.Helper()
	if k.hall.ID == "" {
		k.hall = k.NewBody("zs", Region, "政务服务和数据管理局")
	}
	return k.hall
}

// Clerk is a clerk at the Hall, the same one at every call.
func (k *Kit) Clerk() gov.Actor {
	k.T.Helper()
	if k.clerk == nil {
		a := k.Staff("甄柜员", k.Hall(), gov.RoleClerk).Actor
		k.clerk = &a
	}
	return *k.clerk
}

// Staff is a member of staff with his session.
type Staff struct {
	Account identity.Account
	Login   string
	Token   string
	Session identity.Session
	Actor   gov.Actor
}

// Staff makes an account with the roles at a body and signs it in. The actor's
// channel is web, or counter for clerks and the outlet.
func (k *Kit) Staff(name string, body identity.Body, roles ...gov.Role) Staff {
	k.T.Helper()
	login := fmt.Sprintf("staff%d", k.next())
	a, _, err := k.CreateStaff(k.T.Context(), k.Root, identity.StaffInput{Name: name, Login: login, Region: body.Region, Password: Password})
	k.must(err)
	from := identity.Origin{Device: "test", Channel: gov.Web}
	for _, role := range roles {
		p := identity.PostInput{Account: a.ID, Body: body.ID, Role: role, From: clock.MustDate("2020-01-01")}
		if role == gov.RoleClerk || role == gov.RoleOutlet {
			from.Channel, p.Window = gov.Counter, "3"
		}
		_, err := k.AddPost(k.T.Context(), k.Root, p)
		k.must(err)
	}
	in, err := k.SignIn(k.T.Context(), login, Password, from)
	k.must(err)
	return Staff{Account: a, Login: login, Token: in.Token, Session: in.Session, Actor: in.Actor}
}

// Person is a resident with an account and his session.
type Person struct {
	Name, IDNumber, Phone, Login string
	Party                        string
	Token                        string
	Session                      identity.Session
	Actor                        gov.Actor
}

// Declared signs a resident up; nobody has seen him (assurance 0).
func (k *Kit) Declared(name string) Person {
	k.T.Helper()
	p := Person{Name: name, IDNumber: k.IDNumber(), Phone: k.Phone(), Login: fmt.Sprintf("resident%d", k.next())}
	in, err := k.SignUp(k.T.Context(), identity.SignUpInput{
		PersonInput: identity.PersonInput{Name: name, IDNumber: p.IDNumber, Phone: p.Phone, Region: Region},
		Login:       p.Login, Password: Password}, identity.Origin{Device: "test", Channel: gov.Web})
	k.must(err)
	p.Party, p.Token, p.Session, p.Actor = in.Actor.Party, in.Token, in.Session, in.Actor
	return p
}

// Person is a resident whom the Clerk has seen (assurance 1).
func (k *Kit) Person(name string) Person {
	k.T.Helper()
	p := k.Declared(name)
	_, err := k.Raise(k.T.Context(), k.Clerk(), identity.RaiseInput{Party: p.Party, Name: p.Name, IDNumber: p.IDNumber, Evidence: "居民身份证原件"})
	k.must(err)
	p.Actor, p.Session, err = k.Authenticate(k.T.Context(), p.Token)
	k.must(err)
	return p
}

// WalkIn is a person at the counter without an account.
func (k *Kit) WalkIn(name string) Person {
	k.T.Helper()
	p := Person{Name: name, IDNumber: k.IDNumber(), Phone: k.Phone()}
	got, err := k.CreateWalkIn(k.T.Context(), k.Clerk(), identity.WalkIn{
		PersonInput: identity.PersonInput{Name: name, IDNumber: p.IDNumber, Phone: p.Phone}, Evidence: "居民身份证原件"})
	k.must(err)
	p.Party = got.ID
	return p
}

// Company is an organisation with one handler.
type Company struct {
	Name, CreditCode string
	Party            string
	Mandate          identity.Mandate
	Handler          gov.Actor // the person acting for the company
}

// Company registers an organisation at the counter, gives handler a mandate for
// every item and lets his session act for it. handler.Actor itself stays as it is.
func (k *Kit) Company(name string, handler Person) Company {
	k.T.Helper()
	ctx := k.T.Context()
	c := Company{Name: name, CreditCode: k.CreditCode()}
	p, err := k.RegisterOrganisation(ctx, k.Clerk(), identity.OrganisationInput{Name: name, CreditCode: c.CreditCode,
		Type: "有限责任公司", LegalName: "法代表", LegalIDNumber: k.IDNumber(), LegalPhone: k.Phone(),
		Registered: "示范县示范路1号", Business: "示范县示范路1号", Established: clock.MustDate("2021-03-01"),
		Phone: k.Phone(), Region: Region}, "营业执照原件")
	k.must(err)
	c.Party = p.ID
	c.Mandate, err = k.GrantMandate(ctx, k.Clerk(), identity.MandateInput{Kind: identity.Handler, Principal: p.ID, Agent: handler.Party,
		From: clock.MustDate("2020-01-01"), Evidence: "授权委托书"})
	k.must(err)
	c.Handler, err = k.ActAs(ctx, handler.Actor, handler.Session.ID, p.ID)
	k.must(err)
	return c
}

// System is a department system with a token.
type System struct {
	Account identity.Account
	Secret  string
	Actor   gov.Actor
	Scopes  identity.Scopes
}

// System makes a service account with posts at a body and a token with the scopes.
func (k *Kit) System(name string, body identity.Body, scopes identity.Scopes, roles ...gov.Role) System {
	k.T.Helper()
	ctx := k.T.Context()
	a, err := k.CreateService(ctx, k.Root, identity.StaffInput{Name: name, Login: fmt.Sprintf("system%d", k.next()), Region: body.Region})
	k.must(err)
	for _, role := range roles {
		_, err := k.AddPost(ctx, k.Root, identity.PostInput{Account: a.ID, Body: body.ID, Role: role, From: clock.MustDate("2020-01-01")})
		k.must(err)
	}
	_, secret, err := k.IssueToken(ctx, k.Root, a.ID, name, scopes, k.Service.Now().Add(24*3600*1e9))
	k.must(err)
	s := System{Account: a, Secret: secret}
	s.Actor, s.Scopes, err = k.TokenActor(ctx, secret)
	k.must(err)
	return s
}
