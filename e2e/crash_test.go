package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"yimen/e2e/harness"
	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/journal"
)

const (
	crashes   = 5  // how often the server is killed
	crowdSize = 6  // how many cases are worked on at once
	perPerson = 12 // applications of each of the three handlers
)

// TestCrash kills the server again and again while people file, accept, decide,
// hand over and rate. What somebody was told has been done must be there; what he
// was told nothing about was done once or not at all, and can be done again.
func TestCrash(t *testing.T) {
	t.Parallel()
	harness.Each(t, func(t *testing.T, s *harness.Server) {
		c := newCrowd(t, s)
		working := make(chan error, 1)
		go func() { working <- c.work() }()
		over := c.disturb(t, working)
		if err := <-over; err != nil {
			t.Fatal(err)
		}
		t.Logf("%d acts acknowledged, %d cut off, of which %d had been done", c.acked.Load(), c.cut.Load(), c.cutDone.Load())
		if c.cut.Load() == 0 {
			t.Error("no act was cut off: the server was never killed in the middle of one")
		}
		verified(t, s)
		s.Stop()
		t.Run("afterwards", func(t *testing.T) { c.inspect(t) })
		t.Run("bundles", func(t *testing.T) { severed(t, s) })
	})
}

// crowd is everybody at work.
type crowd struct {
	server  *harness.Server
	lines   []*line
	staff   map[string]*visitor
	second  string // account of the second official of every site visit
	crashed atomic.Int64

	acked, cut, cutDone atomic.Int64
}

// line is one application on its way to the rating.
type line struct {
	application, page string // page asks for the contact's name
	who               *visitor
	contact           string
	number, caseID    string
	acts              int   // acts of the case that are known to have been done
	seen              int64 // crashes when the acts were last counted
}

// newCrowd lets the handlers prepare drafts that are complete, and signs all in.
func newCrowd(t *testing.T, s *harness.Server) *crowd {
	c := &crowd{server: s, staff: map[string]*visitor{}}
	s.Stop()
	t.Run("drafts", func(t *testing.T) {
		a := apptest.Open(t, map[string]string{"data": s.Dir, "db": s.Database}, nil)
		c.second = apptest.As(t, a, "scjg-officer2", gov.Web).Account
		for _, login := range []string{"handler1", "handler2", "handler3"} {
			c.prepare(t, a, login)
		}
	})
	s.Restart()
	handlers := map[string]*visitor{}
	for i, l := range c.lines {
		login := fmt.Sprintf("handler%d", i/perPerson+1)
		if handlers[login] == nil {
			handlers[login] = arrive(t, s.URL, login)
			c.actForOrganisation(t, handlers[login])
		}
		l.who = handlers[login]
	}
	for _, login := range []string{"clerk1", "scjg-officer", "scjg-reviewer", "scjg-approver", "outlet1"} {
		c.staff[login] = arrive(t, s.URL, login)
	}
	return c
}

func (c *crowd) prepare(t *testing.T, a *app.App, login string) {
	t.Helper()
	ctx := t.Context()
	handler := apptest.Handler(t, a, login)
	g, err := a.Catalogue.GuideAt(ctx, "food-business-licence", "445103")
	if err != nil {
		t.Fatal(err)
	}
	for range perPerson {
		x, err := a.Applications.Start(ctx, handler, g.Local.ID, true)
		if err != nil {
			t.Fatal(err)
		}
		x = apptest.Complete(t, a, handler, x)
		def, err := a.Applications.Definition(ctx, x)
		if err != nil {
			t.Fatal(err)
		}
		c.lines = append(c.lines, &line{application: x.ID, page: def.PageFor("contact_name"),
			contact: "联系人" + string(rune('甲'+len(c.lines)))})
	}
}

func (c *crowd) actForOrganisation(t *testing.T, v *visitor) {
	t.Helper()
	acting, err := formOf(v.must(t, "/account"), "/account/acting")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.post("/account/acting", acting); err != nil || got.status != http.StatusSeeOther {
		t.Fatal(got, err)
	}
}

// disturb kills and starts the server until the work is done.
func (c *crowd) disturb(t *testing.T, working chan error) <-chan error {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	for range crashes {
		more := c.acked.Load() + 10 + random.Int64N(40)
		for c.acked.Load() < more {
			select {
			case err := <-working:
				if err == nil {
					err = errors.New("the work was done before the server was killed often enough")
				}
				t.Fatal(err)
			case <-time.After(time.Millisecond):
			}
		}
		time.Sleep(time.Duration(random.Int64N(int64(20 * time.Millisecond))))
		c.server.Kill9()
		c.crashed.Add(1)
		verified(t, c.server)
		c.server.Restart()
	}
	return working
}

// verified runs `yimen journal verify`, which must find nothing.
func verified(t *testing.T, s *harness.Server) {
	t.Helper()
	out, err := s.Command("journal", "verify", "--json")
	if err != nil {
		t.Fatalf("the journal does not hold: %v\n%s", err, out)
	}
	var report journal.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil || report.Entries == 0 || len(report.Breaks) > 0 {
		t.Fatalf("%v: %s", err, out)
	}
}

func (c *crowd) work() error {
	var all errgroup.Group
	all.SetLimit(crowdSize)
	for _, l := range c.lines {
		all.Go(func() error {
			if err := c.walk(l); err != nil {
				return fmt.Errorf("application %s, case %s: %w", l.application, l.caseID, err)
			}
			return nil
		})
	}
	return all.Wait()
}

// walk takes one application from its last page to the rating.
func (c *crowd) walk(l *line) error {
	if err := c.save(l); err != nil {
		return err
	}
	if err := c.file(l); err != nil {
		return err
	}
	desk, counter, outlet := "/desk/cases/"+l.caseID, "/counter/cases/"+l.caseID, "/outlet/cases/"+l.caseID
	advice := url.Values{"verdict": {"advise_grant"}, "words": {"材料齐全，符合法定形式"}}
	for _, step := range []struct {
		who, page, action string
		with              url.Values
	}{
		{"clerk1", counter, counter + "/acceptance", nil},
		{"scjg-officer", desk + "/visits", desk + "/visits", url.Values{"second": {c.second}, "passed": {"true"}, "record": {"与申请材料一致"}}},
		{"scjg-officer", desk, desk + "/advice", advice},
		{"scjg-reviewer", desk, desk + "/advice", advice},
		{"scjg-approver", desk, desk + "/grant", nil},
		{"outlet1", outlet, outlet + "/handover", url.Values{"recipient": {"钱经办"}}},
		{"", "/cases/" + l.caseID + "/rating?score=1", "/cases/" + l.caseID + "/rating", nil},
	} {
		who := c.staff[step.who]
		if step.who == "" {
			who = l.who
		}
		if err := c.act(l, who, step.page, step.action, step.with); err != nil {
			return fmt.Errorf("%s: %w", step.action, err)
		}
	}
	return nil
}

// acts are the journal's entries of every case in the end.
var acts = []string{"open", "accept", "visit", "advance", "advance", "grant", "deliver", "rate"}

// save changes a page of the draft; doing so twice changes nothing more.
func (c *crowd) save(l *line) error {
	path := "/applications/" + l.application + "/pages/" + l.page
	for {
		page := c.read(l.who, path)
		page2, err := formOf(page.body, path)
		if err != nil {
			return err
		}
		page2.Set("contact_name", l.contact)
		got, err := l.who.post(path, page2)
		if err != nil {
			c.cut.Add(1)
			continue
		}
		if got.status != http.StatusSeeOther {
			return fmt.Errorf("saving: %v", got)
		}
		c.acked.Add(1)
		return nil
	}
}

var caseLink, caseNumber = regexp.MustCompile(`/cases/([0-9a-f-]{36})`), regexp.MustCompile(`[0-9]{6}-[0-9]{8}-[0-9]{6}-[0-9]`)

// file sends the declaration with two fingers at once, and again if there was no
// answer: the number must always be the same.
func (c *crowd) file(l *line) error {
	path := "/applications/" + l.application + "/declaration"
	declaration, err := formOf(c.read(l.who, path).body, path)
	if err != nil {
		return err
	}
	declaration.Set("declared", "true")
	for told := false; !told; {
		if told, err = c.declare(l, path, declaration); err != nil {
			return err
		}
		receipt := c.read(l.who, "/applications/"+l.application+"/receipt")
		number, link := caseNumber.FindString(receipt.body), caseLink.FindStringSubmatch(receipt.body)
		switch {
		case receipt.status != http.StatusOK && told:
			return fmt.Errorf("an acknowledged filing is gone: %v", receipt)
		case receipt.status != http.StatusOK:
			continue
		case number == "" || link == nil, l.number != "" && l.number != number:
			return fmt.Errorf("the number was %q and is %q", l.number, number)
		}
		l.number, l.caseID, l.acts, l.seen = number, link[1], 1, c.crashed.Load()
	}
	c.acked.Add(1)
	return nil
}

func (c *crowd) declare(l *line, path string, declaration url.Values) (told bool, err error) {
	var answered atomic.Int64
	var fingers errgroup.Group
	for range 2 {
		fingers.Go(func() error {
			got, err := l.who.post(path, declaration)
			switch {
			case err != nil:
				c.cut.Add(1)
			case got.status != http.StatusSeeOther || got.location != "/applications/"+l.application+"/receipt":
				return fmt.Errorf("filing: %v", got)
			default:
				answered.Add(1)
			}
			return nil
		})
	}
	err = fingers.Wait()
	return answered.Load() > 0, err
}

// act does one act to the case, exactly once whatever happens to the server.
func (c *crowd) act(l *line, who *visitor, page, action string, with url.Values) error {
	for {
		if now := c.crashed.Load(); now != l.seen {
			if n := c.count(l); n != l.acts {
				return fmt.Errorf("%d acts were done before the crash and %d are there", l.acts, n)
			}
			l.seen = now
		}
		form, err := formOf(c.read(who, page).body, action)
		if err != nil {
			return err
		}
		for name, values := range with {
			form[name] = values
		}
		got, err := who.post(action, form)
		if err != nil {
			c.cut.Add(1)
			switch n := c.count(l); n {
			case l.acts:
				continue
			case l.acts + 1:
				c.cutDone.Add(1)
			default:
				return fmt.Errorf("%d acts had been done, one was tried, and %d are there", l.acts, n)
			}
		} else if got.status != http.StatusSeeOther {
			return fmt.Errorf("%v", got)
		}
		c.acked.Add(1)
		l.acts++
		return c.again(l, who, action, form)
	}
}

// again sends what was sent once more, as an impatient program would.
func (c *crowd) again(l *line, who *visitor, action string, form url.Values) error {
	got, err := who.post(action, form)
	if err != nil {
		c.cut.Add(1)
	} else if got.status != http.StatusConflict && got.location != "/cases/"+l.caseID {
		return fmt.Errorf("the same once more: %v", got)
	}
	if n := c.count(l); n != l.acts {
		return fmt.Errorf("%d acts were done and %d are there", l.acts, n)
	}
	return nil
}

// read gets a page, as often as it takes until the server answers.
func (c *crowd) read(v *visitor, path string) answer {
	for {
		got, err := v.get(path)
		if err == nil {
			return got
		}
		time.Sleep(20 * time.Millisecond)
	}
}

var traced = regexp.MustCompile(`(?s)<ol class="steps".*?</ol>`)

// count reads on the department's page how many acts the case has seen.
func (c *crowd) count(l *line) int {
	page := c.read(c.staff["scjg-officer"], "/desk/cases/"+l.caseID+"/trace")
	return len(regexp.MustCompile(`<li`).FindAllString(traced.FindString(page.body), -1))
}

// inspect looks at the rows themselves, with the server gone.
func (c *crowd) inspect(t *testing.T) {
	a := apptest.Open(t, map[string]string{"data": c.server.Dir, "db": c.server.Database}, nil)
	for _, table := range []string{"cases", "licence WHERE cases <> ''", "rating", "delivery", "site_visit"} {
		if n := apptest.Rows(t, a.DB, table); n != len(c.lines) {
			t.Errorf("%d rows in %s for %d applications", n, table, len(c.lines))
		}
	}
	if n := rows(t, a, `SELECT application FROM cases GROUP BY application HAVING count(*) > 1`); n != 0 {
		t.Errorf("%d applications have several cases", n)
	}
	nothingTwice(t, a)
	for _, l := range c.lines {
		c.inspectLine(t, a, l)
	}
}

// nothingTwice holds that no case was handed over twice, told of twice or has two
// letters of a kind.
func nothingTwice(t *testing.T, a *app.App) {
	t.Helper()
	for _, nothing := range []string{
		`SELECT cases FROM delivery GROUP BY cases HAVING count(*) > 1`,
		`SELECT type || subject FROM event WHERE type LIKE 'case.%' AND type <> 'case.advanced' GROUP BY type, subject HAVING count(*) > 1`,
		`SELECT cases || kind FROM letter GROUP BY cases, kind HAVING count(*) > 1`,
	} {
		if n := rows(t, a, nothing); n > 0 {
			t.Errorf("%s: %d", nothing, n)
		}
	}
}

func (c *crowd) inspectLine(t *testing.T, a *app.App, l *line) {
	t.Helper()
	number, err := gov.ParseCaseNumber(l.number)
	if err != nil {
		t.Fatal(err)
	}
	var application string
	if err := a.DB.Row(t.Context(), `SELECT application FROM cases WHERE id = $1 AND number = $2`, l.caseID, string(number)).Scan(&application); err != nil || application != l.application {
		t.Errorf("number %s belongs to %q, not %q: %v", number, application, l.application, err)
	}
	rows, err := a.DB.Query(t.Context(), `SELECT act FROM journal WHERE subject_kind = 'case' AND subject = $1 ORDER BY version`, l.caseID)
	if done, err := db.All(rows, err, db.Text); err != nil || fmt.Sprint(done) != fmt.Sprint(acts) {
		t.Errorf("case %s: %v %v", l.number, done, err)
	}
	filed, err := a.Applications.Answers(t.Context(), a.DB, l.application)
	if err != nil || filed["contact_name"].Text != l.contact {
		t.Errorf("the contact's name was saved as %s and is %s: %v", l.contact, filed["contact_name"].Text, err)
	}
}
