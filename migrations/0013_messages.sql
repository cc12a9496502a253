-- +goose Up
-- What somebody was told. account is the inbox it lies in, '' for a party that
-- cannot sign in and is only sent to; party is whose affair it is. args, what its
-- sentences are filled with, is a ciphertext. No telephone and no address stands here.
CREATE TABLE message (
  id       TEXT PRIMARY KEY,
  account  TEXT NOT NULL DEFAULT '',
  party    TEXT NOT NULL DEFAULT '',
  key      TEXT NOT NULL,
  args     TEXT NOT NULL,
  link     TEXT NOT NULL DEFAULT '',
  urgent   BOOLEAN NOT NULL DEFAULT FALSE,
  at       BIGINT NOT NULL,
  read_at  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX message_account ON message (account, id);
-- The number in every page's header is counted from here.
CREATE INDEX message_unread ON message (account, id) WHERE read_at = 0;
CREATE INDEX message_at ON message (at);
CREATE INDEX message_party ON message (party) WHERE party <> '';

-- How a message left the house, one row a channel. Failed attempts stand with the
-- job; asked_by is who had a parked one sent again.
CREATE TABLE message_sending (
  message    TEXT NOT NULL REFERENCES message (id),
  channel    TEXT NOT NULL CHECK (channel IN ('mail','sms')),
  outcome    TEXT NOT NULL CHECK (outcome IN ('sent','no_address','unwanted','again')),
  reference  TEXT NOT NULL DEFAULT '',
  asked_by   TEXT NOT NULL DEFAULT '',
  at         BIGINT NOT NULL,
  PRIMARY KEY (message, channel)
);

-- What an account does not want sent; no row wants everything.
CREATE TABLE message_preference (
  account  TEXT PRIMARY KEY,
  mail     BOOLEAN NOT NULL,
  sms      BOOLEAN NOT NULL
);

-- Where an account is reached outside, both ciphertexts. A resident's telephone is
-- his party's; this one is for staff.
ALTER TABLE account ADD COLUMN mail TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN phone TEXT NOT NULL DEFAULT '';

-- Jobs that wait for a person are found without reading those that are done.
CREATE INDEX job_parked ON job (kind, id) WHERE state = 'parked';
