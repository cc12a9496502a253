package kit

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/fault"
)

const (
	cookieSession = "yimen_session"
	cookieLang    = "yimen_lang"
	cookieSize    = "yimen_size"
	cookieKeys    = "yimen_keys"
	cookieFlash   = "yimen_flash"
)

const yearSeconds = 365 * 24 * 60 * 60

// sessionCookie has the __Host- prefix where it can: then no other host of the
// domain can set it.
func (k *Kit) sessionCookie() string {
	if k.o.Secure {
		return "__Host-" + cookieSession
	}
	return cookieSession
}

func cookieValue(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie: HttpOnly because no script of ours reads cookies, Lax because links
// from letters must arrive signed in. A cookie set twice is sent once, as it was last.
func (q *Request) setCookie(name, value string, maxAge int) {
	h := q.w.Header()
	h["Set-Cookie"] = slices.DeleteFunc(h["Set-Cookie"], func(line string) bool {
		return strings.HasPrefix(line, name+"=")
	})
	http.SetCookie(q.w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: q.kit.o.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// SignIn gives the browser a session that ends with the browser at the latest.
// The token is identity's; a new one at every sign-in keeps a planted one useless.
func (q *Request) SignIn(token string) { q.setCookie(q.kit.sessionCookie(), token, 0) }

// SignOut takes it away. Ending the session itself is identity's.
func (q *Request) SignOut() { q.setCookie(q.kit.sessionCookie(), "", -1) }

// SessionToken is the token the browser sent, "" for none; for identity's sign-out.
func (q *Request) SessionToken() string { return cookieValue(q.Request, q.kit.sessionCookie()) }

// identify finds the account behind the session cookie. A session that has ended
// makes the visitor nobody and takes the cookie away; it is no error.
func (q *Request) identify() error {
	token := q.SessionToken()
	if token == "" {
		return nil
	}
	actor, info, err := q.kit.o.Sessions.Authenticate(q.Context(), token)
	if err != nil {
		switch fault.KindOf(err) {
		case fault.KindMissing, fault.KindDenied, fault.KindInvalid:
			q.SignOut()
			return nil
		default:
			return err
		}
	}
	q.become(actor)
	q.Session = info
	return nil
}

// identifyToken finds the account behind "Authorization: Bearer".
func (q *Request) identifyToken() error {
	if q.kit.o.Tokens == nil {
		return errSignIn
	}
	scheme, token, _ := strings.Cut(q.Request.Header.Get("Authorization"), " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" {
		return errSignIn
	}
	actor, scopes, err := q.kit.o.Tokens.AuthenticateToken(q.Context(), token)
	if err != nil {
		if k := fault.KindOf(err); k == fault.KindMissing || k == fault.KindDenied || k == fault.KindInvalid {
			return errSignIn
		}
		return err
	}
	q.become(actor)
	q.Actor.Channel, q.Scopes = gov.API, scopes
	return nil
}

func (q *Request) become(a gov.Actor) {
	if a.Channel == "" {
		a.Channel = q.Actor.Channel
	}
	q.Actor = a
}

// extend answers the script's "go on": authenticating has already moved the end.
func extend(q *Request) error {
	return q.send(http.StatusOK, "text/plain; charset=utf-8", []byte(strconv.Itoa(int(q.Session.Idle.Seconds()))))
}

// Sessionless is a Sessions that knows nobody, for tests and for pages before
// identity exists.
type Sessionless struct{}

// Authenticate knows no token.
func (Sessionless) Authenticate(context.Context, string) (gov.Actor, SessionInfo, error) {
	return gov.Actor{}, SessionInfo{}, fault.Missing("faults.sign_in")
}
