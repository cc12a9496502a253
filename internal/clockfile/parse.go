package clockfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"yimen/internal/platform/fault"
)

// Limits on one file: a worked case has about 1,200 bytes and 180 marks.
const (
	MaxBytes = 32 << 20
	maxMarks = 10 << 20 // bytes that can begin a value; what a tree of values may take
)

// parse turns a file into a tree of values with their lines. JSON is read as JSON
// where it is that: YAML forbids tabs and some escapes that JSON allows.
func parse(file string, data []byte) (*yaml.Node, error) {
	whole := func(line int, code string, kv ...any) error {
		return Problems{{File: file, Line: line, Code: code, Args: pairs(kv)}}
	}
	switch {
	case len(data) > MaxBytes:
		return nil, whole(0, "clockfile.too_large", "max", MaxBytes>>20)
	case !utf8.Valid(data):
		return nil, whole(0, "clockfile.not_utf8")
	case marks(data) > maxMarks:
		return nil, whole(0, "clockfile.too_many_values")
	}
	if start := bytes.TrimLeft(data, "\ufeff \t\r\n"); len(start) > 0 && start[0] == '{' && json.Valid(start) {
		root, err := treeOf(start, 1+bytes.Count(data[:len(data)-len(start)], []byte("\n")))
		if err != nil {
			return nil, whole(0, "clockfile.malformed", "detail", err.Error())
		}
		return root, nil
	}
	root, second, err := document(data)
	switch {
	case err != nil:
		line, detail := explain(err)
		return nil, whole(line, "clockfile.malformed", "detail", detail)
	case second != 0:
		return nil, whole(second, "clockfile.more_documents")
	case root == nil || null(root):
		return nil, whole(1, "clockfile.empty")
	}
	return root, nil
}

func marks(data []byte) int {
	n := 0
	for _, c := range data {
		switch c {
		case ',', '[', '{', ':', '-', '\n', '?':
			n++
		}
	}
	return n
}

// document is the only document of a YAML file, nil for an empty one, and the line
// of a second one.
func document(data []byte) (root *yaml.Node, second int, err error) {
	defer func() {
		if p := recover(); p != nil { // the parser is not ours; its slip is the file's problem
			root, err = nil, fmt.Errorf("%v", p)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(data))
	var first, next yaml.Node
	switch err := d.Decode(&first); {
	case errors.Is(err, io.EOF), err == nil && len(first.Content) == 0:
		return nil, 0, nil
	case err != nil:
		return nil, 0, err
	}
	switch err := d.Decode(&next); {
	case errors.Is(err, io.EOF):
		return first.Content[0], 0, nil
	case err != nil:
		return nil, 0, err
	}
	return nil, max(1, next.Line), nil
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// explain takes the line out of the parser's message; those of its grammar count
// from 0, those of its scanner from 1.
func explain(err error) (line int, detail string) {
	detail = strings.TrimPrefix(err.Error(), "yaml: ")
	m := yamlLine.FindStringSubmatch(detail)
	if m == nil {
		return 1, detail
	}
	line, _ = strconv.Atoi(m[1])
	detail = detail[len(m[0]):]
	if strings.HasPrefix(detail, "did not find expected") && !strings.Contains(detail, "alphabetic") && !strings.Contains(detail, "hexdecimal") {
		line++
	}
	return line, detail
}

// treeOf reads JSON into the same tree.
func treeOf(data []byte, line int) (*yaml.Node, error) {
	t := tree{data: data, line: line, d: json.NewDecoder(bytes.NewReader(data))}
	t.d.UseNumber()
	return t.value(0)
}

type tree struct {
	data []byte
	d    *json.Decoder
	at   int // how far lines have been counted
	line int
}

// maxDepth is far more than any file of ours has, and far less than the stack.
const maxDepth = 100

func (t *tree) value(depth int) (*yaml.Node, error) {
	token, err := t.d.Token()
	if err != nil {
		return nil, err
	}
	end := int(t.d.InputOffset())
	t.line += bytes.Count(t.data[t.at:end], []byte("\n"))
	t.at = end
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: t.line}
	switch v := token.(type) {
	case json.Delim:
		return t.inside(n, v, depth)
	case string:
		n.Tag, n.Value, n.Style = "!!str", v, yaml.DoubleQuotedStyle
	case bool:
		n.Tag, n.Value = "!!bool", strconv.FormatBool(v)
	case json.Number:
		n.Tag, n.Value = "!!int", v.String()
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag = "!!float"
		}
	default:
		n.Tag, n.Value = "!!null", "null"
	}
	return n, nil
}

func (t *tree) inside(n *yaml.Node, open json.Delim, depth int) (*yaml.Node, error) {
	if depth == maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
	if open == '{' {
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
	}
	for t.d.More() {
		child, err := t.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, child)
	}
	_, err := t.d.Token()
	return n, err
}

func null(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func pairs(kv []any) fault.Args {
	args := fault.Args{}
	for i := 0; i+1 < len(kv); i += 2 {
		if key, ok := kv[i].(string); ok {
			args[key] = kv[i+1]
		}
	}
	return args
}
