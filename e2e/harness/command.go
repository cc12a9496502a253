package harness

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Result is how a command of the program ended.
type Result struct {
	Code           int    // exit code; -1 when a signal ended it
	Out, Complaint string // standard output and standard error
}

// Run runs a command of the program to its end, in an empty directory, with the environment of
// this process but none of the program's own options in it. A Chinese terminal is assumed; name
// "LC_ALL=en_US.UTF-8" first for an English one, or any other variable.
func Run(t testing.TB, args ...string) Result {
	t.Helper()
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "YIMEN_") })
	env = append(env, "LC_ALL=zh_CN.UTF-8")
	for len(args) > 0 && strings.Contains(args[0], "=") {
		env, args = append(env, args[0]), args[1:]
	}
	cmd := exec.CommandContext(t.Context(), program(t), args...)
	cmd.Dir, cmd.Env = t.TempDir(), env
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatalf("harness: yimen %s: %v", strings.Join(args, " "), err)
	}
	return Result{cmd.ProcessState.ExitCode(), out.String(), complaint.String()}
}

// At is where the server's data is, as every command takes it.
func (s *Server) At() []string { return s.where() }
