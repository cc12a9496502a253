package wording

import (
	"strings"

	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/messages"
	"yimen/internal/platform/fault"
)

// Title is what a message is about in one line.
func Title(l lang.Locale, m messages.Received) string {
	return lang.T(l, "messages.title_"+string(m.Key), args(l, m.Args))
}

// Text says the rest: what happened, until when, what to do.
func Text(l lang.Locale, m messages.Received) string {
	return lang.T(l, "messages.text_"+string(m.Key), args(l, m.Args))
}

// Site is where messages lead: the name under the brand, and the address of a local
// path, which has no host while nobody has said where people reach us.
type Site struct {
	Name string
	URL  func(path string) string
}

// Mail is a message as a mail.
func (s Site) Mail(locale string, m messages.Received) (subject, text string) {
	l := lang.Parse(locale)
	lines := []string{Text(l, m), ""}
	if at := s.URL(m.Link); m.Link != "" && strings.Contains(at, "://") {
		lines = append(lines, lang.T(l, "messages.mail_link"), at, "")
	}
	lines = append(lines, "-- ", lang.T(l, "messages.mail_foot", "site", s.Name), "")
	return lang.T(l, "messages.mail_subject", "site", s.Name, "title", Title(l, m)), strings.Join(lines, "\n")
}

// SMS is a message as an SMS. It is given dates, numbers of days and the tail of
// the case's number, whatever else the message has: no text that anybody typed, and
// no link, because people are told never to follow one in an SMS.
func (s Site) SMS(locale string, m messages.Received) string {
	l := lang.Parse(locale)
	given := fault.Args{"tail": m.Args["tail"], "site": s.Name}
	for name, v := range m.Args {
		if _, isText := v.(string); !isText {
			given[name] = argument(l, v)
		}
	}
	toFetch(l, "sms", given)
	return lang.T(l, "messages.sms", "site", s.Name, "text", lang.T(l, "messages.sms_"+string(m.Key), given))
}

func args(l lang.Locale, a messages.Args) fault.Args {
	out := make(fault.Args, len(a))
	for name, v := range a {
		out[name] = argument(l, v)
	}
	if kind, ok := a["joint"].(string); ok { // which step departments take together, by its code
		out["joint"] = lang.T(l, "joint.kind_"+kind)
	}
	toFetch(l, "text", out)
	return out
}

// toFetch makes of the number of results that wait at an outlet the words that say so,
// and none where nothing waits: nobody is sent there in vain.
func toFetch(l lang.Locale, in string, given fault.Args) {
	if n, told := given["fetch"].(int64); told && n > 0 {
		given["fetch"] = lang.T(l, "messages.fetch_"+in, "n", n)
	} else if told {
		given["fetch"] = ""
	}
}

// argument puts a date that is not certain into the words that say so.
func argument(l lang.Locale, v any) any {
	if d, ok := v.(messages.Provisional); ok {
		return lang.T(l, "status.provisional", "date", clock.Date(d))
	}
	return v
}
