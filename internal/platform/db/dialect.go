package db

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"
)

// Dialect names the engine behind a *DB.
type Dialect string

// The two engines. Every test runs on both.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

var inList = regexp.MustCompile(`\bin_list\((\$\d+)\)`)

// texts remembers the rewritten form of each SQL text: rewriting is done once
// per text and engine, not once per call.
type texts struct {
	dialect Dialect
	cache   sync.Map // string -> string
}

func (t *texts) of(sql string) string {
	if got, ok := t.cache.Load(sql); ok {
		return got.(string)
	}
	out := t.dialect.Text(sql)
	t.cache.Store(sql, out)
	return out
}

// Text is what is sent to the engine for an SQL text of ours: the markers of doc.go
// in its own words.
func (d Dialect) Text(sql string) string {
	if d == Postgres { // an array is made once and can be looked up in an index; IN (SELECT …) is a join
		sql = inList.ReplaceAllString(sql, `= ANY (ARRAY(SELECT jsonb_array_elements_text(${1}::jsonb)))`)
		sql = strings.ReplaceAll(sql, "/*for update*/", "FOR UPDATE")
		return strings.ReplaceAll(sql, "/*skip locked*/", "FOR UPDATE SKIP LOCKED")
	}
	return inList.ReplaceAllString(sql, `IN (SELECT value FROM json_each(${1}))`)
}

// List is the argument for an in_list marker: all ids as one JSON array, so that
// the SQL text, and with it the prepared statement, does not depend on their number.
func List[T ~string](ids []T) string {
	if len(ids) == 0 {
		return "[]"
	}
	b, err := json.Marshal(ids)
	if err != nil {
		panic(err) // a slice of strings always marshals
	}
	return string(b)
}
