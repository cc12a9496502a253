package portal

import (
	"slices"

	"yimen/internal/applications"
	"yimen/internal/platform/fault"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// materialView is one material: what is wanted, what is there, a place for more.
type materialView struct {
	*applications.Application
	Slot    applications.Slot
	Field   ui.Field
	Files   []ui.File
	Return  string
	Back    string // where one goes on
	Reason  string // of a defect, while a correction is answered
	Locked  bool
	Kicker  string
	Version int64
	Instead insteadView
}

// done tells that a licence stands there which counts: a paper is not needed any more,
// and its place is folded away.
func (v materialView) done() bool {
	return len(v.Files) == 0 && slices.ContainsFunc(v.Instead.Have, func(x fetchedLine) bool { return x.Licence.Counts })
}

func (p *Portal) material(q *kit.Request) error {
	a, def, err := p.draft(q)
	if err != nil {
		return err
	}
	if a.State != applications.Amending {
		if href, err := p.elsewhere(q, a); err != nil || href != "" {
			return either(err, func() error { return q.Redirect(href) })
		}
	}
	return p.showMaterial(q, a, def, ui.Form{})
}

func slotOf(def *applications.Definition, key string) (applications.Slot, bool) {
	i := slices.IndexFunc(def.Slots, func(s applications.Slot) bool { return s.Key == key })
	if i < 0 {
		return applications.Slot{}, false
	}
	return def.Slots[i], true
}

func (p *Portal) showMaterial(q *kit.Request, a *applications.Application, def *applications.Definition, f ui.Form) error {
	slot, ok := slotOf(def, q.PathValue("slot"))
	if !ok {
		return fault.Missing("applications.slot_missing")
	}
	all, err := p.d.Applications.Attachments(q.Context(), q.Actor, a)
	if err != nil {
		return err
	}
	href := func(x applications.Attachment) string { return draftPath(a) + "/files/" + x.ID }
	v := materialView{
		Application: a, Slot: slot, Return: returning(q), Locked: !a.Attachable(slot.Key), Version: a.Version(),
		Field: answers.Slot(q.Locale, slot, all, href), Files: answers.Files(q.Locale, slot.Key, all, href),
		Kicker: def.ItemName + " · " + q.T("portal.tasks_materials"),
	}
	if v.Instead, err = p.instead(q, a, def, slot); err != nil {
		return err
	}
	if v.Instead.Any() && !v.Locked {
		v.Field.Label, v.Field.Optional = q.T("portal.or_upload"), false
	} else {
		v.Field.Heading, v.Field.Kicker = true, v.Kicker
	}
	for _, d := range a.Defects {
		if d.Key == slot.Key || slices.Contains(slot.Fields, d.Key) {
			v.Reason = d.Reason
		}
	}
	back := draftPath(a)
	if v.Return != "" {
		if back, err = p.returnTo(q, a, v.Return); err != nil {
			return err
		}
	}
	v.Back = back
	return q.Render(ui.Page{Title: slot.Name, Layout: ui.LayoutTask, Back: back, Form: f}, materialPage(v, f))
}

// upload takes files in and, where asked to, puts them in the place of those that
// were there; a button beside a file takes it out.
func (p *Portal) upload(q *kit.Request) error {
	taken, err := answers.Take(q, p.d.Applications, q.Actor, q.PathValue("id"))
	if err != nil {
		return kit.Conflict(err, q.URL.Path)
	}
	a, def, err := p.draft(q)
	if err != nil {
		return err
	}
	f := taken.Form
	if done, err := p.detach(q, f, taken.Application); done || err != nil {
		return either(kit.Conflict(err, q.URL.Path), func() error { return q.Redirect(selfReturning(q)) })
	}
	if f.Bool("replace") && taken.Kept > 0 {
		if a, err = p.replaced(q, a, f.All("had")); err != nil {
			return err
		}
	}
	if len(taken.Faults) > 0 {
		return p.showMaterial(q, a, def, f.View(taken.Faults...))
	}
	if taken.Kept > 0 && !f.Bool("go_on") {
		taken.Tell(q)
		return q.Redirect(selfReturning(q))
	}
	return p.goOn(q, a, def, f)
}

// detach takes a file out when its button was pressed.
func (p *Portal) detach(q *kit.Request, f *kit.Form, now *applications.Application) (bool, error) {
	if now != nil { // files were sent along with the button, and moved the version
		f.Values.Set("version", version(now.Version()))
	}
	return answers.Detach(q.Context(), f, p.d.Applications, q.Actor, q.PathValue("id"))
}

// replaced takes out the files that were there before the new ones came.
func (p *Portal) replaced(q *kit.Request, a *applications.Application, had []string) (*applications.Application, error) {
	for _, file := range had {
		next, err := p.d.Applications.Detach(q.Context(), q.Actor, a.ID, a.Version(), file)
		if fault.KindOf(err) == fault.KindMissing {
			continue // taken out in another window meanwhile
		}
		if err != nil {
			return a, err
		}
		a = next
	}
	return a, nil
}

// goOn leaves the material; one that must hold a file and holds none is said so.
func (p *Portal) goOn(q *kit.Request, a *applications.Application, def *applications.Definition, f *kit.Form) error {
	slot, ok := slotOf(def, q.PathValue("slot"))
	if !ok {
		return fault.Missing("applications.slot_missing")
	}
	w, err := p.examine(q, a, def)
	if err != nil {
		return err
	}
	if w.missing(slot) && !f.Bool("later") {
		return p.showMaterial(q, a, def, f.View(fault.Field{
			Path: answers.SlotName(slot.Key), Code: "applications.file_required", Args: fault.Args{"name": slot.Name},
		}))
	}
	if f.Bool("later") {
		return q.Redirect(draftPath(a))
	}
	return p.onwards(q, a, def, "", slot.Key)
}

// selfReturning is this page's address with the way back kept.
func selfReturning(q *kit.Request) string { return bound(q.URL.Path, returning(q)) }

// bound is a page from which one goes on to a place that returning knows, ” for none.
func bound(path, to string) string {
	if to == "" {
		return path
	}
	return path + "?return=" + to
}

// file shows a filed copy to whoever may see its application.
func (p *Portal) file(q *kit.Request) error {
	x, content, err := p.d.Applications.OpenFile(q.Context(), q.Actor, q.PathValue("id"), q.PathValue("file"))
	if err != nil {
		return err
	}
	defer content.Close()
	return q.File(kit.Download{Name: x.Name, Type: x.Type, Size: x.Size, Body: content, Inline: true})
}
