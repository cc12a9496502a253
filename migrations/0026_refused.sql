-- +goose Up
-- A decision that was handed over still says what it decided.
ALTER TABLE cases ADD COLUMN refused BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE cases SET refused = TRUE WHERE state = 'refused'
  OR (state = 'delivered' AND id IN (SELECT cases FROM case_act WHERE act = 'refuse'));
