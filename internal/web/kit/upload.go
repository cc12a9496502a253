package kit

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode"

	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/httpd"
)

// Limits bound a multipart form. All are required.
type Limits struct {
	Files int   // how many files
	Each  int64 // bytes of one file
	Total int64 // bytes of everything; also raises the body limit of the request
}

const (
	maxFieldBytes = 64 << 10 // one ordinary value
	maxFileName   = 120      // characters
)

// Part is one file of a multipart form, to be read before the next one comes.
type Part struct {
	Field string // name of the input
	Name  string // the file's own name, without folders and controls; show it, never use it as a path
	Body  io.Reader
}

// Upload reads a multipart form and gives each file to use as it streams in;
// nothing is kept in memory or in temporary files. Ordinary values must stand
// before the files in the form; they are in the Form passed along and returned.
// A file beyond Each ends with a fault on its field that names the limit. An
// empty file input is left out. use decides the type by content; what the
// browser claims is not passed on.
func (q *Request) Upload(limits Limits, use func(*Form, Part) error) (*Form, error) {
	httpd.LimitBody(q.Request, limits.Total)
	reader, err := q.MultipartReader()
	if err != nil {
		return nil, bodyFault(err)
	}
	f := &Form{Values: url.Values{}}
	files := 0
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			q.form = f
			return f, nil
		}
		if err != nil {
			return nil, bodyFault(err)
		}
		if err := f.take(part, limits, &files, use); err != nil {
			return nil, err
		}
	}
}

// lastWords reads what was typed in a form that will not reach its handler. Of a
// multipart form it is the values before the first file.
func (q *Request) lastWords() (*Form, error) {
	reader, err := q.MultipartReader()
	if err != nil {
		return q.Form()
	}
	f := &Form{Values: url.Values{}}
	for len(f.Values) < maxInputs {
		part, err := reader.NextPart()
		if err != nil || isFile(part) {
			break // the end, or a file: the values of a form stand before its files
		}
		text, err := io.ReadAll(io.LimitReader(part, maxFieldBytes))
		if err != nil {
			return nil, bodyFault(err)
		}
		f.put(part.FormName(), string(text))
	}
	return f, nil
}

func (f *Form) take(part *multipart.Part, limits Limits, files *int, use func(*Form, Part) error) error {
	name := FileName(rawFileName(part))
	if name == "" {
		text, err := io.ReadAll(io.LimitReader(part, maxFieldBytes+1))
		if err != nil {
			return bodyFault(err)
		}
		if len(text) > maxFieldBytes || len(f.Values) >= maxInputs {
			return fault.Invalid("faults.form")
		}
		if len(text) > 0 || !isFile(part) {
			f.put(part.FormName(), string(text))
		}
		return nil
	}
	if *files++; *files > limits.Files {
		return fieldFault(part.FormName(), "faults.too_many_files", "limit", limits.Files)
	}
	body := &boundedFile{from: part, left: limits.Each, field: part.FormName(), name: name, limit: limits.Each}
	return use(f, Part{Field: part.FormName(), Name: name, Body: body})
}

// rawFileName reads the whole file name; multipart.Part.FileName would cut it by
// the rules of the server's own file system.
func rawFileName(part *multipart.Part) string {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	return params["filename"]
}

func isFile(part *multipart.Part) bool { return part.Header.Get("Content-Type") != "" }

func fieldFault(path, code string, kv ...any) error {
	var fields fault.Fields
	fields.Add(path, code, kv...)
	return fields.Err()
}

// boundedFile fails with a sentence instead of cutting a file short.
type boundedFile struct {
	from        io.Reader
	left, limit int64
	field, name string
}

func (b *boundedFile) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, fieldFault(b.field, "faults.file_too_large", "name", b.name, "limit", sizeText(b.limit))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, bodyFault(err)
	}
	return n, err
}

// FileName makes a name from outside fit to be shown and offered for download:
// no folders, no controls, no direction marks, at most 120 characters with its
// extension kept.
func FileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, "\\", "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if name = strings.TrimSpace(name); name == "." || name == ".." || name == "/" {
		return ""
	}
	ext := []rune(path.Ext(name))
	if runes := []rune(name); len(runes) > maxFileName && len(ext) < maxFileName/2 {
		name = string(runes[:maxFileName-len(ext)]) + string(ext)
	} else if len(runes) > maxFileName {
		name = string(runes[:maxFileName])
	}
	return name
}

func sizeText(bytes int64) string { return lang.Size(bytes) }

func newDate(n [3]int) (clock.Date, error) { return clock.NewDate(n[0], time.Month(n[1]), n[2]) }

func (q *Request) clockTime() string { return lang.Time(q.Now()) }
