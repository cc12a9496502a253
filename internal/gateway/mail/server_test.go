package mail_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"mime"
	"net"
	"net/http/httptest"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"

	"yimen/internal/messages"
)

// server is an SMTP server of RFC 5321, as small as one can be that a client must
// not notice the difference: pipelining of nothing, one mail a connection or many.
type server struct {
	address  string
	roots    *x509.CertPool
	cert     tls.Certificate
	implicit bool // TLS from the first byte
	starttls bool // offered
	password string

	mu      sync.Mutex
	refuses bool
	silent  bool
	seen    map[string]bool // Message-IDs
	mails   []messages.Mail
	raw     [][]byte
	clear   []string // commands heard before encryption
}

func serve(t *testing.T, change func(*server)) *server {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(web.Close)
	s := &server{cert: web.TLS.Certificates[0], roots: x509.NewCertPool(), starttls: true, seen: map[string]bool{}}
	s.roots.AddCert(web.Certificate())
	if change != nil {
		change(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				s.talk(conn)
			})
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return s
}

func (s *server) tls(conn net.Conn) net.Conn {
	return tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{s.cert}})
}

func (s *server) is(flag *bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *flag
}

func (s *server) set(flag *bool, to bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*flag = to
}

func (s *server) talk(conn net.Conn) {
	encrypted := s.implicit
	if encrypted {
		conn = s.tls(conn)
	}
	if s.is(&s.silent) {
		_, _ = io.Copy(io.Discard, conn) // until the client gives up
		return
	}
	c := textproto.NewConn(conn)
	say := func(line string) { _ = c.PrintfLine("%s", line) }
	say("220 test")
	var to string
	signed := s.password == ""
	for {
		line, err := c.ReadLine()
		if err != nil {
			return
		}
		if !encrypted {
			s.mu.Lock()
			s.clear = append(s.clear, line)
			s.mu.Unlock()
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-test")
			if s.starttls && !encrypted {
				say("250-STARTTLS")
			}
			say("250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go")
			conn, encrypted = s.tls(conn), true
			c = textproto.NewConn(conn)
			say = func(line string) { _ = c.PrintfLine("%s", line) }
		case "AUTH":
			_, given, _ := strings.Cut(rest, " ")
			plain, _ := base64.StdEncoding.DecodeString(given)
			if string(plain) != "\x00yimen\x00"+s.password {
				say("535 wrong password")
				continue
			}
			signed = true
			say("235 welcome")
		case "MAIL":
			if !signed {
				say("530 who are you")
				continue
			}
			say("250 ok")
		case "RCPT":
			to = strings.TrimSuffix(strings.TrimPrefix(rest, "TO:<"), ">")
			if s.is(&s.refuses) {
				say("550 5.1.1 <" + to + "> unknown")
				continue
			}
			say("250 ok")
		case "DATA":
			say("354 go on")
			text, err := c.ReadDotBytes()
			if err != nil {
				return
			}
			s.deliver(to, text)
			say("250 2.0.0 queued as Q1")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("500 what")
		}
	}
}

// deliver reads a mail as its receiver's program would; one it cannot read arrives
// as it lies, which no test expects.
func (s *server) deliver(to string, text []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw = append(s.raw, text)
	m, err := netmail.ReadMessage(bufio.NewReader(bytes.NewReader(text)))
	if err != nil {
		s.mails = append(s.mails, messages.Mail{Text: string(text)})
		return
	}
	id, _, _ := strings.Cut(strings.Trim(m.Header.Get("Message-ID"), "<>"), "@")
	if s.seen[id] {
		return
	}
	s.seen[id] = true
	subject, err := (&mime.WordDecoder{}).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		subject = err.Error()
	}
	body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	if err != nil {
		body = []byte(err.Error())
	}
	header, err := m.Header.AddressList("To")
	if err != nil || len(header) != 1 || header[0].Address != to {
		to += " but the header says " + m.Header.Get("To")
	}
	s.mails = append(s.mails, messages.Mail{ID: id, To: to, Subject: subject, Text: string(body)})
}

func (s *server) arrived() []messages.Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]messages.Mail(nil), s.mails...)
}
