package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

// command runs yimen as it would be typed and gives what it prints.
func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	c := root()
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&out)
	c.SetArgs(args)
	err := c.ExecuteContext(context.Background())
	return out.String(), err
}

func TestFirstAdministrators(t *testing.T) {
	dir := t.TempDir()
	at := []string{"--data", dir, "--department", "zs", "--region", "445103"}
	add := func(more ...string) (string, error) {
		return command(t, append(append([]string{"staff", "add"}, at...), more...)...)
	}

	var usage errUsage
	if _, err := add("first", "--name", "姜样例"); !errors.As(err, &usage) || !strings.Contains(err.Error(), "--body") {
		t.Fatalf("without a body: %v", err)
	}
	out, err := add("first", "--name", "姜样例", "--body", "潮安区政务服务示例局")
	if err != nil || !strings.Contains(out, "administrator") || !strings.Contains(out, "temporary password") {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := add("first", "--name", "姜样例"); err == nil || errors.As(err, &usage) {
		t.Fatalf("the same name twice: %v", err)
	}
	if out, err = add("second", "--name", "谢样例", "--role", "auditor"); err != nil || !strings.Contains(out, "潮安区政务服务示例局") {
		t.Fatalf("the body that stands: %v: %s", err, out)
	}
	for _, wrong := range [][]string{{"third", "--role", "resident"}, {"third", "--role", "king"}, {}, {"a", "b"}} {
		if _, err := add(wrong...); !errors.As(err, &usage) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	if out, err = command(t, "journal", "verify", "--data", dir); err != nil || !strings.Contains(out, "the journal holds") {
		t.Fatalf("%v: %s", err, out)
	}
}
