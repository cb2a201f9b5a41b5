-- knowledge.db: what the bot knows. Written by import and the console in single transactions, read by searchers.
-- Days are 'YYYY-MM-DD' in Vietnam; valid_to is the first day a version no longer holds. Nothing is deleted, only ended.
PRAGMA user_version = 4;

-- One thing people ask about; what is true of it stands in its versions.
CREATE TABLE record (
	id         TEXT PRIMARY KEY,                       -- national code ('1.004194'), or 'hotline:…', 'guide:…', 'office:…', 'faq:…'
	kind       TEXT NOT NULL CHECK (kind IN ('procedure', 'hotline', 'office', 'guide', 'faq')),
	created_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- What held when, by whose decision. A draft is written, reviewed and published under one id (edit.h). At most one
-- published version of a record and unit holds on any day: no two begin on one day, and each ends on the day that it
-- names itself or the next one begins, whichever is first.
CREATE TABLE version (
	id            INTEGER PRIMARY KEY,                 -- also the rowid in `search`
	record        TEXT NOT NULL REFERENCES record (id),
	unit          TEXT NOT NULL DEFAULT '',            -- '' the nation, else the code of the unit this version is for
	state         TEXT NOT NULL CHECK (state IN ('draft', 'review', 'published',
	                                   'withdrawn')),  -- given up before it was published, or before it held a whole day
	change        TEXT NOT NULL CHECK (change IN ('new', 'amended', 'replaced', 'abolished')),
	replaced_by   TEXT,                                -- record id, for 'replaced'
	valid_from    TEXT NOT NULL,
	valid_to      TEXT CHECK (valid_to IS NULL OR valid_to > valid_from),
	until         TEXT,                                -- the end it names itself; valid_to follows from it and the versions after
	decision      TEXT,                                -- number of the decision that says so
	decision_date TEXT,
	source        TEXT,                                -- who published the facts, 'Cổng Dịch vụ công quốc gia'
	source_date   TEXT,                                -- state of the source
	author        TEXT NOT NULL,
	approver      TEXT,
	created_ms    INTEGER NOT NULL,
	published_ms  INTEGER,
	revision      INTEGER NOT NULL DEFAULT 1,          -- counts what was saved: who saves an older one is told
	base          INTEGER,                             -- the version it was written from
	note          TEXT,                                -- why, by author or approver
	inherits      INTEGER NOT NULL DEFAULT 0,          -- 1: body holds only what the unit says otherwise (merge.h)
	code          TEXT,                                -- these four as in body, for lists
	name          TEXT NOT NULL DEFAULT '',            -- '' when it inherits
	field         TEXT,
	levels        TEXT,                                -- 'xã, tỉnh'
	body          TEXT NOT NULL,                       -- the record as JSON, official members only (record.h)
	body_hash     BLOB NOT NULL                        -- SHA-256 of body: an equal row of an import changes nothing
);
-- Lists and the catalog in memory are read from this alone; bodies lie elsewhere in the file.
CREATE INDEX version_list ON version (record, unit, valid_from, state, valid_to, change, inherits, code, name, field, levels,
	author, approver);
CREATE UNIQUE INDEX version_open ON version (record, unit) WHERE state IN ('draft', 'review');

-- What is ours: everyday titles, other ways of asking, keywords. Keyed by record id, which need not be there yet;
-- an import of official rows never touches it.
CREATE TABLE own (
	record TEXT NOT NULL,
	kind   TEXT NOT NULL CHECK (kind IN ('title', 'ask', 'keyword')),
	text   TEXT NOT NULL,
	author TEXT NOT NULL,
	PRIMARY KEY (record, kind, text)
) WITHOUT ROWID;

-- Administrative units, of two levels since 2025-07-01: provinces and their communes.
CREATE TABLE unit (
	code        TEXT PRIMARY KEY,                      -- '91', '30985'
	province    TEXT REFERENCES unit (code),           -- NULL: it is one
	type        TEXT NOT NULL,                         -- 'tỉnh', 'thành phố'; 'xã', 'phường', 'đặc khu'
	name        TEXT NOT NULL,                         -- 'An Biên'
	key         TEXT NOT NULL,                         -- the name, folded
	abbr        TEXT,                                  -- 'AGG', of a province
	formed_from TEXT,                                  -- JSON list: the provinces of before a province was formed from
	source      TEXT,
	source_date TEXT
) WITHOUT ROWID;
CREATE INDEX unit_by_key ON unit (key);

-- Names of before: an old unit, or a part of it, and the unit it is in today. Several rows of one name are several
-- places of that name, or parts of one place.
CREATE TABLE unit_old (
	unit        TEXT NOT NULL REFERENCES unit (code),
	old         TEXT NOT NULL,                         -- as printed: 'Xã Bình An (huyện Châu Thành)'
	type        TEXT,                                  -- 'xã', 'phường', 'thị trấn', 'huyện'; 'tỉnh' for provinces
	name        TEXT NOT NULL,
	key         TEXT NOT NULL,                         -- the name, folded; '' when it has no letters
	district    TEXT,                                  -- only where the source needs it to tell two apart
	partial     INTEGER NOT NULL,                      -- only a part of it went there
	unchanged   INTEGER NOT NULL,
	note        TEXT,
	source      TEXT,
	source_date TEXT,
	PRIMARY KEY (unit, old)
) WITHOUT ROWID;
CREATE INDEX unit_old_by_key ON unit_old (key);

-- Who did what, until the audit trail has it: written in the transaction that did it, forgotten when state.db has it (deed.h).
CREATE TABLE deed (
	id      INTEGER PRIMARY KEY,
	time_ms INTEGER NOT NULL,
	who     TEXT NOT NULL,
	what    TEXT NOT NULL,                             -- 'version.approve', 'import.end'
	object  TEXT,                                      -- record id or file
	detail  TEXT NOT NULL                              -- JSON object
);

-- The index: one row a published version that inherits nothing, past and planned ones too; the text itself stands in version.body and own
-- (contentless, so that nothing is kept twice). Rows are taken out with the 'delete' command and the text they were
-- put in with. Tokenizer: tokenizer.h.
CREATE VIRTUAL TABLE search USING fts5 (
	name,     -- official title
	own,      -- everyday title, ways of asking, keywords
	body,     -- field, agency, conditions, documents, results: evidence only
	tokenize = 'vi', detail = column, content = '', columnsize = 0
);
