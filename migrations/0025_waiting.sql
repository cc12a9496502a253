-- +goose Up
-- Cases that wait for others of their bundle, for the work list's tab of them: nobody
-- is awaited, as of the ended, which grow without end.
CREATE INDEX cases_waiting ON cases (body, due_on, id) WHERE state = 'waiting';
