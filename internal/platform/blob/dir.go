package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"yimen/internal/platform/now"
)

// Dir is a Store in a directory: DIR/ab/cd/NAME by the first signs of the name, so that ten million files a year make
// folders of some 150. Files are 0600, folders 0700.
type Dir struct{ root string }

const temporary = "tmp"

// NewDir opens or makes the directory and removes what unfinished writes of more than a day ago left behind.
func NewDir(root string) (*Dir, error) {
	d := &Dir{root: root}
	if err := os.MkdirAll(filepath.Join(root, temporary), 0o700); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	left, err := os.ReadDir(filepath.Join(root, temporary))
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	for _, e := range left {
		info, err := e.Info()
		if err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			_ = os.Remove(filepath.Join(root, temporary, e.Name())) // tried again at the next start
		}
	}
	return d, nil
}

func (d *Dir) shard(name string) string { return filepath.Join(d.root, name[:2], name[2:4]) }

// Put writes beside, makes the bytes durable, renames, and makes the name durable.
func (d *Dir) Put(_ context.Context, name string, r io.ReadSeeker, size int64) error {
	if !validName(name) {
		return errName
	}
	f, err := os.CreateTemp(filepath.Join(d.root, temporary), name[:8]+"-*") // mode 0600
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	defer os.Remove(f.Name())
	n, err := io.Copy(f, r)
	if err == nil && n != size {
		err = fmt.Errorf("wrote %d of %d bytes", n, size)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	shard := d.shard(name)
	if err := d.makeShard(shard); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(shard, name)); err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	return syncDir(shard)
}

// makeShard makes both levels and makes their names durable; folders that exist cost one Stat.
func (d *Dir) makeShard(shard string) error {
	if _, err := os.Stat(shard); err == nil {
		return nil
	}
	if err := os.MkdirAll(shard, 0o700); err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	return errors.Join(syncDir(filepath.Dir(shard)), syncDir(d.root))
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

// Open gives the bytes of name.
func (d *Dir) Open(_ context.Context, name string) (io.ReadCloser, error) {
	if !validName(name) {
		return nil, errName
	}
	f, err := os.Open(filepath.Join(d.shard(name), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return f, nil
}

// Delete removes name.
func (d *Dir) Delete(_ context.Context, name string) error {
	if !validName(name) {
		return errName
	}
	err := os.Remove(filepath.Join(d.shard(name), name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

// List walks the folders one after the other. Files that are not ours are passed over, so that they are never swept away.
func (d *Dir) List(ctx context.Context) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		err := filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist): // deleted meanwhile
				return nil
			case err != nil:
				return err
			case ctx.Err() != nil:
				return ctx.Err()
			case e.IsDir() && e.Name() == temporary && filepath.Dir(path) == filepath.Clean(d.root):
				return filepath.SkipDir
			case e.IsDir() || !validName(e.Name()):
				return nil
			}
			info, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			if !yield(Object{Name: e.Name(), Size: info.Size(), At: now.FromTime(info.ModTime())}, nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(Object{}, fmt.Errorf("blob: %w", err))
		}
	}
}

// Check writes and removes a file.
func (d *Dir) Check(context.Context) error {
	f, err := os.CreateTemp(filepath.Join(d.root, temporary), "check-*")
	if err != nil {
		return fmt.Errorf("blob: cannot write files; give this program the right to write in %s: %w", d.root, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
