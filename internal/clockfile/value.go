package clockfile

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"yimen/internal/clock"
)

// reader collects the problems of one file, or of one case of it.
type reader struct {
	file     string
	problems Problems
	left     *int // what may still be visited: aliases can make a small file large
}

// maxVisits is more than a file within its limits holds; what is reached through
// an alias costs more, because it is made of nothing.
const (
	maxVisits = 2 * maxMarks
	aliasCost = 16
)

// value is a place in a file. Its methods never fail: they note the problem and
// give a zero value, so that reading goes on to the next.
type value struct {
	r     *reader
	n     *yaml.Node
	up    *value
	name  string // its key, in a mapping
	index int    // its place, in a list, when name is ""
	cost  int
}

var nothing = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}

// child goes one step down, and through an alias to what it stands for.
func (v *value) child(n *yaml.Node, name string, index int) *value {
	c := &value{r: v.r, n: n, up: v, name: name, index: index, cost: v.cost}
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		c.n, c.cost = n.Alias, aliasCost
	}
	before := *v.r.left
	if *v.r.left -= c.cost; *v.r.left < 0 {
		if before >= 0 {
			c.fail("clockfile.too_many_values")
		}
		c.n = &nothing
	}
	return c
}

// path is the place in the form of clock.InputError.
func (v *value) path() string {
	switch {
	case v.up == nil:
		return v.name
	case v.name == "":
		return v.up.path() + "[" + strconv.Itoa(v.index) + "]"
	case v.up.path() == "":
		return v.name
	}
	return v.up.path() + "." + v.name
}

func (v *value) fail(code string, kv ...any) {
	if len(v.r.problems) > mostProblems { // they are counted, nobody reads them
		v.r.problems.add(Problem{})
		return
	}
	v.r.problems.add(Problem{File: v.r.file, Line: v.n.Line, Path: v.path(), Code: code, Args: pairs(kv)})
}

// wrong is fail with what stands there.
func (v *value) wrong(code string, kv ...any) { v.fail(code, append(kv, "value", v.shown())...) }

// shown is what stands there, short enough for a sentence.
func (v *value) shown() string {
	switch {
	case v.n.Kind == yaml.MappingNode:
		return "{…}"
	case v.n.Kind == yaml.SequenceNode:
		return "[…]"
	case len(v.r.problems) > mostProblems:
		return ""
	}
	const most = 40
	if text := v.n.Value; utf8.RuneCountInString(text) > most {
		return strconv.Quote(string([]rune(text)[:most])) + "…"
	}
	return strconv.Quote(v.n.Value)
}

func (v *value) null() bool { return null(v.n) }

// object is a mapping whose keys have been checked; null stands for no value.
type object struct {
	*value
	keys   []string
	values []*yaml.Node
}

// object takes the value as a mapping with these keys; another key and a key that
// stands twice are problems.
func (v *value) object(keys ...string) (object, bool) {
	if v.n.Kind != yaml.MappingNode {
		v.wrong("clockfile.not_mapping", "keys", strings.Join(keys, ", "))
		return object{}, false
	}
	o := object{v, keys, make([]*yaml.Node, len(keys))}
	for i := 0; i+1 < len(v.n.Content); i += 2 {
		key := v.child(v.n.Content[i], "", 0)
		k := slices.Index(keys, key.n.Value)
		key.name = key.n.Value
		switch {
		case key.n.Kind != yaml.ScalarNode || k < 0:
			key.up, key.name, key.index = v.up, v.name, v.index
			key.wrong("clockfile.unknown_key", "keys", strings.Join(keys, ", "))
		case o.values[k] != nil:
			key.fail("clockfile.duplicate_key")
		default:
			o.values[k] = v.n.Content[i+1]
		}
	}
	return o, true
}

// get is the value under a key, if there is one.
func (o object) get(key string) (*value, bool) {
	n := o.values[slices.Index(o.keys, key)]
	if n == nil {
		return nil, false
	}
	c := o.child(n, key, 0)
	return c, !c.null()
}

// need is get where there must be one.
func (o object) need(key, example string) (*value, bool) {
	c, ok := o.get(key)
	if !ok && *o.r.left >= 0 {
		o.fail("clockfile.missing_key", "key", key, "example", example)
	}
	return c, ok
}

// list takes the value as a list.
func (v *value) list(each func(*value)) {
	if v.n.Kind != yaml.SequenceNode {
		v.wrong("clockfile.not_list")
		return
	}
	for i, n := range v.n.Content {
		if *v.r.left < 0 {
			return
		}
		each(v.child(n, "", i))
	}
}

func (v *value) tag() string {
	if v.n.Kind != yaml.ScalarNode {
		return ""
	}
	return v.n.ShortTag()
}

func (v *value) text() string {
	if v.tag() != "!!str" {
		v.wrong("clockfile.not_text")
		return ""
	}
	return v.n.Value
}

// label is any scalar, for names that nobody counts with.
func (v *value) label() string {
	if v.n.Kind != yaml.ScalarNode {
		v.wrong("clockfile.not_text")
		return ""
	}
	return v.n.Value
}

func (v *value) yes() bool {
	if v.tag() != "!!bool" {
		v.wrong("clockfile.not_bool")
		return false
	}
	return strings.EqualFold(v.n.Value, "true")
}

// whole is a whole number within bounds.
func (v *value) whole(least, most int) int {
	n, err := strconv.Atoi(v.n.Value)
	switch {
	case v.tag() != "!!int" && v.tag() != "!!float" || errors.Is(err, strconv.ErrSyntax): // YAML makes a float of a long one
		v.wrong("clockfile.not_whole")
		return 0
	case err != nil || n < least || n > most:
		v.wrong("clockfile.out_of_range", "min", least, "max", most)
		return 0
	}
	return n
}

// date may stand with quotes or without: YAML would make a time of it.
func (v *value) date() clock.Date {
	d, err := clock.ParseDate(v.n.Value)
	if tag := v.tag(); err != nil || tag != "!!str" && tag != "!!timestamp" {
		v.wrong("clockfile.not_date")
		return clock.Date{}
	}
	return d
}

// instant needs its offset: a time without one is of no zone.
func (v *value) instant() time.Time {
	t, err := time.Parse(time.RFC3339, v.n.Value)
	if tag := v.tag(); err != nil || tag != "!!str" && tag != "!!timestamp" || clock.DateOf(t).IsZero() {
		v.wrong("clockfile.not_instant")
		return time.Time{}
	}
	return t
}

// at is the value at a path in the form of clock.InputError, or the last one on
// the way to it that exists.
func (v *value) at(path string) *value {
	for _, step := range strings.FieldsFunc(path, func(c rune) bool { return c == '.' || c == '[' || c == ']' }) {
		next := v.step(step)
		if next == nil {
			return v
		}
		v = next
	}
	return v
}

func (v *value) step(name string) *value {
	content := v.n.Content
	if i, err := strconv.Atoi(name); err == nil && v.n.Kind == yaml.SequenceNode && i < len(content) {
		return v.child(content[i], "", i)
	}
	for i := 0; v.n.Kind == yaml.MappingNode && i+1 < len(content); i += 2 {
		if content[i].Value == name {
			return v.child(content[i+1], name, 0)
		}
	}
	return nil
}

// plain turns a value into what encoding/json would make of it, numbers as text.
func (v *value) plain(depth int) any {
	if depth > maxDepth || *v.r.left < 0 {
		return nil
	}
	switch v.n.Kind {
	case yaml.MappingNode:
		out := make(map[string]any, len(v.n.Content)/2)
		for i := 0; i+1 < len(v.n.Content); i += 2 {
			key := v.n.Content[i].Value
			if _, twice := out[key]; twice {
				v.child(v.n.Content[i], key, 0).fail("clockfile.duplicate_key")
			}
			out[key] = v.child(v.n.Content[i+1], key, 0).plain(depth + 1)
		}
		return out
	case yaml.SequenceNode:
		out := make([]any, 0, len(v.n.Content))
		v.list(func(c *value) { out = append(out, c.plain(depth+1)) })
		return out
	}
	switch v.tag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(v.n.Value, "true")
	case "!!int", "!!float":
		return json.Number(v.n.Value)
	}
	return v.n.Value
}
