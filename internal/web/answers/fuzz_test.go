package answers

import (
	"net/url"
	"testing"

	"yimen/internal/catalogue/form"
	"yimen/internal/lang"
	"yimen/internal/web/kit"
)

// Whatever a form sends is read, brought to one form, checked, shown and masked
// without failing, and what is stored reads back as itself.
func FuzzRead(f *testing.F) {
	f.Add("name=a&people.0.name=b&people.1.since.y=2026&home.0=440000000000&found.y=2&found.m=&found.d=x")
	f.Add("people.199.name=a&people.99999999999999999999.name=b&people.-1.name=c&home.0=x&number=990000189001010018")
	f.Add("agree=true&online=perhaps&capital=%EF%BC%91%EF%BC%92&area=1e9&way=\x00&_act=remove:people:0")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		stored := questions.Normalise(Read(&kit.Form{Values: values}, questions))
		questions.Validate(stored, form.Facts{})
		again := questions.Normalise(stored)
		s := Sheet{Locale: lang.ZH, Regions: places, Form: questions, Answers: stored, Mask: true}
		shown := s.Shown(t.Context(), questions)
		for _, x := range questions {
			if !again[x.Key].Equal(stored[x.Key]) {
				t.Errorf("%s: %+v is stored as %+v", x.Key, stored[x.Key], again[x.Key])
			}
			s.Text(t.Context(), x, stored[x.Key])
		}
		if _, err := s.Fields(t.Context(), shown, questions); err != nil {
			t.Error(err)
		}
	})
}
