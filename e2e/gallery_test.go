package e2e

import (
	"net/http/httptest"
	"testing"

	"yimen/e2e/harness"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
)

// The gallery shows every part of the interface in every state; what axe and the eye find here
// would else be found on forty pages. It is looked at as each kind of reader sees it.
func TestGallery(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(kittest.With(t, kit.Options{Dev: true}).Handler())
	t.Cleanup(site.Close)
	p := harness.Browse(t, harness.Person{Base: site.URL})
	p.Open("/ui")
	p.Inspect("gallery")
	p.Visit("/ui?faults=1")
	p.Inspect("gallery-faults")
	for name, features := range map[string]map[string]string{
		"dark":           {"prefers-color-scheme": "dark"},
		"forced-colours": {"forced-colors": "active"},
	} {
		p.Media("", features)
		p.Inspect("gallery-" + name)
	}
	p.Media("print", nil)
	p.Screenshot("gallery-print", harness.Desk)
	p.Media("", nil)
	p.Open("/ui")
	p.Follow("长辈版")
	p.Inspect("gallery-large")
}
