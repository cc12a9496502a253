package lang

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed zh/*.json en/*.json
var files embed.FS

// sentences is read once at start; a mistake in the files is a mistake of the
// build, so the program does not start with it.
var sentences = map[Locale]map[string]sentence{ZH: mustLoad(files, ZH), EN: mustLoad(files, EN)}

func mustLoad(fsys fs.FS, l Locale) map[string]sentence {
	m, err := load(fsys, l)
	if err != nil {
		panic("lang: " + err.Error())
	}
	return m
}

// load joins the files of one language. It reads token by token, because a JSON
// decoder silently keeps the last of two equal keys.
func load(fsys fs.FS, l Locale) (map[string]sentence, error) {
	names, err := fs.Glob(fsys, string(l)+"/*.json")
	if err != nil {
		return nil, err
	}
	all := map[string]sentence{}
	from := map[string]string{}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		err = eachPair(string(text), func(key, value string) error {
			if earlier, twice := from[key]; twice {
				return fmt.Errorf("%q stands in %s and in %s", key, earlier, path.Base(name))
			}
			s, err := parse(value)
			if err != nil {
				return fmt.Errorf("%q: %w", key, err)
			}
			all[key], from[key] = s, path.Base(name)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return all, nil
}

func eachPair(text string, use func(key, value string) error) error {
	dec := json.NewDecoder(strings.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("not a JSON object: %v", err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		value, err := dec.Token()
		if err != nil {
			return err
		}
		k, okKey := key.(string)
		v, okValue := value.(string)
		if !okKey || !okValue {
			return fmt.Errorf("%v: keys are flat and values are text", key)
		}
		if err := use(k, v); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}
