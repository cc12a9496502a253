package desk

import (
	"strconv"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// mostBatch is how many cases go together: as many as a list shows.
const mostBatch = pageSize

// advisable tells whether a case can be advised together with others: its step
// only advises, and the actor may.
func advisable(a gov.Actor, c *cases.Case) bool {
	return (c.Step == cases.Handle || c.Step == cases.Review) && cases.MayDo(a, c, cases.ActAdvance) && !cases.OwnWork(a, c)
}

// picked is a case of a batch in the version its list showed; Result is what
// became of it, "" before it was tried.
type picked struct {
	*cases.Case
	Seen   int64
	Result string
	Tone   ui.Tone
}

// batch shows the picked cases once more before anything is done.
func (s *Desk) batch(q *kit.Request) error {
	list, err := s.picked(q, q.URL.Query()["case"])
	if err != nil {
		return err
	}
	if len(list) == 0 {
		q.Flash(ui.ToneWarn, "desk.batch_none")
		return q.Redirect("/desk/cases?" + q.URL.Query().Get("keep"))
	}
	return s.batchPage(q, list, ui.Filled(map[string]string{"keep": q.URL.Query().Get("keep")}), false)
}

// picked reads what was ticked, "ID.VERSION" each; what the actor may not see is
// left out.
func (s *Desk) picked(q *kit.Request, values []string) ([]*picked, error) {
	var out []*picked
	for _, v := range values[:min(len(values), mostBatch)] {
		id, version, _ := strings.Cut(v, ".")
		seen, err := strconv.ParseInt(version, 10, 64)
		if err != nil {
			continue
		}
		c, err := s.cases.Case(q.Context(), q.Actor, id)
		if fault.KindOf(err) == fault.KindMissing {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, &picked{Case: c, Seen: seen})
	}
	return out, nil
}

// adviseBatch advises every picked case to be granted, each in a transaction of
// its own: one that fails says why and holds up no other.
func (s *Desk) adviseBatch(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	list, err := s.picked(q, f.All("case"))
	if err != nil {
		return err
	}
	for _, p := range list {
		done, err := s.cases.Advise(q.Context(), q.Actor, p.ID, p.Seen, cases.AdviseGrant, f.Text("words"))
		switch {
		case err == nil:
			p.Case, p.Tone, p.Result = done, ui.ToneOK, q.T("desk.batch_done")
		case fault.KindOf(err) == fault.KindInternal:
			return err
		default:
			p.Tone, p.Result = ui.ToneBad, because(q, err)
		}
	}
	return s.batchPage(q, list, f.View(), true)
}

// because is the sentence of a refusal; the first field's where a form was wrong.
func because(q *kit.Request, err error) string {
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		return lang.FieldFault(q.Locale, e.Fields[0])
	}
	return lang.Fault(q.Locale, err)
}

func (s *Desk) batchPage(q *kit.Request, list []*picked, f ui.Form, done bool) error {
	p := s.page(q, q.T("desk.batch"), areaCases)
	p.Back = "/desk/cases?" + f.Value("keep")
	return q.Render(p, batchPage(list, f, done))
}
