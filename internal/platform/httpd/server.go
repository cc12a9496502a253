package httpd

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Options say how to serve. Handler and Log are required; zero values elsewhere
// take the defaults named beside them.
type Options struct {
	Handler http.Handler
	Log     *slog.Logger
	// Listen is host:port; port 0 takes a free one, told by Server.Addr.
	Listen string
	// MaxBody is the largest request body in bytes where a route does not raise
	// it with LimitBody. Default 1 MiB.
	MaxBody int64
	// Stall is how long one read or write may make no progress. There is no
	// limit on a whole request: 20 MB at 64 kbit/s takes forty minutes. Default 30 s.
	Stall time.Duration
	// Grace is how long running requests may finish after a stop. Default 15 s.
	Grace time.Duration
	// OnPanic writes the answer after a panic when nothing was sent yet. Default:
	// a plain sentence with the request id.
	OnPanic http.Handler
}

func (o Options) withDefaults() Options {
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.Stall == 0 {
		o.Stall = 30 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = 15 * time.Second
	}
	if o.OnPanic == nil {
		o.OnPanic = http.HandlerFunc(plainPanic)
	}
	return o
}

// Server is a bound listener and the server behind it.
type Server struct {
	options  Options
	listener net.Listener
	server   *http.Server
}

// Bind takes the address at once, so that "already in use" is told before
// anything else starts; nothing is served until Run.
func Bind(ctx context.Context, o Options) (*Server, error) {
	o = o.withDefaults()
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return nil, err
	}
	return &Server{options: o, listener: l, server: &http.Server{
		Handler:           Wrap(o),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}}, nil
}

// Addr is the address that was bound, with the real port.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Run serves until ctx ends, then lets running requests finish for Grace. nil
// means everything that was started has been answered.
func (s *Server) Run(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.server.Serve(s.listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.Grace)
	defer cancel()
	err := s.server.Shutdown(grace)
	if err != nil {
		s.server.Close()
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// Wrap puts the layers around o.Handler. Tests use it without a listener.
func Wrap(o Options) http.Handler {
	o = o.withDefaults()
	h := compress(o.Handler)
	h = limitBodies(o, h)
	h = secure(h)
	h = recovered(o, h)
	return observed(o.Log, h)
}
