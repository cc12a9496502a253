-- +goose Up
-- Answers kept for programs that ask twice: one row a caller and key, written in
-- the transaction of the act it answers. key and print are keyed hashes, answer
-- is a ciphertext.
CREATE TABLE once (
  caller  TEXT NOT NULL,
  key     TEXT NOT NULL,
  print   TEXT NOT NULL,
  status  BIGINT NOT NULL,
  answer  TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (caller, key)
);
CREATE INDEX once_at ON once (at);
