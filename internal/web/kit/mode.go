package kit

import (
	"encoding/base64"
	"encoding/json"

	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/ui"
)

// switchMode changes language, text size or single-key shortcuts and comes back.
// It is a GET because it must work as a plain link and changes nothing but how
// this browser shows things.
func switchMode(q *Request) error {
	switch q.Param("lang") {
	case "zh", "en":
		q.setCookie(cookieLang, q.Param("lang"), yearSeconds)
	}
	switch q.Param("size") {
	case "large":
		q.setCookie(cookieSize, "large", yearSeconds)
	case "normal":
		q.setCookie(cookieSize, "", -1)
	}
	switch q.Param("keys") {
	case "off":
		q.setCookie(cookieKeys, "off", yearSeconds)
	case "on":
		q.setCookie(cookieKeys, "", -1)
	}
	return q.Redirect(LocalPath(q.URL.Query().Get("back"), "/"))
}

// flash is a message on its way through one redirect. It holds a key and not a
// text: whoever changes the cookie can only choose among our own sentences.
type flash struct {
	Tone ui.Tone           `json:"t"`
	Key  string            `json:"k"`
	Args map[string]string `json:"a,omitempty"`
}

const (
	maxFlashes   = 5
	maxFlashSize = 3 << 10
)

// Flash keeps a sentence for the next page this browser sees. args are name,
// value pairs, written as text; no personal data, they travel in a cookie.
func (q *Request) Flash(tone ui.Tone, key string, args ...any) {
	f := flash{Tone: tone, Key: key, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		f.Args[name] = lang.T(q.Locale, "common.plain", "value", args[i+1])
	}
	if q.view == nil && q.pending == nil {
		q.pending = q.flashes() // this answer shows none of them
	}
	if q.pending = append(q.pending, f); len(q.pending) > maxFlashes {
		q.pending = q.pending[1:]
	}
	text, err := json.Marshal(q.pending)
	if err != nil {
		return
	}
	if value := base64.RawURLEncoding.EncodeToString(text); len(value) <= maxFlashSize {
		q.setCookie(cookieFlash, value, 0)
	}
}

func (q *Request) flashes() []flash {
	text, err := base64.RawURLEncoding.DecodeString(cookieValue(q.Request, cookieFlash))
	if err != nil || len(text) == 0 {
		return nil
	}
	var list []flash
	if json.Unmarshal(text, &list) != nil || len(list) > maxFlashes {
		return nil
	}
	return list
}

// takeFlash shows the messages and takes the cookie away.
func (q *Request) takeFlash() []ui.Flash {
	if cookieValue(q.Request, cookieFlash) == "" {
		return nil
	}
	q.setCookie(cookieFlash, "", -1)
	var out []ui.Flash
	for _, f := range q.flashes() {
		if !lang.Has(f.Key) {
			continue
		}
		tone := f.Tone
		if tone != ui.ToneOK && tone != ui.ToneWarn && tone != ui.ToneBad {
			tone = ui.ToneNone
		}
		args := fault.Args{}
		for name, v := range f.Args {
			args[name] = v
		}
		out = append(out, ui.Flash{Tone: tone, Text: lang.T(q.Locale, f.Key, args)})
	}
	return out
}
