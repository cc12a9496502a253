// Package kittest visits pages in a test through the whole stack (httpd layers,
// cross-site check, access, handler) without a network, and checks the HTML of
// every page it sees.
//
// Owns: a fake of kit.Sessions and a visitor with cookies.
//
// Does not own: builders of cases and accounts (see the contexts' own).
//
// Words: site, visitor, answer.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package kittest
