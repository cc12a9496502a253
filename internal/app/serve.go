package app

import (
	"context"
	"net/http"
	"path/filepath"
	"sync"

	"yimen/internal/platform/config"
	"yimen/internal/platform/httpd"
	"yimen/internal/web/kit"
)

// KeyFile is where the key file lies.
func KeyFile(v config.Values) string {
	if path := v.Text("keys"); path != "" {
		return path
	}
	return filepath.Join(v.Text("data"), "keys.json")
}

// Serve binds the address, tells it, and serves pages, API and due work until
// ctx ends; what was begun is finished first.
func (a *App) Serve(ctx context.Context, ready func(url string)) error {
	var handler *kit.Router
	mux := http.NewServeMux()
	mux.HandleFunc("GET /live", a.live)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) })
	var front http.Handler = mux
	if a.Config.Switch("behind-proxy") {
		front = httpd.BehindProxy(mux)
	}
	server, err := httpd.Bind(ctx, httpd.Options{Handler: front, OnPanic: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.OnPanic().ServeHTTP(w, r) }),
		Log: a.Log, Listen: a.Config.Text("listen")})
	if err != nil {
		return err
	}
	url := "http://" + server.Addr().String()
	a.Reached(url)
	handler = a.Router()
	if err := a.Plant(ctx); err != nil {
		return err
	}
	stop := a.background(ctx)
	defer stop()
	ready(url)
	return server.Run(ctx)
}

// Work runs due work only, until ctx ends.
func (a *App) Work(ctx context.Context) error {
	if err := a.Plant(ctx); err != nil {
		return err
	}
	stop := a.background(ctx)
	<-ctx.Done()
	stop()
	return nil
}

// background starts what runs beside requests; the function it gives waits for
// all of it to end.
func (a *App) background(ctx context.Context) (wait func()) {
	var all sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	for _, run := range []func(context.Context){a.Jobs.Run, a.Sending.Run, a.Sequencer.Run, a.watchCatalogue, a.watchKeys, a.Supervision.Watch, a.Supervision.KeepTally} {
		all.Go(func() { run(ctx) })
	}
	return func() {
		cancel()
		all.Wait()
	}
}

// watchCatalogue keeps the search index in step with the catalogue.
func (a *App) watchCatalogue(ctx context.Context) {
	if err := a.Catalogue.Watch(ctx); err != nil && ctx.Err() == nil {
		a.Log.Error("catalogue", "error", err)
	}
}
