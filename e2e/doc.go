// Package e2e holds the stories: what people come for, done in a real browser against the real
// program on each database, one file for each story. The hands and eyes are in e2e/harness.
package e2e
