package portal

import (
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// tasksView is the task list: groups with their pages, materials, the check at the
// end, and how far one is.
type tasksView struct {
	*work
	Sections  []taskSection
	Done, All int
	Next      string
	Forecast  catalogue.Forecast
	Immediate bool
	Together  *combined // of a bundle
}

type taskSection struct {
	ID, Title string
	Tasks     []ui.Task
}

func (v *tasksView) build(q *kit.Request) {
	for _, g := range v.Groups {
		s := taskSection{ID: "g-" + g.ID, Title: answers.Name(q.Locale, g)}
		for _, p := range g.Pages {
			s.Tasks = append(s.Tasks, v.pageTask(q, p))
		}
		v.Sections = append(v.Sections, s)
	}
	if len(v.Def.Slots) > 0 {
		v.Sections = append(v.Sections, v.materialTasks(q))
	}
	v.Sections = append(v.Sections, taskSection{ID: "g-file", Title: q.T("portal.tasks_file"), Tasks: []ui.Task{v.checkTask(q)}})
	v.Next = v.next("", "")
}

func (v *tasksView) pageTask(q *kit.Request, p form.Page) ui.Task {
	v.All++
	t := ui.Task{Text: answers.Title(q.Locale, p), Href: pagePath(v.Application, p.ID), State: q.T("portal.task_todo")}
	answered, brought := v.given(p)
	wrong := v.pageFaults(p)
	switch {
	case v.finished(p):
		v.Done++
		t.Tone, t.State = ui.ToneOK, q.T("portal.task_done")
	case wrong == 0 && answered > 0:
		t.Tone, t.State = ui.ToneNow, q.T("portal.task_check")
		t.Note = q.T("portal.task_brought", "n", brought)
	case wrong == 0:
		v.All-- // nobody has to
		t.State = q.T("portal.task_optional")
	case answered > 0:
		t.Tone, t.State = ui.ToneNow, q.T("portal.task_begun")
		t.Note = q.T("portal.task_left", "n", wrong)
	}
	if t.Note == "" && len(p.Fields) > 1 && !v.finished(p) {
		t.Note = labels(q, p)
	}
	return t
}

// mostLabels is how many questions of a page its line names.
const mostLabels = 4

// labels says what a page asks, because pages of the rest share their group's name.
func labels(q *kit.Request, p form.Page) string {
	var names []string
	for _, x := range p.Fields[:min(len(p.Fields), mostLabels)] {
		names = append(names, x.Label)
	}
	text := joined(reading(q), names)
	if len(p.Fields) > mostLabels {
		text = q.T("portal.task_more", "labels", text)
	}
	return text
}

func (v *tasksView) materialTasks(q *kit.Request) taskSection {
	s := taskSection{ID: "g-materials", Title: q.T("portal.tasks_materials")}
	for _, slot := range v.Def.Slots {
		t := ui.Task{Text: slot.Name, Href: slotPath(v.Application, slot.Key), Note: v.Together.usedBy(q, slot.Key)}
		n := v.Files[slot.Key]
		switch {
		case v.faulty(answers.SlotName(slot.Key)):
			t.Tone, t.State = ui.ToneWarn, q.T("portal.task_wrong")
		case v.Fetched[slot.Key]:
			t.Tone, t.State = ui.ToneOK, q.T("portal.task_fetched")
		case n > 0:
			t.Tone, t.State = ui.ToneOK, q.T("portal.task_files", "n", n)
		case slot.Required:
			t.State = q.T("portal.task_no_file")
		default:
			t.State = q.T("portal.task_optional")
		}
		if slot.Required {
			v.All++
			if n > 0 {
				v.Done++
			}
		}
		s.Tasks = append(s.Tasks, t)
	}
	return s
}

func (v *tasksView) checkTask(q *kit.Request) ui.Task {
	t := ui.Task{Text: q.T("portal.check_answers")}
	if v.ready() {
		t.Href, t.State = draftPath(v.Application)+"/answers", q.T("portal.task_open")
		t.Tone = ui.ToneNow
		return t
	}
	t.Note = q.T("portal.task_locked", "n", len(v.Faults))
	t.State, t.Icon = q.T("portal.task_not_yet"), "lock"
	return t
}
