-- +goose Up
-- What the newest feed of a register came from, a file or a system; it is known of
-- the entries that feed has loaded.
ALTER TABLE base_register ADD COLUMN source TEXT NOT NULL DEFAULT '';
UPDATE base_register SET source = COALESCE((SELECT e.source FROM register_entry e
  WHERE e.register = base_register.id AND e.generation = base_register.generation ORDER BY e.id LIMIT 1), '');

-- A feed that broke has left entries under the number that the next one would take:
-- the next takes a later one.
UPDATE base_register SET generation = generation + 1 WHERE EXISTS (SELECT 1 FROM register_entry e
  WHERE e.register = base_register.id AND e.generation > base_register.generation);
