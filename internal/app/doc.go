// Package app puts the program together by hand and in order, and is the only
// package that may import every other.
//
// app.go builds contexts, portals and workers; ports.go gives a context the few
// things it needs of another; reactions.go holds every effect that one context
// causes in another, one screen each; schedule.go says what runs when; routes.go
// mounts pages and API.
//
// Tables: setting
package app
