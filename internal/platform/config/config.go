// Package config reads options from flags and the environment by one table.
//
// Every option has a harmless default, one line of help, and one name: `--public-url`
// on the command line is YIMEN_PUBLIC_URL in the environment. A flag wins over
// the environment. A value that does not parse stops the program with the option's
// name and an example, never with a guess.
package config

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Kind is the type of an option's value.
type Kind string

// The kinds.
const (
	Text     Kind = "text"
	Number   Kind = "number"
	Switch   Kind = "switch"
	Duration Kind = "duration"
	URL      Kind = "url"
)

// Option is one row of the table.
type Option struct {
	Name    string // kebab-case
	Kind    Kind
	Default string
	Example string
	Help    string
	Secret  bool // never printed
}

// Env is the option's name in the environment under a prefix.
func (o Option) Env(prefix string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(o.Name, "-", "_"))
}

// Values are the options as read.
type Values struct {
	table []Option
	set   map[string]string
}

// Read takes every option from flags (nil where not given) and the environment.
// All mistakes are reported at once.
func Read(table []Option, prefix string, flag func(name string) (string, bool), env func(string) (string, bool)) (Values, error) {
	v := Values{table: table, set: map[string]string{}}
	var wrong []string
	for _, o := range table {
		value, from := o.Default, ""
		if s, ok := env(o.Env(prefix)); ok && s != "" {
			value, from = s, o.Env(prefix)
		}
		if flag != nil {
			if s, ok := flag(o.Name); ok {
				value, from = s, "--"+o.Name
			}
		}
		if err := o.check(value); err != nil && from != "" {
			wrong = append(wrong, fmt.Sprintf("%s: %v, for example %s", from, err, o.Example))
		}
		v.set[o.Name] = value
	}
	if len(wrong) > 0 {
		return v, fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	return v, nil
}

func (o Option) check(value string) error {
	if value == "" {
		return nil
	}
	var err error
	switch o.Kind {
	case Number:
		_, err = strconv.Atoi(value)
	case Switch:
		_, err = strconv.ParseBool(value)
	case Duration:
		_, err = time.ParseDuration(value)
	case URL:
		u, e := url.Parse(value)
		if e != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			err = fmt.Errorf("not an http address")
		}
	}
	if err != nil {
		return fmt.Errorf("not a %s", o.Kind)
	}
	return nil
}

func (v Values) get(name string) string {
	s, ok := v.set[name]
	if !ok {
		panic("config: no option " + name)
	}
	return s
}

// Text gives a text option.
func (v Values) Text(name string) string { return v.get(name) }

// Number gives a number option; 0 for the empty text.
func (v Values) Number(name string) int {
	n, _ := strconv.Atoi(v.get(name)) // Read has checked it
	return n
}

// Switch gives a switch option.
func (v Values) Switch(name string) bool {
	b, _ := strconv.ParseBool(v.get(name))
	return b
}

// Duration gives a duration option.
func (v Values) Duration(name string) time.Duration {
	d, _ := time.ParseDuration(v.get(name))
	return d
}

// Markdown is the table for docs/reference.
func Markdown(table []Option, prefix string) string {
	var b strings.Builder
	b.WriteString("| flag | environment | default | meaning |\n|---|---|---|---|\n")
	for _, o := range table {
		def := o.Default
		if def != "" {
			def = "`" + def + "`"
		}
		fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s |\n", o.Name, o.Env(prefix), def, o.Help)
	}
	return b.String()
}
