package httpd_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"yimen/internal/platform/fault"
	"yimen/internal/platform/httpd"
)

func TestStatusOfFaults(t *testing.T) {
	for want, err := range map[int]error{
		422: fault.Invalid("x.y"), 413: fault.Invalid(httpd.CodeTooLarge), 403: fault.Denied("x.y"), 401: fault.Denied(httpd.CodeSignIn),
		404: fault.Missing("x.y"), 409: fault.Conflict("x.y"), 503: fault.Busy("x.y"), 429: fault.Busy("x.limited"), 500: errors.New("x"),
	} {
		if got := httpd.Status(err); got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
	if got := httpd.Status(fault.Internal(errors.New("x"), "x.y")); got != 500 {
		t.Error(got)
	}
}

func TestProblem(t *testing.T) {
	say := httpd.Speaker{
		Title: func(key string) string { return "T:" + key },
		Fault: func(error) string { return "the sentence" },
		Field: func(f fault.Field) string { return "put " + f.Path + " right" },
	}
	var f fault.Fields
	f.Add("phone", "form.format", "label", "电话")
	err := f.Err()
	p := httpd.NewProblem(422, err, "abcdefghij", say)
	if p.Type != "urn:yimen:fault:fault.fields" || p.Detail != "the sentence" || len(p.Errors) != 1 || p.Errors[0].Detail != "put phone right" {
		t.Errorf("%+v", p)
	}
	secret := fault.Internal(errors.New("dsn=secret"), "x.y")
	p = httpd.NewProblem(500, secret, "abcdefghij", say)
	if b := string(p.JSON()); strings.Contains(b, "secret") || strings.Contains(b, "x.y") || !json.Valid(p.JSON()) {
		t.Error(b)
	}
	busy := fault.Busy("x.limited", "retry_after", 30)
	if h := httpd.NewProblem(429, busy, "", say).Header(busy); h.Get("Retry-After") != "30" {
		t.Error(h)
	}
	if h := httpd.NewProblem(401, fault.Denied(httpd.CodeSignIn), "", say).Header(nil); h.Get("WWW-Authenticate") != "Bearer" {
		t.Error(h)
	}
}
