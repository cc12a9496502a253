package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yimen/internal/clock"
)

const scenario = `calendar: cn
limits:
  accept:    {days: 5, unit: working}
  promised:  {days: 3, unit: natural}
  statutory: {days: 7, unit: working}
  deliver:   {days: 10, unit: working}
events:
  - {at: "2026-02-13T16:00:00+08:00", do: submit}
  - {at: "2026-02-14T09:30:00+08:00", do: accept}
  - {at: "2026-02-25T10:00:00+08:00", do: suspend, procedure: 听证, planned: 2}
  - {at: "2026-02-25T11:00:00+08:00", do: extend, days: 99}
asof: 2026-02-26
`

func scenarioFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestClockExplain: a lawyer's table, day by day, in both languages.
func TestClockExplain(t *testing.T) {
	name := scenarioFile(t, scenario)
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	out, err := command(t, "clock", "explain", name, "--days")
	if err != nil {
		t.Fatal(err, out)
	}
	for _, want := range []string{
		"受理日  2026年2月14日（周六）\n结果    已受理\n",
		"\n受理期限  2026-02-13  2026-02-27       2026-02-14  按时      5 个工作日   1     4\n",
		"\n承诺办结  2026-02-14  预计 2026-02-24  －          暂停计算  3 个自然日   4     -1\n",
		"\n法定办结  2026-02-14  预计 2026-03-05  －          暂停计算  7 个工作日   2     5\n",
		"\n送达期限  －          －               －          未起算    10 个工作日  0     10\n",
		"\n  第 4 项 extend（2026-02-25）：不合延长的条件",
		"\n  2026年2月14日（周六）  1     周末调休上班，计入（国务院办公厅节假日安排通知）  ← 停止\n",
		"\n  2026年2月15日（周日）  －    春节放假，不计（行政许可法第八十二条，国务院办公厅节假日安排通知）\n",
		"\n  2026年2月24日（周二）  －    最后一日是休息日，顺延到下一个工作日（民法典第二百零三条）  ← 到期日\n",
		"\n  2026年2月27日（周五）  －    听证期间不计（行政许可法第四十五条）\n",
		"\n  2026年3月5日（周四）   7     工作日，计入（行政许可法第八十二条）  ← 到期日\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("without %q:\n%s", want, out)
		}
	}
	t.Setenv("LC_ALL", "en_US.UTF-8")
	out, err = command(t, "clock", "explain", name)
	if err != nil || !strings.Contains(out, "expected 2026-03-05") || !strings.Contains(out, "7 working days") || strings.Contains(out, "2026-02-15") {
		t.Errorf("%v: %s", err, out)
	}
	early := strings.Replace(scenario, "asof: 2026-02-26", "asof: 2026-02-12", 1)
	if out, err = command(t, "clock", "explain", scenarioFile(t, early)); err != nil || !strings.Contains(out, "none yet") || !strings.Contains(out, "not started") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestClockExplainJSON: the very form of the answer, with days and without.
func TestClockExplainJSON(t *testing.T) {
	c := root()
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetIn(strings.NewReader(scenario))
	c.SetArgs([]string{"clock", "explain", "--json", "-"})
	if err := c.ExecuteContext(context.Background()); err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Compact(&got, out.Bytes()); err != nil {
		t.Fatal(err)
	}
	want := `{"accepted_on":"2026-02-14","deemed":false,"outcome":"accepted","refused":[{"index":3,"reason":"R8"}],"clocks":{` +
		`"accept":{"start":"2026-02-13","due":"2026-02-27","stop":"2026-02-14","state":"met","budget":5,"used":1,"remaining":4,"provisional":false},` +
		`"promised":{"start":"2026-02-14","due":null,"stop":null,"state":"suspended","budget":3,"used":4,"remaining":-1,"provisional":false,"projected_due":"2026-02-24"},` +
		`"statutory":{"start":"2026-02-14","due":null,"stop":null,"state":"suspended","budget":7,"used":2,"remaining":5,"provisional":false,"projected_due":"2026-03-05"},` +
		`"deliver":{"start":null,"due":null,"stop":null,"state":"not_started","budget":10,"used":0,"remaining":10,"provisional":false}}}`
	if got.String() != want {
		t.Errorf("\n got %s\nwant %s", got.String(), want)
	}
	text, err := command(t, "clock", "explain", scenarioFile(t, scenario), "--days", "--json")
	var answer struct {
		Clocks map[string]struct {
			Days []struct {
				Date    clock.Date
				Counted bool
				Why     string
			}
		}
	}
	if e := json.Unmarshal([]byte(text), &answer); e != nil || err != nil {
		t.Fatal(e, err)
	}
	days := answer.Clocks["statutory"].Days
	if len(days) != 20 || days[1].Date != clock.MustDate("2026-02-15") || days[1].Counted || !strings.Contains(days[1].Why, "春节放假") || len(answer.Clocks["deliver"].Days) != 0 {
		t.Errorf("%+v", days)
	}
}

// TestClockUnknownYear: R12 is an answer of its own and exit code 1.
func TestClockUnknownYear(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	name := scenarioFile(t, strings.NewReplacer("asof: 2026-02-26", "asof: 2027-02-26", ", planned: 2", "").Replace(scenario))
	if out, err := command(t, "clock", "explain", name, "--days"); err != nil {
		t.Errorf("suspended without a plan, nobody asks about 2027: %v %s", err, out)
	}
	name = scenarioFile(t, "calendar: cn\nlimits: {accept: {days: 5, unit: working}}\nevents: [{at: \"2026-12-31T09:00:00+08:00\", do: submit}]\nasof: 2026-12-31\n")
	out, err := command(t, "clock", "explain", name, "--json")
	var quiet errReported
	if !errors.As(err, &quiet) || exitCode(err) != 1 || strings.Join(strings.Fields(out), "") != `{"error":"R12","year":2027}` {
		t.Errorf("%v: %s", err, out)
	}
	if out, err = command(t, "clock", "explain", name); out != "" || exitCode(err) != 1 || !strings.Contains(err.Error(), "2027 年的放假安排尚未公布") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestClockRefuses: a broken scenario is told line by line, a broken command line
// by its own exit code.
func TestClockRefuses(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	name := scenarioFile(t, strings.NewReplacer("unit: natural", "unit: days", "do: accept", `do: "ac\ecept"`).Replace(scenario))
	out, err := command(t, "clock", "explain", name)
	if exitCode(err) != 1 || strings.Count(out, "\n") != 2 || !strings.Contains(out, name+`:4: "days" 不是计算单位；请写 working（工作日）或 natural（自然日） (limits.promised.unit)`) || strings.Contains(out, "\x1b") {
		t.Errorf("%v: %s", err, out)
	}
	out, err = command(t, "clock", "explain", name, "--json")
	if exitCode(err) != 1 || !strings.Contains(out, `"line": 4`) || !strings.Contains(out, `"code": "clockfile.not_unit"`) {
		t.Errorf("%v: %s", err, out)
	}
	far := scenarioFile(t, strings.Replace(scenario, "days: 3, unit: natural", "days: 3652059, unit: natural", 1))
	if out, err = command(t, "clock", "explain", far); exitCode(err) != 1 || !strings.Contains(out, ":4: 算到了 9999 年以后") {
		t.Errorf("%v: %s", err, out)
	}
	long := scenarioFile(t, "calendar: cn\nlimits: {deliver: {days: 1, unit: natural}}\nevents: [{at: \"2026-03-02T09:00:00+08:00\", do: submit}, "+
		"{at: \"2026-03-02T09:00:00+08:00\", do: accept}, {at: \"2026-03-02T09:00:00+08:00\", do: decide}]\nasof: 9999-12-31\n")
	if out, err = command(t, "clock", "explain", long, "--days"); exitCode(err) != 1 || !strings.Contains(err.Error(), "--days") {
		t.Errorf("%v: %s", err, out)
	}
	var usage errUsage
	for _, wrong := range [][]string{{"explain"}, {"explain", "a", "b"}, {"explain", filepath.Join(t.TempDir(), "none")}, {"explain", t.TempDir()}, {"check"}, {"expalin"}} {
		if _, err := command(t, append([]string{"clock"}, wrong...)...); !errors.As(err, &usage) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
}

// TestClockCheck: all worked cases agree; a changed one is named with its field.
func TestClockCheck(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	const worked = "../../seed/clock_cases.yaml"
	if out, err := command(t, "clock", "check", worked); err != nil || out != "60 例，全部一致\n" {
		t.Errorf("%v: %s", err, out)
	}
	data, err := os.ReadFile(worked)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), "accepted_on: \"2026-02-13\"", "accepted_on: \"2026-02-12\"", 1)
	text = strings.Replace(text, "at: \"2026-02-14T09:00:00+08:00\", do: submit", "at: \"2026-02-14T09:00:00+08:00\", do: submt", 1)
	name := scenarioFile(t, text)
	out, err := command(t, "clock", "check", name)
	if exitCode(err) != 1 || !strings.Contains(out, `C02（第 36 行）accepted_on：应为 "2026-02-12"，算得 "2026-02-13"`) ||
		!strings.Contains(out, `没有 "submt" 这种行为`) || !strings.Contains(out, "(C03 cases[2].scenario.events[0].do)") || !strings.Contains(out, "60 例，2 例不一致") {
		t.Errorf("%v: %s", err, out)
	}
	out, err = command(t, "clock", "check", name, "--json")
	var report clockReport
	if e := json.Unmarshal([]byte(out), &report); e != nil || exitCode(err) != 1 || report.Cases != 60 || report.Failed != 2 || len(report.Failures) != 2 ||
		report.Failures[0].Differences[0].Path != "accepted_on" || report.Failures[1].Problems[0].Line == 0 {
		t.Errorf("%v %v: %s", e, err, out)
	}
	if out, err = command(t, "clock", "check", scenarioFile(t, scenario)); exitCode(err) != 1 || !strings.Contains(out, "可以用 cases") {
		t.Errorf("%v: %s", err, out)
	}
}
