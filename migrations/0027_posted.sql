-- +goose Up
-- A result in the post is not at the outlet any more.
ALTER TABLE cases ADD COLUMN posted BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE cases SET posted = TRUE WHERE id IN (SELECT cases FROM delivery WHERE way = 'posted');
