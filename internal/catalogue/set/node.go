package set

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"yimen/internal/clock"
)

// node is a value of a set with where it stands. Its methods never fail: they
// note the problem and give a zero value, so that reading goes on to the next.
type node struct {
	r     *reader
	yaml  *yaml.Node
	file  string
	entry string // id of the entry it belongs to
	key   string // key it stands under
}

func (n node) path() string {
	if n.entry != "" && n.key != "" {
		return n.entry + "." + n.key
	}
	return n.entry + n.key
}

func (n node) fail(code string, kv ...any) {
	n.r.note(n.file, n.yaml.Line, n.path(), code, append([]any{"key", n.key}, kv...)...)
}

func (n node) null() bool {
	return n.yaml.Kind == yaml.ScalarNode && n.yaml.ShortTag() == "!!null"
}

// object is a mapping whose keys have been checked.
type object struct{ node }

// object takes the node as a mapping with these keys; any other key and a key
// that stands twice are problems.
func (n node) object(keys ...string) (object, bool) {
	if n.yaml.Kind != yaml.MappingNode {
		n.fail("not_object")
		return object{}, false
	}
	if len(n.yaml.Content) > 2*maxEntries {
		n.fail("too_many_keys", "max", maxEntries)
		return object{}, false
	}
	for i := 0; i < len(n.yaml.Content); i += 2 {
		k := n.yaml.Content[i]
		at := node{n.r, k, n.file, n.entry, quote(k.Value)}
		switch {
		case k.Kind != yaml.ScalarNode || !slices.Contains(keys, k.Value):
			at.fail("unknown_key")
		case n.first(k.Value) != i:
			at.fail("duplicate_key")
		}
	}
	return object{n}, true
}

func (n node) first(key string) int {
	for i := 0; i < len(n.yaml.Content); i += 2 {
		if n.yaml.Content[i].Value == key {
			return i
		}
	}
	return -1
}

// get gives the value under key; ok is false when the key is not there.
func (o object) get(key string) (node, bool) {
	i := o.first(key)
	if i < 0 {
		return node{r: o.r, yaml: o.yaml, file: o.file, entry: o.entry, key: key}, false
	}
	return node{o.r, o.yaml.Content[i+1], o.file, o.entry, key}, true
}

// need is get for a key that must be there and not be null.
func (o object) need(key string) (node, bool) {
	n, ok := o.get(key)
	if !ok || n.null() {
		n.fail("missing_key")
		return n, false
	}
	return n, true
}

func (n node) text() string {
	if n.yaml.Kind != yaml.ScalarNode || (n.yaml.ShortTag() != "!!str" && n.yaml.ShortTag() != "!!timestamp") {
		n.fail("not_text", "value", quote(n.yaml.Value))
		return ""
	}
	return strings.TrimSpace(n.yaml.Value)
}

// text is a required text that says something.
func (o object) text(key string) string {
	n, ok := o.need(key)
	if !ok {
		return ""
	}
	s := n.text()
	if s == "" && n.yaml.ShortTag() == "!!str" {
		n.fail("empty_text")
	}
	return s
}

// textOr is a text that may be missing, null or empty.
func (o object) textOr(key string) string {
	n, ok := o.get(key)
	if !ok || n.null() {
		return ""
	}
	return n.text()
}

// present notes a key that must be there but may be null (licence: null).
func (o object) present(key string) string {
	n, ok := o.get(key)
	if !ok {
		n.fail("missing_key")
		return ""
	}
	if n.null() {
		return ""
	}
	return n.text()
}

func (o object) oneOf(key string, allowed ...string) string {
	n, ok := o.need(key)
	if !ok {
		return ""
	}
	return n.oneOf(allowed)
}

func (n node) oneOf(allowed []string) string {
	s := n.text()
	if s != "" && !slices.Contains(allowed, s) {
		n.fail("not_allowed", "value", quote(s), "allowed", strings.Join(allowed, "、"))
	}
	return s
}

func (o object) boolean(key string) bool {
	n, ok := o.need(key)
	if !ok {
		return false
	}
	return n.boolean()
}

func (n node) boolean() bool {
	if n.yaml.Kind != yaml.ScalarNode || n.yaml.ShortTag() != "!!bool" {
		n.fail("not_boolean", "value", quote(n.yaml.Value))
		return false
	}
	return strings.EqualFold(n.yaml.Value, "true")
}

func (o object) booleanOr(key string) bool {
	n, ok := o.get(key)
	if !ok || n.null() {
		return false
	}
	return n.boolean()
}

// integer reads a whole number written in plain digits; yaml's hexadecimal and
// underscored forms would be a slip in a catalogue.
func (o object) integer(key string, low, high int) int {
	n, ok := o.need(key)
	if !ok {
		return 0
	}
	return n.integer(low, high)
}

func (n node) integer(low, high int) int {
	i, err := strconv.Atoi(n.yaml.Value)
	if n.yaml.Kind != yaml.ScalarNode || n.yaml.ShortTag() != "!!int" || err != nil {
		n.fail("not_integer", "value", quote(n.yaml.Value))
		return 0
	}
	if i < low || i > high {
		n.fail("out_of_range", "value", i, "min", low, "max", high)
	}
	return i
}

func (o object) integerOr(key string, low, high int) int {
	n, ok := o.get(key)
	if !ok || n.null() {
		return 0
	}
	return n.integer(low, high)
}

// number gives the text of a finite number.
func (n node) number() string {
	f, err := strconv.ParseFloat(n.yaml.Value, 64)
	tag := n.yaml.ShortTag()
	if n.yaml.Kind != yaml.ScalarNode || (tag != "!!int" && tag != "!!float") || err != nil ||
		math.IsInf(f, 0) || math.IsNaN(f) {
		n.fail("not_number", "value", quote(n.yaml.Value))
		return ""
	}
	return n.yaml.Value
}

func (n node) date() clock.Date {
	d, err := clock.ParseDate(n.yaml.Value)
	if n.yaml.Kind != yaml.ScalarNode || err != nil {
		n.fail("not_date", "value", quote(n.yaml.Value))
	}
	return d
}

// list gives the values of a required list with at least so many.
func (o object) list(key string, least int) []node {
	n, ok := o.need(key)
	if !ok {
		return nil
	}
	return n.list(least)
}

func (n node) list(least int) []node {
	if n.yaml.Kind != yaml.SequenceNode {
		n.fail("not_list")
		return nil
	}
	if len(n.yaml.Content) < least {
		n.fail("empty_list")
	}
	out := make([]node, len(n.yaml.Content))
	for i, c := range n.yaml.Content {
		out[i] = node{n.r, c, n.file, n.entry, n.key}
	}
	return out
}

func (o object) listOr(key string) []node {
	n, ok := o.get(key)
	if !ok || n.null() {
		return nil
	}
	return n.list(0)
}

// texts is a required list of different texts.
func (o object) texts(key string, least int) []string { return distinct(o.list(key, least)) }

func (o object) textsOr(key string) []string { return distinct(o.listOr(key)) }

func distinct(list []node) []string {
	var out []string
	seen := make(map[string]bool, len(list))
	for _, n := range list {
		s := n.text()
		switch {
		case s == "":
			if n.yaml.ShortTag() == "!!str" {
				n.fail("empty_text")
			}
			continue
		case seen[s]:
			n.fail("duplicate", "value", quote(s))
		}
		seen[s] = true
		out = append(out, s)
	}
	return out
}

var (
	idForm   = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,79}$`)
	keyForm  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)
	codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$`)
)

// name is a required identifier of the given form; it may stand in addresses,
// form names and file names, so nothing else is let through.
func (o object) name(key string, shape *regexp.Regexp) string {
	n, ok := o.need(key)
	if !ok {
		return ""
	}
	s := n.text()
	if s != "" && !shape.MatchString(s) {
		n.fail("bad_id", "value", quote(s))
		return ""
	}
	return s
}
