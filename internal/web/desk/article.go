package desk

import (
	"context"

	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// otherArticle is the choice that is typed beside the list.
const otherArticle = "other"

// articleField offers the item's own articles; most answers rest on one of them.
func articleField(ctx context.Context, articles []string) ui.Field {
	f := ui.Field{Kind: ui.KindRadios, Name: "article", Label: ui.T(ctx, "desk.article")}
	for _, a := range articles {
		f.Options = append(f.Options, ui.Option{Value: a, Label: a})
	}
	f.Options = append(f.Options, ui.Option{Value: otherArticle, Label: ui.T(ctx, "desk.article_other")})
	return f
}

func otherArticleField(ctx context.Context) ui.Field {
	return ui.Field{Name: "article_other", Label: ui.T(ctx, "desk.article_typed"), Hint: ui.T(ctx, "desk.article_hint"), Optional: true, Max: 200}
}

// article is the chosen or typed article.
func article(f *kit.Form) string {
	if a := f.Text("article"); a != otherArticle && a != "" {
		return a
	}
	return f.Text("article_other")
}
