-- +goose Up
-- The journal of acts: append only, each row hashed over the one before it of
-- the same subject. position is given after commit by the sequencer.
CREATE TABLE journal (
  id              TEXT PRIMARY KEY,
  format          BIGINT NOT NULL,
  subject_kind    TEXT NOT NULL,
  subject         TEXT NOT NULL,
  version         BIGINT NOT NULL CHECK (version > 0),
  act             TEXT NOT NULL,
  actor           TEXT NOT NULL,
  actor_name      TEXT NOT NULL,
  on_behalf_of    TEXT NOT NULL,
  post            TEXT NOT NULL,
  channel         TEXT NOT NULL,
  device          TEXT NOT NULL,
  at              BIGINT NOT NULL,
  from_state      TEXT NOT NULL,
  to_state        TEXT NOT NULL,
  payload_hash    TEXT NOT NULL,
  previous_hash   TEXT NOT NULL,
  algorithm       TEXT NOT NULL,
  hash            TEXT NOT NULL,
  position        BIGINT,
  UNIQUE (subject_kind, subject, version)
);
CREATE INDEX journal_unnumbered ON journal (id) WHERE position IS NULL;
CREATE UNIQUE INDEX journal_position ON journal (position) WHERE position IS NOT NULL;
CREATE INDEX journal_actor ON journal (actor, at);

-- What was said in an act: salted, encrypted, and the only part that can be
-- erased without breaking the chain.
CREATE TABLE journal_payload (
  entry      TEXT PRIMARY KEY REFERENCES journal (id),
  salt       TEXT NOT NULL,
  body       TEXT NOT NULL,
  erased_at  BIGINT NOT NULL DEFAULT 0
);

-- Facts for outsiders (CloudEvents fields), numbered after commit.
CREATE TABLE event (
  id        TEXT PRIMARY KEY,
  source    TEXT NOT NULL,
  type      TEXT NOT NULL,
  subject   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  data      TEXT NOT NULL,
  position  BIGINT
);
CREATE INDEX event_unnumbered ON event (id) WHERE position IS NULL;
CREATE UNIQUE INDEX event_position ON event (position) WHERE position IS NOT NULL;

-- Where each sequence stands; the row is the lease's fence.
CREATE TABLE sequence (
  name   TEXT PRIMARY KEY,
  next   BIGINT NOT NULL
);

-- Work for later. The row is the outbox: it is inserted in the transaction that
-- causes it.
CREATE TABLE job (
  id           TEXT PRIMARY KEY,
  kind         TEXT NOT NULL,
  key          TEXT NOT NULL,
  due          BIGINT NOT NULL,
  payload      TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('waiting','running','done','parked')),
  attempt      BIGINT NOT NULL DEFAULT 0,
  lease_until  BIGINT NOT NULL DEFAULT 0,
  reason       TEXT NOT NULL DEFAULT '',
  created_at   BIGINT NOT NULL,
  ended_at     BIGINT NOT NULL DEFAULT 0,
  UNIQUE (kind, key)
);
CREATE INDEX job_due ON job (due, id) WHERE state = 'waiting';
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'running';

CREATE TABLE job_attempt (
  job      TEXT NOT NULL REFERENCES job (id),
  attempt  BIGINT NOT NULL,
  at       BIGINT NOT NULL,
  error    TEXT NOT NULL,
  PRIMARY KEY (job, attempt)
);

-- Facts about this installation: name, region, serial blocks. One row a key.
CREATE TABLE setting (
  key    TEXT PRIMARY KEY,
  value  TEXT NOT NULL
);

-- Serial numbers are leased in blocks, so that filing never waits for a counter.
CREATE TABLE serial (
  name  TEXT PRIMARY KEY,
  next  BIGINT NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND old.position IS NULL AND new.position IS NOT NULL THEN
    old.position := new.position;
    IF old IS NOT DISTINCT FROM new THEN RETURN new; END IF;
  END IF;
  RAISE EXCEPTION 'the journal is append only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal
  FOR EACH ROW EXECUTE FUNCTION journal_append_only();
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal
  EXECUTE FUNCTION journal_append_only();
-- +goose StatementBegin
CREATE FUNCTION journal_payload_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND old.erased_at = 0 AND new.erased_at <> 0 AND new.body = '' AND new.salt = ''
     AND old.entry = new.entry THEN RETURN new; END IF;
  RAISE EXCEPTION 'a payload can only be erased';
END $$;
-- +goose StatementEnd
CREATE TRIGGER journal_payload_erase_only BEFORE UPDATE OR DELETE ON journal_payload
  FOR EACH ROW EXECUTE FUNCTION journal_payload_erase_only();
