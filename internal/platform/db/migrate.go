package db

import (
	"context"
	"database/sql"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// engineFS shows of a migrations folder what one engine runs: files with no
// engine in their name, and those that carry this engine's
// (0001_kernel.sqlite.sql). The other engine's twin has the same number.
type engineFS struct {
	fs.FS
	other string
}

// ReadDir leaves the other engine's files out.
func (f engineFS) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(f.FS, name)
	if err != nil {
		return nil, err
	}
	var out []fs.DirEntry
	for _, e := range all {
		if !strings.HasSuffix(e.Name(), "."+f.other+".sql") {
			out = append(out, e)
		}
	}
	return out, nil
}

func migrate(ctx context.Context, conn *sql.DB, dialect Dialect, dir fs.FS) error {
	view := engineFS{dir, string(Postgres)}
	engine := goose.DialectSQLite3
	var options []goose.ProviderOption
	if dialect == Postgres {
		view.other, engine = string(SQLite), goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker() // several nodes may start at once
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(engine, conn, view, options...)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}
