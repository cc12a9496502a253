package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"yimen/internal/messages"
)

// lineBase64 is how long a line of base64 may be (RFC 2045).
const lineBase64 = 76

// zone is where the sender's clock stands; the Date of a mail says so.
var zone = time.FixedZone("CST", 8*60*60)

// content is the mail with its header, lines ended by CRLF.
func (s *SMTP) content(m messages.Mail) ([]byte, error) {
	if m.ID == "" || strings.Trim(m.ID, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
		return nil, errors.New("not an id of a mail")
	}
	_, domain, _ := strings.Cut(s.o.From, "@")
	var b bytes.Buffer
	for _, line := range [][2]string{
		{"From", s.sender()},
		{"To", "<" + m.To + ">"},
		{"Subject", words(m.Subject)},
		{"Date", s.o.Now().In(zone).Format(time.RFC1123Z)},
		{"Message-ID", "<" + m.ID + "@" + domain + ">"},
		{"Auto-Submitted", "auto-generated"}, // RFC 3834: nobody's holiday notice answers us
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "base64"},
	} {
		b.WriteString(line[0] + ": " + line[1] + "\r\n")
	}
	b.WriteString("\r\n")
	for text := base64.StdEncoding.EncodeToString([]byte(m.Text)); text != ""; {
		n := min(lineBase64, len(text))
		b.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	return b.Bytes(), nil
}

// sender is who writes, with the name on a line of its own.
func (s *SMTP) sender() string {
	if s.o.Name == "" {
		return "<" + s.o.From + ">"
	}
	return words(s.o.Name) + "\r\n <" + s.o.From + ">"
}

// inWord is how many bytes one encoded word holds, so that its line, with the name
// of the header before it, stays within 76 characters (RFC 2047).
const inWord = 39

// words is a text for a header: a row of encoded words unless it is quite plain, so
// that no character of it can end the header or be read as an encoded word of its
// own. Each word stands on a line of its own and is whole characters.
func words(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' }), " ")
	if plain(text) {
		return text
	}
	var out []string
	for begin := 0; begin < len(text); {
		end := begin
		for end < len(text) {
			_, size := utf8.DecodeRuneInString(text[end:])
			if end+size-begin > inWord {
				break
			}
			end += size
		}
		out = append(out, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(text[begin:end]))+"?=")
		begin = end
	}
	return strings.Join(out, "\r\n ")
}

// mostPlain is how long an unencoded subject may be (RFC 5322: a line of 78).
const mostPlain = 60

// plain tells whether a subject can stand as it is: letters, digits and blanks.
func plain(text string) bool {
	for _, r := range text {
		if r != ' ' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return len(text) <= mostPlain
}
