package scores

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"yimen/internal/platform/fault"
)

// Problem is one thing wrong with an index system; Code is a language key.
type Problem struct {
	File string
	Line int
	Code string
	Args fault.Args
}

// String is "file:line: code" with its arguments, for logs; people read the
// sentence of the code.
func (p Problem) String() string {
	text := fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Code)
	for _, k := range []string{"key", "value", "allowed", "sum", "detail"} {
		if v, ok := p.Args[k]; ok {
			text += fmt.Sprintf(" %s=%v", k, v)
		}
	}
	return text
}

// Problems are all of them, in the order of the file.
type Problems []Problem

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Limits of a file: beyond them it is no index system.
const (
	mostBytes    = 256 << 10
	mostIndices  = 60
	longestText  = 300
	mostProblems = 200
)

// ReadSystem reads an index system from YAML (seed/indices.yaml shows the form). It
// is refused whole, with every problem by file and line, when anything is wrong.
func ReadSystem(file string, data []byte) (*System, error) {
	r := &reader{file: file}
	root := r.load(data)
	var s *System
	if root != nil {
		s = r.system(root)
	}
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Line - b.Line })
		return nil, r.problems
	}
	return s, nil
}

type reader struct {
	file     string
	problems Problems
}

func (r *reader) note(line int, code string, kv ...any) {
	if len(r.problems) >= mostProblems {
		return
	}
	args := fault.Args{}
	for i := 0; i+1 < len(kv); i += 2 {
		if name, ok := kv[i].(string); ok {
			args[name] = kv[i+1]
		}
	}
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Code: code, Args: args})
}

// load gives the document's mapping, or nil. Aliases are refused: a small file can
// grow without end by them.
func (r *reader) load(data []byte) (root *yaml.Node) {
	defer func() {
		if p := recover(); p != nil { // the parser is not ours; its slip is the file's problem
			r.note(1, "scores.file_malformed", "detail", fmt.Sprint(p))
			root = nil
		}
	}()
	if len(data) > mostBytes || !utf8.Valid(data) {
		r.note(1, "scores.file_unreadable")
		return nil
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := d.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		r.note(lineOf(err), "scores.file_malformed", "detail", err.Error())
		return nil
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode || aliased(&doc, 0) {
		r.note(1, "scores.file_malformed", "detail", "a mapping, without aliases")
		return nil
	}
	return doc.Content[0]
}

var saysLine = regexp.MustCompile(`line (\d+)`)

func lineOf(err error) int {
	if m := saysLine.FindStringSubmatch(err.Error()); m != nil {
		if n, e := strconv.Atoi(m[1]); e == nil {
			return n
		}
	}
	return 1
}

const deepest = 8

func aliased(n *yaml.Node, depth int) bool {
	return n.Kind == yaml.AliasNode || depth > deepest ||
		slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return aliased(c, depth+1) })
}

// object is a mapping whose keys have been checked.
type object struct {
	r    *reader
	node *yaml.Node
}

func (r *reader) object(n *yaml.Node, keys ...string) (object, bool) {
	if n.Kind != yaml.MappingNode {
		r.note(n.Line, "scores.not_object")
		return object{}, false
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if !slices.Contains(keys, k.Value) || seen[k.Value] {
			r.note(k.Line, "scores.key_unknown", "key", short(k.Value))
		}
		seen[k.Value] = true
	}
	return object{r, n}, true
}

func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// at is the value under a key, nil when there is none.
func (o object) at(key string) *yaml.Node {
	for i := 0; i+1 < len(o.node.Content); i += 2 {
		if o.node.Content[i].Value == key {
			return o.node.Content[i+1]
		}
	}
	return nil
}

func (o object) need(key string, kind yaml.Kind) *yaml.Node {
	n := o.at(key)
	if n == nil || n.ShortTag() == "!!null" {
		o.r.note(o.node.Line, "scores.key_missing", "key", key)
		return nil
	}
	if n.Kind != kind {
		o.r.note(n.Line, "scores.key_wrong", "key", key)
		return nil
	}
	return n
}

func (o object) text(key string) string {
	n := o.need(key, yaml.ScalarNode)
	if n == nil {
		return ""
	}
	text := strings.TrimSpace(n.Value)
	if text == "" || utf8.RuneCountInString(text) > longestText {
		o.r.note(n.Line, "scores.text_length", "key", key)
	}
	return text
}

func (o object) list(key string) []*yaml.Node {
	if n := o.need(key, yaml.SequenceNode); n != nil {
		return n.Content
	}
	return nil
}

func (o object) listOr(key string) []*yaml.Node {
	if o.at(key) == nil {
		return nil
	}
	return o.list(key)
}

// oneOf is a text among a few.
func oneOf[T ~string](o object, key string, allowed ...T) T {
	v := T(o.text(key))
	if v != "" && !slices.Contains(allowed, v) {
		names := make([]string, len(allowed))
		for i, a := range allowed {
			names[i] = string(a)
		}
		o.r.note(o.at(key).Line, "scores.not_allowed", "key", key, "value", short(string(v)), "allowed", strings.Join(names, "、"))
	}
	return v
}

func (o object) amount(key string, u Unit) Amount {
	n := o.need(key, yaml.ScalarNode)
	if n == nil {
		return 0
	}
	a, ok := u.parse(n.Value)
	if !ok {
		o.r.note(n.Line, "scores.not_amount", "key", key, "value", short(n.Value))
	}
	return a
}
