package main

import (
	"bytes"
	"strings"
	"testing"

	"yimen/internal/scores"
)

// TestScoresOfAnEmptyMonth: a month in which nothing could be scored says so, instead of
// leaving a gap where the score stands.
func TestScoresOfAnEmptyMonth(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	month := scoredMonth{Month: "2026-09", State: scores.Computed, Edition: 1, New: true}
	for score, want := range map[string]string{"": "办结 0 件，没有可以计分的指标，不评分；指标体系第 1 版", "93.50": "得分 93.50；"} {
		month.Score = score
		var out bytes.Buffer
		printScores(&out, month)
		if got := out.String(); !strings.Contains(got, want) || strings.Contains(got, "得分 ；") {
			t.Errorf("score %q: %s", score, got)
		}
	}
}
