-- Version 3: drafts and their review, units that say only some members otherwise, lists without opening bodies.
ALTER TABLE version RENAME TO version_2;
DROP INDEX version_of_record;
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
INSERT INTO version (id, record, unit, state, change, replaced_by, valid_from, valid_to, until, decision, decision_date, source,
	source_date, author, approver, created_ms, published_ms, code, name, field, levels, body, body_hash)
SELECT id, record, unit, state, change, replaced_by, valid_from, valid_to,
	CASE WHEN NOT EXISTS (SELECT 1 FROM version_2 n WHERE n.record = v.record AND n.unit = v.unit AND n.state = 'published'
		AND n.valid_from = v.valid_to) THEN valid_to END,
	decision, decision_date, source, source_date, author, approver, created_ms, published_ms,
	json_extract(body, '$.code'), coalesce(json_extract(body, '$.name'), json_extract(body, '$.question'), record),
	json_extract(body, '$.field'), (SELECT group_concat(value, ', ') FROM json_each(body, '$.level')), body, body_hash
FROM version_2 v ORDER BY id;
DROP TABLE version_2;
