package config_test

import (
	"strings"
	"testing"
	"time"

	"yimen/internal/platform/config"
)

var table = []config.Option{
	{Name: "listen", Kind: config.Text, Default: "127.0.0.1:8080", Example: ":8080", Help: "address"},
	{Name: "public-url", Kind: config.URL, Example: "https://example.org", Help: "where people reach us"},
	{Name: "workers", Kind: config.Number, Default: "2", Example: "4", Help: "jobs at a time"},
	{Name: "grace", Kind: config.Duration, Default: "15s", Example: "15s", Help: "to finish"},
}

func read(t *testing.T, flags, env map[string]string) (config.Values, error) {
	t.Helper()
	from := func(m map[string]string) func(string) (string, bool) {
		return func(n string) (string, bool) { s, ok := m[n]; return s, ok }
	}
	return config.Read(table, "T_", from(flags), from(env))
}

func TestFlagWinsOverEnvironmentOverDefault(t *testing.T) {
	v, err := read(t, map[string]string{"workers": "7"}, map[string]string{"T_WORKERS": "5", "T_LISTEN": ":1"})
	if err != nil || v.Number("workers") != 7 || v.Text("listen") != ":1" || v.Duration("grace") != 15*time.Second {
		t.Fatal(v, err)
	}
}

func TestEveryMistakeIsNamedWithItsPlace(t *testing.T) {
	_, err := read(t, map[string]string{"public-url": "ftp://x"}, map[string]string{"T_WORKERS": "many", "T_GRACE": "soon"})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"--public-url", "T_WORKERS", "T_GRACE", "for example 4"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %s", err, want)
		}
	}
}
