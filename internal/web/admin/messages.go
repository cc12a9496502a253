package admin

import (
	"strconv"

	"yimen/internal/messages"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

const parkedRows = 50 // on a page

// outside is what this installation sends beside the inbox.
type outside struct {
	Mail, SMS bool
	Parked    int // sendings that wait for a person, at most parkedRows+1
}

func (s *Admin) outside(q *kit.Request) (outside, error) {
	parked, err := s.messages.Parked(q.Context(), q.Actor, "", parkedRows+1)
	return outside{s.messages.Sends(messages.ByMail), s.messages.Sends(messages.BySMS), len(parked)}, err
}

// number is how many wait, for a sentence.
func (o outside) number() string {
	if o.Parked > parkedRows {
		return strconv.Itoa(parkedRows) + "+"
	}
	return strconv.Itoa(o.Parked)
}

// parkedPage lists the sendings whose last attempt failed. To whom and about what
// is not in it: who looks after gateways sees no personal data.
func (s *Admin) parkedPage(q *kit.Request) error {
	after := q.Param("after")
	all, err := s.messages.Parked(q.Context(), q.Actor, after, parkedRows+1)
	if err != nil {
		return err
	}
	next, first := "", ""
	if len(all) > parkedRows {
		all = all[:parkedRows]
		next = "/admin/messages?after=" + all[parkedRows-1].Job
	}
	if after != "" {
		first = "/admin/messages"
	}
	return q.Render(page(q, q.T("admin.messages"), areaSettings), parkedTable(all, first, next))
}

// resend has one parked sending tried once more, or all that the page showed.
func (s *Admin) resend(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	n, err := s.messages.Resend(q.Context(), q.Actor, f.All("job")...)
	if err != nil {
		return err
	}
	q.Flash(ui.ToneOK, "admin.messages_resent", "n", n)
	return q.Redirect("/admin/messages")
}
