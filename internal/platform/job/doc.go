// Package job does work later, exactly once where it can and at least once where
// it must.
//
// A job is a row inserted in the transaction that causes it, so the row is the
// outbox. It is claimed under a lease with a numbered attempt; finishing is
// fenced by that number, so a node that was asleep cannot finish another's work.
// A handler that only writes to the database runs inside the finishing
// transaction and so happens exactly once; one that reaches outside gets the job
// id as its idempotency key. After the last attempt a job is parked with its
// reason and waits for a person.
//
// Tables: job, job_attempt
package job
