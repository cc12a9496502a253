package harness

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// chromiums are the browsers that run, one for each language that is asked for; to start
// another takes longer than most of what is done in it. Everybody has a profile of his
// own in it (a browser context) and a window of his own, which knows nothing of the others.
var chromiums = struct {
	sync.Mutex
	holders int
	running map[string]*browser
}{running: map[string]*browser{}}

// browser is one process of Chromium.
type browser struct {
	ctx context.Context
	end func()
}

// hold keeps the browsers that run until the test has ended; the last who holds them ends them.
func hold(t testing.TB) {
	t.Helper()
	chromiums.Lock()
	defer chromiums.Unlock()
	chromiums.holders++
	t.Cleanup(func() {
		chromiums.Lock()
		defer chromiums.Unlock()
		if chromiums.holders--; chromiums.holders > 0 {
			return
		}
		for language, b := range chromiums.running {
			b.end()
			delete(chromiums.running, language)
		}
	})
}

// speaking is the browser of a language, started when it does not run.
func speaking(language string) (*browser, error) {
	chromiums.Lock()
	defer chromiums.Unlock()
	if b := chromiums.running[language]; b != nil {
		return b, nil
	}
	b, err := launch(language)
	if err != nil {
		return nil, fmt.Errorf("harness: Chromium does not start: %w", err)
	}
	chromiums.running[language] = b
	return b, nil
}

func launch(language string) (*browser, error) {
	path, err := chromium()
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "yimen-e2e-")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.NoSandbox, // Chromium refuses root otherwise, and it shows our own pages only
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", language),
		chromedp.Flag("accept-lang", language),
	)
	allocated, kill := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, quit := chromedp.NewContext(allocated)
	b := &browser{ctx: ctx, end: func() {
		quit()
		kill()
		// Helper processes of Chromium may write for a moment longer.
		for range 20 {
			if os.RemoveAll(profile) == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	}}
	// The first call starts the process and ties it to its context, so it cannot have a time limit
	// of its own; a browser that never answers is ended by the test's.
	if err := chromedp.Do(ctx); err != nil {
		b.end()
		return nil, err
	}
	return b, nil
}

// chromium finds the browser once; every test fails without it, none is skipped.
var chromium = sync.OnceValues(func() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chromium was found: run `make install`, or install the chromium package")
})
