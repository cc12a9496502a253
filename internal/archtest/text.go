package archtest

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
)

// private are things that belong to one machine or one supplier and not into a project. They are
// put together from pieces here, so that this file does not contain what it forbids.
// Hints are what a line holds at least, so that megabytes of data are passed over quickly.
var private = []struct {
	what  string
	hints []string
	re    *regexp.Regexp
}{
	{"the host name of a package registry: name the package, its client knows where to go", []string{
		"npm", "golang", "proxy", "pypi", "python", "debian", "crates", "maven", "mirrors",
	}, regexp.MustCompile(
		`\b(registry` + `\.npm(js|mirror)\.(org|com)|(www\.)?npm` + `js\.com|(proxy|sum)` + `\.golang\.org|go` + `proxy\.(cn|io)` +
			`|pypi` + `\.org|files\.python` + `hosted\.org|(deb|security|snapshot)` + `\.debian\.org|(static\.|index\.)?crates` + `\.io` +
			`|repo1?` + `\.maven\.(apache\.)?org|mirrors\.(aliyun|tencent|tuna\.tsinghua|ustc)[a-z.]*)\b`)},
	{"an absolute path of one machine: start from the checkout, or from a directory the caller names", []string{
		"/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/", "/Us" + "ers/",
	}, regexp.MustCompile(
		"(^|[\\s\"'=(:`])/(ro" + "ot|wo" + "rk|ho" + "me/[a-z][a-z0-9_-]*|Us" + "ers/[A-Za-z][A-Za-z0-9_-]*)/")},
}

// tracked holds the text of the named files against what must not leave a machine.
func tracked(fsys fs.FS, files []string) []string {
	var problems []string
	for _, name := range files {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			// A file that is staged and already removed again.
			continue
		}
		if bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0 {
			continue // a picture, an archive
		}
		problems = append(problems, machine(name, text)...)
	}
	slices.Sort(problems)
	return slices.Compact(problems)
}

func machine(name string, text []byte) []string {
	var problems []string
	n := 0
	for line := range bytes.Lines(text) {
		n++
		for _, p := range private {
			if !slices.ContainsFunc(p.hints, func(hint string) bool { return bytes.Contains(line, []byte(hint)) }) {
				continue
			}
			for _, found := range p.re.FindAll(line, -1) {
				found = bytes.TrimLeft(found, " \t\r\n\"'=(:`")
				problems = append(problems, fmt.Sprintf("%s:%d: %s is %s", name, n, found, p.what))
			}
		}
	}
	return problems
}
