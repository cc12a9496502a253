-- +goose Up
-- An issued result. The face is frozen and sealed; the public page behind the
-- token says valid or not and nothing else.
CREATE TABLE licence (
  id           TEXT PRIMARY KEY,
  identifier   TEXT NOT NULL UNIQUE,
  number       TEXT NOT NULL UNIQUE,
  token        TEXT NOT NULL UNIQUE,
  type         TEXT NOT NULL,
  type_name    TEXT NOT NULL,
  cases        TEXT NOT NULL UNIQUE,
  item         TEXT NOT NULL,
  holder       TEXT NOT NULL,
  holder_kind  TEXT NOT NULL,
  holder_name  TEXT NOT NULL,
  issuer       TEXT NOT NULL,
  issuer_name  TEXT NOT NULL,
  region       TEXT NOT NULL,
  issued_on    TEXT NOT NULL,
  valid_from   TEXT NOT NULL,
  valid_to     TEXT NOT NULL,
  face         TEXT NOT NULL,
  face_hash    TEXT NOT NULL,
  template     TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('cancelled','expired','revoked','suspended','valid')),
  ground       TEXT NOT NULL DEFAULT '',
  version      BIGINT NOT NULL,
  head         TEXT NOT NULL
);
CREATE INDEX licence_holder ON licence (holder, type, id);
CREATE INDEX licence_issuer ON licence (issuer, id);
CREATE INDEX licence_expiry ON licence (valid_to) WHERE state = 'valid' AND valid_to <> '';
