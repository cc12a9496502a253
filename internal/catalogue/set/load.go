package set

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Limits on one file. They keep a hostile file from taking the machine; a real
// one has about a tenth of the values per byte that are allowed here.
const (
	MaxFile    = 32 << 20 // bytes; a set may be split into items/*.yaml
	maxValues  = 5 << 20  // marks that can begin a value
	maxDepth   = 24
	maxScalar  = 64 << 10 // bytes of one text
	maxEntries = 200      // keys of one mapping
)

// load reads one file into its root value. ok is false when the file could not
// be used at all; the problem is then noted. present is false when it is not there.
func (r *reader) load(name string) (root node, present, ok bool) {
	data, err := r.readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return node{}, false, false
	}
	if err != nil {
		r.note(name, 0, "", "unreadable", "detail", err.Error())
		return node{}, true, false
	}
	if !r.plausible(name, data) {
		return node{}, true, false
	}
	r.lines[name] = lastLine(data)
	doc, ok := r.parse(name, data)
	if !ok || !r.tame(name, doc, 0) {
		return node{}, true, false
	}
	root = node{r: r, yaml: doc.Content[0], file: name}
	if root.null() {
		root.fail("empty_file")
		return node{}, true, false
	}
	return root, true, true
}

// readFile takes at most one byte more than allowed, whatever the file claims
// to be (a link to a device has no end).
func (r *reader) readFile(name string) ([]byte, error) {
	f, err := r.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("not a regular file")
	}
	return io.ReadAll(io.LimitReader(f, MaxFile+1))
}

func (r *reader) plausible(name string, data []byte) bool {
	switch {
	case len(data) > MaxFile:
		r.note(name, 0, "", "too_large", "max", MaxFile>>20)
		return false
	case !utf8.Valid(data):
		r.note(name, badLine(data), "", "not_utf8")
		return false
	}
	marks := 0
	for _, c := range data {
		switch c {
		case ',', '[', '{', ':', '-', '\n', '?':
			marks++
		}
	}
	if marks > maxValues {
		r.note(name, 0, "", "too_many_values")
		return false
	}
	return true
}

// badLine is the line of the first byte that is not UTF-8.
func badLine(data []byte) int {
	line := 1
	for len(data) > 0 {
		c, n := utf8.DecodeRune(data)
		if c == utf8.RuneError && n <= 1 {
			break
		}
		if c == '\n' {
			line++
		}
		data = data[n:]
	}
	return line
}

var (
	yamlLine      = regexp.MustCompile(`^line (\d+): `)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '([^']+)' referenced`)
)

// parse turns bytes into one document. The parser stops at its first error, so
// a malformed file has one problem.
func (r *reader) parse(name string, data []byte) (doc *yaml.Node, ok bool) {
	defer func() {
		if p := recover(); p != nil { // the parser is not ours; its slip is the file's problem
			r.note(name, 0, "", "malformed", "detail", fmt.Sprint(p))
			doc, ok = nil, false
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(data))
	doc = &yaml.Node{}
	if err := d.Decode(doc); err != nil || len(doc.Content) == 0 {
		if err == nil || errors.Is(err, io.EOF) {
			r.note(name, 1, "", "empty_file")
		} else {
			line, detail := explain(err, data)
			r.note(name, line, "", "malformed", "detail", detail)
		}
		return nil, false
	}
	var second yaml.Node
	switch err := d.Decode(&second); {
	case errors.Is(err, io.EOF):
		return doc, true
	case err != nil:
		line, detail := explain(err, data)
		r.note(name, line, "", "malformed", "detail", detail)
	default:
		r.note(name, second.Line, "", "more_documents")
	}
	return nil, false
}

// parserWords begin the messages of the parser's grammar, whose lines count from
// 0; those of its scanner count from 1.
var parserWords = []string{
	"did not find expected <", "did not find expected node content", "did not find expected '-' indicator",
	"did not find expected key", "did not find expected ',' or", "found undefined tag handle", "found duplicate %",
	"found incompatible YAML document",
}

// explain takes the line out of the parser's message. Without one it is the
// first, except for an alias of nothing, which has to be looked for.
func explain(err error, data []byte) (line int, detail string) {
	detail = strings.TrimPrefix(err.Error(), "yaml: ")
	line = 1
	if m := yamlLine.FindStringSubmatchIndex(detail); m != nil {
		line, _ = strconv.Atoi(detail[m[2]:m[3]])
		detail = detail[m[1]:]
		for _, w := range parserWords {
			if strings.HasPrefix(detail, w) {
				line++
			}
		}
	}
	if m := unknownAnchor.FindStringSubmatch(detail); m != nil {
		if i := bytes.Index(data, []byte("*"+m[1])); i >= 0 {
			line = 1 + bytes.Count(data[:i], []byte("\n"))
		}
	}
	return line, quote(detail)
}

// lastLine counts every break YAML knows; CR LF is one.
func lastLine(data []byte) int {
	line := 1
	for _, b := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
		line += bytes.Count(data, []byte(b))
	}
	return line - bytes.Count(data, []byte("\r\n"))
}

// tame refuses what a catalogue has no use for and an attacker does: aliases
// (they multiply), tags of other types, bottomless nesting, endless texts.
func (r *reader) tame(name string, n *yaml.Node, depth int) bool {
	fine := true
	switch {
	case depth > maxDepth:
		r.note(name, n.Line, "", "too_deep", "max", maxDepth)
		return false
	case n.Kind == yaml.AliasNode:
		r.note(name, n.Line, "", "alias", "value", quote(n.Value))
		return false
	case len(n.Value) > maxScalar:
		r.note(name, n.Line, "", "too_long", "max", maxScalar>>10)
		fine = false
	case n.Kind == yaml.ScalarNode && !plainTag(n.ShortTag()):
		r.note(name, n.Line, "", "tag", "value", quote(n.ShortTag()))
		fine = false
	}
	for _, c := range n.Content {
		if !r.tame(name, c, depth+1) {
			fine = false
		}
	}
	return fine
}

func plainTag(tag string) bool {
	switch tag {
	case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!merge":
		return true
	default:
		return false
	}
}
