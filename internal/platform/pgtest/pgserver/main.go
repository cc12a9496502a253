// Command pgserver handles the PostgreSQL server that tests share, for `make test` and for a
// person who wants to look inside:
//
//	pgserver start             start it, or find it running, and print an administrator's URL
//	pgserver stop              end it, unless tests are using it
//	pgserver private [DIR]     run a durable server of one's own until interrupted (benchmarks);
//	                           prints its URL on the first line
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"yimen/internal/platform/pgtest"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pgserver:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("say start, stop or private")
	}
	switch args[0] {
	case "start":
		url, err := pgtest.Start()
		if err == nil {
			fmt.Println(url)
		}
		return err
	case "stop":
		return pgtest.Stop()
	case "private":
		return private(args[1:])
	}
	return fmt.Errorf("unknown command %q: say start, stop or private", args[0])
}

func private(args []string) error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	c := pgtest.Config{Durable: true}
	if len(args) > 0 {
		c.Dir = args[0]
	}
	s, err := pgtest.Launch(ctx, c)
	if err != nil {
		return err
	}
	fmt.Println(s.URL)
	<-ctx.Done()
	return s.Stop()
}
