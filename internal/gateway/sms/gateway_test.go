package sms_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"yimen/internal/gateway/sms"
	"yimen/internal/messages"
	"yimen/internal/messages/messagestest"
)

// gateway is what stands at the other end in a test.
type gateway struct {
	mu      sync.Mutex
	refuses bool
	silent  bool
	seen    map[string]bool
	texts   []messages.SMS
	last    *http.Request
}

func serve(t *testing.T) (*gateway, string) {
	t.Helper()
	g := &gateway{seen: map[string]bool{}}
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	return g, s.URL + "/v1/texts"
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	refuses, silent := g.refuses, g.silent
	g.mu.Unlock()
	if silent {
		_, _ = io.Copy(io.Discard, r.Body) // only then does a server see that the client left
		<-r.Context().Done()
		return
	}
	if refuses {
		http.Error(w, "13000000001 is on the black list", http.StatusUnprocessableEntity)
		return
	}
	var in struct{ ID, To, Text string }
	key := r.Header.Get("Idempotency-Key")
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || key != in.ID || r.Method != http.MethodPost {
		http.Error(w, "bad", http.StatusBadRequest)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = r
	if !g.seen[key] {
		g.seen[key] = true
		g.texts = append(g.texts, messages.SMS(in))
	}
	w.WriteHeader(http.StatusAccepted)
	_, _ = w.Write([]byte(`{"id":"G-` + key + `"}`))
}

func (g *gateway) arrived() []messages.SMS {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]messages.SMS(nil), g.texts...)
}

func (g *gateway) set(flag *bool, to bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	*flag = to
}

func open(t *testing.T, o sms.Options) *sms.Gateway {
	t.Helper()
	g, err := sms.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestTheFakeKeepsTheContract(t *testing.T) {
	messagestest.SMSContract(t, func(*testing.T) messagestest.SMSLine {
		p := &messagestest.Phones{}
		return messagestest.SMSLine{Texter: p, Line: messagestest.Line[messages.SMS]{Arrived: p.Arrived, Refuse: p.Refuse}}
	})
}

func TestTheGatewayKeepsTheContract(t *testing.T) {
	messagestest.SMSContract(t, func(t *testing.T) messagestest.SMSLine {
		g, url := serve(t)
		return messagestest.SMSLine{Texter: open(t, sms.Options{URL: url}), Line: messagestest.Line[messages.SMS]{
			Arrived: g.arrived,
			Refuse:  func(on bool) { g.set(&g.refuses, on) },
			Silence: func() { g.set(&g.silent, true) },
		}}
	})
}

var one = messages.SMS{ID: "0199-1", To: "13000000001", Text: "您的办件已受理。"}

func TestTheRequest(t *testing.T) {
	g, url := serve(t)
	reference, err := open(t, sms.Options{URL: url, Token: "secret"}).Text(t.Context(), one)
	if err != nil || reference != "G-0199-1" {
		t.Fatalf("%q, %v", reference, err)
	}
	h := g.last.Header
	if h.Get("Authorization") != "Bearer secret" || h.Get("Idempotency-Key") != "0199-1" || !strings.HasPrefix(h.Get("Content-Type"), "application/json") {
		t.Errorf("%v", h)
	}
}

// A gateway's words may quote the number or the text; none of it reaches our log.
func TestARefusalRepeatsNothing(t *testing.T) {
	g, url := serve(t)
	g.set(&g.refuses, true)
	_, err := open(t, sms.Options{URL: url}).Text(t.Context(), one)
	if err == nil || strings.Contains(err.Error(), "13000000001") || !strings.Contains(err.Error(), "422") {
		t.Errorf("%v", err)
	}
}

func TestTheTokenGoesNowhereElse(t *testing.T) {
	g, url := serve(t)
	moved := httptest.NewServer(http.RedirectHandler(url, http.StatusTemporaryRedirect))
	defer moved.Close()
	if _, err := open(t, sms.Options{URL: moved.URL, Token: "secret"}).Text(t.Context(), one); err == nil {
		t.Error("a redirect was followed")
	}
	if len(g.arrived()) != 0 {
		t.Error("it arrived elsewhere")
	}
	moved.Close()
	_, err := open(t, sms.Options{URL: moved.URL + "/?key=secret"}).Text(t.Context(), one)
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

func TestBadOptions(t *testing.T) {
	for _, url := range []string{"", "sms.example.org", "ftp://sms.example.org", "https://user:pass@sms.example.org", "://"} {
		if _, err := sms.New(sms.Options{URL: url}); err == nil {
			t.Errorf("%q was taken", url)
		}
	}
}
