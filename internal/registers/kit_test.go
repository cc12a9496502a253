package registers_test

import (
	"context"
	"testing"
	"time"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
	"yimen/internal/registers"
)

const (
	police = "body-ga"
	market = "body-scjg"
	county = gov.Region("445103000000")
	number = "990000189901010013" // belongs to nobody
	code   = "91990000YMQ0000134"
)

// desk is the context on a fresh database, between ports that the test holds.
type desk struct {
	*registers.Service
	t        *testing.T
	db       *db.DB
	ring     *keys.Ring
	book     *journal.Book
	at       now.Instant
	told     []registers.Dispute
	answered []registers.Dispute
}

func each(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	run := func(open func(testing.TB, now.Clock) *db.DB) func(*testing.T) {
		return func(t *testing.T) {
			d := &desk{t: t, at: now.FromTime(clock.MustDate("2026-03-02").Time().Add(10 * time.Hour))}
			d.db, d.ring = open(t, d.now), keystest.Ring(t)
			d.book = journal.New(d.ring)
			d.Service = registers.New(registers.Deps{DB: d.db, Book: d.book, Events: event.Source("test"), Ring: d.ring, Now: d.now,
				Calendar: d, Bodies: d, Reactions: d})
			f(t, d)
			report, err := d.book.Verify(t.Context(), d.db, registers.Nouns(), func() {})
			if err != nil || len(report.Breaks) > 0 {
				t.Error(report.Breaks, err)
			}
		}
	}
	t.Run("sqlite", run(dbtest.SQLite))
	t.Run("postgres", run(dbtest.Postgres))
}

func (d *desk) now() now.Instant { return d.at }

func (d *desk) pass(t time.Duration) { d.at = d.at.Add(t) }

// Calendar knows no year: every date is counted as weekdays and is provisional.
func (d *desk) Calendar(context.Context) (*clock.Calendar, error) { return clock.NewCalendar(nil) }

func (d *desk) Body(_ context.Context, _ db.Reader, id string) (registers.Body, error) {
	names := map[string]string{police: "示例公安局", market: "示例市场监管局"}
	if names[id] == "" {
		return registers.Body{}, fault.Missing("identity.no_body")
	}
	return registers.Body{ID: id, Name: names[id], Region: county}, nil
}

func (d *desk) Disputed(_ context.Context, _ *db.Tx, x *registers.Dispute) error {
	d.told = append(d.told, *x)
	return nil
}

func (d *desk) Answered(_ context.Context, _ *db.Tx, x *registers.Dispute) error {
	d.answered = append(d.answered, *x)
	return nil
}

var (
	system   = gov.Actor{Account: "system", Name: "系统", Kind: gov.System, Channel: gov.Import}
	resident = gov.Actor{Account: "account-1", Party: "party-1", Name: "张示例", Kind: gov.Person, Channel: gov.Web, Assurance: 1}
	stranger = gov.Actor{Account: "account-2", Party: "party-2", Name: "李样本", Kind: gov.Person, Channel: gov.Web, Assurance: 1}
)

func officer(body string, role gov.Role) gov.Actor {
	return gov.Actor{Account: "staff-" + body + string(role), Name: "卫承办", Kind: gov.Staff, Channel: gov.Web,
		Posts: []gov.Post{{ID: "post-" + body, Role: role, Body: body, Region: string(county)}}}
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) refused(err error, code string) {
	d.t.Helper()
	if !fault.Is(err, code) {
		d.t.Errorf("want %s, have %v", code, err)
	}
}

// person is a record of the population register.
func person(number, name string, more ...string) registers.Record {
	r := registers.Record{Values: map[string]string{"id_number": number, "applicant_name": name}}
	for i := 0; i+1 < len(more); i += 2 {
		r.Values[more[i]] = more[i+1]
	}
	return r
}

// owned names the owners of both registers.
func (d *desk) owned() {
	d.t.Helper()
	_, err := d.Own(d.t.Context(), system, registers.Population, police, 3)
	d.must(err)
	_, err = d.Own(d.t.Context(), system, registers.Organisations, market, 0)
	d.must(err)
}

func (d *desk) load(register registers.ID, records ...registers.Record) registers.Fed {
	d.t.Helper()
	fed, err := d.Load(d.t.Context(), system, registers.Feed{Register: register, Source: "测试.csv", Records: records})
	d.must(err)
	return fed
}

func (d *desk) status(register registers.ID) *registers.Status {
	d.t.Helper()
	all, err := d.List(d.t.Context())
	d.must(err)
	for _, x := range all {
		if x.ID == register {
			return x
		}
	}
	d.t.Fatal("no register", register)
	return nil
}
