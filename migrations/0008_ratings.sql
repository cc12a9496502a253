-- +goose Up
-- 好差评: once a case, by its applicant. The words are sealed.
CREATE TABLE rating (
  id          TEXT PRIMARY KEY,
  cases       TEXT NOT NULL UNIQUE,
  case_number TEXT NOT NULL,
  item        TEXT NOT NULL,
  body        TEXT NOT NULL,
  region      TEXT NOT NULL,
  party       TEXT NOT NULL,
  account     TEXT NOT NULL,
  score       BIGINT NOT NULL CHECK (score BETWEEN 1 AND 5),
  tags        TEXT NOT NULL,
  words       TEXT NOT NULL,
  channel     TEXT NOT NULL,
  device      TEXT NOT NULL,
  at          BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  head        TEXT NOT NULL
);
CREATE INDEX rating_body ON rating (body, id);
