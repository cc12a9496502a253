package admin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"yimen/internal/app/apptest"
	"yimen/internal/gov"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
	"yimen/internal/web/admin"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
)

// What a gateway would not take waits on a page, and is sent again from there.
func TestWhatCouldNotBeSent(t *testing.T) {
	var works atomic.Bool
	var arrived atomic.Int64
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !works.Load() {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		arrived.Add(1)
	}))
	defer gateway.Close()
	var at atomic.Int64
	at.Store(int64(now.System()))
	a := apptest.SQLiteWith(t, func() now.Instant { return now.Instant(at.Load()) }, map[string]string{"sms-url": gateway.URL})
	pages := admin.New(admin.Deps{Identity: a.Identity, Catalogue: a.Catalogue, Cases: a.Cases, Messages: a.Messages, Registers: a.Registers, Now: a.Now})
	site := kittest.With(t, kit.Options{Now: a.Now}, pages.Routes()...)
	keeper, resident := apptest.As(t, a, "admin", gov.Web), apptest.As(t, a, "resident1", gov.Web)
	v := site.As(keeper)
	v.Get("/admin/settings").Wants(t, 200, "还会发短信", "不发邮件").Lacks(t, "没有发出去")

	const many = 3
	err := a.DB.Do(t.Context(), func(tx *db.Tx) error {
		m := messages.Message{Account: resident.Account, Key: messages.CaseReady, Urgent: true, Link: "/cases",
			Args: messages.Args{"item": "居住证申领", "number": "1", "tail": "1"}}
		return a.Messages.TellIn(t.Context(), tx, slices.Repeat([]messages.Message{m}, many)...)
	})
	if err != nil {
		t.Fatal(err)
	}
	work := func(rounds int) {
		t.Helper()
		for range rounds {
			if _, err := a.Sending.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			at.Add(int64(2 * time.Hour / time.Microsecond))
		}
	}
	work(10)
	v = site.As(keeper)
	v.Get("/admin/settings").Wants(t, 200, "有 3 条消息多次没有发出去", "查看并重发")
	page := v.Get("/admin/messages").Wants(t, 200, "短信", "8", "answered 503").Lacks(t, "居住证", "张示例", "1300")
	jobs := buttons(page)
	if len(jobs) != many {
		t.Fatalf("%d sendings on the page", len(jobs))
	}
	works.Store(true)
	v.Post("/admin/messages", url.Values{"job": jobs[:1]}).Redirects(t, "/admin/messages")
	v.Get("/admin/messages").Wants(t, 200, "已安排重发 1 条")
	v.Post("/admin/messages", url.Values{"job": jobs}).Redirects(t, "/admin/messages") // the first is on its way and left alone
	v.Get("/admin/messages").Wants(t, 200, "已安排重发 2 条", "没有停住的邮件和短信")
	work(1)
	if arrived.Load() != many {
		t.Errorf("%d arrived", arrived.Load())
	}
	v.Post("/admin/messages", url.Values{"job": {"nonsense", "\x00"}}).Redirects(t, "/admin/messages")
	v.Get("/admin/messages").Wants(t, 200, "已安排重发 0 条")
}

// buttons are the sendings that each have a button of their own.
func buttons(page *kittest.Answer) []string {
	var out []string
	for _, n := range page.Doc.Find("table input") {
		for _, x := range n.Attr {
			if x.Key == "value" {
				out = append(out, x.Val)
			}
		}
	}
	return out
}
