package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/rehearsal"
)

// What was filed once stands in the library with its trust grade, is shown under a
// watermark that says what the copy is for, and goes out with the number on it; it
// is nobody else's.
func TestLibraryShowsWhatWasFiled(t *testing.T) {
	h := open(t)
	v := h.as("handler1")
	v.Get("/documents").Wants(t, 200, "还没有交过材料", "营业执照")
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	page := v.Get("/documents").Wants(t, 200, "照片.png", "为办理“"+c.ItemName+"”提交", "D 申请人自备", "发证机关提供")
	papers := having(page, "main a", "href", "/documents/")
	if len(papers) != 1 { // one picture for every slot: a content stands once
		t.Fatalf("%d papers of one content: %s", len(papers), page.Doc.Text("main"))
	}
	at := papers[0]
	v.Get(at).Wants(t, 200, "本人查看", "下载的图片上印有办件编号和日期")
	v.Get(at+"?purpose=仅供租房备案").Wants(t, 200, "仅供租房备案")
	own := v.Get(at + "/file")
	if own.Status != http.StatusOK || own.Header.Get("Content-Type") != "image/png" || own.Body == string(rehearsal.Picture()) {
		t.Errorf("%d, %s: the picture carries no mark", own.Status, own.Header.Get("Content-Type"))
	}
	if how := v.Get(at + "/file?save=1").Header.Get("Content-Disposition"); !strings.HasPrefix(how, "attachment") {
		t.Errorf("to be saved, and is %q", how)
	}
	stranger := h.as("handler2")
	stranger.Get("/documents").Wants(t, 200, "还没有交过材料")
	for _, path := range []string{at, at + "/file"} {
		stranger.Get(path).Wants(t, 404)
	}
	stranger.Post(at+"/hiding", words("hidden", "true")).Wants(t, 404)
	stranger.Post(at+"/expiry", expires(clock.DateOf(h.app.Now().Time()))).Wants(t, 404)
	h.as("resident1").Get(at).Wants(t, 404)
	v.Cookie("yimen_lang", "en").Get(at).Wants(t, 200, "Download a copy")
}

// expires is a day as the three inputs of its form send it.
func expires(on clock.Date) map[string][]string {
	p := strings.Split(on.String(), "-")
	return words("expires_on.y", p[0], "expires_on.m", p[1], "expires_on.d", p[2])
}

// A paper goes into the next draft by one press. Hidden it is offered no more and
// comes back when it is put back; past the day that its party named it is not
// offered either.
func TestLibraryIsUsedAgain(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	v := h.as("handler1")
	at := having(v.Get("/documents"), "main a", "href", "/documents/")[0]
	today := clock.DateOf(h.app.Now().Time())
	x, draft := h.draft("handler1", food)
	slot := draft + "/materials/layout"
	offer := v.Get(slot).Wants(t, 200, "用以前交过的材料", "照片.png").Sends(slot + "/document")
	if offer.Get("document") == "" {
		t.Fatal("nothing of the library is offered")
	}

	v.Post(at+"/expiry", words("expires_on.y", "2030", "expires_on.m", "13", "expires_on.d", "1")).Wants(t, 422, "日期")
	v.Post(at+"/expiry", expires(today.AddDays(-1))).Redirects(t, at)
	v.Get(at).Wants(t, 200, "已过期")
	v.Get(slot).Wants(t, 200).Lacks(t, "照片.png")
	v.Post(slot+"/document", offer).Wants(t, 409, "“照片.png”的有效期到", "已经过期")
	v.Post(at+"/expiry", words("expires_on.y", "", "expires_on.m", "", "expires_on.d", "")).Redirects(t, at)

	v.Post(at+"/hiding", words("hidden", "true")).Redirects(t, "/documents")
	v.Get("/documents").Wants(t, 200, "还没有交过材料").Lacks(t, at)
	v.Get("/documents?hidden=1").Wants(t, 200, "已收起", "照片.png")
	v.Get(slot).Wants(t, 200).Lacks(t, "照片.png")
	v.Post(at+"/hiding", words()).Redirects(t, "/documents")

	v.Post(slot+"/document", sent(99, "document", offer.Get("document"))).Wants(t, 409)
	h.as("handler2").Post(slot+"/document", offer).Wants(t, 404)
	v.Post(slot+"/document", offer).Redirects(t, slot)
	v.Get(slot).Wants(t, 200, "照片.png", "已放入这份材料")
	v.Post("/applications/"+c.Application+"/copy", words()).Wants(t, 303)
	if again := h.now(x.ID); again.State != x.State {
		t.Errorf("the draft is %s", again.State)
	}
}
