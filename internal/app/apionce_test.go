package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/platform/db"
	"yimen/internal/rehearsal"
)

// newStory is a story of one system at an installation.
func newStory(t *testing.T, a *app.App) *story {
	o := newOffice(a)
	return &story{system: o.system(t, "front-system", everywhere), t: t}
}

// together sends the same request from n programs at the same moment.
func (s *story) together(n int, send func() *call) []*call {
	out := make([]*call, n)
	var all sync.WaitGroup
	for i := range out {
		all.Go(func() { out[i] = send() })
	}
	all.Wait()
	return out
}

// one checks that all answers are the same and that only one of them is not a replay.
func (s *story) one(calls []*call, status int) *call {
	s.t.Helper()
	var first *call
	for _, c := range calls {
		c.wants(s.t, status)
		if string(c.answer) != string(calls[0].answer) || c.header.Get("ETag") != calls[0].header.Get("ETag") {
			s.t.Fatalf("two answers to one request\n%s\n%s", calls[0].answer, c.answer)
		}
		if c.header.Get("Idempotency-Replayed") == "" {
			if first != nil {
				s.t.Fatal("done twice")
			}
			first = c
		}
	}
	if first == nil {
		s.t.Fatal("nobody did it")
	}
	return first
}

// TestAPIOnce sends every kind of kept request from eight programs at once.
func TestAPIOnce(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		s := newStory(t, a)
		g := s.guide("food-business-licence")
		body := map[string]any{"guide": g, "applicant": noodles, "answers": s.answers(g)}
		before := apptest.Rows(t, a.DB, "application")
		x := s.one(s.together(8, func() *call { return s.do("POST", "/api/v1/applications", body, "Idempotency-Key", "submit-0001") }), 201)
		if n := apptest.Rows(t, a.DB, "application"); n != before+1 {
			t.Fatalf("%d applications", n-before)
		}
		body["answers"] = map[string]any{"premises_area": "12"}
		s.do("POST", "/api/v1/applications", body, "Idempotency-Key", "submit-0001").problem(t, 422, "once.other_request")
		// a form's boundary is another each time; the same file is still the same request
		path := "/api/v1/applications/" + x.text(t, "id") + "/attachments"
		slot := map[string]string{"slot": "biz", "version": fmt.Sprint(x.text(t, "version"))}
		file := s.one(s.together(8, func() *call {
			return s.upload(path, slot, "照片.png", rehearsal.Picture(), "Idempotency-Key", "attach-0001")
		}), 201)
		if n := len(at(file.json(t), "slots.0.attachments").([]any)); n != 1 {
			t.Errorf("%d files", n)
		}
		s.upload(path, slot, "照片.png", append(rehearsal.Picture(), 0), "Idempotency-Key", "attach-0001").problem(t, 422, "once.other_request")
		s.upload(path, slot, "别的.png", rehearsal.Picture(), "Idempotency-Key", "attach-0002").problem(t, 409, "applications.stale")
		s.upload(path, slot, "别的.png", rehearsal.Picture(), "Idempotency-Key", "attach-0002").problem(t, 409, "applications.stale") // refused keeps nothing

		_, id := s.filed()
		calls := s.together(8, func() *call {
			return s.do("POST", "/api/v1/cases/"+id+"/acceptance", map[string]any{"version": 1}, "Idempotency-Key", "accept-0001")
		})
		if c := s.one(calls, 200); c.text(t, "version") != "2" {
			t.Errorf("%s", c.answer)
		}
		s.do("POST", "/api/v1/cases/"+id+"/acceptance", map[string]any{"version": 1}, "Idempotency-Key", "accept-0002").problem(t, 409, "cases.stale")
		s.do("POST", "/api/v1/cases/"+id+"/decline", map[string]any{"version": 1, "reason": "一", "article": "二"}, "Idempotency-Key", "accept-0001").
			problem(t, 422, "once.other_request")
		// another system may use the same key for its own
		other := s.office.system(t, "other-system", everywhere)
		other.do("POST", "/api/v1/cases/"+id+"/acceptance", map[string]any{"version": 2}, "Idempotency-Key", "accept-0001").problem(t, 409, "cases.not_now")
		holds(t, a)
	})
}

// TestAPIAfterACrash takes the files as kill -9 leaves them and asks again.
func TestAPIAfterACrash(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	s := newStory(t, a)
	_, id := s.filed()
	accept := func(s *system) *call {
		return s.do("POST", "/api/v1/cases/"+id+"/acceptance", map[string]any{"version": 1}, "Idempotency-Key", "accept-0001")
	}
	first := accept(s.system).wants(t, 200)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(a.Config.Text("data"))); err != nil { // the write-ahead log among them, nothing closed
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "keys.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	after := apptest.Open(t, map[string]string{"data": dir}, nil)
	again := accept(&system{office: newOffice(after), token: s.token}).wants(t, 200)
	if again.header.Get("Idempotency-Replayed") != "true" || string(again.answer) != string(first.answer) || again.header.Get("ETag") != first.header.Get("ETag") {
		t.Errorf("another answer after the crash\n%s\n%s", first.answer, again.answer)
	}
	holds(t, after)
}

// TestAPIOnAnotherNode asks a second process on the same PostgreSQL.
func TestAPIOnAnotherNode(t *testing.T) {
	t.Parallel()
	url := apptest.PostgresURL(t)
	options := map[string]string{"data": t.TempDir(), "keys": apptest.KeyFile(t), "db": url}
	a := apptest.Open(t, options, nil)
	b := apptest.Open(t, options, nil)
	s := newStory(t, a)
	there := &system{office: newOffice(b), token: s.token}
	_, id := s.filed()
	var calls []*call
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range 8 {
		by := s.system
		if i%2 == 1 {
			by = there
		}
		all.Go(func() {
			c := by.do("POST", "/api/v1/cases/"+id+"/acceptance", map[string]any{"version": 1}, "Idempotency-Key", "accept-0001")
			mu.Lock()
			defer mu.Unlock()
			calls = append(calls, c)
		})
	}
	all.Wait()
	s.one(calls, 200)
	holds(t, a)
}

// TestAPIAnswersAreKeptSealed: what lies in the table shows neither key nor answer.
func TestAPIAnswersAreKeptSealed(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		s := newStory(t, a)
		g := s.guide("remote-medical-record")
		s.do("POST", "/api/v1/applications", map[string]any{"guide": g, "applicant": sample, "answers": s.answers(g), "file": true, "declared": true},
			"Idempotency-Key", "何示例99000019900307003X").wants(t, 201)
		rows, err := a.DB.Query(t.Context(), `SELECT caller || key || print || answer FROM once`)
		all, err := db.All(rows, err, db.Text)
		if err != nil || len(all) == 0 {
			t.Fatal(all, err)
		}
		if text := strings.Join(all, "\n"); strings.Contains(text, "何示例") || strings.Contains(text, "99000019900307003X") || strings.Contains(text, "remote-medical") {
			t.Error("a kept answer lies in clear")
		}
	})
}
