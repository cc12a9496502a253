package api

import (
	"strconv"
	"strings"

	"yimen/internal/lang"
)

// localeOf reads Accept-Language: English where it is preferred to Chinese, else
// Chinese. Only these two are looked for; a header that cannot be read is none.
func localeOf(header string) lang.Locale {
	best := map[lang.Locale]float64{}
	for i, part := range strings.Split(header, ",") {
		if i == mostLanguages {
			break
		}
		tag, params, _ := strings.Cut(part, ";")
		locale, ok := map[string]lang.Locale{"zh": lang.ZH, "en": lang.EN}[primary(tag)]
		if q := quality(params); ok && q > best[locale] {
			best[locale] = q
		}
	}
	if best[lang.EN] > best[lang.ZH] {
		return lang.EN
	}
	return lang.ZH
}

const mostLanguages = 20

func primary(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	return tag
}

func quality(params string) float64 {
	name, value, ok := strings.Cut(strings.TrimSpace(params), "=")
	if !ok || name != "q" {
		return 1
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}
