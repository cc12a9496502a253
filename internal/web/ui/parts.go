package ui

import "context"

// share is done of all in percent, 0 when there is nothing to do.
func share(done, all int) int {
	if all <= 0 {
		return 0
	}
	return done * 100 / all
}

func changeText(ctx context.Context, r Row) string {
	if r.ChangeText != "" {
		return r.ChangeText
	}
	return T(ctx, "common.change")
}
