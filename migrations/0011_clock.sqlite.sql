-- +goose Up
-- The statutory clock in the case: budgets and events lie in the row, dates follow
-- from them; next_on is the day on which silence or a lapse acts by itself.
ALTER TABLE cases ADD COLUMN ledger TEXT NOT NULL DEFAULT '{}';
ALTER TABLE cases ADD COLUMN step_on TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN step_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN step_due TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN resume_due TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN next_on TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN served_on TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN deemed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE cases ADD COLUMN extension TEXT NOT NULL DEFAULT '' CHECK (extension IN ('','asked','granted','refused'));
CREATE INDEX cases_open ON cases (due_on, id) WHERE awaits <> '';
CREATE INDEX cases_open_body ON cases (body, due_on, id) WHERE awaits <> '';
CREATE INDEX cases_next ON cases (next_on, id) WHERE next_on <> '';
UPDATE cases SET next_on = date(accept_due, '+1 day') WHERE state = 'submitted' AND accept_due <> '';
UPDATE cases SET next_on = date(correction_due, '+1 day'), served_on = date(correction_due, '-30 days') WHERE state = 'correcting' AND correction_due <> '';

-- The one extension of art. 42: asked by 承办, decided by the head; the words are sealed.
CREATE TABLE extension (
  id           TEXT PRIMARY KEY,
  cases        TEXT NOT NULL REFERENCES cases (id),
  days         BIGINT NOT NULL CHECK (days > 0),
  reason       TEXT NOT NULL,
  asked_by     TEXT NOT NULL,
  asked_name   TEXT NOT NULL,
  asked_at     BIGINT NOT NULL,
  granted      BOOLEAN NOT NULL DEFAULT FALSE,
  words        TEXT NOT NULL DEFAULT '',
  decided_by   TEXT NOT NULL DEFAULT '',
  decided_name TEXT NOT NULL DEFAULT '',
  decided_at   BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX extension_asked ON extension (cases) WHERE decided_at = 0;
CREATE INDEX extension_cases ON extension (cases, id);

CREATE TABLE letter_of_all_kinds (
  id         TEXT PRIMARY KEY,
  cases      TEXT NOT NULL REFERENCES cases (id),
  kind       TEXT NOT NULL CHECK (kind IN ('acceptance','correction','decline','extension','lapse','refusal','result','suspension','termination','withdrawal')),
  body       TEXT NOT NULL,
  year       BIGINT NOT NULL,
  serial     BIGINT NOT NULL,
  reference  TEXT NOT NULL,
  issued_at  BIGINT NOT NULL,
  template   TEXT NOT NULL,
  content    TEXT NOT NULL,
  hash       TEXT NOT NULL,
  UNIQUE (body, kind, year, serial)
);
INSERT INTO letter_of_all_kinds SELECT id, cases, kind, body, year, serial, reference, issued_at, template, content, hash FROM letter;
DROP TABLE letter;
ALTER TABLE letter_of_all_kinds RENAME TO letter;
CREATE INDEX letter_cases ON letter (cases, id);
