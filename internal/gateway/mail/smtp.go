package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"strings"
	"time"

	"yimen/internal/messages"
)

// Security is how the connection is encrypted.
type Security string

// The ways. StartTLS (port 587) is refused when the server does not offer it; TLS
// is port 465 (RFC 8314).
const (
	StartTLS Security = "starttls"
	TLS      Security = "tls"
	Plain    Security = "none"
)

// Options name the server and who writes.
type Options struct {
	Address  string // host:port
	Security Security
	User     string // "" when the server asks for no password
	Password string
	From     string // the sender's address
	Name     string // the sender's name as receivers see it
	Now      func() time.Time

	// Timeout bounds one mail from dialling to the server's word that it has it. Default 60 s.
	Timeout time.Duration
	// Roots are trusted beside nobody; nil for the machine's.
	Roots *x509.CertPool
}

// SMTP is a Mailer. Safe for concurrent use; every mail has a connection of its own.
type SMTP struct {
	o    Options
	host string
}

var _ messages.Mailer = (*SMTP)(nil)

// New checks the options.
func New(o Options) (*SMTP, error) {
	host, _, err := net.SplitHostPort(o.Address)
	if err != nil || host == "" {
		return nil, fmt.Errorf("%q is no host:port of a mail server", o.Address)
	}
	if o.Security != StartTLS && o.Security != TLS && o.Security != Plain {
		return nil, fmt.Errorf("%q is no way to encrypt: %s, %s or %s", o.Security, StartTLS, TLS, Plain)
	}
	if err := address(o.From); err != nil {
		return nil, fmt.Errorf("the sender: %w", err)
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &SMTP{o: o, host: host}, nil
}

// address wants one bare ASCII address; anything else could be a second command.
func address(text string) error {
	for _, c := range text {
		if c <= ' ' || c > '~' {
			return errors.New("not a mail address")
		}
	}
	if a, err := mail.ParseAddress(text); err != nil || a.Address != text {
		return errors.New("not a mail address")
	}
	return nil
}

// Mail hands m to the server. The reference is the server's word, which names the
// mail in its log.
func (s *SMTP) Mail(ctx context.Context, m messages.Mail) (string, error) {
	if err := address(m.To); err != nil {
		return "", err
	}
	content, err := s.content(m)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	c, err := s.dial(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := s.open(c); err != nil {
		return "", err
	}
	if err := c.Mail(s.o.From); err != nil {
		return "", err
	}
	if err := c.Rcpt(m.To); err != nil {
		return "", err
	}
	reference, err := data(c, content)
	if err == nil {
		_ = c.Quit() // the mail is theirs; how they say goodbye changes nothing
	}
	return reference, err
}

// dial connects; when ctx ends the connection is closed under whatever waits on it.
func (s *SMTP) dial(ctx context.Context) (*smtp.Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.o.Address)
	if err != nil {
		return nil, err
	}
	raw := conn
	context.AfterFunc(ctx, func() { raw.Close() })
	if s.o.Security == TLS {
		conn = tls.Client(conn, s.tls())
	}
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, RootCAs: s.o.Roots}
}

// open greets, encrypts and signs in.
func (s *SMTP) open(c *smtp.Client) error {
	_, domain, _ := strings.Cut(s.o.From, "@")
	if err := c.Hello(domain); err != nil {
		return err
	}
	if s.o.Security == StartTLS {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return errors.New("the mail server offers no STARTTLS, and without it nothing is said")
		}
		if err := c.StartTLS(s.tls()); err != nil {
			return err
		}
	}
	if s.o.User == "" {
		return nil
	}
	return c.Auth(smtp.PlainAuth("", s.o.User, s.o.Password, s.host))
}

// data sends the content; it stands in for smtp.Client.Data, which throws away the
// server's name for the mail.
func data(c *smtp.Client, content []byte) (string, error) {
	id, err := c.Text.Cmd("DATA")
	if err != nil {
		return "", err
	}
	c.Text.StartResponse(id)
	_, _, err = c.Text.ReadResponse(354)
	c.Text.EndResponse(id)
	if err != nil {
		return "", err
	}
	w := c.Text.DotWriter()
	if _, err := w.Write(content); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	_, word, err := c.Text.ReadResponse(250)
	return word, err
}
