package counter

import (
	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/platform/fault"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// groupView is one group of a draft as one page: a clerk reads from papers and
// types on, so he sees all questions of a group at once.
type groupView struct {
	*draft
	Group form.Group
	Form  ui.Form
	Pages []groupPage
	Links []ui.Link
	Name  string
}

// groupPage are the fields of one page of the form under its title.
type groupPage struct {
	Title  string
	Fields []ui.Field
}

func (s *Counter) group(q *kit.Request) error {
	d, done, err := s.inHand(q)
	if err != nil || done {
		return err
	}
	g, err := d.findGroup(q.PathValue("group"))
	if err != nil {
		return err
	}
	return s.showGroup(q, d, g, d.sheet(q, s).Shown(q.Context(), fields(g)))
}

func (s *Counter) showGroup(q *kit.Request, d *draft, g form.Group, f ui.Form) error {
	f.Values.Set("version", decimal(d.Version()))
	sheet := d.sheet(q, s)
	v := &groupView{draft: d, Group: g, Form: f, Links: d.links(q, "groups/"+g.ID), Name: answers.Name(q.Locale, g)}
	for _, p := range g.Pages {
		drawn, err := sheet.Fields(q.Context(), f, p.Fields)
		if err != nil {
			return err
		}
		gp := groupPage{Fields: drawn}
		if title := answers.Title(q.Locale, p); len(g.Pages) > 1 && len(p.Fields) > 1 && title != v.Name {
			gp.Title = title
		}
		v.Pages = append(v.Pages, gp)
	}
	return q.Render(s.draftFrame(q, d, f), groupPageView(v))
}

// saveGroup saves every page of the group. What is wrong on any of them is told at
// once; pages without a fault are saved all the same.
func (s *Counter) saveGroup(q *kit.Request) error {
	f, d, done, err := s.posted(q)
	if err != nil || done {
		return err
	}
	g, err := d.findGroup(q.PathValue("group"))
	if err != nil {
		return err
	}
	if act := f.Act(); act.Verb == "wrong" {
		return s.dispute(q, d, g, f, act.Path)
	}
	if f.Reshape() {
		return s.showGroup(q, d, g, d.sheet(q, s).Again(q.Context(), fields(g), f))
	}
	later := f.Has("later")
	a, faults, err := s.savePages(q, d, g, f, later)
	if err != nil {
		return kit.Conflict(err, draftPath(d.ID)+"/groups/"+g.ID)
	}
	if a != nil {
		d.Application = a
	}
	if q.Saving() {
		return q.Saved()
	}
	if len(faults) > 0 {
		return s.showGroup(q, d, g, d.sheet(q, s).Again(q.Context(), fields(g), f, faults...))
	}
	if later {
		q.Flash(ui.ToneOK, "counter.saved_later")
		return q.Redirect("/counter")
	}
	return q.Redirect(d.next("groups/" + g.ID))
}

// savePages saves page by page with the version the one before left; a is the
// last that was saved, nil for none.
func (s *Counter) savePages(q *kit.Request, d *draft, g form.Group, f *kit.Form, later bool) (a *applications.Application, all fault.Fields, err error) {
	version := f.Version()
	for _, p := range g.Pages {
		saved, err := s.Applications.Save(q.Context(), d.Actor, d.ID, version, p.ID, answers.Read(f, p.Fields), later || q.Saving())
		faults, err := onForm(err)
		if err != nil {
			return a, all, err
		}
		all = append(all, faults...)
		if saved != nil {
			a, version = saved, saved.Version()
		}
	}
	return a, all, nil
}
