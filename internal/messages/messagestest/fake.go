package messagestest

import (
	"context"
	"errors"
	"strings"
	"sync"

	"yimen/internal/messages"
)

// Mailbox is a mail server and every mailbox behind it.
type Mailbox struct {
	post[messages.Mail]
}

// Mail takes a mail in; one whose ID it has is the same mail.
func (b *Mailbox) Mail(ctx context.Context, m messages.Mail) (string, error) {
	if m.To == "" || strings.ContainsAny(m.To+m.ID, "\r\n") {
		return "", errors.New("not an address: " + m.To)
	}
	m.Subject = strings.Join(strings.FieldsFunc(m.Subject, func(r rune) bool { return r == '\r' || r == '\n' }), " ")
	return b.take(ctx, m.ID, m.To, m)
}

// Phones is an SMS gateway and every telephone behind it.
type Phones struct {
	post[messages.SMS]
}

// Text takes an SMS in; one whose ID it has is the same SMS.
func (p *Phones) Text(ctx context.Context, m messages.SMS) (string, error) {
	if m.To == "" || strings.Trim(m.To, "0123456789") != "" {
		return "", errors.New("not a number: " + m.To)
	}
	return p.take(ctx, m.ID, m.To, m)
}

// post keeps what arrived, in order and once an ID.
type post[T any] struct {
	mu      sync.Mutex
	refuses bool
	ids     map[string]bool
	arrived []T
	tries   int
}

func (p *post[T]) take(ctx context.Context, id, to string, m T) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries++
	if p.refuses {
		return "", errors.New("550 no such receiver " + to)
	}
	if p.ids == nil {
		p.ids = map[string]bool{}
	}
	if !p.ids[id] {
		p.ids[id] = true
		p.arrived = append(p.arrived, m)
	}
	return "fake-" + id, nil
}

// Arrived gives what arrived, in order.
func (p *post[T]) Arrived() []T {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]T(nil), p.arrived...)
}

// Tries counts every attempt, refused ones too.
func (p *post[T]) Tries() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tries
}

// Refuse lets it refuse everything, naming the receiver as real servers do, or
// take everything again.
func (p *post[T]) Refuse(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuses = on
}
