package blob

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Media types as the table blob.mime holds them.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	WEBP = "image/webp"
	HEIC = "image/heic"
	HEIF = "image/heif"
	PDF  = "application/pdf"
	OFD  = "application/ofd" // GB/T 33190, the national format of electronic documents and licences
	DOC  = "application/msword"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLS  = "application/vnd.ms-excel"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

const (
	typeZIP = "application/zip"
	typeOLE = "application/x-ole-storage"
	unknown = "application/octet-stream"
)

// containers are types that only our own look into a directory may give.
var containers = []string{typeZIP, typeOLE, OFD, DOC, DOCX, XLS, XLSX}

// Sets for Input.Types.
var (
	// Photos are what a telephone's camera makes.
	Photos = []string{JPEG, PNG, WEBP, HEIC, HEIF}
	// Papers are documents that a clerk can read page by page.
	Papers = []string{PDF, OFD, DOC, DOCX, XLS, XLSX}
	// Attachments are all types that a material may be filed in.
	Attachments = append(append([]string{}, Photos...), Papers...)
)

// extensions per type; the first is given to a file whose own does not fit.
var extensions = map[string][]string{
	JPEG: {".jpg", ".jpeg"}, PNG: {".png"}, WEBP: {".webp"}, HEIC: {".heic", ".heif"}, HEIF: {".heif", ".heic"},
	PDF: {".pdf"}, OFD: {".ofd"}, DOC: {".doc", ".wps"}, DOCX: {".docx"}, XLS: {".xls", ".et"}, XLSX: {".xlsx"},
	"text/html": {".html"},
}

// Endings names types as people know them, for a hint beside an upload and for the fault: "JPG PNG PDF". The same text
// serves every language.
func Endings(types []string) string {
	var names []string
	for _, t := range types {
		if e := extensions[t]; len(e) > 0 {
			if name := strings.ToUpper(e[0][1:]); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, " ")
}

// sizeText writes a limit as people know it; limits are set in whole units.
func sizeText(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return strconv.FormatInt(n>>20, 10) + " MB"
	case n >= 1<<10 && n%(1<<10) == 0:
		return strconv.FormatInt(n>>10, 10) + " KB"
	}
	return strconv.FormatInt(n, 10) + " B"
}

// headSize is what mimetype looks at.
const headSize = 4096

// recognise says what a file is by its content; the name and what the browser claims are never asked. Containers are looked
// into by their directory, because OFD, DOCX and a JAR begin with the same bytes.
func recognise(r io.ReaderAt, size int64) (string, error) {
	head := make([]byte, min(size, headSize))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return recogniseZIP(r, size)
	case bytes.HasPrefix(head, oleSignature):
		return recogniseOLE(r, size)
	}
	t, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	switch {
	case t == PDF && !bytes.HasPrefix(bytes.TrimLeft(head, "\xef\xbb\xbf\r\n"), []byte("%PDF-")):
		return unknown, nil // mimetype searches the first bytes; a page that holds the words is not a PDF
	case slices.Contains(containers, t):
		return unknown, nil
	}
	return t, nil
}

// maxFileName in characters; file systems end at 255 bytes.
const maxFileName = 80

// FileName makes a name safe to show, to store beside a reference and to offer for download: no folders, no control or
// direction-changing characters (a name that reads "photo_fdp.exe" the other way round), not too long, and an ending that
// tells the truth about the type. An empty name becomes "file".
func FileName(name, mime string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0, // control
			r == 0x061c, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, // invisible, direction
			r == 0xfeff, r == 0xfffd, // byte order mark, broken UTF-8
			strings.ContainsRune(`<>:"|?*`, r): // not in file names of Windows
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	base, ending := name, ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		base, ending = name[:i], strings.ToLower(name[i:])
	}
	fitting := extensions[mime]
	if !slices.Contains(fitting, ending) {
		base = name
		if len(fitting) > 0 {
			ending = fitting[0]
		} else {
			ending = ""
		}
	}
	runes := []rune(strings.TrimRight(base, " ."))
	if len(runes) > maxFileName {
		runes = runes[:maxFileName]
	}
	if len(runes) == 0 {
		return "file" + ending
	}
	return string(runes) + ending
}
