// Package apptest gives tests the whole program with the demo town in it, on
// both databases, made once a test process and copied for each test.
package apptest
