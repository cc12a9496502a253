package harness

import (
	"fmt"
	"net/url"
	"slices"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// watch follows what the browser reports while the test looks elsewhere.
type watch struct {
	host    string // the only host the page may talk to
	main    string // id of the main frame, which is the tab's
	dismiss func()

	mu      sync.Mutex
	started int // navigations begun
	ended   int // navigations whose page has loaded
	status  int64
	bytes   float64
	wrong   []string
}

// event is called on the goroutine that reads the browser's messages, so it only takes notes.
func (w *watch) event(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch ev := ev.(type) {
	case *page.EventFrameStartedLoading:
		if string(ev.FrameID) == w.main {
			w.started++
		}
	case *page.EventFrameStoppedLoading:
		if string(ev.FrameID) == w.main {
			w.ended = w.started
		}
	case *page.EventFrameNavigated:
		// A page the browser kept and shows again, at a press of "back", is not loaded.
		if ev.Type == page.NavigationTypeBackForwardCacheRestore && ev.Frame != nil && string(ev.Frame.ID) == w.main {
			w.started++
			w.ended = w.started
		}
	case *page.EventNavigatedWithinDocument:
		if string(ev.FrameID) == w.main && w.ended == w.started {
			w.started++
			w.ended = w.started
		}
	case *network.EventResponseReceived:
		if ev.Type == network.ResourceTypeDocument && string(ev.FrameID) == w.main {
			w.status = ev.Response.Status
		}
	case *network.EventLoadingFinished:
		w.bytes += ev.EncodedDataLength
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(ev.Request.URL); err == nil && foreign(u, w.host) {
			w.note("asked %s://%s, which is not ours, for something", u.Scheme, u.Host)
		}
	case *runtime.EventExceptionThrown:
		w.note("threw an error: %s", described(ev.ExceptionDetails))
	case *log.EventEntryAdded:
		if ev.Entry != nil && ev.Entry.Source == log.EntrySourceSecurity {
			w.note("broke a security rule: %s", ev.Entry.Text)
		}
	case *page.EventJavascriptDialogOpening:
		w.note("opened a dialog: %s", ev.Message)
		go w.dismiss()
	}
}

func (w *watch) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(w.wrong, text) {
		w.wrong = append(w.wrong, text)
	}
}

func described(d *runtime.ExceptionDetails) string {
	if d == nil {
		return "of an unknown kind"
	}
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

func foreign(u *url.URL, host string) bool {
	switch u.Scheme {
	case "http", "https", "ws", "wss":
		return u.Host != host
	}
	return false
}

func (w *watch) complaints() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.wrong)
}

// forget drops what was noted so far, for the harness's own tests, which plant defects.
func (w *watch) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = nil
}

// navigations says how many were begun and whether the last one is over.
func (w *watch) navigations() (begun int, over bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.started, w.ended == w.started
}

func (w *watch) lastStatus() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return int(w.status)
}

// dismiss closes a dialog, so that the test goes on to its end and reports it there.
func (p *Page) dismiss() {
	// The tab may be gone by now, and then so is the dialog.
	_, _ = chromedp.Call(p.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
}
