-- +goose Up
-- One content of one owner; the bytes lie in the store, sealed under data_key,
-- which is itself sealed under the key ring. refs counts the rows of contexts
-- that refer to it; released_at says when the last one let go.
CREATE TABLE blob (
  id           TEXT PRIMARY KEY,
  owner        TEXT NOT NULL,
  hash         TEXT NOT NULL,
  size         BIGINT NOT NULL CHECK (size > 0),
  mime         TEXT NOT NULL,
  data_key     TEXT NOT NULL,
  refs         BIGINT NOT NULL CHECK (refs >= 0),
  retention    TEXT NOT NULL DEFAULT '',
  scanned      TEXT NOT NULL DEFAULT '',
  created_at   BIGINT NOT NULL,
  released_at  BIGINT NOT NULL DEFAULT 0,
  UNIQUE (owner, hash)
);
CREATE INDEX blob_released ON blob (released_at, id) WHERE refs = 0;
