package main

import (
	"errors"
	"strings"
	"testing"
)

// Nothing is parked in a new installation, and saying so is no failure.
func TestMessagesCommands(t *testing.T) {
	dir := t.TempDir()
	if out, err := command(t, "migrate", "--data", dir); err != nil {
		t.Fatal(err, out)
	}
	if out, err := command(t, "messages", "parked", "--data", dir); err != nil || out != "0 parked\n" {
		t.Errorf("%q, %v", out, err)
	}
	if out, err := command(t, "messages", "parked", "--json", "--data", dir); err != nil || strings.TrimSpace(out) != "[]" {
		t.Errorf("%q, %v", out, err)
	}
	if out, err := command(t, "messages", "resend", "--data", dir); err != nil || !strings.HasPrefix(out, "0 will be sent again") {
		t.Errorf("%q, %v", out, err)
	}
	var usage errUsage
	if _, err := command(t, "messages", "resend", "x", "--data", dir); !errors.As(err, &usage) {
		t.Errorf("an argument: %v", err)
	}
}
