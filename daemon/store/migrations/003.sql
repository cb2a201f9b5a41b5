-- 003: what became of each turn.

-- What became of each turn: what reports count, and which records are asked for most. No word of a citizen is in it, so its
-- rows outlive the events'.
CREATE TABLE turn (
	event_id   INTEGER PRIMARY KEY, -- of the event it answered; the last one of several messages taken as one question
	time_ms    INTEGER NOT NULL,    -- when that event was received
	channel    TEXT NOT NULL,
	account    TEXT NOT NULL,
	unit       TEXT,                -- administrative unit of the account
	citizen    BLOB,                -- keyed hash of channel, account and user: counts people, names nobody
	outcome    TEXT NOT NULL,       -- 'answer', 'choices', …: turn.h
	record     TEXT,                -- id of the record the reply cites
	version    INTEGER,             -- of that record
	facet      TEXT,                -- what of it was asked first; NULL: the whole card
	confidence REAL                 -- of the search; NULL: nothing was searched, the record was in hand
);
CREATE INDEX turn_by_time ON turn (time_ms);

-- Keys this installation made for itself, once.
CREATE TABLE secret (
	name  TEXT PRIMARY KEY,        -- 'citizen': of turn.citizen
	value BLOB NOT NULL
) WITHOUT ROWID;
