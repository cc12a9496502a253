package portal

import (
	"strings"

	"yimen/internal/applications"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// handoverView shows a code once; only its hash is kept.
type handoverView struct {
	*applications.Application
	Code, Link, Until string
}

// handOver makes a code for going on elsewhere. The answer is a page and no
// redirect, because the code may stand in no address and no cookie; sending the
// form again makes a new code and ends the old one.
func (p *Portal) handOver(q *kit.Request) error {
	a, _, err := p.draft(q)
	if err != nil {
		return err
	}
	h, err := p.d.Applications.HandOver(q.Context(), q.Actor, a.ID)
	if err != nil {
		return err
	}
	v := handoverView{
		Application: a, Code: h.Code[:3] + " " + h.Code[3:], Link: p.d.URL("/handover?code=" + h.Token), Until: lang.Time(h.Until),
	}
	return q.Render(ui.Page{Title: q.T("portal.handover"), Layout: ui.LayoutTask, Back: draftPath(a)}, handoverPage(v))
}

// handedOver is where the form of the code leads when it is looked at again.
func (p *Portal) handedOver(q *kit.Request) error {
	return q.Redirect("/applications/" + q.PathValue("id"))
}

func (p *Portal) redeemPage(q *kit.Request) error {
	return p.showRedeem(q, ui.Filled(map[string]string{"code": q.Param("code")}))
}

func (p *Portal) showRedeem(q *kit.Request, f ui.Form) error {
	return q.Render(ui.Page{Title: q.T("portal.redeem"), Layout: ui.LayoutTask, Form: f}, redeemPage(f))
}

// together takes out the blanks with which the code is shown and read out.
func together(code string) string { return strings.Join(strings.Fields(kit.Narrow(code)), "") }

// redeem goes on with a draft on this screen. Staff go on with it at their counter.
func (p *Portal) redeem(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	a, err := p.d.Applications.Redeem(q.Context(), q.Actor, together(f.Text("code")))
	if err != nil {
		faults, other := onForm(err, "code")
		if other != nil {
			return other
		}
		return p.showRedeem(q, f.View(faults...))
	}
	if q.Actor.Kind == gov.Staff {
		return q.Redirect("/counter/drafts/" + a.ID)
	}
	q.Flash(ui.ToneOK, "portal.redeemed")
	return q.Redirect(draftPath(a))
}
