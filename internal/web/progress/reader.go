package progress

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
)

// Reader puts together the progress of an application.
type Reader struct{ Catalogue *catalogue.Service }

// Read gives the progress of an application for a bundle whose companions the
// reader may see; on is today.
func (r Reader) Read(ctx context.Context, a *applications.Application, all cases.Companions, at Paths, on clock.Date) (*Progress, error) {
	c, err := r.Catalogue.Composition(ctx, a.LocalItem)
	if err != nil {
		return nil, err
	}
	cal, err := r.Catalogue.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	p := &Progress{Name: a.ItemName, Number: a.Number, Of: len(c.Members), Members: Read(ctx, all, at)}
	p.Flow = Draw(ctx, p.Name, p.Members)
	p.Promise, err = Promised(cal, c.Merged, all, on)
	return p, err
}

// WaitsFor says which of its bundle a waiting case waits for: 等“契税申报”办成. Empty
// for one that does not wait.
func WaitsFor(ctx context.Context, all cases.Companions, id string) string {
	if x, ok := all.Find(id); ok && x.State == cases.Waiting {
		return awaited(ctx, Member{Companion: x, Waits: waits(all, x)}, false)
	}
	return ""
}
