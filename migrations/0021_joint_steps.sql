-- +goose Up
-- What departments do together for cases of one bundle: 联合踏勘, 专家评审会, 联合验收.
-- One appointment, one record. at is the time agreed on, on_day its legal date;
-- told_at when the applicant was told of it first; wish is his, to move it once.
-- cases and body are those of the department that convenes.
CREATE TABLE joint_step (
  id             TEXT PRIMARY KEY,
  application    TEXT NOT NULL,
  bundle_name    TEXT NOT NULL,
  applicant_name TEXT NOT NULL,
  region         TEXT NOT NULL,
  kind           TEXT NOT NULL CHECK (kind IN ('expert_meeting','joint_acceptance','site_visit')),
  state          TEXT NOT NULL CHECK (state IN ('appointed','called','cancelled','closed','held')),
  cases          TEXT NOT NULL REFERENCES cases (id),
  body           TEXT NOT NULL,
  body_name      TEXT NOT NULL,
  called_by      TEXT NOT NULL,
  called_name    TEXT NOT NULL,
  called_at      BIGINT NOT NULL,
  purpose        TEXT NOT NULL,
  place          TEXT NOT NULL,
  at             BIGINT NOT NULL,
  on_day         TEXT NOT NULL,
  told_at        BIGINT NOT NULL DEFAULT 0,
  wish           TEXT NOT NULL DEFAULT '',
  wish_state     TEXT NOT NULL DEFAULT '' CHECK (wish_state IN ('','asked','kept','moved')),
  held_on        TEXT NOT NULL DEFAULT '',
  record         TEXT NOT NULL DEFAULT '',
  recorded_name  TEXT NOT NULL DEFAULT '',
  reason         TEXT NOT NULL DEFAULT '',
  ended_at       BIGINT NOT NULL DEFAULT 0,
  version        BIGINT NOT NULL,
  head           TEXT NOT NULL
);
CREATE INDEX joint_step_application ON joint_step (application, id);

-- One department's part in it, for one case. open repeats that the step has not
-- ended, and on_day its day, so that a body's list is one walk of an index.
CREATE TABLE joint_part (
  id           TEXT PRIMARY KEY,
  joint        TEXT NOT NULL REFERENCES joint_step (id),
  cases        TEXT NOT NULL REFERENCES cases (id),
  number       TEXT NOT NULL,
  item         TEXT NOT NULL,
  item_name    TEXT NOT NULL,
  body         TEXT NOT NULL,
  body_name    TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('accepted','attended','declined','invited','left')),
  visit        BOOLEAN NOT NULL,
  proposed_at  BIGINT NOT NULL DEFAULT 0,
  words        TEXT NOT NULL DEFAULT '',
  procedure    TEXT NOT NULL DEFAULT '',
  most         BIGINT NOT NULL DEFAULT 0,
  days         BIGINT NOT NULL DEFAULT 0,
  suspended    BOOLEAN NOT NULL DEFAULT FALSE,
  opinion      TEXT NOT NULL DEFAULT '' CHECK (opinion IN ('','failed','passed')),
  said         TEXT NOT NULL DEFAULT '',
  first        TEXT NOT NULL DEFAULT '',
  first_name   TEXT NOT NULL DEFAULT '',
  second       TEXT NOT NULL DEFAULT '',
  second_name  TEXT NOT NULL DEFAULT '',
  given_at     BIGINT NOT NULL DEFAULT 0,
  open         BOOLEAN NOT NULL,
  on_day       TEXT NOT NULL,
  version      BIGINT NOT NULL,
  UNIQUE (joint, cases),
  CHECK (first = '' OR first <> second)
);
CREATE INDEX joint_part_cases ON joint_part (cases, joint);
CREATE INDEX joint_part_body ON joint_part (body, open, on_day, joint);
