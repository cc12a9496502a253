-- +goose Up
-- Licences issued before this program came have no case behind them; since when a
-- licence has the status it has is told to whoever relied on it.
CREATE TABLE licence_of_any_origin (
  id           TEXT PRIMARY KEY,
  identifier   TEXT NOT NULL UNIQUE,
  number       TEXT NOT NULL UNIQUE,
  token        TEXT NOT NULL UNIQUE,
  type         TEXT NOT NULL,
  type_name    TEXT NOT NULL,
  cases        TEXT NOT NULL,
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
  head         TEXT NOT NULL,
  changed_on   TEXT NOT NULL DEFAULT ''
);
INSERT INTO licence_of_any_origin SELECT id, identifier, number, token, type, type_name, cases, item, holder, holder_kind, holder_name,
  issuer, issuer_name, region, issued_on, valid_from, valid_to, face, face_hash, template, state, ground, version, head, '' FROM licence;
DROP TABLE licence;
ALTER TABLE licence_of_any_origin RENAME TO licence;
CREATE INDEX licence_holder ON licence (holder, type, id);
CREATE INDEX licence_issuer ON licence (issuer, id);
CREATE INDEX licence_expiry ON licence (valid_to) WHERE state IN ('valid','suspended') AND valid_to <> '';
CREATE UNIQUE INDEX licence_cases ON licence (cases) WHERE cases <> '';

-- A licence that stands in the place of a paper: which, in which state it was seen,
-- and who consented to its being fetched (个人信息保护法第十三条、第二十三条).
-- removed_at: the consent was taken back.
CREATE TABLE fetched (
  id            TEXT PRIMARY KEY,
  application   TEXT NOT NULL REFERENCES application (id),
  slot          TEXT NOT NULL,
  licence       TEXT NOT NULL,
  identifier    TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('cancelled','expired','revoked','suspended','valid')),
  consented_at  BIGINT NOT NULL,
  consented_by  TEXT NOT NULL,
  removed_at    BIGINT NOT NULL DEFAULT 0,
  removed_by    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX fetched_application ON fetched (application, slot, id);
CREATE UNIQUE INDEX fetched_once ON fetched (application, slot, licence) WHERE removed_at = 0;
CREATE INDEX fetched_licence ON fetched (licence, application) WHERE removed_at = 0;

-- What a party said of a paper it once filed (材料库): one row a content, made the
-- first time something is said. Hidden papers are kept, cases hold them.
CREATE TABLE document (
  id          TEXT PRIMARY KEY,
  party       TEXT NOT NULL,
  blob        TEXT NOT NULL UNIQUE,
  expires_on  TEXT NOT NULL DEFAULT '',
  hidden      BOOLEAN NOT NULL DEFAULT FALSE,
  version     BIGINT NOT NULL,
  head        TEXT NOT NULL
);
CREATE INDEX document_party ON document (party, id);

-- A filed paper that was used again names the attachment it was taken from.
ALTER TABLE attachment ADD COLUMN reused TEXT NOT NULL DEFAULT '';
CREATE INDEX attachment_blob ON attachment (blob, id);

-- A draft that began as a copy of an earlier application.
CREATE TABLE copied (
  application  TEXT PRIMARY KEY REFERENCES application (id),
  earlier      TEXT NOT NULL REFERENCES application (id)
);
CREATE INDEX copied_earlier ON copied (earlier, application);
