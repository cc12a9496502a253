-- +goose Up
-- Looks at sensitive values, read by the auditor across all subjects; and what an
-- account did, newest first. Few entries are looks, so the first costs little.
CREATE INDEX journal_look ON journal (id) WHERE act = 'look';
DROP INDEX journal_actor;
CREATE INDEX journal_actor ON journal (actor, id);
