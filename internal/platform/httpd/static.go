package httpd

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Static serves embedded files under names that carry the hash of their content
// (yimen-3f2a9c01be.css), so that a browser may keep them for ever and a new
// version is a new name. Everything is read and compressed once at start.
type Static struct {
	prefix string
	names  map[string]string // yimen.css -> /assets/yimen-3f2a9c01be.css
	files  map[string]staticFile
}

type staticFile struct {
	contentType string
	etag        string
	plain, zip  []byte // zip is nil where gzip gains nothing
}

// NewStatic reads all files of fsys; prefix begins and ends with a slash.
func NewStatic(fsys fs.FS, prefix string) (*Static, error) {
	s := &Static{prefix: prefix, names: map[string]string{}, files: map[string]staticFile{}}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		plain, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		return s.add(name, plain)
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Static) add(name string, plain []byte) error {
	ext := path.Ext(name)
	f := staticFile{contentType: mime.TypeByExtension(ext), plain: plain}
	if f.contentType == "" {
		return fmt.Errorf("static file %s: no content type for %q", name, ext)
	}
	sum := sha256.Sum256(plain)
	hash := hex.EncodeToString(sum[:5])
	f.etag = `"` + hash + `"`
	if compressible(f.contentType) {
		if zip := Gzip(plain); len(zip) < len(plain) {
			f.zip = zip
		}
	}
	url := s.prefix + strings.TrimSuffix(name, ext) + "-" + hash + ext
	s.names[name], s.files[url] = url, f
	return nil
}

// Path is the URL of an embedded file; it panics for one that does not exist,
// because the name stands in our own code.
func (s *Static) Path(name string) string {
	url, ok := s.names[name]
	if !ok {
		panic("httpd: no static file " + name)
	}
	return url
}

// Bytes is the content of an embedded file, for tests of size and content.
func (s *Static) Bytes(name string) []byte { return s.files[s.Path(name)].plain }

// WireSize is the number of bytes a browser that takes gzip receives.
func (s *Static) WireSize(name string) int {
	f := s.files[s.Path(name)]
	if f.zip != nil {
		return len(f.zip)
	}
	return len(f.plain)
}

// ServeHTTP answers with the file or 404; never a listing, never an old name.
func (s *Static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := s.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", f.contentType)
	h.Set("ETag", f.etag)
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.plain
	if f.zip != nil && AcceptsGzip(r) {
		body = f.zip
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // a visitor who left is no error
}
