package portal

import (
	"context"
	"strconv"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/lang"
	"yimen/internal/licences"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// reading is the request's context with the reader's language, for words that are
// put together before a page is drawn.
func reading(q *kit.Request) context.Context { return lang.With(q.Context(), q.Locale) }

// status is where something stands in one word, the same on every page and
// channel (ux.md 23).
type status struct {
	Text string
	Tone ui.Tone
}

func statusOf(ctx context.Context, c *cases.Case) status {
	tone, text := dossier.Status(ctx, c)
	return status{text, tone}
}

func licenceStatus(ctx context.Context, s licences.State) status {
	tone, text := dossier.Licence(ctx, s)
	return status{text, tone}
}

func version(n int64) string { return strconv.FormatInt(n, 10) }

// Addresses of one draft and one case.
func draftPath(a *applications.Application) string { return "/applications/" + a.ID }
func casePath(c *cases.Case) string                { return "/cases/" + c.ID }
func pagePath(a *applications.Application, page string) string {
	return draftPath(a) + "/pages/" + page
}
func slotPath(a *applications.Application, slot string) string {
	return draftPath(a) + "/materials/" + slot
}

// savedAt is the time of the last saving, "" for a draft nobody saved yet.
func savedAt(a *applications.Application) string {
	if a.SavedAt == a.StartedAt {
		return ""
	}
	return lang.Time(a.SavedAt)
}
