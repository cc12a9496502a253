-- +goose Up
-- What each filed application asked of its applicant (减负): counted when it was
-- filed, beside what its items would have asked one by one. item or bundle is '';
-- version is the item's or the bundle's, number its number. name is the one it had.
CREATE TABLE burden (
  application         TEXT PRIMARY KEY REFERENCES application (id),
  item                TEXT NOT NULL,
  bundle              TEXT NOT NULL,
  name                TEXT NOT NULL,
  version             TEXT NOT NULL,
  number              BIGINT NOT NULL,
  members             BIGINT NOT NULL,
  body                TEXT NOT NULL,
  department          TEXT NOT NULL,
  region              TEXT NOT NULL,
  channel             TEXT NOT NULL,
  filed_on            TEXT NOT NULL,
  fields              BIGINT NOT NULL,
  typed               BIGINT NOT NULL,
  materials           BIGINT NOT NULL,
  fetched             BIGINT NOT NULL,
  reused              BIGINT NOT NULL,
  copies              BIGINT NOT NULL,
  visits              BIGINT NOT NULL,
  days                BIGINT NOT NULL,
  separate_fields     BIGINT NOT NULL,
  separate_materials  BIGINT NOT NULL,
  separate_copies     BIGINT NOT NULL,
  separate_visits     BIGINT NOT NULL,
  separate_days       BIGINT NOT NULL,
  CHECK ((item = '') <> (bundle = '')),
  CHECK (typed <= fields),
  CHECK (fetched + reused <= materials)
);
CREATE INDEX burden_filed ON burden (filed_on, region);
CREATE INDEX burden_subject ON burden (bundle, item, number, filed_on);
