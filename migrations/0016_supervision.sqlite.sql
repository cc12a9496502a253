-- +goose Up
-- One row a case, for lists, boards and the midnight: whose it is, where it stands,
-- on which day it reaches which rung of the ladder. next_on is the next of them.
CREATE TABLE watch (
  cases         TEXT PRIMARY KEY,
  number        TEXT NOT NULL,
  item          TEXT NOT NULL,
  item_name     TEXT NOT NULL,
  item_type     TEXT NOT NULL,
  body          TEXT NOT NULL,
  body_name     TEXT NOT NULL,
  department    TEXT NOT NULL,
  region        TEXT NOT NULL,
  officer       TEXT NOT NULL DEFAULT '',
  officer_name  TEXT NOT NULL DEFAULT '',
  state         TEXT NOT NULL,
  step          TEXT NOT NULL,
  awaits        TEXT NOT NULL,
  open          BOOLEAN NOT NULL,
  submitted_on  TEXT NOT NULL,
  due_on        TEXT NOT NULL,
  provisional   BOOLEAN NOT NULL DEFAULT FALSE,
  accept_on     TEXT NOT NULL DEFAULT '',
  blue_on       TEXT NOT NULL DEFAULT '',
  yellow_on     TEXT NOT NULL DEFAULT '',
  red_on        TEXT NOT NULL DEFAULT '',
  serious_on    TEXT NOT NULL DEFAULT '',
  step_on       TEXT NOT NULL DEFAULT '',
  procedures    TEXT NOT NULL DEFAULT '[]',
  deliver_on    TEXT NOT NULL DEFAULT '',
  severity      TEXT NOT NULL DEFAULT '' CHECK (severity IN ('','blue','red','serious','yellow')),
  next_on       TEXT NOT NULL DEFAULT '',
  turn          BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX watch_next ON watch (next_on, cases) WHERE next_on <> '';
CREATE INDEX watch_due ON watch (due_on, cases) WHERE open;
CREATE INDEX watch_body ON watch (body, due_on, cases) WHERE open;
CREATE INDEX watch_department ON watch (department, due_on, cases) WHERE open;
CREATE INDEX watch_item ON watch (item, due_on, cases) WHERE open;
CREATE INDEX watch_coloured ON watch (department, severity, due_on, cases) WHERE open AND severity <> '';
CREATE INDEX watch_severity ON watch (severity, due_on, cases) WHERE open AND severity <> '';

-- How many open cases a body has of an item in a severity, and of those due on a day.
-- What has changed since they were last added up stands in tally_delta.
CREATE TABLE tally (
  body        TEXT NOT NULL,
  item        TEXT NOT NULL,
  severity    TEXT NOT NULL,
  department  TEXT NOT NULL,
  region      TEXT NOT NULL,
  item_name   TEXT NOT NULL,
  n           BIGINT NOT NULL,
  PRIMARY KEY (body, item, severity)
);

-- The same by the day on which they are due.
CREATE TABLE tally_day (
  due_on      TEXT NOT NULL,
  body        TEXT NOT NULL,
  item        TEXT NOT NULL,
  severity    TEXT NOT NULL,
  department  TEXT NOT NULL,
  region      TEXT NOT NULL,
  item_name   TEXT NOT NULL,
  n           BIGINT NOT NULL,
  PRIMARY KEY (due_on, body, item, severity)
);
CREATE INDEX tally_day_empty ON tally_day (due_on, body) WHERE n = 0;

-- Each change of a row of watch that moves it from one sum to another: no two acts
-- wait for one row. Triggers write it, a job adds it up.
CREATE TABLE tally_delta (
  cases       TEXT NOT NULL,
  turn        BIGINT NOT NULL,
  delta       BIGINT NOT NULL CHECK (delta * delta = 1),
  due_on      TEXT NOT NULL,
  body        TEXT NOT NULL,
  item        TEXT NOT NULL,
  severity    TEXT NOT NULL,
  department  TEXT NOT NULL,
  region      TEXT NOT NULL,
  item_name   TEXT NOT NULL,
  PRIMARY KEY (cases, turn, delta)
);

-- A card is raised once for a case and rung and never goes away. What people wrote
-- is sealed.
CREATE TABLE card (
  id              TEXT PRIMARY KEY,
  cases           TEXT NOT NULL,
  rung            TEXT NOT NULL,
  rule            TEXT NOT NULL,
  severity        TEXT NOT NULL CHECK (severity IN ('blue','red','serious','yellow')),
  basis           TEXT NOT NULL,
  facts           TEXT NOT NULL,
  number          TEXT NOT NULL,
  item            TEXT NOT NULL,
  item_name       TEXT NOT NULL,
  item_type       TEXT NOT NULL,
  body            TEXT NOT NULL,
  body_name       TEXT NOT NULL,
  department      TEXT NOT NULL,
  region          TEXT NOT NULL,
  officer         TEXT NOT NULL,
  officer_name    TEXT NOT NULL,
  due_on          TEXT NOT NULL,
  reached_on      TEXT NOT NULL,
  raised_at       BIGINT NOT NULL,
  raised_on       TEXT NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('answered','appealed','raised','upheld','withdrawn')),
  answer_due      TEXT NOT NULL DEFAULT '',
  appeal_due      TEXT NOT NULL DEFAULT '',
  answer          TEXT NOT NULL DEFAULT '',
  answered_by     TEXT NOT NULL DEFAULT '',
  answered_name   TEXT NOT NULL DEFAULT '',
  answered_at     BIGINT NOT NULL DEFAULT 0,
  appeal          TEXT NOT NULL DEFAULT '',
  appealed_by     TEXT NOT NULL DEFAULT '',
  appealed_name   TEXT NOT NULL DEFAULT '',
  appealed_at     BIGINT NOT NULL DEFAULT 0,
  decision        TEXT NOT NULL DEFAULT '',
  decided_by      TEXT NOT NULL DEFAULT '',
  decided_name    TEXT NOT NULL DEFAULT '',
  decided_at      BIGINT NOT NULL DEFAULT 0,
  version         BIGINT NOT NULL,
  head            TEXT NOT NULL,
  UNIQUE (cases, rung)
);
CREATE INDEX card_body ON card (body, id);
CREATE INDEX card_region ON card (region, id);
CREATE INDEX card_waiting ON card (state, answer_due, id) WHERE state IN ('raised','appealed');

-- 督办: an order has an addressee, a day and an answer. card and cases are what it
-- came from, if anything. The words are sealed.
CREATE TABLE orders (
  id             TEXT PRIMARY KEY,
  number         TEXT NOT NULL UNIQUE,
  card           TEXT NOT NULL DEFAULT '',
  cases          TEXT NOT NULL DEFAULT '',
  case_number    TEXT NOT NULL DEFAULT '',
  body           TEXT NOT NULL,
  body_name      TEXT NOT NULL,
  department     TEXT NOT NULL,
  region         TEXT NOT NULL,
  account        TEXT NOT NULL DEFAULT '',
  account_name   TEXT NOT NULL DEFAULT '',
  subject        TEXT NOT NULL,
  issued_by      TEXT NOT NULL,
  issued_name    TEXT NOT NULL,
  issued_at      BIGINT NOT NULL,
  issued_on      TEXT NOT NULL,
  due_on         TEXT NOT NULL,
  escalate_on    TEXT NOT NULL DEFAULT '',
  level          BIGINT NOT NULL DEFAULT 0,
  escalated_to   TEXT NOT NULL DEFAULT '',
  escalated_at   BIGINT NOT NULL DEFAULT 0,
  state          TEXT NOT NULL CHECK (state IN ('answered','closed','issued')),
  answer         TEXT NOT NULL DEFAULT '',
  answered_by    TEXT NOT NULL DEFAULT '',
  answered_name  TEXT NOT NULL DEFAULT '',
  answered_at    BIGINT NOT NULL DEFAULT 0,
  answered_on    TEXT NOT NULL DEFAULT '',
  returns        BIGINT NOT NULL DEFAULT 0,
  closing        TEXT NOT NULL DEFAULT '',
  closed_by      TEXT NOT NULL DEFAULT '',
  closed_name    TEXT NOT NULL DEFAULT '',
  closed_at      BIGINT NOT NULL DEFAULT 0,
  version        BIGINT NOT NULL,
  head           TEXT NOT NULL
);
CREATE INDEX orders_body ON orders (body, id);
CREATE INDEX orders_card ON orders (card) WHERE card <> '';
CREATE INDEX orders_cases ON orders (cases) WHERE cases <> '';
CREATE INDEX orders_escalate ON orders (escalate_on, id) WHERE escalate_on <> '';

-- What a supervisor has set otherwise than the seed, for all items, a type of items
-- or one item.
CREATE TABLE supervision_rule (
  id          TEXT PRIMARY KEY,
  code        TEXT NOT NULL,
  item_type   TEXT NOT NULL DEFAULT '',
  item        TEXT NOT NULL DEFAULT '',
  state       TEXT NOT NULL CHECK (state IN ('dropped','in_force')),
  active      BOOLEAN NOT NULL,
  severity    TEXT NOT NULL DEFAULT '' CHECK (severity IN ('','blue','red','serious','yellow')),
  days        BIGINT NOT NULL DEFAULT 0,
  percent     BIGINT NOT NULL DEFAULT 0,
  least       BIGINT NOT NULL DEFAULT 0,
  basis       TEXT NOT NULL DEFAULT '',
  changed_at  BIGINT NOT NULL,
  changed_by  TEXT NOT NULL,
  version     BIGINT NOT NULL,
  head        TEXT NOT NULL,
  UNIQUE (code, item_type, item)
);

-- +goose StatementBegin
CREATE TRIGGER watch_counted_new AFTER INSERT ON watch WHEN new.open
BEGIN
  INSERT INTO tally_delta (cases, turn, delta, due_on, body, item, severity, department, region, item_name)
  VALUES (new.cases, new.turn, 1, new.due_on, new.body, new.item, new.severity, new.department, new.region, new.item_name);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER watch_counted_again AFTER UPDATE ON watch
WHEN old.open <> new.open OR (new.open AND (old.due_on <> new.due_on OR old.severity <> new.severity OR old.body <> new.body OR old.item <> new.item))
BEGIN
  INSERT INTO tally_delta (cases, turn, delta, due_on, body, item, severity, department, region, item_name)
  SELECT old.cases, new.turn, -1, old.due_on, old.body, old.item, old.severity, old.department, old.region, old.item_name WHERE old.open;
  INSERT INTO tally_delta (cases, turn, delta, due_on, body, item, severity, department, region, item_name)
  SELECT new.cases, new.turn, 1, new.due_on, new.body, new.item, new.severity, new.department, new.region, new.item_name WHERE new.open;
END;
-- +goose StatementEnd
