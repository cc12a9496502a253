-- +goose Up
-- A body is a department in a region, for a time. Its credit code is public.
CREATE TABLE body (
  id           TEXT PRIMARY KEY,
  department   TEXT NOT NULL,
  region       TEXT NOT NULL CHECK (length(region) = 12),
  name         TEXT NOT NULL,
  short_name   TEXT NOT NULL DEFAULT '',
  level        BIGINT NOT NULL CHECK (level BETWEEN 1 AND 6),
  credit_code  TEXT NOT NULL DEFAULT '',
  parent       TEXT NOT NULL DEFAULT '',
  valid_from   TEXT NOT NULL,
  valid_to     TEXT NOT NULL DEFAULT '',
  address      TEXT NOT NULL DEFAULT '',
  phone        TEXT NOT NULL DEFAULT '',
  hours        TEXT NOT NULL DEFAULT '',
  complain     TEXT NOT NULL DEFAULT '',
  version      BIGINT NOT NULL DEFAULT 0,
  head         TEXT NOT NULL DEFAULT ''
);
CREATE INDEX body_region ON body (region, department);
-- One body at a time for a department in a region: local items name it.
CREATE UNIQUE INDEX body_in_force ON body (department, region) WHERE valid_to = '';

-- A person or an organisation. id_number, phone and profile are ciphertexts;
-- the indexes beside them are keyed hashes. name_start is the first two
-- characters of the name, because a prefix search must not read 2.5 million rows.
CREATE TABLE party (
  id           TEXT PRIMARY KEY,
  kind         TEXT NOT NULL CHECK (kind IN ('person','organisation')),
  name         TEXT NOT NULL,
  name_start   TEXT NOT NULL DEFAULT '',
  id_type      TEXT NOT NULL DEFAULT '',
  id_number    TEXT NOT NULL DEFAULT '',
  id_index     TEXT NOT NULL DEFAULT '',
  credit_code  TEXT NOT NULL DEFAULT '',
  phone        TEXT NOT NULL DEFAULT '',
  phone_index  TEXT NOT NULL DEFAULT '',
  profile      TEXT NOT NULL DEFAULT '',
  region       TEXT NOT NULL DEFAULT '',
  assurance    BIGINT NOT NULL DEFAULT 0 CHECK (assurance BETWEEN 0 AND 2),
  seen_on      TEXT NOT NULL DEFAULT '',
  state        TEXT NOT NULL CHECK (state IN ('active','merged')),
  merged_into  TEXT NOT NULL DEFAULT '',
  created_at   BIGINT NOT NULL,
  version      BIGINT NOT NULL DEFAULT 0,
  head         TEXT NOT NULL DEFAULT ''
);
-- Anybody may declare a number; only one party has been seen with it.
CREATE UNIQUE INDEX party_seen ON party (id_index) WHERE id_index <> '' AND assurance > 0 AND state = 'active';
CREATE UNIQUE INDEX party_credit_code ON party (credit_code) WHERE credit_code <> '';
CREATE INDEX party_id_index ON party (id_index) WHERE id_index <> '';
CREATE INDEX party_phone ON party (phone_index) WHERE phone_index <> '';
CREATE INDEX party_name ON party (name_start, id);

-- What signs in. Staff have accounts apart from their accounts as residents.
CREATE TABLE account (
  id             TEXT PRIMARY KEY,
  kind           TEXT NOT NULL CHECK (kind IN ('person','staff','service')),
  party          TEXT NOT NULL DEFAULT '',
  name           TEXT NOT NULL DEFAULT '',
  login          TEXT NOT NULL UNIQUE,
  password_hash  TEXT NOT NULL DEFAULT '',
  must_change    BIGINT NOT NULL DEFAULT 0,
  password_until BIGINT NOT NULL DEFAULT 0,
  assurance      BIGINT NOT NULL DEFAULT 0 CHECK (assurance BETWEEN 0 AND 2),
  state          TEXT NOT NULL CHECK (state IN ('active','suspended','closed')),
  region         TEXT NOT NULL DEFAULT '',
  locale         TEXT NOT NULL DEFAULT '',
  size           TEXT NOT NULL DEFAULT '',
  created_at     BIGINT NOT NULL,
  version        BIGINT NOT NULL DEFAULT 0,
  head           TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX account_party ON account (party) WHERE party <> '' AND state <> 'closed';
CREATE INDEX account_staff ON account (login) WHERE kind <> 'person';

-- Failed sign-ins, by account or, for names nobody has, by keyed hash of what
-- was typed: both are counted alike, so that the answer does not tell them apart.
CREATE TABLE sign_in_failure (
  key           TEXT PRIMARY KEY,
  count         BIGINT NOT NULL,
  last_at       BIGINT NOT NULL,
  locked_until  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sign_in_failure_last ON sign_in_failure (last_at);

-- A sign-in; id is the hash of the token, address a keyed hash.
CREATE TABLE session (
  id           TEXT PRIMARY KEY,
  account      TEXT NOT NULL REFERENCES account (id),
  acting_for   TEXT NOT NULL DEFAULT '',
  channel      TEXT NOT NULL DEFAULT '',
  device       TEXT NOT NULL DEFAULT '',
  address      TEXT NOT NULL DEFAULT '',
  created_at   BIGINT NOT NULL,
  seen_at      BIGINT NOT NULL,
  until        BIGINT NOT NULL,
  ended_at     BIGINT NOT NULL DEFAULT 0,
  ended_why    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX session_account ON session (account, created_at);
CREATE INDEX session_until ON session (until);

-- A role at a body from a date to a date, with a deputy for a time. Department
-- and region are the body's.
CREATE TABLE post (
  id           TEXT PRIMARY KEY,
  account      TEXT NOT NULL REFERENCES account (id),
  body         TEXT NOT NULL REFERENCES body (id),
  department   TEXT NOT NULL,
  region       TEXT NOT NULL,
  role         TEXT NOT NULL,
  counter_window TEXT NOT NULL DEFAULT '',
  valid_from   TEXT NOT NULL,
  valid_to     TEXT NOT NULL DEFAULT '',
  ended_at     BIGINT NOT NULL DEFAULT 0,
  deputy       TEXT NOT NULL DEFAULT '',
  deputy_from  TEXT NOT NULL DEFAULT '',
  deputy_to    TEXT NOT NULL DEFAULT '',
  version      BIGINT NOT NULL DEFAULT 0,
  head         TEXT NOT NULL DEFAULT ''
);
CREATE INDEX post_account ON post (account) WHERE ended_at = 0;
CREATE INDEX post_deputy ON post (deputy) WHERE deputy <> '' AND ended_at = 0;
CREATE INDEX post_body ON post (body, role);

-- Agent acts for principal. scope is a JSON array of item ids, or ["*"].
CREATE TABLE mandate (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL CHECK (kind IN ('legal_representative','handler','guardian','agent')),
  principal   TEXT NOT NULL REFERENCES party (id),
  agent       TEXT NOT NULL REFERENCES party (id),
  scope       TEXT NOT NULL,
  valid_from  TEXT NOT NULL,
  valid_to    TEXT NOT NULL DEFAULT '',
  state       TEXT NOT NULL CHECK (state IN ('active','ended')),
  evidence    TEXT NOT NULL DEFAULT '',
  version     BIGINT NOT NULL DEFAULT 0,
  head        TEXT NOT NULL DEFAULT ''
);
CREATE INDEX mandate_agent ON mandate (agent, principal) WHERE state = 'active';
CREATE INDEX mandate_principal ON mandate (principal) WHERE state = 'active';

-- A department system's key; only its hash is kept.
CREATE TABLE api_token (
  id          TEXT PRIMARY KEY,
  account     TEXT NOT NULL REFERENCES account (id),
  hash        TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  scopes      TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  until       BIGINT NOT NULL,
  revoked_at  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX api_token_account ON api_token (account);

-- Attempts per fixed window of time; key is a keyed hash. The end of the window
-- says when the row is of no more use.
CREATE TABLE throttle (
  key      TEXT NOT NULL,
  ends_at  BIGINT NOT NULL,
  count    BIGINT NOT NULL,
  PRIMARY KEY (key, ends_at)
);
CREATE INDEX throttle_ends ON throttle (ends_at);
