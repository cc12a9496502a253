package messagestest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/messages"
)

// Line is an adapter under test with the world behind it.
type Line[M any] struct {
	Arrived func() []M // what a receiver sees, once an ID
	Refuse  func(on bool)
	// Silence lets whoever is behind the adapter answer nothing any more; nil for a
	// fake, which has nobody behind it.
	Silence func()
}

// MailLine is a Mailer under test.
type MailLine struct {
	Line[messages.Mail]
	Mailer messages.Mailer
}

// SMSLine is a Texter under test.
type SMSLine struct {
	Line[messages.SMS]
	Texter messages.Texter
}

// mails that once broke somebody's mailer: characters beyond ASCII and beyond the
// basic plane, lines that look like the end of a mail, long lines and long subjects.
var mails = []messages.Mail{
	{ID: "0199-1", To: "ann@example.org", Subject: "已受理：食品经营许可", Text: "您的办件已受理。\n承诺于2026年2月6日（周五）前办结。\n"},
	{ID: "0199-2", To: "ann@example.org", Subject: "plain", Text: "first\n.\n..\nFrom here on\n\nlast without end"},
	{ID: "0199-3", To: "a.b+c@mail.example.org", Subject: strings.Repeat("很长的标题", 40), Text: strings.Repeat("长行不断", 600)},
	{ID: "0199-4", To: "ann@example.org", Subject: "䶮𠮷 =?utf-8?b?eA==?= \"quoted\" <x@y>", Text: "𠮷野\ttab"},
	{ID: "0199-5", To: "ann@example.org", Subject: "", Text: ""},
}

// MailContract is what every Mailer keeps.
func MailContract(t *testing.T, open func(t *testing.T) MailLine) {
	t.Run("what is sent arrives as it was written", func(t *testing.T) {
		l := open(t)
		for _, m := range mails {
			if _, err := l.Mailer.Mail(t.Context(), m); err != nil {
				t.Fatalf("%s: %v", m.ID, err)
			}
		}
		if diff := cmp.Diff(mails, l.Arrived()); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("twice under one ID is once", func(t *testing.T) {
		l := open(t)
		for range 2 {
			if _, err := l.Mailer.Mail(t.Context(), mails[0]); err != nil {
				t.Fatal(err)
			}
		}
		if got := l.Arrived(); len(got) != 1 {
			t.Errorf("%d arrived", len(got))
		}
	})
	t.Run("no header is smuggled in", func(t *testing.T) {
		l := open(t)
		_, err := l.Mailer.Mail(t.Context(), messages.Mail{ID: "0199-6", To: "ann@example.org", Subject: "a\r\nBcc: eve@example.org\r\n\r\nbody", Text: "text"})
		if err != nil {
			t.Fatal(err)
		}
		got := l.Arrived()
		if len(got) != 1 || got[0].Text != "text" || strings.ContainsAny(got[0].Subject, "\r\n") {
			t.Errorf("%+v", got)
		}
		for _, to := range []string{"", "ann@example.org\r\nBcc: eve@example.org", "ann@example.org\nRCPT TO:<eve@example.org>"} {
			if _, err := l.Mailer.Mail(t.Context(), messages.Mail{ID: "0199-7", To: to}); err == nil {
				t.Errorf("%q was taken", to)
			}
		}
		if _, err := l.Mailer.Mail(t.Context(), messages.Mail{ID: "x\r\nBcc: eve@example.org", To: "ann@example.org"}); err == nil {
			t.Error("an ID with a line break was taken")
		}
		if got := l.Arrived(); len(got) != 1 {
			t.Errorf("%d arrived", len(got))
		}
	})
	faults(t, func(t *testing.T) (Line[messages.Mail], func(context.Context) error) {
		l := open(t)
		return l.Line, func(ctx context.Context) error { _, err := l.Mailer.Mail(ctx, mails[0]); return err }
	})
}

// SMSContract is what every Texter keeps.
func SMSContract(t *testing.T, open func(t *testing.T) SMSLine) {
	one := messages.SMS{ID: "0199-1", To: "13000000001", Text: "【潮安区政务服务】您的办件（尾号1234）已受理。䶮𠮷 \"quoted\" <&> \\"}
	t.Run("what is sent arrives as it was written, once", func(t *testing.T) {
		l := open(t)
		for range 2 {
			if _, err := l.Texter.Text(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		other := messages.SMS{ID: "0199-2", To: "13000000002", Text: "另一条"}
		if _, err := l.Texter.Text(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]messages.SMS{one, other}, l.Arrived()); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a receiver is a number", func(t *testing.T) {
		l := open(t)
		for _, to := range []string{"", "13000000001,13000000002", "13000000001\r\n", "ann"} {
			if _, err := l.Texter.Text(t.Context(), messages.SMS{ID: "0199-3", To: to, Text: "x"}); err == nil {
				t.Errorf("%q was taken", to)
			}
		}
		if got := l.Arrived(); len(got) != 0 {
			t.Errorf("%v arrived", got)
		}
	})
	faults(t, func(t *testing.T) (Line[messages.SMS], func(context.Context) error) {
		l := open(t)
		return l.Line, func(ctx context.Context) error { _, err := l.Texter.Text(ctx, one); return err }
	})
}

// faults: what did not arrive is an error, and in time.
func faults[M any](t *testing.T, open func(t *testing.T) (Line[M], func(context.Context) error)) {
	t.Run("a refusal is an error and the next attempt arrives", func(t *testing.T) {
		l, send := open(t)
		l.Refuse(true)
		if err := send(t.Context()); err == nil {
			t.Error("no error")
		}
		if got := l.Arrived(); len(got) != 0 {
			t.Errorf("%v arrived", got)
		}
		l.Refuse(false)
		if err := send(t.Context()); err != nil || len(l.Arrived()) != 1 {
			t.Errorf("%v, %d arrived", err, len(l.Arrived()))
		}
	})
	t.Run("nobody waits for ever", func(t *testing.T) {
		l, send := open(t)
		if l.Silence != nil {
			l.Silence()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if l.Silence == nil {
			cancel()
		}
		begun := time.Now()
		if err := send(ctx); err == nil {
			t.Error("no error")
		}
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}
