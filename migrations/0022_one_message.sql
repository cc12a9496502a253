-- +goose Up
-- What a message tells of, where a later one about it takes its place: the
-- corrections of one application on one day.
ALTER TABLE message ADD COLUMN same TEXT NOT NULL DEFAULT '';
CREATE INDEX message_same ON message (account, same) WHERE same <> '';
