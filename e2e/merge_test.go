package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"yimen/e2e/harness"
)

// TestMerge: a bundle merged out of files and out of an installation is the same,
// and so it is after an export.
func TestMerge(t *testing.T) {
	t.Parallel()
	data, set := t.TempDir(), realSet(t)
	imported(t, data, set)
	exported := filepath.Join(t.TempDir(), "set")
	if got := harness.Run(t, "catalogue", "export", "--data", data, exported); got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	merged := func(args ...string) map[string]any {
		t.Helper()
		got := harness.Run(t, append([]string{"catalogue", "merge", "--json", "--from", "2026-03-02"}, args...)...)
		var out map[string]any
		if err := json.Unmarshal([]byte(got.Out), &out); err != nil || got.Code != 0 || got.Complaint != "" {
			t.Fatalf("%v: %+v %v", args, got, err)
		}
		return out
	}
	for _, id := range []string{"newborn", "open-restaurant", "second-hand-house", "veteran"} {
		files := merged("--bundle", id, "--dir", set)
		for _, from := range [][]string{{"--data", data}, {"--dir", exported}} {
			if other := merged(append(from, "--bundle", id)...); !reflect.DeepEqual(files, other) {
				t.Errorf("%s from %v differs from the files", id, from)
			}
		}
		if len(files["form_asked"].([]any)) == 0 || files["promise"].(map[string]any)["due"] == "" || files["target"].(float64) < 1 {
			t.Errorf("%s: %v", id, files)
		}
	}
	few := merged("--bundle", "open-catering-shop", "--dir", set, "--answer", "area300=否", "--answer", "tobacco=是", "--choose", "signboard-record")
	if got := few["members"]; !reflect.DeepEqual(got, []any{"food-business-licence", "signboard-record", "tobacco-retail"}) {
		t.Errorf("the members are %v", got)
	}
}

// TestMergeInWords: what an official reads, and what is said about what is wrong.
func TestMergeInWords(t *testing.T) {
	t.Parallel()
	set := realSet(t)
	run := func(args string) harness.Result {
		return harness.Run(t, append([]string{"catalogue", "merge", "--dir", set}, strings.Fields(args)...)...)
	}
	got := run("--bundle newborn")
	for _, want := range []string{"新生儿出生", "birth_cert_no", "出生登记", "承诺", "目标"} {
		if got.Code != 0 || !strings.Contains(got.Out, want) {
			t.Errorf("%q is missing in %+v", want, got)
		}
	}
	if got := run("--bundle open-catering-shop --answer tobacco=是"); got.Code != 0 || !strings.Contains(got.Out, "area300") {
		t.Errorf("an open question is not told: %+v", got)
	}
	for args, says := range map[string]string{
		"--bundle no-such-bundle":                                                "no-such-bundle",
		"--bundle open-catering-shop --answer colour=red":                        "colour",
		"--bundle open-catering-shop --answer tobacco=maybe":                     "maybe",
		"--bundle open-catering-shop --choose seal-record":                       "seal-record",
		"--bundle open-catering-shop --answer tobacco=否 --choose tobacco-retail": "tobacco-retail",
	} {
		if got := run(args); got.Code != 1 || got.Out != "" || !strings.Contains(got.Complaint, says) {
			t.Errorf("%s: %+v", args, got)
		}
	}
}

// TestMergeConflict: a set in which two members ask one key differently is refused
// with both places, by import and by merge.
func TestMergeConflict(t *testing.T) {
	t.Parallel()
	set := realSet(t)
	clash(t, filepath.Join(set, "items.yaml"))
	for _, command := range [][]string{{"catalogue", "merge", "--bundle", "newborn", "--dir", set}, {"catalogue", "import", "--data", t.TempDir(), set}} {
		got := harness.Run(t, command...)
		if got.Code != 1 || !placed.MatchString(got.Complaint) || !strings.Contains(got.Complaint, "si-card-issue.delivery_way") {
			t.Errorf("%v: %+v", command, got)
		}
		js := harness.Run(t, slices.Insert(slices.Clone(command), 2, "--json")...)
		var r struct{ Problems []struct{ Code, File string } }
		if err := json.Unmarshal([]byte(js.Out), &r); err != nil || len(r.Problems) == 0 || r.Problems[0].Code != "set.merge_options" {
			t.Errorf("%v: %+v %v", command, js, err)
		}
	}
}

// clash gives one item's delivery_way an option of its own.
func clash(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	at := strings.Index(text, "- id: si-card-issue\n")
	if at < 0 {
		t.Fatal("no si-card-issue")
	}
	const field = "{key: delivery_way,"
	n := strings.Index(text[at:], field)
	end := at + n + strings.Index(text[at+n:], "}")
	begin := at + n + strings.Index(text[at+n:], "options: [")
	if n < 0 || begin > end {
		t.Fatalf("no options: %q", text[at+n:end])
	}
	text = text[:begin] + "options: [飞鸽传书, " + text[begin+len("options: ["):]
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
