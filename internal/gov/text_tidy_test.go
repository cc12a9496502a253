package gov

import "testing"

func TestTidyKeepsChinesePunctuation(t *testing.T) {
	for in, want := range map[string]string{
		"小满面馆（虚构）":      "小满面馆（虚构）",
		" Ａ座　８楼，左侧！ ":   "A座 8楼，左侧！",
		"阿依古丽·示例":       "阿依古丽·示例",
		"零\u200b宽\x00字": "零宽字",
	} {
		if got := Tidy(in); got != want {
			t.Errorf("Tidy(%q) = %q, want %q", in, got, want)
		}
	}
}
