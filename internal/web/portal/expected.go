package portal

import (
	"yimen/internal/cases"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// expected is what a case wants of its applicant now, in a sentence and a button.
type expected struct {
	Tone   ui.Tone
	Lead   string // bold: "有一件事要您做：" or "现在不用您做什么。"
	Text   string
	Button string
	Href   string
}

// expect says what is expected of the applicant now. That nothing is, is said too.
func expect(q *kit.Request, v *caseView, rules *cases.Rules) expected {
	due := dossier.Dated(reading(q), v.DueOn, v.Assumed(v.DueOn))
	wait := expected{Tone: ui.ToneNone, Lead: q.T("portal.expect_nothing")}
	if v.Replace {
		return expected{ui.ToneWarn, q.T("portal.expect_one"), q.T("portal.expect_replace", "body", v.BodyName), q.T("portal.replace_now"),
			casePath(v.Case) + "/correction"}
	}
	switch v.State {
	case cases.Waiting:
		wait.Text = q.T("portal.expect_waiting", "names", v.Waits, "body", v.BodyName)
	case cases.Correcting:
		text := q.T("portal.expect_correct", "date", due)
		if v.DueOn.IsZero() {
			text = q.T("portal.expect_correct_unserved")
		}
		return expected{ui.ToneWarn, q.T("portal.expect_one"), text, q.T("portal.correct_now"), casePath(v.Case) + "/correction"}
	case cases.Submitted:
		wait.Text = q.T("portal.expect_accept", "body", v.BodyName, "date", due)
	case cases.Accepted:
		wait.Text = q.T("portal.expect_decide", "body", v.BodyName, "date", due)
		if v.Deemed {
			wait.Text = q.T("portal.expect_deemed", "body", v.BodyName, "date", v.AcceptedOn) + wait.Text
		}
		if v.Extension == cases.Extended {
			wait.Text += q.T("portal.expect_extended")
		}
		if rules.SiteVisit && v.Step == cases.Handle {
			wait.Text += q.T("portal.expect_visit")
		}
	case cases.Suspended:
		wait.Tone = ui.ToneWarn
		wait.Text = q.T("portal.expect_suspended", "procedures", v.Procedures, "until", due, "body", v.BodyName,
			"date", dossier.Dated(reading(q), v.PromisedDue, v.Assumed(v.PromisedDue)))
	case cases.Granted, cases.Refused:
		return expectDelivery(q, v, due)
	default:
		return expectEnded(q, v)
	}
	return wait
}

func expectDelivery(q *kit.Request, v *caseView, due string) expected {
	e := expected{Tone: ui.ToneOK, Lead: q.T("portal.expect_granted")}
	if v.State == cases.Refused {
		e = expected{Tone: ui.ToneBad, Lead: q.T("portal.expect_refused"), Text: q.T("portal.expect_remedies")}
	}
	switch n := len(v.Deliveries); {
	case v.ToFetch():
		e.Text += q.T("portal.expect_fetch", "place", first(v.Body.Address, v.Body.Name))
	case v.Posted && n > 0:
		e.Text += q.T("portal.expect_posted", "number", v.Deliveries[n-1].Parcel)
	default:
		e.Text += q.T("portal.expect_sent", "way", v.DeliveryWay, "date", due)
	}
	return e
}

func expectEnded(q *kit.Request, v *caseView) expected {
	e := expected{Tone: ui.ToneNone, Lead: q.T("portal.expect_ended_" + string(v.State))}
	switch {
	case v.State == cases.Declined:
		e.Tone, e.Text = ui.ToneBad, q.T("portal.expect_declined")
	case v.State == cases.Lapsed:
		e.Tone, e.Text = ui.ToneWarn, q.T("portal.expect_lapsed")
		e.Button, e.Href = q.T("portal.apply_again"), "/items/"+escape(v.Item)
	case v.State == cases.Terminated:
		e.Text = first(v.EndNote, q.T("portal.expect_terminated"))
	case v.State == cases.Delivered && v.Licence != nil:
		e.Tone = ui.ToneOK
		e.Button, e.Href = q.T("portal.see_licence"), "/licences/"+v.Licence.ID
	case v.State == cases.Delivered:
		e.Tone = ui.ToneOK
	}
	if e.Href == "" && v.MayRate {
		e.Button, e.Href = q.T("portal.rate"), casePath(v.Case)+"/rating"
	}
	return e
}
