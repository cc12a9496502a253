package e2e

import (
	"os"
	"testing"

	"yimen/internal/app/apptest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	apptest.Sweep()
	os.Exit(code)
}
