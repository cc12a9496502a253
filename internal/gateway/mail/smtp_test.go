package mail_test

import (
	"context"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"yimen/internal/gateway/mail"
	"yimen/internal/messages"
	"yimen/internal/messages/messagestest"
)

func options(s *server, security mail.Security) mail.Options {
	return mail.Options{Address: s.address, Security: security, From: "no-reply@zwfw.example.org", Name: "潮安区政务服务",
		Roots: s.roots, Now: func() time.Time { return time.Date(2026, 2, 6, 1, 2, 3, 0, time.UTC) }}
}

func open(t *testing.T, o mail.Options) *mail.SMTP {
	t.Helper()
	m, err := mail.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheFakeKeepsTheContract(t *testing.T) {
	messagestest.MailContract(t, func(*testing.T) messagestest.MailLine {
		b := &messagestest.Mailbox{}
		return messagestest.MailLine{Mailer: b, Line: messagestest.Line[messages.Mail]{Arrived: b.Arrived, Refuse: b.Refuse}}
	})
}

func TestSMTPKeepsTheContract(t *testing.T) {
	for _, security := range []mail.Security{mail.StartTLS, mail.TLS, mail.Plain} {
		t.Run(string(security), func(t *testing.T) {
			messagestest.MailContract(t, func(t *testing.T) messagestest.MailLine {
				s := serve(t, func(s *server) { s.implicit = security == mail.TLS })
				return messagestest.MailLine{Mailer: open(t, options(s, security)), Line: messagestest.Line[messages.Mail]{
					Arrived: s.arrived,
					Refuse:  func(on bool) { s.set(&s.refuses, on) },
					Silence: func() { s.set(&s.silent, true) },
				}}
			})
		})
	}
}

var one = messages.Mail{ID: "0199-1", To: "ann@example.org", Subject: strings.Repeat("很长的标题", 30), Text: strings.Repeat("一行", 500)}

func TestTheFormOfAMail(t *testing.T) {
	s := serve(t, nil)
	reference, err := open(t, options(s, mail.StartTLS)).Mail(t.Context(), one)
	if err != nil || reference != "2.0.0 queued as Q1" {
		t.Fatalf("%q, %v", reference, err)
	}
	text := string(s.raw[0])
	for _, want := range []string{
		"From: =?utf-8?b?", "\n <no-reply@zwfw.example.org>\n", "To: <ann@example.org>\n", "Date: Fri, 06 Feb 2026 09:02:03 +0800\n",
		"Message-ID: <0199-1@zwfw.example.org>\n", "Auto-Submitted: auto-generated\n", "MIME-Version: 1.0\n",
		"Content-Type: text/plain; charset=utf-8\n", "Content-Transfer-Encoding: base64\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	m, err := netmail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if from, err := m.Header.AddressList("From"); err != nil || from[0].Name != "潮安区政务服务" {
		t.Errorf("from %v, %v", from, err)
	}
	for _, line := range strings.Split(text, "\n") {
		if len(line) > 76 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
		for _, c := range line {
			if c > '~' {
				t.Errorf("%q outside ASCII", c)
			}
		}
	}
}

func TestAnEncodedWordInATitleIsText(t *testing.T) {
	s := serve(t, nil)
	m := one
	m.Subject = "=?utf-8?b?eA==?="
	if _, err := open(t, options(s, mail.StartTLS)).Mail(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := s.arrived()[0].Subject; got != m.Subject {
		t.Errorf("it arrived as %q", got)
	}
}

func TestSigningIn(t *testing.T) {
	s := serve(t, func(s *server) { s.password = "right" })
	o := options(s, mail.StartTLS)
	if _, err := open(t, o).Mail(t.Context(), one); err == nil {
		t.Error("without a password")
	}
	o.User, o.Password = "yimen", "wrong"
	if _, err := open(t, o).Mail(t.Context(), one); err == nil {
		t.Error("with a wrong password")
	}
	o.Password = "right"
	if _, err := open(t, o).Mail(t.Context(), one); err != nil || len(s.arrived()) != 1 {
		t.Error(err)
	}
	for _, line := range s.clear {
		if verb, _, _ := strings.Cut(line, " "); verb != "EHLO" && verb != "STARTTLS" {
			t.Errorf("said in clear: %s", line)
		}
	}
}

// What is not encrypted is not said, and a stranger's certificate is no encryption.
func TestNothingIsSaidInClear(t *testing.T) {
	bare := serve(t, func(s *server) { s.starttls = false })
	if _, err := open(t, options(bare, mail.StartTLS)).Mail(t.Context(), one); err == nil || !strings.Contains(err.Error(), "STARTTLS") {
		t.Errorf("no STARTTLS offered: %v", err)
	}
	for _, security := range []mail.Security{mail.StartTLS, mail.TLS} {
		stranger := serve(t, func(s *server) { s.implicit = security == mail.TLS })
		o := options(stranger, security)
		o.Roots = nil
		if _, err := open(t, o).Mail(t.Context(), one); err == nil {
			t.Errorf("%s: an unknown certificate was believed", security)
		}
		if len(stranger.arrived()) != 0 {
			t.Error("it arrived all the same")
		}
	}
	if got := bare.arrived(); len(got) != 0 {
		t.Errorf("%v arrived", got)
	}
}

func TestItsOwnTimeout(t *testing.T) {
	s := serve(t, func(s *server) { s.silent = true })
	o := options(s, mail.StartTLS)
	o.Timeout = 100 * time.Millisecond
	begun := time.Now()
	if _, err := open(t, o).Mail(context.Background(), one); err == nil || time.Since(begun) > 3*time.Second {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}

func TestBadOptions(t *testing.T) {
	good := mail.Options{Address: "mail.example.org:587", Security: mail.StartTLS, From: "a@example.org"}
	if _, err := mail.New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*mail.Options){
		"no port":         func(o *mail.Options) { o.Address = "mail.example.org" },
		"no host":         func(o *mail.Options) { o.Address = ":587" },
		"unknown way":     func(o *mail.Options) { o.Security = "ssl" },
		"no sender":       func(o *mail.Options) { o.From = "" },
		"sender and name": func(o *mail.Options) { o.From = "A <a@example.org>" },
		"two lines":       func(o *mail.Options) { o.From = "a@example.org\r\nBcc: b@example.org" },
	} {
		o := good
		change(&o)
		if _, err := mail.New(o); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
