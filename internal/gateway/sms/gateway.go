package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"yimen/internal/gov"
	"yimen/internal/messages"
)

// Options name the gateway.
type Options struct {
	URL   string
	Token string // "" when the gateway asks for none
	// Timeout bounds one text. Default 20 s.
	Timeout time.Duration
}

// Gateway is a Texter. Safe for concurrent use.
type Gateway struct {
	o      Options
	client *http.Client
}

var _ messages.Texter = (*Gateway)(nil)

// New checks the options.
func New(o Options) (*Gateway, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return nil, errors.New("not an http address of an SMS gateway without a password in it")
	}
	if o.Timeout == 0 {
		o.Timeout = 20 * time.Second
	}
	return &Gateway{o: o, client: &http.Client{
		// a gateway that moved is told to the operator: the token goes nowhere else
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

const mostAnswer = 64 << 10

// Text hands m over. What a gateway says beside its status is not repeated: it may
// quote the text or the number.
func (g *Gateway) Text(ctx context.Context, m messages.SMS) (string, error) {
	if phone, err := gov.ParsePhone(m.To); err != nil || string(phone) != m.To {
		return "", errors.New("not a mobile number")
	}
	body, err := json.Marshal(struct {
		ID   string `json:"id"`
		To   string `json:"to"`
		Text string `json:"text"`
	}{m.ID, m.To, m.Text})
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, g.o.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.o.URL, bytes.NewReader(body))
	if err != nil {
		return "", errors.New("the address of the SMS gateway is not one")
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Idempotency-Key", m.ID)
	if g.o.Token != "" {
		r.Header.Set("Authorization", "Bearer "+g.o.Token)
	}
	answer, err := g.client.Do(r)
	if err != nil {
		return "", unnamed(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return "", fmt.Errorf("the SMS gateway answered %d", answer.StatusCode)
	}
	if err != nil {
		return "", unnamed(err)
	}
	var named struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(text, &named) // a gateway need not name it
	return named.ID, nil
}

// unnamed drops the address from a transport's error: some gateways want a key in it.
func unnamed(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
