package applications_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"sync"
	"testing"
	"time"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/blob"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
	"yimen/internal/platform/serial"
)

// One item at one body of the county, with a page of two answers, a page of one, a photo and an optional material.
const (
	permit  = "permit"
	here    = "permit-here"
	body    = "body-here"
	region  = gov.Region("445103000000")
	number  = "990000189901010013" // belongs to nobody
	who     = "person-who"
	layoutY = `
most: 3
rest: matter
groups:
- {id: person, name: 申请人, name_en: Applicant, class: 个人, pages: [{id: who, title: 您是谁, title_en: You, keys: [applicant_name, id_number]}]}
- {id: matter, name: 办理事项, name_en: Matter, class: 内部}
prefill:
  person: {applicant_name: applicant_name}
  organisation: {applicant_name: company_name}
`
)

// desk is the context on a fresh database, between ports that the test holds.
type desk struct {
	*applications.Service
	t       *testing.T
	db      *db.DB
	book    *journal.Book
	at      now.Instant
	refuse  error // what the case behind a filing says
	filed   int
	amended int
	mu      sync.Mutex
	tries   map[string]int
	looked  []string
	layout  *form.Layout
	def     *applications.Definition
	latest  *applications.Definition // a newer version of def
	store   map[string]applications.Licence
	unseen  bool // nobody has seen the applicant's document
}

func each(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	run := func(open func(testing.TB, now.Clock) *db.DB) func(*testing.T) {
		return func(t *testing.T) {
			d := &desk{t: t, at: now.FromTime(clock.MustDate("2026-03-02").Time().Add(10 * time.Hour)), tries: map[string]int{}}
			d.db = open(t, d.now)
			d.define()
			store, err := blob.NewDir(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			ring := keystest.Ring(t)
			d.book = journal.New(ring)
			d.Service = applications.New(applications.Deps{DB: d.db, Book: d.book, Events: event.Source("test"), Sealer: ring,
				Files: &blob.Service{DB: d.db, Store: store, Ring: ring, Now: d.now, Temp: t.TempDir()}, Now: d.now,
				Numbers: serial.NewLease(d.db), Items: d, People: d, Looks: d, Licences: shelf{d}, Reactions: d})
			f(t, d)
			report, err := d.book.Verify(t.Context(), d.db, []journal.Noun{{Kind: applications.SubjectKind, Table: "application", State: "state"}}, func() {})
			if err != nil || len(report.Breaks) > 0 {
				t.Error(report.Breaks, err)
			}
		}
	}
	t.Run("sqlite", run(dbtest.SQLite))
	t.Run("postgres", run(dbtest.Postgres))
}

func (d *desk) now() now.Instant { return d.at }

func (d *desk) today() clock.Date { return clock.DateOf(d.at.Time()) }

func (d *desk) pass(t time.Duration) { d.at = d.at.Add(t) }

func (d *desk) define() {
	var err error
	if d.layout, err = form.ParseLayout([]byte(layoutY)); err != nil {
		d.t.Fatal(err)
	}
	fields := form.New([]form.Field{
		{Key: "applicant_name", Label: "姓名", Type: form.String, Required: true, Class: form.Personal},
		{Key: "id_number", Label: "公民身份号码", Type: form.IDCard, Required: true, Class: form.Sensitive},
		{Key: "note", Label: "说明", Type: form.Text, Class: form.Internal},
		{Key: "photo", Label: "照片", Type: form.File, Required: true, Class: form.Personal},
	})
	d.def = &applications.Definition{Item: permit, ItemName: "示例许可", LocalItem: here, Body: body, BodyName: "示例局", Region: region,
		Audience: []string{"person", "organisation"}, Form: fields, Groups: d.layout.Arrange(fields), Online: true,
		Slots: []applications.Slot{{Key: "portrait", Name: "照片", Required: true, Fields: []string{"photo"}, Source: "申请人自备"},
			{Key: "contract", Name: "合同", Source: "其他"}}}
}

// The ports: the catalogue, identity and the case behind a filing, as far as an application needs them.

func (d *desk) Definition(_ context.Context, localItem string) (*applications.Definition, error) {
	if d.latest != nil && localItem == d.latest.LocalItem {
		return d.latest, nil
	}
	if localItem != here {
		return nil, fault.Missing("catalogue.no_item")
	}
	return d.def, nil
}

func (d *desk) Latest(_ context.Context, localItem string) (string, error) {
	if d.latest != nil {
		return d.latest.LocalItem, nil
	}
	return localItem, nil
}

func (d *desk) RegionExists(context.Context, string) bool { return true }

func (d *desk) Layout() *form.Layout { return d.layout }

func (d *desk) Applicant(_ context.Context, _ db.Reader, actor gov.Actor) (applications.Party, error) {
	switch p := actor.Concerned(); p {
	case "":
		return applications.Party{}, fault.Denied("applications.sign_in")
	case "company":
		return applications.Party{ID: p, Kind: "organisation", Name: "小满面馆（虚构）", Assurance: d.assurance()}, nil
	default:
		return applications.Party{ID: p, Kind: "person", Name: "张示例", Assurance: d.assurance()}, nil
	}
}

func (d *desk) Enter(_ context.Context, _ *db.Tx, actor gov.Actor, in applications.Applicant) (gov.Actor, applications.Party, error) {
	if in.Name == "" {
		return actor, applications.Party{}, fault.Fields{{Path: "name", Code: "identity.name_length"}}.Err()
	}
	actor.OnBehalfOf = "walk-in"
	return actor, applications.Party{ID: "walk-in", Kind: in.Kind, Name: in.Name}, nil
}

func (d *desk) Profile(_ context.Context, _ *db.Tx, _ gov.Actor, party string) (map[string]applications.Attribute, error) {
	return map[string]applications.Attribute{"applicant_name": {Value: "张示例", Source: "counter", On: clock.MustDate("2026-01-05")},
		"company_name": {Value: "小满面馆（虚构）", Source: "licence"}}, nil
}

func (d *desk) assurance() int {
	if d.unseen {
		return 0
	}
	return 1
}

func (d *desk) ThrottleIn(_ context.Context, _ *db.Tx, what, who string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tries[what+who]++; d.tries[what+who] > 5 {
		return fault.Busy("identity.too_many")
	}
	return nil
}

func (d *desk) ForgiveIn(_ context.Context, _ *db.Tx, what, who string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tries[what+who]--
	return nil
}

func (d *desk) LookIn(_ context.Context, _ *db.Tx, _ gov.Actor, party string, elements []string, purpose string) error {
	d.looked = append(d.looked, elements...)
	return nil
}

func (d *desk) Filed(context.Context, *db.Tx, gov.Actor, applications.Filing) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.filed++
	return d.refuse
}

func (d *desk) Amending(context.Context, *db.Tx, string) error { return nil }

func (d *desk) Amended(context.Context, *db.Tx, gov.Actor, *applications.Application, []string) error {
	d.amended++
	return d.refuse
}

// People of the tests.

func person(party string) gov.Actor {
	return gov.Actor{Account: "account-" + party, Party: party, Name: "张示例", Kind: gov.Person, Channel: gov.Web}
}

// handler acts for the company, in these items or in all.
func handler(items ...string) gov.Actor {
	a := person("handler")
	a.OnBehalfOf, a.Items = "company", items
	return a
}

func staff(role gov.Role, at string, place gov.Region) gov.Actor {
	return gov.Actor{Account: "account-" + string(role) + at, Name: "王样例", Kind: gov.Staff, Channel: gov.Counter,
		Posts: []gov.Post{{ID: "p", Body: at, Region: string(place), Role: role}}}
}

func clerk() gov.Actor { return staff(gov.RoleClerk, "hall", region) }

// Steps on the way.

func (d *desk) start(actor gov.Actor) *applications.Application {
	d.t.Helper()
	x, err := d.Start(d.t.Context(), actor, here, true)
	if err != nil {
		d.t.Fatal(err)
	}
	return x
}

func good() form.Answers {
	return form.Answers{"applicant_name": form.Plain("张示例"), "id_number": form.Plain(number)}
}

// complete answers everything and puts a photo in its place.
func (d *desk) complete(actor gov.Actor, x *applications.Application) *applications.Application {
	d.t.Helper()
	x, err := d.Save(d.t.Context(), actor, x.ID, x.Version(), who, good(), false)
	if err == nil {
		x, err = d.Attach(d.t.Context(), actor, x.ID, x.Version(), "portrait", "照片.png", bytes.NewReader(picture(1)))
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return x
}

func (d *desk) file(actor gov.Actor) *applications.Application {
	d.t.Helper()
	x := d.complete(actor, d.start(actor))
	x, err := d.File(d.t.Context(), actor, x.ID, x.Version(), true)
	if err != nil {
		d.t.Fatal(err)
	}
	return x
}

// amending is a filed application of which a correction names the number and the photo.
func (d *desk) amending(actor gov.Actor) *applications.Application {
	d.t.Helper()
	x := d.file(actor)
	err := d.db.Do(d.t.Context(), func(tx *db.Tx) error {
		return d.OpenAmendmentIn(d.t.Context(), tx, clerk(), x.ID, []applications.Defect{
			{Kind: "field", Key: "id_number", Reason: "与证件不一致"}, {Kind: "field", Key: "photo", Reason: "照片不清楚"}})
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.again(x)
}

// in is an application brought to a state by acts alone.
func (d *desk) in(state applications.State, actor gov.Actor) *applications.Application {
	d.t.Helper()
	var x *applications.Application
	switch state {
	case applications.Filed:
		x = d.file(actor)
	case applications.Amending:
		x = d.amending(actor)
	case applications.Draft:
		x = d.complete(actor, d.start(actor))
	case applications.Discarded:
		x = d.start(actor)
		if err := d.Discard(d.t.Context(), actor, x.ID, x.Version()); err != nil {
			d.t.Fatal(err)
		}
		x = d.again(x)
	}
	if x == nil || x.State != state {
		d.t.Fatalf("brought to %+v, not %s", x, state)
	}
	return x
}

// round is one of the daily job that ends old drafts.
func (d *desk) round() (n int, err error) {
	err = d.db.Do(d.t.Context(), func(tx *db.Tx) error {
		n, err = d.Expire(d.t.Context(), tx)
		return err
	})
	return n, err
}

// again reads the application as the program sees it.
func (d *desk) again(x *applications.Application) *applications.Application {
	d.t.Helper()
	got, err := d.Application(d.t.Context(), gov.Actor{Kind: gov.System}, x.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

func (d *desk) count(sql string, args ...any) (n int) {
	d.t.Helper()
	if err := d.db.Row(d.t.Context(), sql, args...).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	return n
}

// picture is a small photo, another one for each nth.
func picture(nth int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8+nth, 8))); err != nil {
		panic(err) // writing to memory
	}
	return b.Bytes()
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// wantFields holds the paths of a fault of fields, in order.
func wantFields(t *testing.T, what string, err error, paths ...string) {
	t.Helper()
	e, ok := fault.As(err)
	if !ok || len(e.Fields) != len(paths) {
		t.Errorf("%s: %v, want faults at %v", what, err, paths)
		return
	}
	for i, path := range paths {
		if e.Fields[i].Path != path {
			t.Errorf("%s: fault at %s, want %s", what, e.Fields[i].Path, path)
		}
	}
}
