-- +goose Up
-- A base register (人口库, 法人库) as this installation holds it: who answers for it,
-- how often it has to be fed, whether it may be asked now.
CREATE TABLE base_register (
  id          TEXT PRIMARY KEY,
  body        TEXT NOT NULL DEFAULT '',
  body_name   TEXT NOT NULL DEFAULT '',
  region      TEXT NOT NULL DEFAULT '',
  state       TEXT NOT NULL CHECK (state IN ('down','up')),
  reason      TEXT NOT NULL DEFAULT '',
  since       BIGINT NOT NULL DEFAULT 0,
  promised    BIGINT NOT NULL,
  fed_at      BIGINT NOT NULL DEFAULT 0,
  generation  BIGINT NOT NULL DEFAULT 0,
  version     BIGINT NOT NULL,
  head        TEXT NOT NULL
);

-- What a register says of one person or organisation. number is a blind index of
-- the document or credit code, content a ciphertext of values by element key.
CREATE TABLE register_entry (
  id          TEXT PRIMARY KEY,
  register    TEXT NOT NULL REFERENCES base_register (id),
  number      TEXT NOT NULL,
  content     TEXT NOT NULL,
  body        TEXT NOT NULL DEFAULT '',
  body_name   TEXT NOT NULL DEFAULT '',
  source      TEXT NOT NULL DEFAULT '',
  as_of       TEXT NOT NULL DEFAULT '',
  loaded_at   BIGINT NOT NULL,
  generation  BIGINT NOT NULL,
  UNIQUE (register, number)
);
CREATE INDEX register_entry_generation ON register_entry (register, generation);

-- 异议: somebody says that a value of a register or of a licence is wrong, and the
-- body that owns it answers. What is said stands in ciphertexts.
CREATE TABLE dispute (
  id             TEXT PRIMARY KEY,
  number         TEXT NOT NULL UNIQUE,
  origin         TEXT NOT NULL CHECK (origin IN ('licence','register')),
  register       TEXT NOT NULL DEFAULT '',
  ref            TEXT NOT NULL,
  source_name    TEXT NOT NULL,
  element        TEXT NOT NULL,
  label          TEXT NOT NULL,
  stated         TEXT NOT NULL,
  as_of          TEXT NOT NULL DEFAULT '',
  claimed        TEXT NOT NULL DEFAULT '',
  party          TEXT NOT NULL,
  party_name     TEXT NOT NULL,
  account        TEXT NOT NULL DEFAULT '',
  application    TEXT NOT NULL,
  item           TEXT NOT NULL,
  item_name      TEXT NOT NULL,
  body           TEXT NOT NULL,
  body_name      TEXT NOT NULL,
  region         TEXT NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('corrected','open','upheld','withdrawn')),
  opened_at      BIGINT NOT NULL,
  opened_on      TEXT NOT NULL,
  due_on         TEXT NOT NULL,
  provisional    BOOLEAN NOT NULL DEFAULT FALSE,
  reason         TEXT NOT NULL DEFAULT '',
  answered_by    TEXT NOT NULL DEFAULT '',
  answered_name  TEXT NOT NULL DEFAULT '',
  answered_at    BIGINT NOT NULL DEFAULT 0,
  answered_on    TEXT NOT NULL DEFAULT '',
  version        BIGINT NOT NULL,
  head           TEXT NOT NULL
);
CREATE INDEX dispute_body ON dispute (body, id);
CREATE INDEX dispute_open ON dispute (body, due_on, id) WHERE state = 'open';
CREATE INDEX dispute_party ON dispute (party, id);
CREATE INDEX dispute_application ON dispute (application, id);
