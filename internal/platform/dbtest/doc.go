// Package dbtest runs a test on both databases. There is no way to ask for one:
// what holds on SQLite only is not known to hold. It also reads a schema back, in
// a form in which the two can be compared.
package dbtest
