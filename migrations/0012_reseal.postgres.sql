-- +goose Up
-- After a rotation of keys a payload may lie under another key: its salt and what
-- it says stay, so the chain holds. Otherwise it can only be erased.
DROP TRIGGER journal_payload_erase_only ON journal_payload;
DROP FUNCTION journal_payload_erase_only;
-- +goose StatementBegin
CREATE FUNCTION journal_payload_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND old.entry = new.entry AND old.erased_at = 0 AND (
       (new.erased_at <> 0 AND new.body = '' AND new.salt = '')
    OR (new.erased_at = 0 AND new.salt = old.salt AND new.body LIKE 'v1._%._%._%'
        AND split_part(new.body, '.', 2) <> split_part(old.body, '.', 2))
  ) THEN RETURN new; END IF;
  RAISE EXCEPTION 'a payload can only be erased, or sealed under another key';
END $$;
-- +goose StatementEnd
CREATE TRIGGER journal_payload_frozen BEFORE UPDATE OR DELETE ON journal_payload
  FOR EACH ROW EXECUTE FUNCTION journal_payload_frozen();
