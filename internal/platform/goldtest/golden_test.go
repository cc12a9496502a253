package goldtest

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestNormalFormHidesWhatChangesByItself(t *testing.T) {
	page := func(hash, id, attrs, space string) string {
		return fmt.Sprintf(`<!doctype html><link href="/assets/yimen-%s.css"><svg hidden><symbol id="i"></symbol></svg><p %s>一%s<a href="/c/%s">%s</a></p>`, hash, attrs, space, id, id)
	}
	a := Normal(page("0123456789", "019b2c3d-0000-7000-8000-000000000001", `id="x" class="y  z"`, " "))
	b := Normal(page("abcdef0123", "019b2c3d-0000-7000-8000-000000000002", `class="y z" id="x"`, "\n\n  "))
	if a != b {
		t.Errorf("differ:\n%s\n%s", a, b)
	}
	if !strings.Contains(a, "yimen-HASH.css") || strings.Count(a, "UUID-1") != 2 || strings.Contains(a, "symbol") {
		t.Error(a)
	}
}

func TestNormalFormKeepsWhatAPersonSees(t *testing.T) {
	base := Normal(`<p class="a">一 二</p>`)
	for _, other := range []string{`<p class="b">一 二</p>`, `<p class="a">一二</p>`, `<p class="a">一 <b>二</b></p>`, `<div class="a">一 二</div>`} {
		if Normal(other) == base {
			t.Errorf("%s looks the same", other)
		}
	}
	two := Normal(`<a href="/019b2c3d-0000-7000-8000-000000000001"></a><a href="/019b2c3d-0000-7000-8000-000000000002"></a>`)
	if !strings.Contains(two, "UUID-1") || !strings.Contains(two, "UUID-2") {
		t.Error("different ids must stay different:", two)
	}
}

// recorder takes the place of a test that fails.
type recorder struct {
	testing.TB
	failed []string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Errorf(f string, a ...any) { r.failed = append(r.failed, fmt.Sprintf(f, a...)) }
func (r *recorder) Fatalf(f string, a ...any) { r.failed = append(r.failed, fmt.Sprintf(f, a...)) }

func TestCompareWithFile(t *testing.T) {
	t.Chdir(t.TempDir())
	was := *update
	t.Cleanup(func() { *update = was })
	*update = true
	HTML(t, "page", "<p>一</p>")
	Text(t, "text", "一\n")
	*update = false
	HTML(t, "page", "<p>一</p>")
	Text(t, "text", "一\n")
	var r recorder
	HTML(&r, "page", "<p>二</p>")
	if len(r.failed) != 1 || !strings.Contains(r.failed[0], "二") {
		t.Error("a difference was not told:", r.failed)
	}
	if err := os.Remove("testdata/text.golden.txt"); err != nil {
		t.Fatal(err)
	}
	Text(&r, "text", "")
	if len(r.failed) < 2 || !strings.Contains(r.failed[1], "-update") {
		t.Error("a missing file was not told:", r.failed)
	}
}
