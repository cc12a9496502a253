// Package pgtest gives tests a real PostgreSQL server, started on demand and shared by every
// test process of one checkout.
//
// `go test ./...` runs each package as a process of its own; starting a server per package would
// cost more than the tests. So the first process that asks starts a keeper (its own binary once
// more, see keeper.go), which owns the server; the others find it through a state directory in
// the system's temporary directory, named after the checkout. Every test process holds a shared
// file lock while it lives, the kernel lets go of it however the process ends, and the keeper
// stops the server and removes every trace once nobody has held that lock for a while. A killed
// test run therefore leaves nothing behind.
//
// Each test gets a database of its own, cloned from a template (see Fresh), so tests run side by
// side and never see each other's rows. The template is built once per key.
//
// The server is not durable (no fsync, data in memory where the machine has room): it may lose
// everything when the machine stops, which for tests is right. A benchmark that measures commits
// asks Launch for a durable one.
//
// Databases have the C collation: text is ordered by bytes, as SQLite orders it.
//
// Without a PostgreSQL server program a test FAILS and says what to do; it is never skipped.
// YIMEN_TEST_PG names a server to use instead, by an administrator's URL. Unix only (flock,
// process credentials).
package pgtest
