-- Version 4: who did what, until the audit trail has it.
CREATE TABLE deed (
	id      INTEGER PRIMARY KEY,
	time_ms INTEGER NOT NULL,
	who     TEXT NOT NULL,
	what    TEXT NOT NULL,                             -- 'version.approve', 'import.end'
	object  TEXT,                                      -- record id or file
	detail  TEXT NOT NULL                              -- JSON object
);
