package licences_test

import (
	"strings"
	"testing"
	"time"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/licences"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
)

// office is the context on a fresh database with a clock the test holds.
type office struct {
	*licences.Service
	t    *testing.T
	db   *db.DB
	book *journal.Book
	at   now.Instant
	nth  int
}

const (
	holder = "party-of-holder"
	issuer = "body-of-issuer"
	secret = "990000189901010017" // stands on the face; belongs to nobody
)

// county is where the issuer is; its credit code is of GB 32100's alphabet with a check of its own.
var (
	county = gov.Region("445103000000")
	code   = func() gov.CreditCode {
		c, err := gov.ComposeCreditCode("11990000YM000049")
		if err != nil {
			panic(err)
		}
		return c
	}()
)

func each(t *testing.T, f func(t *testing.T, o *office)) {
	t.Helper()
	run := func(open func(testing.TB, now.Clock) *db.DB) func(*testing.T) {
		return func(t *testing.T) {
			o := &office{t: t, at: now.FromTime(clock.MustDate("2026-03-02").Time().Add(10 * time.Hour))}
			o.db = open(t, func() now.Instant { return o.at })
			ring := keystest.Ring(t)
			o.book = journal.New(ring)
			o.Service = licences.New(licences.Deps{DB: o.db, Book: o.book, Events: event.Source("test"), Sealer: ring})
			f(t, o)
			o.holds()
		}
	}
	t.Run("sqlite", run(dbtest.SQLite))
	t.Run("postgres", run(dbtest.Postgres))
}

// holds verifies every chain against its row.
func (o *office) holds() {
	o.t.Helper()
	report, err := o.book.Verify(o.t.Context(), o.db, []journal.Noun{{Kind: licences.SubjectKind, Table: "licence", State: "state"}}, func() {})
	if err != nil || len(report.Breaks) > 0 {
		o.t.Error(report.Breaks, err)
	}
}

// issuing is a grant's licence for one more case.
func (o *office) issuing() licences.Issuing {
	o.nth++
	return licences.Issuing{Type: "food_licence", TypeCode: "ZZ013", TypeName: "食品经营许可证", Case: "case-" + string(rune('a'+o.nth)),
		Item: "food-business-licence", Holder: holder, HolderKind: "organisation", HolderName: "小满面馆（虚构）", Issuer: issuer,
		IssuerName: "潮安区市场监督管理局", IssuerCode: code, Region: county, IssuedOn: o.today(), ValidFrom: o.today(),
		ValidTo: o.today().AddDays(30), Face: []licences.FaceField{
			{Key: "company_name", Label: "名称", Value: form.Plain("小满面馆（虚构）"), Class: form.Public},
			{Key: "id_number", Label: "公民身份号码", Value: form.Plain(secret), Class: form.Sensitive}}}
}

func (o *office) issue(in licences.Issuing) *licences.Licence {
	o.t.Helper()
	var l *licences.Licence
	err := o.db.Do(o.t.Context(), func(tx *db.Tx) (err error) {
		l, err = o.IssueIn(o.t.Context(), tx, approver(), in)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return l
}

// again reads the licence as the program sees it.
func (o *office) again(l *licences.Licence) *licences.Licence {
	o.t.Helper()
	got, err := o.Licence(o.t.Context(), gov.Actor{Kind: gov.System}, l.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	return got
}

// expire works the daily job off.
func (o *office) expire() (n int) {
	o.t.Helper()
	for {
		var round int
		err := o.db.Do(o.t.Context(), func(tx *db.Tx) (err error) {
			round, err = o.Expire(o.t.Context(), tx)
			return err
		})
		if err != nil {
			o.t.Fatal(err)
		}
		if n += round; round == 0 {
			return n
		}
	}
}

func (o *office) today() clock.Date { return clock.DateOf(o.at.Time()) }

func (o *office) pass(days int) { o.at = o.at.Add(time.Duration(days) * 24 * time.Hour) }

func staff(role gov.Role, body string, region gov.Region) gov.Actor {
	return gov.Actor{Account: "a-" + string(role) + body, Name: "王样例", Kind: gov.Staff, Channel: gov.Web,
		Posts: []gov.Post{{ID: "p", Body: body, Region: string(region), Role: role}}}
}

func approver() gov.Actor { return staff(gov.RoleApprover, issuer, county) }

func person(party string) gov.Actor {
	return gov.Actor{Account: "a-" + party, Party: party, Name: "张示例", Kind: gov.Person, Channel: gov.Web}
}

// change is a good change of status.
func change(act licences.Act) licences.StatusChange {
	return licences.StatusChange{Act: act, Ground: "经检查不符合条件", Article: "行政许可法第六十九条"}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("%v, want %s", err, code)
	}
}

func clear(text string) bool { return strings.Contains(text, secret) }
