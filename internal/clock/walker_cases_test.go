package clock_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"yimen/internal/clock"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// workedCase is a scenario and its answer.
type workedCase struct {
	ID       string         `yaml:"id"`
	Title    string         `yaml:"title"`
	Scenario scene          `yaml:"scenario"`
	Expect   map[string]any `yaml:"expect"`
}

// workedCases are the cases of the seed, whose answers two other programs agree
// on, and the corners, each of them worked out on paper: they say how the rules
// are read where random scenes seldom come.
func workedCases(t testing.TB) []workedCase {
	t.Helper()
	var cases []workedCase
	for name, count := range map[string]int{"../../seed/clock_cases.yaml": 60, "testdata/walker_corners.yaml": 17} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Cases []workedCase `yaml:"cases"`
		}
		if err := yaml.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		if len(file.Cases) < count {
			t.Fatalf("%d cases in %s", len(file.Cases), name)
		}
		cases = append(cases, file.Cases...)
	}
	return cases
}

// TestWalkerWorkedCases: the walker alone answers every worked case.
func TestWalkerWorkedCases(t *testing.T) {
	for _, c := range workedCases(t) {
		if diff := cmp.Diff(c.Expect, loose(t, []byte(c.Scenario.walker(t).answer().String()))); diff != "" {
			t.Errorf("%s %s (-want +walked):\n%s", c.ID, c.Title, diff)
		}
	}
}

// TestAnswersWorkedCases: the calculator answers every worked case, also as JSON,
// and narrates its days as the walker does.
func TestAnswersWorkedCases(t *testing.T) {
	for _, c := range workedCases(t) {
		compare(t, c.Scenario)
		var whole any
		whole, err := c.Scenario.scenario(t).Answer()
		if unknown, ok := errors.AsType[clock.UnknownYear](err); ok {
			whole = unknown
		}
		text, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.Expect, loose(t, text)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.ID, c.Title, diff)
		}
	}
}

// TestSceneText: what a difference prints can be read back.
func TestSceneText(t *testing.T) {
	for _, c := range workedCases(t) {
		var back scene
		if err := yaml.Unmarshal([]byte(c.Scenario.String()), &back); err != nil {
			t.Fatal(c.ID, err)
		}
		if back.String() != c.Scenario.String() || back.walker(t).answer().String() != c.Scenario.walker(t).answer().String() {
			t.Errorf("%s: read back as\n%s", c.ID, back)
		}
	}
}

// loose is an answer as a map, so that a key too many is a difference. JSON is YAML too.
func loose(t testing.TB, text []byte) map[string]any {
	t.Helper()
	var back map[string]any
	if err := yaml.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	return back
}
