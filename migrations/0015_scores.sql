-- +goose Up
-- The journal's rows about cases, ratings and cards, as far as their owners join
-- them with rows of their own: what was done when and by which way, never who or
-- what was said. case_end are the acts that close or finish a case.
CREATE VIEW case_act AS
  SELECT subject AS cases, version, act, channel, at FROM journal WHERE subject_kind = 'case';
CREATE VIEW case_end AS
  SELECT subject AS cases, act, at FROM journal WHERE subject_kind = 'case'
    AND act IN ('decline','deliver','grant','lapse','refuse','terminate','withdraw');
CREATE VIEW rating_act AS
  SELECT subject AS rating, act, at FROM journal WHERE subject_kind = 'rating';
CREATE VIEW card_act AS
  SELECT subject AS card, act, at FROM journal WHERE subject_kind = 'card';
CREATE INDEX journal_card ON journal (at) WHERE subject_kind = 'card';
CREATE INDEX journal_end ON journal (at) WHERE subject_kind = 'case'
  AND act IN ('decline','deliver','grant','lapse','refuse','terminate','withdraw');
CREATE INDEX journal_rating ON journal (at) WHERE subject_kind = 'rating';

-- 指标体系: every edition, never changed; a month keeps the one it was computed with.
CREATE TABLE score_system (
  id          TEXT PRIMARY KEY,
  number      BIGINT NOT NULL UNIQUE,
  origin      TEXT NOT NULL CHECK (origin IN ('seed','supervisor')),
  hash        TEXT NOT NULL,
  document    TEXT NOT NULL,
  adopted_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  head        TEXT NOT NULL
);

-- A month's scores as a whole; hash is over all its lines and figures. Once signed
-- (签发) they stay.
CREATE TABLE score_month (
  id            TEXT PRIMARY KEY,
  month         TEXT NOT NULL UNIQUE CHECK (length(month) = 7),
  state         TEXT NOT NULL CHECK (state IN ('computed','published','signed')),
  system        TEXT NOT NULL REFERENCES score_system (id),
  hash          TEXT NOT NULL,
  computed_at   BIGINT NOT NULL,
  signed_at     BIGINT NOT NULL DEFAULT 0,
  signed_by     TEXT NOT NULL DEFAULT '',
  signed_name   TEXT NOT NULL DEFAULT '',
  signed_on     TEXT NOT NULL DEFAULT '',
  published_at  BIGINT NOT NULL DEFAULT 0,
  version       BIGINT NOT NULL,
  head          TEXT NOT NULL,
  CHECK ((signed_on = '') = (state = 'computed')),
  CHECK ((published_at = 0) = (state <> 'published'))
);

-- Whose scores: an item at a body, a body ('' item), an item everywhere ('' body),
-- and all ('' both), with the names they had. score is in hundredths of a point
-- over the weights that had cases; weighed 0 = no score.
CREATE TABLE score_line (
  month       TEXT NOT NULL REFERENCES score_month (id),
  body        TEXT NOT NULL,
  item        TEXT NOT NULL,
  body_name   TEXT NOT NULL,
  item_name   TEXT NOT NULL,
  department  TEXT NOT NULL,
  region      TEXT NOT NULL,
  closed      BIGINT NOT NULL,
  weighed     BIGINT NOT NULL,
  score       BIGINT NOT NULL,
  PRIMARY KEY (month, body, item)
);

-- One index of a line: the two counts, their ratio in ten-thousandths, and points
-- in hundredths. An index without cases has no row.
CREATE TABLE score_figure (
  month        TEXT NOT NULL REFERENCES score_month (id),
  body         TEXT NOT NULL,
  item         TEXT NOT NULL,
  code         TEXT NOT NULL,
  numerator    BIGINT NOT NULL,
  denominator  BIGINT NOT NULL CHECK (denominator > 0),
  value        BIGINT NOT NULL,
  points       BIGINT NOT NULL CHECK (points BETWEEN 0 AND 10000),
  PRIMARY KEY (month, body, item, code)
);
