package app_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yimen/internal/app"
)

// documents are all Markdown files of the project, by path from the root.
func documents(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "var" || (strings.HasPrefix(d.Name(), ".") && name != ".")) {
			return fs.SkipDir
		}
		if path.Ext(name) == ".md" {
			out[name] = read(t, filepath.Join(root, name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("only %d documents were found", len(out))
	}
	return out
}

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"`)
	fence    = regexp.MustCompile("(?ms)^```.*?^```")
	codePath = regexp.MustCompile("`((?:internal|cmd|docs|migrations|seed|e2e|bench|scripts)/[A-Za-z0-9_./-]+)`")
	heading1 = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// A link that leads nowhere, and a path that was renamed, are found here and not
// by the newcomer who follows them.
func TestDocumentsLeadSomewhere(t *testing.T) {
	t.Parallel()
	checked := 0
	for name, text := range documents(t) {
		prose := fence.ReplaceAllString(text, "")
		for _, m := range link.FindAllStringSubmatch(prose, -1) {
			target := m[1] + m[2]
			if strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") {
				t.Errorf("%s: %s leaves the project; name the thing instead", name, target)
				continue
			}
			checked++
			file, anchor, _ := strings.Cut(target, "#")
			if file != "" {
				file = path.Join(path.Dir(name), file)
			} else {
				file = name
			}
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s: there is no %s", name, target)
			} else if anchor != "" && !slices.Contains(anchors(read(t, filepath.Join(root, file))), anchor) {
				t.Errorf("%s: %s has no heading %q", name, file, anchor)
			}
		}
		for _, m := range codePath.FindAllStringSubmatch(prose, -1) {
			checked++
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s: there is no %s", name, m[1])
			}
		}
	}
	if checked < 150 {
		t.Errorf("only %d links and paths were checked", checked)
	}
}

// anchors are the names by which headings are reached.
func anchors(text string) []string {
	var out []string
	for _, m := range heading1.FindAllStringSubmatch(text, -1) {
		out = append(out, strings.ReplaceAll(strings.ToLower(regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(m[1], "")), " ", "-"))
	}
	return out
}

// Names that are typed from a document must exist: options, accounts of the demo
// town, its password.
func TestDocumentsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	town, err := app.ReadTown()
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"YIMEN_TEST_PG"} // of the tests, see platform/pgtest
	for _, o := range app.Options {
		known = append(known, o.Env(app.Prefix))
	}
	all := documents(t)
	for name, text := range all {
		for _, env := range regexp.MustCompile(`YIMEN_[A-Z0-9_]*[A-Z0-9]\b`).FindAllString(text, -1) {
			if !slices.Contains(known, env) && env+"_" != app.Prefix {
				t.Errorf("%s: there is no option %s", name, env)
			}
		}
	}
	var logins []string
	for _, p := range town.People {
		logins = append(logins, p.Login)
	}
	for _, s := range town.Staff {
		logins = append(logins, s.Login)
	}
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		if !strings.Contains(all[name], "`"+town.Password+"`") {
			t.Errorf("%s does not tell the demo town's password", name)
		}
		rows := regexp.MustCompile("(?m)^\\| (`[^|]+) \\|").FindAllStringSubmatch(all[name], -1)
		if len(rows) < 5 {
			t.Errorf("%s has no table of accounts", name)
		}
		for _, row := range rows {
			for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
				if !slices.Contains(logins, m[1]) {
					t.Errorf("%s: nobody in the demo town signs in as %s", name, m[1])
				}
			}
		}
	}
}

// The pictures are part of the first page a newcomer loads.
func TestPicturesAreSmall(t *testing.T) {
	t.Parallel()
	for _, file := range glob(t, root+"/docs/img/*") {
		if st, err := os.Stat(file); err != nil || st.Size() > 200<<10 {
			t.Errorf("%s: %v, more than 200 KB", file, err)
		}
	}
}

// What a decision record has.
func TestDecisionsHaveTheirParts(t *testing.T) {
	t.Parallel()
	for _, file := range glob(t, root+"/docs/adr/*.md") {
		text := read(t, file)
		for _, part := range []string{"**Context.**", "**Decision.**", "**Consequences.**"} {
			if !strings.Contains(text, part) {
				t.Errorf("%s has no %s", file, part)
			}
		}
		if lines := strings.Count(text, "\n"); lines > 60 {
			t.Errorf("%s has %d lines: a decision is one page", file, lines)
		}
	}
}
