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
var private = []struct {
	what string
	re   *regexp.Regexp
}{
	{"the host name of a package registry: name the package, its client knows where to go", regexp.MustCompile(
		`(?i)\b(registry` + `\.npm(js|mirror)\.(org|com)|(www\.)?npm` + `js\.com|(proxy|sum)` + `\.golang\.org|go` + `proxy\.(cn|io)` +
			`|pypi` + `\.org|files\.python` + `hosted\.org|(deb|security|snapshot)` + `\.debian\.org|(static\.|index\.)?crates` + `\.io` +
			`|repo1?` + `\.maven\.(apache\.)?org|mirrors\.(aliyun|tencent|tuna\.tsinghua|ustc)[a-z.]*)\b`)},
	{"an absolute path of one machine: start from the checkout, or from a directory the caller names", regexp.MustCompile(
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
		for _, p := range private {
			for _, at := range p.re.FindAllIndex(text, -1) {
				line := 1 + bytes.Count(text[:at[0]], []byte("\n"))
				found := bytes.TrimLeft(text[at[0]:at[1]], " \t\r\n\"'=(:`")
				problems = append(problems, fmt.Sprintf("%s:%d: %s is %s", name, line, found, p.what))
			}
		}
	}
	slices.Sort(problems)
	return slices.Compact(problems)
}
