package answers

import (
	"context"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/blob"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// slotPrefix makes a slot's input name the path of its faults: material.layout.
const slotPrefix = "material."

// SlotName is the input of a slot.
func SlotName(key string) string { return slotPrefix + key }

// Slot is the upload field of a slot with what was handed in. href shows a file;
// the limits are told before anything is chosen (ux.md 18).
func Slot(l lang.Locale, slot applications.Slot, have []applications.Attachment, href func(applications.Attachment) string) ui.Field {
	fl := ui.Field{Kind: ui.KindFile, Name: SlotName(slot.Key), Label: slot.Name, Optional: !slot.Required}
	fl.Hint = slotHint(l, slot)
	fl.Files = ui.Files{Accept: strings.Join(blob.Attachments, ","), Multiple: true, Have: Files(l, slot.Key, have, href)}
	return fl
}

// Files are the files of one slot as the page lists them, each with its trust in
// a word.
func Files(l lang.Locale, slot string, have []applications.Attachment, href func(applications.Attachment) string) []ui.File {
	var out []ui.File
	for _, x := range have {
		if x.Slot != slot {
			continue
		}
		f := ui.File{ID: x.ID, Name: x.Name, Size: lang.Size(x.Size), Href: href(x)}
		f.State, f.Tone = TrustWord(l, x.Trust)
		out = append(out, f)
	}
	return out
}

// TrustWord says how far a copy can be relied on (domain.md §8).
func TrustWord(l lang.Locale, t applications.Trust) (string, ui.Tone) {
	switch t {
	case applications.FromIssuer:
		return lang.T(l, "answers.trust_a"), ui.ToneOK
	case applications.Checked:
		return lang.T(l, "answers.trust_b"), ui.ToneOK
	case applications.SelfMade:
		return lang.T(l, "answers.trust_d"), ui.ToneNone
	default:
		return lang.T(l, "answers.trust_c"), ui.ToneNow
	}
}

// slotHint: form and copies as published, then the limits.
func slotHint(l lang.Locale, slot applications.Slot) string {
	forms := SlotForms(l, slot)
	if forms == "" {
		return FileLimits(l)
	}
	return forms + lang.T(l, "answers.stop") + FileLimits(l)
}

// SlotForms is in which form and how often a material is asked for, as published.
func SlotForms(l lang.Locale, slot applications.Slot) string {
	var parts []string
	if len(slot.Forms) > 0 {
		parts = append(parts, strings.Join(slot.Forms, lang.T(l, "answers.or")))
	}
	if slot.Copies > 0 {
		parts = append(parts, lang.T(l, "answers.copies", "n", slot.Copies))
	}
	return strings.Join(parts, lang.T(l, "answers.stop"))
}

// FileLimits are the limits of every slot, for a page that says them once.
func FileLimits(l lang.Locale) string {
	return lang.T(l, "answers.file_limits", "types", blob.Endings(blob.Attachments),
		"size", lang.Size(applications.MostBytes), "most", applications.MostFiles)
}

// mostAtOnce bounds one request; a phone on a slow line sends a few photos at a time.
const mostAtOnce = 10

// limits leave the size of one file to applications, whose sentence names the file's limit.
var limits = kit.Limits{Files: mostAtOnce, Each: applications.MostBytes + 1<<10, Total: mostAtOnce*applications.MostBytes + 1<<20}

// Taken is what came of an upload.
type Taken struct {
	Form        *kit.Form
	Application *applications.Application // as it stands now; nil when no file was kept
	Kept        int
	// Faults name what was wrong with single files; the others were kept.
	Faults fault.Fields
}

// Take streams the files of a multipart form into the slots they were chosen for.
// The hidden input "version" must stand before the files. A file that is refused
// for what it is (type, size, empty, infected) becomes a fault at its slot and the
// rest goes on; anything else ends the upload with its error.
func Take(q *kit.Request, apps *applications.Service, actor gov.Actor, appID string) (Taken, error) {
	var out Taken
	version := int64(-1)
	form, err := q.Upload(limits, func(f *kit.Form, part kit.Part) error {
		slot, ok := strings.CutPrefix(part.Field, slotPrefix)
		if !ok {
			return fault.Invalid("faults.form")
		}
		if version < 0 {
			version = f.Version()
		}
		a, err := apps.Attach(q.Context(), actor, appID, version, slot, part.Name, part.Body)
		if err != nil {
			return out.note(q.Locale, part, err)
		}
		out.Application, version = a, a.Version()
		out.Kept++
		return nil
	})
	out.Form = form
	return out, err
}

// Tell says on the next page how many files were kept.
func (t *Taken) Tell(q *kit.Request) {
	if t.Kept > 0 {
		q.Flash(ui.ToneOK, "answers.files_kept", "n", t.Kept)
	}
}

// note keeps a fault of the file itself, with its name, and lets the next file come.
func (t *Taken) note(l lang.Locale, part kit.Part, err error) error {
	e, ok := fault.As(err)
	if !ok || e.Kind != fault.KindInvalid || len(e.Fields) > 0 {
		return err
	}
	t.Faults.Add(part.Field, "answers.file_refused", "name", part.Name, "why", lang.Fault(l, err))
	return nil
}

// Detach carries out the button that takes a file out of its slot. done is false
// when no such button was pressed.
func Detach(ctx context.Context, f *kit.Form, apps *applications.Service, actor gov.Actor, appID string) (done bool, err error) {
	act := f.Act()
	if act.Verb != "remove" || !strings.HasPrefix(act.Path, slotPrefix) {
		return false, nil
	}
	_, err = apps.Detach(ctx, actor, appID, f.Version(), act.Item)
	return true, err
}
