package blob

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// zipped makes a ZIP with empty files of these names.
func zipped(names ...string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		f, err := w.Create(name)
		if err != nil {
			panic(err)
		}
		_, _ = f.Write([]byte("<x/>"))
	}
	_ = w.Close()
	return out.Bytes()
}

// compound makes an OLE container ([MS-CFB], version 3) whose directory has these streams, in chains of 512-byte sectors.
func compound(streams ...string) []byte {
	const sector, free, end, table = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
	names := append([]string{"Root Entry"}, streams...)
	dirs := (len(names) + 3) / 4
	b := make([]byte, sector*(2+dirs))
	le := binary.LittleEndian
	copy(b, oleSignature)
	le.PutUint16(b[24:], 0x3e)
	le.PutUint16(b[26:], 3)
	le.PutUint16(b[28:], 0xfffe)
	le.PutUint16(b[30:], 9)
	le.PutUint16(b[32:], 6)
	le.PutUint32(b[44:], 1)
	le.PutUint32(b[48:], 1) // directory begins in sector 1
	le.PutUint32(b[68:], end)
	for i := range 109 {
		le.PutUint32(b[76+4*i:], free)
	}
	le.PutUint32(b[76:], 0)
	fat := b[sector : 2*sector]
	for i := range sector / 4 {
		le.PutUint32(fat[4*i:], free)
	}
	le.PutUint32(fat, table)
	for i := range dirs {
		next := uint32(i + 2)
		if i == dirs-1 {
			next = end
		}
		le.PutUint32(fat[4*(i+1):], next)
	}
	for i, name := range names {
		e := b[2*sector+128*i:]
		units := utf16.Encode([]rune(name))
		for j, u := range units {
			le.PutUint16(e[2*j:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(units)+2))
		e[66] = 2
		if i == 0 {
			e[66] = 5
		}
	}
	return b
}

func ftyp(brand string) []byte {
	return append([]byte("\x00\x00\x00\x18ftyp"+brand+"\x00\x00\x00\x00"+brand+"mif1"), make([]byte, 64)...)
}

func TestTypeComesFromTheContent(t *testing.T) {
	many := make([]string, 3000)
	for i := range many {
		many[i] = strings.Repeat("x", i%50+1)
	}
	docx := zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"jpeg":                {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), JPEG},
		"png":                 {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), PNG},
		"webp":                {[]byte("RIFF\x24\x00\x00\x00WEBPVP8 "), WEBP},
		"heic":                {ftyp("heic"), HEIC},
		"heif":                {ftyp("mif1"), HEIF},
		"pdf":                 {[]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"), PDF},
		"ofd":                 {zipped("OFD.xml", "Doc_0/Document.xml"), OFD},
		"ofd, last entry":     {zipped(append(many, "OFD.xml")...), OFD},
		"ofd in a folder":     {zipped("a/OFD.xml"), typeZIP},
		"docx":                {docx, DOCX},
		"docx, late":          {zipped(append(append([]string{}, many...), "[Content_Types].xml", "word/document.xml")...), DOCX},
		"docx with comment":   {append(bytes.Clone(docx[:len(docx)-2]), 3, 0, 'a', 'b', 'c'), DOCX},
		"docm":                {zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), typeZIP},
		"xlsx":                {zipped("[Content_Types].xml", "xl/workbook.xml"), XLSX},
		"xlsm":                {zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), typeZIP},
		"docx and xlsx":       {zipped("[Content_Types].xml", "xl/workbook.xml", "word/document.xml"), typeZIP},
		"pptx":                {zipped("[Content_Types].xml", "ppt/presentation.xml"), typeZIP},
		"jar":                 {zipped("META-INF/MANIFEST.MF"), typeZIP},
		"zip, cut":            {docx[:len(docx)-30], typeZIP},
		"doc":                 {compound("1Table", "WordDocument"), DOC},
		"doc, far down":       {compound("a", "b", "c", "d", "e", "f", "g", "h", "WordDocument"), DOC},
		"xls":                 {compound("Workbook"), XLS},
		"xls 95":              {compound("Book"), XLS},
		"msi":                 {compound("SummaryInformation", "!_StringData"), typeOLE},
		"ole, cut":            {compound("WordDocument")[:700], typeOLE},
		"html":                {[]byte("<!DOCTYPE html><script>alert(1)</script>"), "text/html"},
		"svg":                 {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), "image/svg+xml"},
		"html as pdf":         {[]byte("<html>%PDF-1.7"), "application/octet-stream"},
		"exe":                 {append([]byte("MZ"), make([]byte, 200)...), "application/vnd.microsoft.portable-executable"},
		"text":                {[]byte("OFD.xml"), "text/plain"},
		"one byte":            {[]byte{0}, "application/octet-stream"},
		"only a ZIP's end":    {zipped(), "application/octet-stream"},
		"only OLE's eight":    {oleSignature, typeOLE},
		"only a ZIP's first4": {[]byte("PK\x03\x04"), typeZIP},
	} {
		got, err := recognise(bytes.NewReader(c.content), int64(len(c.content)))
		if err != nil || got != c.want {
			t.Errorf("%s: %s %v, want %s", name, got, err, c.want)
		}
	}
}

// A chain that bites its tail must not hold a server's core.
func TestLoopsEnd(t *testing.T) {
	b := compound("a", "b", "c", "d", "e")
	binary.LittleEndian.PutUint32(b[512+4:], 1)
	began := time.Now()
	if got, err := recognise(bytes.NewReader(b), int64(len(b))); err != nil || got != typeOLE {
		t.Fatal(got, err)
	}
	// A chain of tables that points at itself, for a sector number far outside.
	binary.LittleEndian.PutUint32(b[68:], 0)
	binary.LittleEndian.PutUint32(b[512+4:], 0xFFFFFFF0)
	if got, err := recognise(bytes.NewReader(b), int64(len(b))); err != nil || got != typeOLE {
		t.Fatal(got, err)
	}
	if d := time.Since(began); d > time.Second {
		t.Fatal(d)
	}
}

func TestFileName(t *testing.T) {
	for _, c := range []struct{ name, mime, want string }{
		{"身份证.JPG", JPEG, "身份证.jpg"},
		{"scan.jpeg", JPEG, "scan.jpeg"},
		{`C:\Users\a\合同.pdf`, PDF, "合同.pdf"},
		{"../../etc/passwd", PDF, "passwd.pdf"},
		{"photo\u202efdp.exe", JPEG, "photofdp.exe.jpg"},
		{"a\x00b\r\nSet-Cookie: x.png", PNG, "abSet-Cookie x.png"},
		{"", PNG, "file.png"},
		{"...", PNG, "file.png"},
		{".pdf", PDF, "pdf.pdf"},
		{"/", PDF, "file.pdf"},
		{"no ending", PDF, "no ending.pdf"},
		{"v1.2 终稿", DOCX, "v1.2 终稿.docx"},
		{"letter", "text/html", "letter.html"},
		{"x.exe", "application/octet-stream", "x.exe"},
		{strings.Repeat("长", 300) + ".pdf", PDF, strings.Repeat("长", 80) + ".pdf"},
		{"bad\xff\xfe.pdf", PDF, "bad.pdf"},
		{"\U00020164名.pdf", PDF, "\U00020164名.pdf"}, // a rare character of a name beyond U+FFFF stays
	} {
		if got := FileName(c.name, c.mime); got != c.want {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	for _, b := range [][]byte{zipped("OFD.xml"), compound("WordDocument", "b", "c", "d", "e"), ftyp("heic"), []byte("%PDF-")} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		if got, err := recognise(bytes.NewReader(b), int64(len(b))); err != nil || got == "" {
			t.Fatalf("%q %v", got, err) // the bytes can all be read: whatever they are is a type, not an error
		}
	})
}

func FuzzFileName(f *testing.F) {
	f.Add("身份证.JPG", JPEG)
	f.Add("a\u202e/..\\x.exe", PDF)
	f.Fuzz(func(t *testing.T, name, mime string) {
		got := FileName(name, mime)
		if got == "" || strings.ContainsAny(got, "/\\\x00\r\n\"\u202e") || got[0] == '.' || len([]rune(got)) > maxFileName+8 {
			t.Fatalf("%q from %q", got, name)
		}
	})
}
