package blob

import (
	"bytes"
	"encoding/binary"
	"io"
)

// maxEntries looked at in a container's directory. An OFD or DOCX has some dozens; a file made to exhaust us has millions.
const maxEntries = 10_000

// recogniseZIP reads the names in the central directory, which is what every reader goes by. It reads no contents and
// unpacks nothing, so a bomb stays packed. Files with macros are told apart, because they are not papers.
func recogniseZIP(r io.ReaderAt, size int64) (string, error) {
	at, end, err := zipDirectory(r, size)
	if err != nil || at < 0 {
		return typeZIP, err
	}
	var ofd, types, word, sheet bool
	fixed := make([]byte, 46)
	for range maxEntries {
		if at+46 > end {
			break
		}
		if err := readAt(r, fixed, at); err != nil {
			return "", err
		}
		if !bytes.HasPrefix(fixed, []byte("PK\x01\x02")) {
			break
		}
		name := make([]byte, binary.LittleEndian.Uint16(fixed[28:]))
		if at+46+int64(len(name)) > end {
			break
		}
		if err := readAt(r, name, at+46); err != nil {
			return "", err
		}
		switch string(name) {
		case "OFD.xml":
			ofd = true
		case "[Content_Types].xml":
			types = true
		case "word/document.xml":
			word = true
		case "xl/workbook.xml":
			sheet = true
		case "word/vbaProject.bin", "xl/vbaProject.bin":
			return typeZIP, nil
		}
		at += 46 + int64(len(name)) + int64(binary.LittleEndian.Uint16(fixed[30:])) + int64(binary.LittleEndian.Uint16(fixed[32:]))
	}
	switch {
	case ofd && !types:
		return OFD, nil
	case types && word && !sheet && !ofd:
		return DOCX, nil
	case types && sheet && !word && !ofd:
		return XLSX, nil
	}
	return typeZIP, nil
}

// zipDirectory finds the central directory by the record at the end of the file; at < 0 when there is none.
// ZIP64 is not followed: it begins where our size limits have long ended.
func zipDirectory(r io.ReaderAt, size int64) (at, end int64, err error) {
	const record, comment = 22, 1<<16 - 1
	tail := make([]byte, min(size, record+comment))
	start := size - int64(len(tail))
	if err := readAt(r, tail, start); err != nil {
		return 0, 0, err
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < record {
		return -1, 0, nil
	}
	length, at := int64(binary.LittleEndian.Uint32(tail[i+12:])), int64(binary.LittleEndian.Uint32(tail[i+16:]))
	end = at + length
	if end > start+int64(i) {
		return -1, 0, nil
	}
	return at, end, nil
}

var oleSignature = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

// recogniseOLE tells the Word and Excel files of before 2007 (also those of WPS) by the stream every one of them has;
// [MS-CFB] describes the container.
func recogniseOLE(r io.ReaderAt, size int64) (string, error) {
	o, err := openOLE(r, size)
	if err != nil || o == nil {
		return typeOLE, err
	}
	word, sheet := false, false
	entry := make([]byte, 128)
	err = o.walk(func(sector int64) (bool, error) {
		for at := int64(0); at < o.sector; at += 128 {
			if err := readAt(r, entry, sector+at); err != nil {
				return false, err
			}
			if entry[66] != 2 { // not a stream
				continue
			}
			switch utf16Name(entry) {
			case "WordDocument":
				word = true
			case "Workbook", "Book":
				sheet = true
			}
		}
		return true, nil
	})
	switch {
	case err != nil:
		return "", err
	case word && !sheet:
		return DOC, nil
	case sheet && !word:
		return XLS, nil
	}
	return typeOLE, nil
}

func utf16Name(entry []byte) string {
	n := int(binary.LittleEndian.Uint16(entry[64:])) - 2
	if n < 0 || n > 62 {
		return ""
	}
	name := make([]byte, 0, 31)
	for i := 0; i < n; i += 2 {
		if entry[i+1] != 0 {
			return "" // none of the names asked for
		}
		name = append(name, entry[i])
	}
	return string(name)
}

// ole is an open container: sectors of 512 or 4096 bytes, chained by a table of their numbers.
type ole struct {
	r      io.ReaderAt
	size   int64
	sector int64
	head   []byte
}

func openOLE(r io.ReaderAt, size int64) (*ole, error) {
	o := &ole{r: r, size: size, sector: 512, head: make([]byte, 512)}
	if size < 1024 {
		return nil, nil
	}
	if err := readAt(r, o.head, 0); err != nil {
		return nil, err
	}
	switch binary.LittleEndian.Uint16(o.head[30:]) {
	case 9:
	case 12:
		o.sector = 4096
	default:
		return nil, nil
	}
	return o, nil
}

// place gives the offset of a sector, -1 when it is not in the file.
func (o *ole) place(number uint32) int64 {
	at := (int64(number) + 1) * o.sector
	if number >= 0xFFFFFFFA || at+o.sector > o.size {
		return -1
	}
	return at
}

// walk visits the sectors of the directory. A chain that is a loop, made to keep us busy, ends after maxEntries / 4.
func (o *ole) walk(visit func(at int64) (bool, error)) error {
	number := binary.LittleEndian.Uint32(o.head[48:])
	for range maxEntries / 4 {
		at := o.place(number)
		if at < 0 {
			return nil
		}
		if more, err := visit(at); err != nil || !more {
			return err
		}
		next, err := o.next(number)
		if err != nil {
			return err
		}
		number = next
	}
	return nil
}

// next looks the following sector up in the allocation table.
func (o *ole) next(number uint32) (uint32, error) {
	perSector := uint32(o.sector / 4)
	table, err := o.table(number / perSector)
	if err != nil {
		return 0, err
	}
	return o.number(table, number%perSector)
}

// table gives the sector that holds the index-th part of the allocation table: the head names the first 109, a chain of
// further sectors the rest.
func (o *ole) table(index uint32) (uint32, error) {
	const inHead = 109
	if index < inHead {
		return binary.LittleEndian.Uint32(o.head[76+4*index:]), nil
	}
	index -= inHead
	perSector := uint32(o.sector/4) - 1 // the last number is the chain's
	sector := binary.LittleEndian.Uint32(o.head[68:])
	var err error
	for range min(index/perSector, maxEntries) {
		if sector, err = o.number(sector, perSector); err != nil {
			return 0, err
		}
	}
	return o.number(sector, index%perSector)
}

// number reads the i-th number in a sector; a sector outside the file reads as the end of the chain.
func (o *ole) number(sector, i uint32) (uint32, error) {
	at := o.place(sector)
	if at < 0 {
		return 0xFFFFFFFE, nil
	}
	var b [4]byte
	err := readAt(o.r, b[:], at+int64(i)*4)
	return binary.LittleEndian.Uint32(b[:]), err
}

// readAt reads all of p; offsets are checked by the callers, so an early end is damage.
func readAt(r io.ReaderAt, p []byte, at int64) error {
	n, err := r.ReadAt(p, at)
	if n == len(p) {
		return nil
	}
	return damaged(err)
}
