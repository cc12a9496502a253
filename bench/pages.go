package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"yimen/internal/app"
	"yimen/internal/gov"
	"yimen/internal/identity"
)

// pages measures the home page and a guide through the full middleware with a
// session cookie, as a browser asks for them, against the same bytes served from
// memory by net/http.
func pages(ctx context.Context, b *bench) ([]figure, error) {
	a, err := openTown(ctx, map[string]string{"data": scratch(b, "pages"), "listen": "127.0.0.1:0", "log": "none"}, nil)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	cookie, err := session(ctx, a, "resident1")
	if err != nil {
		return nil, err
	}
	var all []figure
	cached, uncached := map[string]float64{}, map[string]float64{}
	bytes := map[string]int{}
	floors := map[string]float64{}
	for _, keep := range []int{0, 1} { // 0: the product's cache; 1 byte: none
		a.PageCache = keep
		err := serving(ctx, a, func(base string) error {
			for _, path := range []string{"/", "/items/food-business-licence"} {
				rate, err := wrk(ctx, b, base+path, cookie)
				if err != nil {
					return err
				}
				if keep == 1 {
					uncached[path] = rate
					continue
				}
				cached[path] = rate
				if floors[path], bytes[path], err = fromMemory(ctx, b, base+path, cookie); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for path, name := range map[string]string{"/": "home page", "/items/food-business-licence": "guide page"} {
		all = append(all, figure{Name: name + ", kept rendered", Value: cached[path], Unit: "req/s",
			Note: fmt.Sprintf("uncached %.0f req/s", uncached[path])}.against(floors[path]).atLeast(0.4))
	}
	weight, err := homeWeight(ctx, a)
	if err != nil {
		return nil, err
	}
	return append(all, figure{Name: "home page with everything, over the wire", Value: weight / 1024, Unit: "KB"}.atMost(60, "KB")), nil
}

// session signs somebody of the demo town in and gives the cookie a browser would send.
func session(ctx context.Context, a *app.App, login string) (string, error) {
	town, err := app.ReadTown()
	if err != nil {
		return "", err
	}
	in, err := a.Identity.SignIn(ctx, login, town.Password, identity.Origin{Channel: gov.Web})
	return "__Host-yimen_session=" + in.Token, err // the town is reached over https
}

// serving runs the whole server on a free port while f works.
func serving(ctx context.Context, a *app.App, f func(base string) error) error {
	ctx, cancel := context.WithCancel(ctx)
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- a.Serve(ctx, func(url string) { ready <- url }) }()
	select {
	case err := <-ended:
		cancel()
		return err
	case base := <-ready:
		time.Sleep(time.Second) // the catalogue's watcher settles
		err := f(base)
		cancel()
		return errors.Join(err, <-ended)
	}
}

var perSecond = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)

func wrk(ctx context.Context, b *bench, url, cookie string) (float64, error) {
	out, err := exec.CommandContext(ctx, "wrk", "-t", "1", "-c", "16", "-d", strconv.Itoa(b.seconds)+"s",
		"-H", "Cookie: "+cookie, "-H", "Accept-Encoding: gzip", url).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	if strings.Contains(string(out), "Non-2xx") {
		return 0, fmt.Errorf("wrk met refusals:\n%s", out)
	}
	m := perSecond.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("wrk told no rate:\n%s", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// get fetches as a browser does and leaves the bytes as they came.
func get(ctx context.Context, url, cookie string) (http.Header, []byte, error) {
	return fetch(ctx, url, cookie, "gzip") // set by hand, so the client does not unpack
}

// fetch reads a page, with the encoding asked for, if any.
func fetch(ctx context.Context, url, cookie string, encoding ...string) (http.Header, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range encoding {
		req.Header.Set("Accept-Encoding", e)
	}
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, res.Status)
	}
	return res.Header, body, err
}

// fromMemory serves the same bytes with the same headers from memory: the floor.
func fromMemory(ctx context.Context, b *bench, url, cookie string) (rate float64, size int, err error) {
	header, body, err := get(ctx, url, cookie)
	if err != nil {
		return 0, 0, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for k, v := range header {
			h[k] = v
		}
		w.Write(body)
	})}
	go server.Serve(l)
	defer server.Close()
	rate, err = wrk(ctx, b, "http://"+l.Addr().String()+"/", cookie)
	return rate, len(body), err
}

var asset = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)

// homeWeight adds up what a first visit loads: page, style, script, icon.
func homeWeight(ctx context.Context, a *app.App) (total float64, err error) {
	a.PageCache = 0
	err = serving(ctx, a, func(base string) error {
		req, err := http.Get(base + "/")
		if err != nil {
			return err
		}
		defer req.Body.Close()
		page, err := io.ReadAll(req.Body)
		if err != nil {
			return err
		}
		seen := map[string]bool{"/": true}
		for _, m := range asset.FindAllSubmatch(page, -1) {
			seen[string(m[1])] = true
		}
		for path := range seen {
			header, body, err := get(ctx, base+path, "")
			if err != nil {
				return err
			}
			total += float64(len(body))
			for k, v := range header {
				total += float64(len(k) + len(strings.Join(v, "")) + 4)
			}
		}
		return nil
	})
	return total, err
}
