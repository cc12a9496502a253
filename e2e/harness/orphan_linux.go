package harness

import "syscall"

// leash ends the server when the test process dies without tidying up: at a time-out, for example.
func leash() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
