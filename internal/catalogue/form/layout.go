package form

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Layout is how forms are cut into groups and pages (one thing per page, ux.md
// 4), the default class of a field, and what an account can fill in. It is data.
type Layout struct {
	Most    int               `yaml:"most"`   // fields on a page of the rest
	Rest    string            `yaml:"rest"`   // group of fields nobody lists
	Public  []string          `yaml:"public"` // elements published by law
	Groups  []groupRule       `yaml:"groups"`
	Prefill map[Source]mapped `yaml:"prefill"`
	Held    []string          `yaml:"held"`  // not typed where a register or a licence says them
	Again   []string          `yaml:"again"` // offered from an earlier application
}

// Source is whose profile an answer can come from.
type Source string

// The sources of a prefill.
const (
	FromPerson       Source = "person"       // the applicant himself
	FromOrganisation Source = "organisation" // the applying organisation
	FromHandler      Source = "handler"      // the person who acts for it
	FromAgent        Source = "agent"        // 帮办代办
)

type mapped map[string]string // element key → profile attribute

type groupRule struct {
	ID     string     `yaml:"id"`
	Name   string     `yaml:"name"`
	NameEn string     `yaml:"name_en"`
	Class  Class      `yaml:"class"`
	Pages  []pageRule `yaml:"pages"`
}

type pageRule struct {
	ID      string   `yaml:"id"`
	Title   string   `yaml:"title"`
	TitleEn string   `yaml:"title_en"`
	Class   Class    `yaml:"class"`
	Keys    []string `yaml:"keys"`
}

// Group is a line of the task list: pages that belong together.
type Group struct {
	ID     string // URL-safe
	Name   string
	NameEn string
	Pages  []Page
}

// Page is what is asked at once. Titles are empty where a page has one field,
// whose label is then the question.
type Page struct {
	ID      string // unique in the form, URL-safe: "applicant-who", "matter-2"
	Title   string
	TitleEn string
	Fields  []Field
}

// Keys are the field keys of the page, for Validate.
func (p Page) Keys() []string { return Form(p.Fields).Keys() }

// ErrLayout is the error for a layout that contradicts itself.
var ErrLayout = errors.New("form: layout")

// ParseLayout reads seed/groups.yaml. A mistake in it is the program's, not a
// user's, so the first one found is enough.
func ParseLayout(data []byte) (*Layout, error) {
	var l Layout
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&l); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %w", ErrLayout, err)
	}
	return &l, l.check()
}

func (l *Layout) check() error {
	seen := map[string]bool{}
	rest := false
	for _, g := range l.Groups {
		if g.ID == "" || g.Name == "" || g.NameEn == "" || !g.Class.Valid() || seen[g.ID] {
			return fmt.Errorf("%w: group %q", ErrLayout, g.ID)
		}
		seen[g.ID], rest = true, rest || g.ID == l.Rest
		for _, p := range g.Pages {
			id := g.ID + "-" + p.ID
			if p.ID == "" || p.Title == "" || p.TitleEn == "" || seen[id] || (p.Class != "" && !p.Class.Valid()) {
				return fmt.Errorf("%w: page %q", ErrLayout, id)
			}
			seen[id] = true
		}
	}
	if !rest || l.Most < 1 {
		return fmt.Errorf("%w: rest %q, most %d", ErrLayout, l.Rest, l.Most)
	}
	return nil
}

// Arrange cuts a form into groups and pages in the layout's order; inside a page
// fields keep the layout's order, in the rest the form's. Every field is on
// exactly one page.
func (l *Layout) Arrange(f Form) []Group {
	placed := make(map[string]bool, len(f))
	var groups []Group
	for gi := range l.Groups {
		rule := &l.Groups[gi]
		g := Group{ID: rule.ID, Name: rule.Name, NameEn: rule.NameEn}
		for _, p := range rule.Pages {
			if fields := take(f, p.Keys, placed); len(fields) > 0 {
				g.Pages = append(g.Pages, Page{rule.ID + "-" + p.ID, p.Title, p.TitleEn, fields})
			}
		}
		groups = append(groups, g)
	}
	l.addRest(groups, f, placed)
	return slices.DeleteFunc(groups, func(g Group) bool { return len(g.Pages) == 0 })
}

func (l *Layout) addRest(groups []Group, f Form, placed map[string]bool) {
	at := slices.IndexFunc(groups, func(g Group) bool { return g.ID == l.Rest })
	g := &groups[at]
	chunks := l.chunks(f, placed)
	for _, fields := range chunks {
		nth := strconv.Itoa(len(g.Pages) + 1)
		p := Page{ID: g.ID + "-" + nth, Fields: fields}
		switch {
		case len(fields) == 1:
		case len(chunks) == 1:
			p.Title, p.TitleEn = g.Name, g.NameEn
		default: // two pages must not have one name in the task list
			p.Title = fields[0].Label + "等 " + strconv.Itoa(len(fields)) + " 项"
			p.TitleEn = g.NameEn + " (" + nth + ")"
		}
		g.Pages = append(g.Pages, p)
	}
}

// chunks gives the fields not placed yet, at most Most together; what needs room
// stands alone.
func (l *Layout) chunks(f Form, placed map[string]bool) [][]Field {
	var out [][]Field
	open := false
	for _, x := range f {
		if placed[x.Key] {
			continue
		}
		alone := x.Type == Table || x.Type == File || x.Type == Text
		if alone || !open || len(out[len(out)-1]) >= l.Most {
			out = append(out, nil)
		}
		open = !alone
		out[len(out)-1] = append(out[len(out)-1], x)
	}
	return out
}

func take(f Form, patterns []string, placed map[string]bool) []Field {
	var out []Field
	for _, pattern := range patterns {
		for _, x := range f {
			if !placed[x.Key] && matches(pattern, x.Key) {
				placed[x.Key] = true
				out = append(out, x)
			}
		}
	}
	return out
}

func matches(pattern, key string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(key, prefix)
	}
	return pattern == key
}

// ClassOf is the class of an element that its dictionary does not give one:
// public by law, else that of its page or group, else the group of the rest.
func (l *Layout) ClassOf(key string) Class {
	if slices.Contains(l.Public, key) {
		return Public
	}
	rest := Personal
	for _, g := range l.Groups {
		if g.ID == l.Rest {
			rest = g.Class
		}
		for _, p := range g.Pages {
			if slices.ContainsFunc(p.Keys, func(k string) bool { return matches(k, key) }) {
				if p.Class != "" {
					return p.Class
				}
				return g.Class
			}
		}
	}
	return rest
}

// Filled is an answer taken from a profile; pages show where it came from.
type Filled struct {
	Key    string
	Value  Value
	Source Source
}

// Fill answers the fields of a form from a profile (attribute → text, empty for
// unknown). Only answers that pass the form's own checks are taken: a register
// with a stale number must not put an error on the applicant's page. Table and
// file fields are never filled.
func (l *Layout) Fill(f Form, from Source, profile map[string]string, facts Facts) []Filled {
	attributes := l.Prefill[from]
	offered := Answers{}
	for _, x := range f {
		if text := profile[attributes[x.Key]]; text != "" && x.Type != Table && x.Type != File {
			offered[x.Key] = Plain(text)
		}
	}
	offered = f.Normalise(offered)
	var out []Filled
	for _, x := range f {
		v, ok := offered[x.Key]
		if ok && len(f.Validate(offered, facts, x.Key)) == 0 {
			out = append(out, Filled{x.Key, v, from})
		}
	}
	return out
}

// Holds tells whether the element is shown and not typed where a register or a
// licence says it: what authority has recorded of somebody, and not how he is
// reached or where this one shop is.
func (l *Layout) Holds(key string) bool { return listed(l.Held, key) }

// Offers tells whether the element stays the same from one application of somebody
// to the next.
func (l *Layout) Offers(key string) bool { return listed(l.Again, key) }

func listed(patterns []string, key string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, key) })
}

// Attributes lists the profile attributes a source can be asked for.
func (l *Layout) Attributes(from Source) []string {
	var out []string
	for _, a := range l.Prefill[from] {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	slices.Sort(out)
	return out
}
