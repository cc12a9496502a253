package ui

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// Once draws each different part of a list once: a hundred rows have a few different
// tags, bars and dates. K is all that a part shows. It lives as long as the page
// that is drawn.
type Once[K comparable] map[K]string

// Of is the part for k, drawn by part when there is none yet.
func (o Once[K]) Of(k K, part func() templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		html, drawn := o[k]
		if !drawn {
			var b strings.Builder
			if err := part().Render(ctx, &b); err != nil {
				return err
			}
			html = b.String()
			o[k] = html
		}
		_, err := io.WriteString(w, html)
		return err
	})
}
