package set

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yimen/internal/platform/fault"
)

// Kind is a kind of entry of a set; each has a file of its own.
type Kind string

// The kinds, in the order they are read: what is referred to comes first.
const (
	Departments Kind = "departments"
	Regions     Kind = "regions"
	Holidays    Kind = "holidays"
	Elements    Kind = "data_elements"
	Licences    Kind = "licences"
	Items       Kind = "items"
	Bundles     Kind = "bundles"
	LocalItems  Kind = "local_items"
)

// Kinds lists every kind in reading order.
func Kinds() []Kind {
	return []Kind{Departments, Regions, Holidays, Elements, Licences, Items, Bundles, LocalItems}
}

// Known is what an installation already holds. A kind whose file the set has is
// judged by that file alone; a kind whose file it lacks, by Known. Items are
// looked up in both, because an item missing from a set stays. The zero Known
// holds nothing.
type Known struct {
	Departments map[string]bool
	Licences    map[string]bool
	Regions     func(code string) (bool, error)
	Elements    map[string]Element
	Items       func(ids []string) (map[string]Shape, error)
}

// Shape is what bundles need to know of an item.
type Shape struct {
	Fields    []FieldShape
	Materials []string // keys
	Licence   string   // of result[0]
	Longest   int      // days the law allows a promise to be; 0 = it does not say
}

// FieldShape is a form field in short.
type FieldShape struct {
	Key  string
	Type string
}

// ShapeOf is what bundles need to know of an item.
func ShapeOf(item Item) Shape {
	s := Shape{Fields: make([]FieldShape, 0, len(item.FormFields)), Materials: make([]string, 0, len(item.Materials))}
	for _, f := range item.FormFields {
		s.Fields = append(s.Fields, FieldShape{f.Key, string(f.Type)})
	}
	for _, m := range item.Materials {
		s.Materials = append(s.Materials, m.Key)
	}
	if len(item.Result) > 0 {
		s.Licence = item.Result[0].Licence
	}
	if item.StatutoryLimit == LimitByLaw {
		s.Longest = item.StatutoryDays
	}
	return s
}

// Read reads the set in a folder: items.yaml (or items/*.yaml, or both),
// bundles, data_elements, licences, departments, regions, holidays and
// local_items; other files are ignored. It finds every problem; with one, the
// set must not be used. The error is for a Known that could not answer.
func Read(fsys fs.FS, known Known) (*Set, Problems, error) {
	r := newReader(fsys, known)
	r.departments()
	r.regions()
	r.holidays()
	r.elementsAndLicences()
	r.items()
	r.bundles()
	r.localItems()
	if r.err == nil {
		r.settle()
	}
	if r.err != nil {
		return nil, nil, r.err
	}
	if len(r.set.present) == 0 && len(r.problems) == 0 {
		r.note("", 0, "", "no_files")
	}
	r.set.seen = r.seen
	return r.set, r.all(), nil
}

type reader struct {
	fsys     fs.FS
	known    Known
	set      *Set
	problems Problems
	dropped  int
	err      error
	lines    map[string]int   // file → its last line
	broken   map[Kind]bool    // its file could not be read: references to it are not judged
	seen     map[string]place // kind, NUL, id → where it stands first
	elements map[string]Element
	codes    map[string]string // interned element keys
	shapes   map[string]Shape
	papers   map[string]bool // material keys of all items
	later    []reference
	bundled  []bundleAt
	local    []localAt
}

func newReader(fsys fs.FS, known Known) *reader {
	return &reader{
		fsys: fsys, known: known, set: newSet(), broken: map[Kind]bool{}, lines: map[string]int{},
		seen: map[string]place{}, elements: map[string]Element{}, codes: map[string]string{},
	}
}

// all are the problems in the order of the files, those that were too many as one.
func (r *reader) all() Problems {
	if r.dropped > 0 {
		r.problems = append(r.problems, Problem{Code: "set.more_problems", Args: fault.Args{"count": r.dropped}})
	}
	r.problems.sort()
	return r.problems
}

type place struct {
	file string
	line int
}

// reference is one to something that is read later.
type reference struct {
	at   node
	kind Kind
	id   string
}

func (r *reader) note(file string, line int, path, code string, kv ...any) {
	if last, ok := r.lines[file]; ok {
		line = min(line, last) // the parser puts what is missing at the end after it
	}
	if len(r.problems) >= mostProblems {
		r.dropped++
		return
	}
	args := fault.Args{}
	for i := 0; i+1 < len(kv); i += 2 {
		args[kv[i].(string)] = kv[i+1]
	}
	r.problems = append(r.problems, Problem{file, line, path, "set." + code, args})
}

// file reads the one file of a kind and gives its root mapping.
func (r *reader) file(kind Kind, keys ...string) (object, bool) {
	return r.fileAt(kind, string(kind)+".yaml", keys...)
}

func (r *reader) fileAt(kind Kind, name string, keys ...string) (object, bool) {
	root, present, ok := r.load(name)
	if present {
		r.set.present[kind] = true
	}
	if present && !ok {
		r.broken[kind] = true
	}
	if !ok {
		return object{}, false
	}
	o, ok := root.object(append(keys, "meta")...)
	if !ok {
		r.broken[kind] = true
	}
	return o, ok
}

// entries gives the list that a file is for. A file without it counts as broken,
// so that not every reference to it is a problem of its own.
func (o object) entries(kind Kind, key string) []node {
	n, ok := o.need(key)
	if !ok || n.yaml.Kind != yaml.SequenceNode {
		o.r.broken[kind] = true
		if ok {
			n.fail("not_list")
		}
		return nil
	}
	return n.list(0)
}

// itemFiles are items.yaml and items/*.yaml in name order.
func (r *reader) itemFiles() []string {
	names := []string{"items.yaml"}
	entries, err := fs.ReadDir(r.fsys, "items")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.note("items", 0, "", "unreadable", "detail", err.Error())
		r.broken[Items] = true
	}
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".yaml") {
			names = append(names, path.Join("items", e.Name()))
		}
	}
	return names
}

// once notes an id, key or code that stands twice, within a file or across files.
func (n node) once(kind, id string) bool {
	if id == "" {
		return false
	}
	k := kind + "\x00" + id
	if first, twice := n.r.seen[k]; twice {
		n.fail("duplicate_entry", "value", quote(id), "file", first.file, "line", first.line)
		return false
	}
	n.r.seen[k] = place{n.file, n.yaml.Line}
	return true
}

func (r *reader) has(kind Kind, id string) bool {
	_, ok := r.seen[string(kind)+"\x00"+id]
	return ok
}

// identify reads an entry's id or key, and its code, each of which is unique.
func (o object) identify(kind Kind, idKey string, withCode bool) (string, object) {
	shape := idForm
	if idKey == "key" {
		shape = keyForm
	}
	o.entry = ""
	id := o.name(idKey, shape)
	o.entry = id
	at, _ := o.get(idKey)
	at.once(string(kind), id)
	if withCode {
		if code := o.name("code", codeForm); code != "" {
			at, _ := o.get("code")
			at.once(string(kind)+" code", code)
		}
	}
	return id, o
}

// refer checks a reference to a kind that has been read already.
func (n node) refer(kind Kind, id string) {
	if id == "" || n.r.broken[kind] || n.r.has(kind, id) {
		return
	}
	if !n.r.set.present[kind] && n.r.held(kind, id) {
		return
	}
	n.fail("unknown_"+string(kind), "value", quote(id))
}

func (r *reader) held(kind Kind, id string) bool {
	switch kind {
	case Departments:
		return r.known.Departments[id]
	case Licences:
		return r.known.Licences[id]
	case Elements:
		_, ok := r.known.Elements[id]
		return ok
	default:
		return false
	}
}

// referLater notes a reference to a kind that is read after this one.
func (n node) referLater(kind Kind, id string) {
	if id != "" {
		n.r.later = append(n.r.later, reference{n, kind, id})
	}
}

// settle judges what had to wait until everything was read.
func (r *reader) settle() {
	if r.err = r.askItems(); r.err != nil {
		return
	}
	for _, ref := range r.later {
		if ref.kind != Items {
			ref.at.refer(ref.kind, ref.id)
		} else if _, ok := r.shapes[ref.id]; !ok && !r.broken[Items] {
			ref.at.fail("unknown_"+string(Items), "value", quote(ref.id))
		}
	}
	for _, b := range r.bundled {
		r.checkBundle(b)
	}
	for _, l := range r.local {
		r.checkLocal(l)
	}
}

// askItems asks once for the items that the set names and does not have.
func (r *reader) askItems() error {
	missing := map[string]bool{}
	want := func(id string) {
		if _, ok := r.shapes[id]; !ok && id != "" {
			missing[id] = true
		}
	}
	for _, ref := range r.later {
		if ref.kind == Items {
			want(ref.id)
		}
	}
	for _, b := range r.bundled {
		for _, m := range b.bundle.Members {
			want(m.Item)
		}
	}
	for _, l := range r.local {
		want(l.item.Item)
	}
	if len(missing) == 0 || r.known.Items == nil {
		return nil
	}
	ids := make([]string, 0, len(missing))
	for id := range missing {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	held, err := r.known.Items(ids)
	for id, shape := range held {
		r.keep(id, shape)
	}
	return err
}
