-- +goose Up
-- What an applicant files: one form, one set of materials, for one item.
CREATE TABLE application (
  id               TEXT PRIMARY KEY,
  number           TEXT NOT NULL DEFAULT '',
  token            TEXT NOT NULL UNIQUE,
  item             TEXT NOT NULL,
  item_name        TEXT NOT NULL,
  local_item       TEXT NOT NULL,
  body             TEXT NOT NULL,
  region           TEXT NOT NULL,
  applicant        TEXT NOT NULL,
  applicant_kind   TEXT NOT NULL CHECK (applicant_kind IN ('person','organisation')),
  applicant_name   TEXT NOT NULL,
  account          TEXT NOT NULL,
  handler          TEXT NOT NULL,
  clerk            TEXT NOT NULL DEFAULT '',
  channel          TEXT NOT NULL,
  device           TEXT NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('amending','discarded','draft','filed')),
  answers          TEXT NOT NULL,
  sources          TEXT NOT NULL,
  done             TEXT NOT NULL,
  defects          TEXT NOT NULL DEFAULT '[]',
  started_at       BIGINT NOT NULL,
  saved_at         BIGINT NOT NULL,
  filed_at         BIGINT NOT NULL DEFAULT 0,
  expires_on       TEXT NOT NULL,
  version          BIGINT NOT NULL,
  head             TEXT NOT NULL
);
CREATE UNIQUE INDEX application_number ON application (number) WHERE number <> '';
CREATE INDEX application_applicant ON application (applicant, state, id);
CREATE INDEX application_account ON application (account, state, id);
CREATE INDEX application_expiry ON application (expires_on) WHERE state = 'draft';

-- A filed copy of a material. The bytes lie in the blob store.
CREATE TABLE attachment (
  id           TEXT PRIMARY KEY,
  application  TEXT NOT NULL REFERENCES application (id),
  material     TEXT NOT NULL,
  blob         TEXT NOT NULL,
  name         TEXT NOT NULL,
  mime         TEXT NOT NULL,
  size         BIGINT NOT NULL,
  trust        TEXT NOT NULL CHECK (trust IN ('A','B','C','D')),
  added_at     BIGINT NOT NULL,
  added_by     TEXT NOT NULL,
  checked_at   BIGINT NOT NULL DEFAULT 0,
  checked_by   TEXT NOT NULL DEFAULT '',
  removed_at   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX attachment_application ON attachment (application, material, id);

-- A six-digit code that carries a draft from one screen to another: ten minutes,
-- once, five tries.
CREATE TABLE handover (
  id           TEXT PRIMARY KEY,
  application  TEXT NOT NULL REFERENCES application (id),
  code_hash    TEXT NOT NULL,
  token_hash   TEXT NOT NULL,
  made_by      TEXT NOT NULL,
  made_at      BIGINT NOT NULL,
  until        BIGINT NOT NULL,
  tries        BIGINT NOT NULL DEFAULT 0,
  used_at      BIGINT NOT NULL DEFAULT 0,
  used_by      TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX handover_code ON handover (code_hash) WHERE used_at = 0;
CREATE UNIQUE INDEX handover_token ON handover (token_hash);
CREATE INDEX handover_application ON handover (application, id);
