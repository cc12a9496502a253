package ui

import (
	"context"
	"net/url"

	"github.com/a-h/templ"
)

// pageTitle begins with 错误： while the page shows faults, because a screen
// reader says the title first (ux.md 15).
func pageTitle(ctx context.Context, p Page) string {
	title := p.Title + " - " + T(ctx, "common.site")
	if len(p.Form.Faults) > 0 {
		return T(ctx, "common.error_prefix") + title
	}
	return title
}

func wrapClass(p Page) string {
	if p.Wide || p.Layout == LayoutStaff {
		return "wrap wide"
	}
	return "wrap"
}

func areaOf(v *View, p Page) string {
	if p.Area != "" {
		return p.Area
	}
	return v.Site.Place
}

// modeHref switches a mode and comes back to this page.
func modeHref(v *View, name, value string) templ.SafeURL {
	back := v.Path
	if back == "" {
		back = "/"
	}
	return templ.SafeURL("/mode?" + name + "=" + value + "&back=" + url.QueryEscape(back))
}
