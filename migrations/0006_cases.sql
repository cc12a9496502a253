-- +goose Up
-- What a department handles: one item, one clock, one decision. What lists sort,
-- filter or search by is copied here; awaits names who acts next.
CREATE TABLE cases (
  id               TEXT PRIMARY KEY,
  number           TEXT NOT NULL UNIQUE,
  token            TEXT NOT NULL UNIQUE,
  application      TEXT NOT NULL,
  item             TEXT NOT NULL,
  item_name        TEXT NOT NULL,
  local_item       TEXT NOT NULL,
  body             TEXT NOT NULL,
  body_name        TEXT NOT NULL,
  department       TEXT NOT NULL,
  region           TEXT NOT NULL,
  applicant        TEXT NOT NULL,
  applicant_kind   TEXT NOT NULL,
  applicant_name   TEXT NOT NULL,
  account          TEXT NOT NULL,
  channel          TEXT NOT NULL,
  device           TEXT NOT NULL,
  immediate        BOOLEAN NOT NULL,
  delivery_way     TEXT NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('accepted','correcting','declined','delivered','granted',
                   'lapsed','refused','submitted','suspended','terminated','waiting','withdrawn')),
  step             TEXT NOT NULL CHECK (step IN ('','approve','handle','produce','review')),
  awaits           TEXT NOT NULL CHECK (awaits IN ('','applicant','approver','clerk','officer','outlet','producer','reviewer')),
  submitted_at     BIGINT NOT NULL,
  submitted_on     TEXT NOT NULL,
  accepted_at      BIGINT NOT NULL DEFAULT 0,
  accepted_on      TEXT NOT NULL DEFAULT '',
  acceptance_seq   BIGINT NOT NULL DEFAULT 0,
  decided_at       BIGINT NOT NULL DEFAULT 0,
  decided_on       TEXT NOT NULL DEFAULT '',
  delivered_on     TEXT NOT NULL DEFAULT '',
  ended_at         BIGINT NOT NULL DEFAULT 0,
  accept_due       TEXT NOT NULL DEFAULT '',
  promised_due     TEXT NOT NULL DEFAULT '',
  statutory_due    TEXT NOT NULL DEFAULT '',
  deliver_due      TEXT NOT NULL DEFAULT '',
  correction_due   TEXT NOT NULL DEFAULT '',
  due_on           TEXT NOT NULL DEFAULT '',
  provisional      BOOLEAN NOT NULL DEFAULT FALSE,
  corrections      BIGINT NOT NULL DEFAULT 0,
  returns          BIGINT NOT NULL DEFAULT 0,
  officer          TEXT NOT NULL DEFAULT '',
  reviewer         TEXT NOT NULL DEFAULT '',
  licence          TEXT NOT NULL DEFAULT '',
  rated            BOOLEAN NOT NULL DEFAULT FALSE,
  version          BIGINT NOT NULL,
  head             TEXT NOT NULL,
  CHECK ((step = '') = (state <> 'accepted' AND state <> 'suspended')),
  CHECK ((awaits = '') = (state IN ('declined','delivered','lapsed','terminated','withdrawn','waiting'))),
  CHECK ((accepted_on <> '') OR state NOT IN ('accepted','suspended','granted','refused','delivered')),
  CHECK ((decided_on <> '') = (state IN ('granted','refused','delivered')))
);
CREATE INDEX cases_body ON cases (body, awaits, due_on, id);
CREATE INDEX cases_awaits ON cases (awaits, due_on, id);
CREATE INDEX cases_applicant ON cases (applicant, id);
CREATE INDEX cases_account ON cases (account, id);
CREATE INDEX cases_application ON cases (application);
CREATE INDEX cases_name ON cases (applicant_name, id);
CREATE INDEX cases_day ON cases (submitted_on, id);

-- One notice a case may need: everything at once (art. 32). The words are sealed.
CREATE TABLE correction (
  id           TEXT PRIMARY KEY,
  cases        TEXT NOT NULL REFERENCES cases (id),
  seq          BIGINT NOT NULL,
  defects      TEXT NOT NULL,
  notified_at  BIGINT NOT NULL,
  due_on       TEXT NOT NULL,
  answered_at  BIGINT NOT NULL DEFAULT 0,
  UNIQUE (cases, seq)
);

-- What each step found and advised, in order; the words are sealed.
CREATE TABLE opinion (
  id       TEXT PRIMARY KEY,
  cases    TEXT NOT NULL REFERENCES cases (id),
  step     TEXT NOT NULL,
  verdict  TEXT NOT NULL CHECK (verdict IN ('advise_grant','advise_refuse','grant','refuse','return')),
  words    TEXT NOT NULL,
  account  TEXT NOT NULL,
  name     TEXT NOT NULL,
  at       BIGINT NOT NULL,
  void     BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX opinion_cases ON opinion (cases, id);

-- 现场核查: two officials by name (art. 34).
CREATE TABLE site_visit (
  id        TEXT PRIMARY KEY,
  cases     TEXT NOT NULL REFERENCES cases (id),
  visited_on TEXT NOT NULL,
  first     TEXT NOT NULL,
  first_name TEXT NOT NULL,
  second    TEXT NOT NULL,
  second_name TEXT NOT NULL,
  passed    BOOLEAN NOT NULL,
  record    TEXT NOT NULL,
  at        BIGINT NOT NULL,
  CHECK (first <> second)
);
CREATE INDEX site_visit_cases ON site_visit (cases, id);

-- Letters are frozen when issued: a reprint shows these bytes and renders nothing.
CREATE TABLE letter (
  id         TEXT PRIMARY KEY,
  cases      TEXT NOT NULL REFERENCES cases (id),
  kind       TEXT NOT NULL CHECK (kind IN ('acceptance','correction','decline','refusal','result','withdrawal')),
  body       TEXT NOT NULL,
  year       BIGINT NOT NULL,
  serial     BIGINT NOT NULL,
  reference  TEXT NOT NULL,
  issued_at  BIGINT NOT NULL,
  template   TEXT NOT NULL,
  content    TEXT NOT NULL,
  hash       TEXT NOT NULL,
  UNIQUE (body, kind, year, serial)
);
CREATE INDEX letter_cases ON letter (cases, id);

-- Handing over or posting a result; who received it is sealed.
CREATE TABLE delivery (
  id         TEXT PRIMARY KEY,
  cases      TEXT NOT NULL REFERENCES cases (id),
  way        TEXT NOT NULL CHECK (way IN ('handed','posted','electronic')),
  recipient  TEXT NOT NULL,
  account    TEXT NOT NULL,
  name       TEXT NOT NULL,
  at         BIGINT NOT NULL
);
CREATE INDEX delivery_cases ON delivery (cases, id);

-- Who has a case open on the screen right now; a courtesy, not a lock.
CREATE TABLE presence (
  cases    TEXT NOT NULL REFERENCES cases (id),
  account  TEXT NOT NULL,
  name     TEXT NOT NULL,
  until    BIGINT NOT NULL,
  PRIMARY KEY (cases, account)
);
