package app_test

import (
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/rehearsal"
)

const shared = "project_name" // both departments of the test's bundle ask for it

// asks lets the department of an item notify a correction of the shared field.
func (b *together) asks(item string) {
	b.t.Helper()
	c := b.of(item).Case
	clerk, err := b.a.Stage().Staff(b.t.Context(), gov.RoleClerk, c.Body, 0)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.a.Cases.NotifyCorrection(b.t.Context(), clerk, c.ID, c.Version(),
		[]cases.Defect{{Kind: cases.FieldDefect, Key: shared, Reason: "与立项文件不一致"}}); err != nil {
		b.t.Fatal(err)
	}
}

// types leaves a value in the shared field without sending it.
func (b *together) types(text string) *applications.Application {
	b.t.Helper()
	def, err := b.a.Applications.Definition(b.t.Context(), b.application())
	if err != nil {
		b.t.Fatal(err)
	}
	x, err := b.a.Applications.Save(b.t.Context(), b.applicant, b.id, b.application().Version(), def.PageFor(shared),
		form.Answers{shared: form.Plain(text)}, true)
	if err != nil {
		b.t.Fatal(err)
	}
	return x
}

// What is typed during another department's correction stands on nobody's licence
// before it is sent, and then the department that did not ask reads it too.
func TestWhatIsTypedIsNotFiled(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		b := fileBundle(t, a, apptest.As(t, a, "resident1", gov.Web), "joint-utility", digging)
		road := b.bring("road-occupy", rehearsal.Goal{State: cases.Accepted, Step: cases.Approve})
		filed, stands := b.read(road)
		b.asks("green-occupy")
		x := b.types("另一个项目名称")
		if now, decided := b.read(road); now != filed || decided != stands {
			t.Errorf("what nobody sent: the desk reads %q, the licence %q", now, decided)
		}
		if _, err := a.Applications.Amend(t.Context(), b.applicant, b.id, x.Version(), b.of("green-occupy").LocalItem); err != nil {
			t.Fatal(err)
		}
		if now, decided := b.read(road); now != "另一个项目名称" || decided != now {
			t.Errorf("what was sent to another department: the desk reads %q, the licence %q", now, decided)
		}
	})
}

// read gives the shared field as the case's desk and as its licence have it.
func (b *together) read(c *cases.Case) (desk, licence string) {
	b.t.Helper()
	part, err := b.a.Applications.Application(b.t.Context(), officerAt(b.t, b.a, c.Body), c.Dossier())
	if err != nil {
		b.t.Fatal(err)
	}
	forms, err := b.a.Applications.FiledForms(b.t.Context(), officerAt(b.t, b.a, c.Body), part)
	if err != nil || len(forms) == 0 {
		b.t.Fatal(forms, err)
	}
	answers, err := b.a.Applications.Answers(b.t.Context(), b.a.DB, c.Dossier())
	if err != nil {
		b.t.Fatal(err)
	}
	return forms[len(forms)-1].Answers[shared].Text, answers[shared].Text
}

// What two departments ask for must be right for the one it is sent to first.
func TestHalfACorrectionIsRefused(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		b := fileBundle(t, a, apptest.As(t, a, "resident1", gov.Web), "joint-utility", digging)
		b.asks("road-occupy")
		b.asks("green-occupy")
		x := b.types("")
		_, err := a.Applications.Amend(t.Context(), b.applicant, b.id, x.Version(), b.of("road-occupy").LocalItem)
		if fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("an empty answer was sent: %v", err)
		}
		b.states(map[string]cases.State{"road-occupy": cases.Correcting, "green-occupy": cases.Correcting})
	})
}
