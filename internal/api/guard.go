package api

import (
	"bytes"
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// errText is for bytes that are no text of ours: a NUL, which PostgreSQL refuses to
// hold, and bytes that are not UTF-8, which JSON readers replace in silence.
var errText = errors.New("api: not text")

var nul = []byte(`\u0000`)

// strictJSON is JSON whose texts can be stored as they came.
var strictJSON = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: func(data []byte, v any) error {
	if !utf8.Valid(data) || bytes.Contains(data, nul) {
		return errText
	}
	return huma.DefaultJSONFormat.Unmarshal(data, v)
}}

// text tells whether everything in an address is text.
func text(u url.URL) bool {
	query, err := url.QueryUnescape(strings.ReplaceAll(u.RawQuery, "&", " "))
	return err == nil && isText(u.Path) && isText(query)
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
