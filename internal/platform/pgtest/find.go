package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// oldest is the oldest major version the product supports, and the one it is tested on first.
const oldest = 15

// remedy ends every message about a missing server: the reader wants to run tests, not to learn
// how this package works.
const remedy = "run `make install`, install the postgresql-15 server package, or set YIMEN_TEST_PG to an administrator's URL"

// programs are the paths of the two server programs, of one installation.
type programs struct {
	initdb, postgres string
}

// find takes the first directory that holds both programs.
func find(dirs []string) (programs, error) {
	for _, dir := range dirs {
		p := programs{filepath.Join(dir, "initdb"), filepath.Join(dir, "postgres")}
		if executable(p.initdb) && executable(p.postgres) {
			return p, nil
		}
	}
	return programs{}, errors.New("no PostgreSQL server program (initdb, postgres) was found: " + remedy)
}

// candidates are where Debian puts servers (they are not on the PATH there), version 15 first, then
// newer ones, then the PATH.
func candidates() []string {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	dirs = slices.DeleteFunc(dirs, func(dir string) bool { return major(dir) < oldest })
	slices.SortFunc(dirs, func(a, b string) int { return major(a) - major(b) })
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	return dirs
}

// major reads the version out of …/postgresql/15/bin; 0 when there is none.
func major(dir string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	if err != nil {
		return 0
	}
	return n
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

// owner says as whom the server runs: PostgreSQL refuses root, so a root test run (a container, a
// CI machine) hands over to an account that owns nothing else of value. nil: run as we are.
func owner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	var tried []string
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			tried = append(tried, name)
			continue
		}
		uid, err := strconv.ParseUint(account.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("account %s has no numeric id: %w", name, err)
		}
		gid, err := strconv.ParseUint(account.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("account %s has no numeric group: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("PostgreSQL does not run as root, and there is no account %s to run it as",
		strings.Join(tried, " or "))
}
