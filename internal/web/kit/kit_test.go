package kit_test

import (
	"net/http"
	"testing"

	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
)

func TestGallery(t *testing.T) {
	site := kittest.With(t, kit.Options{Dev: true})
	v := site.Anyone()
	v.Get("/ui").Wants(t, http.StatusOK, "界面部件")
	v.Get("/ui?faults=1").Wants(t, http.StatusUnprocessableEntity, "有 4 处需要改正")
	v.Cookie("yimen_lang", "en").Get("/ui").Wants(t, http.StatusOK, "Parts of the interface")
}
