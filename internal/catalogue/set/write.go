package set

import (
	"bytes"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// splitAt is where a written items file ends. It is well under MaxFile, because
// reading takes about forty times a file in memory.
const splitAt = 4 << 20

// Write writes a set into a folder, which must exist, as files that Read reads
// back to the same set. Items come as a sequence, because they may be many; they
// go into items.yaml, and what is too much for one file into items/0002.yaml
// and so on. Kinds that the set does not have get no file.
func Write(dir string, s *Set, items iter.Seq2[Item, error]) error {
	if err := writeItems(dir, items); err != nil {
		return err
	}
	return firstError(
		func() error { return writeKind(dir, Departments, "departments", s.Departments) },
		func() error { return writeKind(dir, Elements, "elements", s.Elements) },
		func() error { return writeKind(dir, Licences, "licences", s.Licences) },
		func() error { return writeKind(dir, Holidays, "years", s.Years) },
		func() error { return writeKind(dir, Bundles, "bundles", s.Bundles) },
		func() error { return writeKind(dir, LocalItems, "local_items", s.Local) },
		func() error { return writeRegions(dir, s.Regions) },
	)
}

// All gives the items of a set for Write.
func (s *Set) All() iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for i := range s.items {
			if !yield(s.Item(i)) {
				return
			}
		}
	}
}

func firstError(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func writeKind[T any](dir string, kind Kind, key string, entries []T) error {
	if len(entries) == 0 {
		return nil
	}
	text, err := kindText(kind, key, entries)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, string(kind)+".yaml"), text)
}

func kindText[T any](kind Kind, key string, entries []T) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s:\n", key)
	for _, e := range entries {
		if err := writeEntry(&b, e, kind != Bundles && kind != Holidays); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// CalendarText is the years as a file that ReadCalendar reads back: what one puts
// the next year's notice into.
func CalendarText(years []CalendarYear) ([]byte, error) { return kindText(Holidays, "years", years) }

func writeRegions(dir string, regions []Region) error {
	if len(regions) == 0 {
		return nil
	}
	byLevel := map[string][]Region{}
	for _, r := range regions {
		byLevel[r.Level] = append(byLevel[r.Level], r)
	}
	var b bytes.Buffer
	for _, s := range sections {
		if list := byLevel[s.level]; len(list) > 0 && s.key != "villages_sample" {
			fmt.Fprintf(&b, "%s:\n", s.key)
			for _, r := range list {
				if err := writeEntry(&b, r, true); err != nil {
					return err
				}
			}
		}
	}
	return writeFile(filepath.Join(dir, string(Regions)+".yaml"), b.Bytes())
}

func writeItems(dir string, items iter.Seq2[Item, error]) error {
	var b bytes.Buffer
	file := 1
	flush := func() error {
		if b.Len() == 0 {
			return nil
		}
		name := "items.yaml"
		if file > 1 {
			name = filepath.Join("items", fmt.Sprintf("%04d.yaml", file))
			if err := os.MkdirAll(filepath.Join(dir, "items"), 0o755); err != nil {
				return err
			}
		}
		file++
		defer b.Reset()
		return writeFile(filepath.Join(dir, name), append([]byte("items:\n"), b.Bytes()...))
	}
	for item, err := range items {
		if err != nil {
			return err
		}
		if err := writeEntry(&b, item, false); err != nil {
			return err
		}
		if b.Len() > splitAt {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func writeFile(name string, data []byte) error { return os.WriteFile(name, data, 0o644) }

// writeEntry writes one entry as the data set itself is written: an item is a
// block whose parts stand on a line each; a dictionary entry stands on one line.
func writeEntry(b *bytes.Buffer, entry any, onOneLine bool) error {
	var n yaml.Node
	if err := n.Encode(entry); err != nil {
		return err
	}
	plain(&n)
	if onOneLine {
		n.Style = yaml.FlowStyle
	} else {
		for i := 1; i < len(n.Content); i += 2 {
			lines(n.Content[i])
		}
	}
	out, err := yaml.Marshal(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{&n}})
	if err != nil {
		return err
	}
	b.Write(out)
	return nil
}

// lines: a list of mappings or lists has one of them a line, all else stands on
// one line.
func lines(n *yaml.Node) {
	if n.Kind == yaml.SequenceNode && len(n.Content) > 0 && n.Content[0].Kind != yaml.ScalarNode {
		for _, c := range n.Content {
			c.Style = yaml.FlowStyle
		}
		return
	}
	if n.Kind != yaml.ScalarNode {
		n.Style = yaml.FlowStyle
	}
}

// plain writes an empty text as null, which is what the file means by it.
func plain(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Value == "" && n.ShortTag() == "!!str" {
		*n = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	}
	for _, c := range n.Content {
		plain(c)
	}
}

// MarshalYAML writes the value of a test as the number it is.
func (t Test) MarshalYAML() (any, error) {
	type inFile Test
	var n yaml.Node
	if err := n.Encode(inFile(t)); err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "value" {
			if _, err := strconv.ParseFloat(t.Value, 64); err == nil {
				n.Content[i+1] = &yaml.Node{Kind: yaml.ScalarNode, Value: t.Value}
			}
		}
	}
	return &n, nil
}
