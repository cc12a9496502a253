-- +goose Up
-- Every change of the statutory calendar is a version: who, when, and the years as
-- they stood from then on, each with its notice. calendar_year is what is in force.
CREATE TABLE calendar_version (
  version     BIGINT PRIMARY KEY CHECK (version > 0),
  generation  BIGINT NOT NULL,
  made_at     BIGINT NOT NULL,
  made_by     TEXT NOT NULL,
  made_name   TEXT NOT NULL
);
CREATE TABLE calendar_year_version (
  year     BIGINT NOT NULL,
  version  BIGINT NOT NULL REFERENCES calendar_version (version),
  source   TEXT NOT NULL,
  PRIMARY KEY (year, version)
);
CREATE INDEX calendar_year_version_version ON calendar_year_version (version);
ALTER TABLE calendar_year ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
INSERT INTO calendar_version (version, generation, made_at, made_by, made_name)
  SELECT 1, generation, changed_at, '', '' FROM catalogue_generation WHERE EXISTS (SELECT 1 FROM calendar_year);
INSERT INTO calendar_year_version (year, version, source) SELECT year, 1, source FROM calendar_year
  WHERE EXISTS (SELECT 1 FROM calendar_version);
UPDATE calendar_year SET version = 1;

-- Years that somebody proposes and whose effect is looked at before they are taken
-- in; years is what was read of the file (JSON).
CREATE TABLE calendar_proposal (
  id         TEXT PRIMARY KEY,
  file       TEXT NOT NULL,
  years      TEXT NOT NULL,
  made_at    BIGINT NOT NULL,
  made_by    TEXT NOT NULL,
  made_name  TEXT NOT NULL
);
CREATE INDEX calendar_proposal_made ON calendar_proposal (made_at);

-- How far the running cases have come in following a version of the calendar (clock
-- R13): rounds of cases by id, then once more for what was decided on the old one.
-- Only those are looked at whose dates reach since, the first day that differs;
-- running is their number.
CREATE TABLE recount (
  calendar    BIGINT PRIMARY KEY,
  reason      TEXT NOT NULL,
  since       TEXT NOT NULL,
  running     BIGINT NOT NULL,
  looked      BIGINT NOT NULL DEFAULT 0,
  moved       BIGINT NOT NULL DEFAULT 0,
  last        TEXT NOT NULL DEFAULT '',
  planted_at  BIGINT NOT NULL,
  ended_at    BIGINT NOT NULL DEFAULT 0,
  checked_at  BIGINT NOT NULL DEFAULT 0
);
