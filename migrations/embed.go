// Package migrations carries the schema, one numbered file per step and per
// context. Where the engines spell a step differently it stands twice, with the
// engine in its name. A released file is never changed; the next one mends it.
package migrations

import "embed"

// Files are all steps, for db.Migrate.
//
//go:embed *.sql
var Files embed.FS
