-- knowledge.db: what the bot knows. Written by import (later: the console) in single transactions, read by searchers.
-- Days are 'YYYY-MM-DD' in Vietnam; valid_to is the first day a version no longer holds. Nothing is deleted, only ended.
PRAGMA user_version = 1;

-- One thing people ask about; what is true of it stands in its versions.
CREATE TABLE record (
	id         TEXT PRIMARY KEY,                       -- national code ('1.004194'), or 'hotline:…', 'guide:…', 'office:…', 'faq:…'
	kind       TEXT NOT NULL CHECK (kind IN ('procedure', 'hotline', 'office', 'guide', 'faq')),
	created_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- What held when, by whose decision. At most one published version of a record and unit holds on any day.
CREATE TABLE version (
	id            INTEGER PRIMARY KEY,                 -- also the rowid in `search`
	record        TEXT NOT NULL REFERENCES record (id),
	unit          TEXT NOT NULL DEFAULT '',            -- '' the nation, else the code of the unit this version is for
	state         TEXT NOT NULL CHECK (state IN ('draft', 'review', 'published',
	                                   'withdrawn')),  -- amended on the day it began: held on no day, kept as history
	change        TEXT NOT NULL CHECK (change IN ('new', 'amended', 'replaced', 'abolished')),
	replaced_by   TEXT,                                -- record id, for 'replaced'
	valid_from    TEXT NOT NULL,
	valid_to      TEXT CHECK (valid_to IS NULL OR valid_to > valid_from),
	decision      TEXT,                                -- number of the decision that says so
	decision_date TEXT,
	source        TEXT,                                -- who published the facts, 'Cổng Dịch vụ công quốc gia'
	source_date   TEXT,                                -- state of the source
	author        TEXT NOT NULL,
	approver      TEXT,
	created_ms    INTEGER NOT NULL,
	published_ms  INTEGER,
	body          TEXT NOT NULL,                       -- the record as JSON, official members only (record.h)
	body_hash     BLOB NOT NULL                        -- SHA-256 of body: an equal row of an import changes nothing
);
CREATE INDEX version_of_record ON version (record, unit, valid_from);

-- What is ours: everyday titles, other ways of asking, keywords. Keyed by record id, which need not be there yet;
-- an import of official rows never touches it.
CREATE TABLE own (
	record TEXT NOT NULL,
	kind   TEXT NOT NULL CHECK (kind IN ('title', 'ask', 'keyword')),
	text   TEXT NOT NULL,
	author TEXT NOT NULL,
	PRIMARY KEY (record, kind, text)
) WITHOUT ROWID;

-- The index: one row a published version, past and planned ones too; the text itself stands in version.body and own
-- (contentless, so that nothing is kept twice). Rows are taken out with the 'delete' command and the text they were
-- put in with. Tokenizer: tokenizer.h.
CREATE VIRTUAL TABLE search USING fts5 (
	name,     -- official title
	own,      -- everyday title, ways of asking, keywords
	body,     -- field, agency, conditions, documents, results: evidence only
	tokenize = 'vi', detail = column, content = '', columnsize = 0
);
