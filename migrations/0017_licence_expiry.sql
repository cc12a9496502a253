-- +goose Up
-- A suspended licence ends on its last day as a valid one does.
DROP INDEX licence_expiry;
CREATE INDEX licence_expiry ON licence (valid_to) WHERE state IN ('valid','suspended') AND valid_to <> '';
