// Package db speaks to SQLite and PostgreSQL with one SQL text.
//
// Reading and writing are different types. *DB can Query and can Do; only the
// *Tx that Do hands out can Exec, so a write outside a transaction does not
// compile. One exported verb of a context begins one transaction.
//
// On PostgreSQL a transaction is lazy: BEGIN travels with the first read, and
// writes are queued and travel with the next read or with COMMIT. An act that
// loads one row and writes five costs two round trips. The price is that the
// error of a write may surface later than its call, at the latest from Do.
//
// What the engines spell differently is written as a marker in the SQL text:
//
//	id in_list($1)      membership in the JSON array made by List
//	/*for update*/      lock the rows read (PostgreSQL; SQLite has one writer)
//	/*skip locked*/     the same, passing over rows that others hold
package db
