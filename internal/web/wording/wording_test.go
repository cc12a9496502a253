package wording_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/messages"
	"yimen/internal/web/wording"
)

// full has every argument that any message is told with; what somebody typed is
// marked, so that it is found where it must not be.
var full = messages.Args{"item": "TYPED 食品经营许可", "number": "TYPED 4451 0320 2602", "tail": "2602", "due": clock.MustDate("2026-03-20"),
	"n": int64(1), "procedure": "TYPED 专家评审", "reason": "TYPED 材料多", "parcel": "TYPED SF1", "card": "TYPED", "order": "TYPED 督〔2026〕1号", "basis": "TYPED",
	"answer": clock.MustDate("2026-03-23"), "appeal": clock.MustDate("2026-03-27"),
	"on": clock.MustDate("2026-03-19"), "before": clock.MustDate("2026-03-18"), "subject": "TYPED", "name": "TYPED", "dispute": "TYPED 异〔2026〕1号", "source": "TYPED 人口库", "field": "TYPED 姓名", "owner": "TYPED 公安局",
	"bundle": "TYPED 开办餐饮店", "bodies": "TYPED 市监局、消防", "body": "TYPED 市监局", "cause": "TYPED 营业执照", "stopped": "TYPED 食品", "going": "TYPED 招牌",
	"going_n": int64(2), "licence": "TYPED 营业执照", "licence_number": "TYPED", "granted": int64(2), "other": int64(1), "fetch": int64(2),
	"joint": "site_visit", "time": "TYPED 09:30", "place": "TYPED 示例路1号", "who": "TYPED 市场监管局"}

var site = wording.Site{Name: "潮安区政务服务", URL: func(path string) string { return "https://zwfw.example.org" + path }}

func received(key messages.Key) messages.Received {
	return messages.Received{Key: key, Args: full, Link: "/cases/1"}
}

var place = regexp.MustCompile(`\{[a-z_]+[?}]`)

// Every message has its sentences in both languages and is told with everything
// they name.
func TestEveryMessageHasItsWords(t *testing.T) {
	for _, key := range messages.Keys() {
		for _, l := range lang.Locales() {
			m := received(key)
			subject, text := site.Mail(string(l), m)
			sms := site.SMS(string(l), m)
			for _, got := range []string{wording.Title(l, m), wording.Text(l, m), subject, text, sms} {
				if strings.Contains(got, "messages.") || place.MatchString(got) || got == "" {
					t.Errorf("%s %s: %q", l, key, got)
				}
			}
			if strings.Contains(sms, "TYPED") || strings.Contains(sms, "http") {
				t.Errorf("an SMS tells what it must not: %s", sms)
			}
			if n := len([]rune(sms)); l == lang.ZH && n > 140 {
				t.Errorf("%s: an SMS of %d characters", key, n)
			}
			if !strings.Contains(text, "https://zwfw.example.org/cases/1") {
				t.Errorf("%s: a mail that leads nowhere", key)
			}
		}
	}
}

func TestADateThatIsNotCertainSaysSo(t *testing.T) {
	m := received(messages.CaseAccepted)
	m.Args = messages.Args{"item": "食品经营许可", "number": "1", "tail": "1", "due": messages.Date(clock.MustDate("2027-03-19"), true)}
	for _, got := range []string{wording.Text(lang.ZH, m), site.SMS("zh", m)} {
		if !strings.Contains(got, "2027年3月19日（周五）（年度放假安排尚未公布") {
			t.Error(got)
		}
	}
	if got := wording.Text(lang.EN, m); !strings.Contains(got, "Fri 19 Mar 2027") || got == wording.Text(lang.ZH, m) {
		t.Error(got)
	}
}

// Nobody is sent to the outlet for nothing.
func TestNothingToFetch(t *testing.T) {
	for _, key := range []messages.Key{messages.BundleEnded, messages.BundleEndedEarly} {
		for _, l := range lang.Locales() {
			words := map[lang.Locale]string{lang.ZH: "领取", lang.EN: "collect"}[l]
			m := received(key)
			for _, n := range []int64{0, 2} {
				m.Args = maps.Clone(full)
				m.Args["fetch"] = n
				for _, got := range []string{wording.Text(l, m), site.SMS(string(l), m)} {
					if strings.Contains(got, words) != (n > 0) {
						t.Errorf("%d to fetch: %s", n, got)
					}
				}
			}
		}
	}
}

// A process that nobody reaches, a worker, has no address to offer.
func TestAMailWithoutAnAddress(t *testing.T) {
	nowhere := wording.Site{Name: "x", URL: func(path string) string { return path }}
	if _, text := nowhere.Mail("", received(messages.CaseReady)); strings.Contains(text, "/cases/1") || strings.Contains(text, lang.T(lang.ZH, "messages.mail_link")) {
		t.Error(text)
	}
}
