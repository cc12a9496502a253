-- +goose Up
-- After a rotation of keys a payload may lie under another key: its salt and what
-- it says stay, so the chain holds. Otherwise it can only be erased.
DROP TRIGGER journal_payload_erase_only;
-- +goose StatementBegin
CREATE TRIGGER journal_payload_frozen BEFORE UPDATE ON journal_payload
WHEN old.entry <> new.entry OR old.erased_at <> 0
  OR NOT ((new.erased_at <> 0 AND new.body = '' AND new.salt = '')
    OR (new.erased_at = 0 AND new.salt = old.salt AND new.body LIKE 'v1._%._%._%'
      AND substr(new.body, 4, instr(substr(new.body, 4), '.')) <> substr(old.body, 4, instr(substr(old.body, 4), '.'))))
BEGIN SELECT RAISE(ABORT, 'a payload can only be erased, or sealed under another key'); END;
-- +goose StatementEnd
