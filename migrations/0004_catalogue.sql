-- +goose Up
-- The catalogue as a whole: one row. Its generation moves with every change, and
-- whatever is kept in memory carries the generation it was built from.
CREATE TABLE catalogue_generation (
  id          TEXT PRIMARY KEY CHECK (id = 'catalogue'),
  generation  BIGINT NOT NULL DEFAULT 0,
  changed_at  BIGINT NOT NULL DEFAULT 0,
  version     BIGINT NOT NULL DEFAULT 0,
  head        TEXT NOT NULL DEFAULT ''
);

-- In the dictionaries below, source is the entry as its set has it (JSON).
CREATE TABLE department (
  id      TEXT PRIMARY KEY,
  code    TEXT NOT NULL,
  name    TEXT NOT NULL,
  short   TEXT NOT NULL,
  source  TEXT NOT NULL
);

-- code has 12 digits, so that a subtree is a prefix; set_code is the set's.
CREATE TABLE region (
  code      TEXT PRIMARY KEY CHECK (length(code) = 12),
  set_code  TEXT NOT NULL,
  parent    TEXT NOT NULL,
  name      TEXT NOT NULL,
  level     TEXT NOT NULL CHECK (level IN ('省','市','县','镇','村')),
  source    TEXT NOT NULL
);
CREATE INDEX region_parent ON region (parent, code);

CREATE TABLE element (
  key     TEXT PRIMARY KEY,
  code    TEXT NOT NULL,
  name    TEXT NOT NULL,
  source  TEXT NOT NULL
);

CREATE TABLE licence_type (
  id      TEXT PRIMARY KEY,
  code    TEXT NOT NULL,
  name    TEXT NOT NULL,
  source  TEXT NOT NULL
);

CREATE TABLE calendar_year (
  year    BIGINT PRIMARY KEY,
  source  TEXT NOT NULL
);

-- The newest version of every base item (基本目录), with what lists show and
-- filter by. withheld names what art. 30 wants and the version lacks ('' = may
-- be published). other_names and search_text are what search finds it by.
CREATE TABLE item (
  id            TEXT PRIMARY KEY,
  code          TEXT NOT NULL,
  name          TEXT NOT NULL,
  type          TEXT NOT NULL,
  audience      TEXT NOT NULL CHECK (audience IN ('自然人','法人','both')),
  department    TEXT NOT NULL,
  levels        TEXT NOT NULL,
  promised_days BIGINT NOT NULL,
  day_unit      TEXT NOT NULL CHECK (day_unit IN ('工作日','自然日')),
  online_depth  BIGINT NOT NULL,
  visits        BIGINT NOT NULL,
  charged       BOOLEAN NOT NULL,
  result_name   TEXT NOT NULL,
  licence       TEXT NOT NULL,
  version       BIGINT NOT NULL,
  item_version  TEXT NOT NULL,
  hash          TEXT NOT NULL,
  withheld      TEXT NOT NULL,
  other_names   TEXT NOT NULL,
  search_text   TEXT NOT NULL
);
CREATE INDEX item_code ON item (code);
CREATE INDEX item_department ON item (department, code);

CREATE TABLE item_theme (
  theme  TEXT NOT NULL,
  code   TEXT NOT NULL,
  item   TEXT NOT NULL REFERENCES item (id),
  PRIMARY KEY (theme, code, item)
);
CREATE INDEX item_theme_item ON item_theme (item);

-- Every version, never changed: document holds all that a running case needs,
-- the rules of its elements and the names of its licences among it.
CREATE TABLE item_version (
  id          TEXT PRIMARY KEY,
  item        TEXT NOT NULL REFERENCES item (id),
  version     BIGINT NOT NULL,
  hash        TEXT NOT NULL,
  document    TEXT NOT NULL,
  generation  BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  UNIQUE (item, version)
);

-- What places do differently (local_items.yaml), by region or by body.
CREATE TABLE local_override (
  item    TEXT NOT NULL,
  region  TEXT NOT NULL,
  body    TEXT NOT NULL,
  source  TEXT NOT NULL,
  PRIMARY KEY (item, region, body)
);

-- An item at a body (实施清单). A row is immutable but for superseded_at;
-- applications and cases name it. adopted is the override it was made with.
CREATE TABLE local_item (
  id             TEXT PRIMARY KEY,
  item           TEXT NOT NULL REFERENCES item (id),
  body           TEXT NOT NULL,
  version        BIGINT NOT NULL,
  item_version   TEXT NOT NULL REFERENCES item_version (id),
  department     TEXT NOT NULL,
  region         TEXT NOT NULL CHECK (length(region) = 12),
  code           TEXT NOT NULL,
  item_code      TEXT NOT NULL,
  adopted        TEXT NOT NULL,
  published_at   BIGINT NOT NULL,
  superseded_at  BIGINT NOT NULL DEFAULT 0,
  UNIQUE (item, body, version)
);
CREATE UNIQUE INDEX local_item_current ON local_item (item, body) WHERE superseded_at = 0;
CREATE INDEX local_item_body ON local_item (body, item_code) WHERE superseded_at = 0;
CREATE INDEX local_item_version ON local_item (item_version);

CREATE TABLE bundle (
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  audience        TEXT NOT NULL CHECK (audience IN ('自然人','法人','both')),
  department      TEXT NOT NULL,
  version         BIGINT NOT NULL,
  bundle_version  TEXT NOT NULL,
  hash            TEXT NOT NULL
);

CREATE TABLE bundle_version (
  id          TEXT PRIMARY KEY,
  bundle      TEXT NOT NULL REFERENCES bundle (id),
  version     BIGINT NOT NULL,
  hash        TEXT NOT NULL,
  document    TEXT NOT NULL,
  generation  BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  UNIQUE (bundle, version)
);

-- Words of search. kind: what a common word stands for, an item or bundle (target
-- is its id) or another word; or a word that says nothing (stop), or the pinyin
-- of a word with characters of several readings.
CREATE TABLE synonym (
  word    TEXT NOT NULL,
  kind    TEXT NOT NULL CHECK (kind IN ('bundle','item','reading','stop','word')),
  target  TEXT NOT NULL,
  PRIMARY KEY (word, kind, target)
);
