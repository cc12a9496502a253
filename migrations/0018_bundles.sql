-- +goose Up
-- A choice of a bundle's members at a place, each a version of a local item: what
-- an application for a bundle names as it names a local item. The same choice is
-- the same row; a row never changes.
CREATE TABLE composition (
  id              TEXT PRIMARY KEY,
  bundle          TEXT NOT NULL,
  bundle_version  TEXT NOT NULL REFERENCES bundle_version (id),
  hash            TEXT NOT NULL UNIQUE,
  document        TEXT NOT NULL,
  created_at      BIGINT NOT NULL
);
CREATE INDEX composition_version ON composition (bundle_version);

-- supplied is what the licences of granted members give to the others, sealed.
ALTER TABLE application ADD COLUMN bundle TEXT NOT NULL DEFAULT '';
ALTER TABLE application ADD COLUMN supplied TEXT NOT NULL DEFAULT '';

ALTER TABLE cases ADD COLUMN bundle TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN bundle_name TEXT NOT NULL DEFAULT '';
-- Whose the result will be where that is not the applicant: an organisation that an
-- earlier member of the bundle brought into being.
ALTER TABLE cases ADD COLUMN holder TEXT NOT NULL DEFAULT '';

-- Which case of a bundle has to be granted before another begins.
CREATE TABLE case_after (
  cases        TEXT NOT NULL REFERENCES cases (id),
  predecessor  TEXT NOT NULL REFERENCES cases (id),
  PRIMARY KEY (cases, predecessor),
  CHECK (cases <> predecessor)
);
CREATE INDEX case_after_predecessor ON case_after (predecessor, cases);
