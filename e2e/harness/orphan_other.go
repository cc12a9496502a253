//go:build !linux

package harness

import "syscall"

// leash does nothing here: only Linux ends a child with its parent.
func leash() *syscall.SysProcAttr { return nil }
