-- 004: the loop: clusters of unresolved questions, citizens who wait, cases, ratings, consent.

ALTER TABLE question ADD COLUMN citizen BLOB;    -- keyed hash as in turn: how many people ask
ALTER TABLE question ADD COLUMN record TEXT;     -- id of the record whose answer was not good; NULL: none was cited
ALTER TABLE question ADD COLUMN version INTEGER; -- of that record
ALTER TABLE question ADD COLUMN cluster INTEGER; -- NULL: not sorted yet
CREATE INDEX question_unsorted ON question (id) WHERE cluster IS NULL AND state = 'open';
CREATE INDEX question_of_cluster ON question (cluster, created_ms, unit, reason, citizen) WHERE cluster IS NOT NULL;
CREATE INDEX question_by_time ON question (created_ms, cluster);

ALTER TABLE turn ADD COLUMN field TEXT;         -- of the record, as it was then
ALTER TABLE turn ADD COLUMN replied_ms INTEGER; -- when the platform took the last part of the reply; NULL: not yet, or never
DROP INDEX turn_by_time;
-- Reports read this alone.
CREATE INDEX turn_by_time ON turn (time_ms, unit, channel, outcome, citizen, replied_ms, field, record, facet);
-- Whichever way a reply came to be sent: by the platform's answer, or by its echo.
CREATE TRIGGER turn_is_replied AFTER UPDATE OF state ON outbox
	WHEN new.state = 'sent' AND old.state <> 'sent' AND new.event_id IS NOT NULL
BEGIN UPDATE turn SET replied_ms = new.changed_ms WHERE event_id = new.event_id; END;

-- Unresolved questions that ask for the same thing.
CREATE TABLE cluster (
	id          INTEGER PRIMARY KEY,
	label       TEXT,                       -- what staff called it; NULL: the words of `sample` stand for it
	sample      INTEGER NOT NULL,           -- one of its questions: no citizen's word is kept twice
	state       TEXT NOT NULL DEFAULT 'open'
		CHECK (state IN ('open', 'answered', 'ignored', 'out_of_scope', 'merged')),
	merged_into INTEGER,                    -- for 'merged'
	owner       TEXT,                       -- staff.name
	due         TEXT,                       -- day
	count       INTEGER NOT NULL DEFAULT 0, -- questions ever put into it
	first_ms    INTEGER NOT NULL,           -- of its oldest question
	last_ms     INTEGER NOT NULL,           -- of its newest
	record      TEXT,                       -- id of the record that answers it; or
	answer      TEXT,                       -- staff's words for those who wait, once
	answered_by TEXT,
	approved_by TEXT,                       -- the second pair of eyes on `answer`; NULL while it is missing
	closed_ms   INTEGER,
	revision    INTEGER NOT NULL DEFAULT 0  -- raised over all others when staff changed it: what sorts questions looks at it anew
);
CREATE INDEX cluster_by_state ON cluster (state, last_ms);
CREATE INDEX cluster_by_revision ON cluster (revision);

-- A citizen to whom we owe an answer: to a question we had none for, or to a case. The code is how they come for it.
CREATE TABLE wait (
	code            TEXT PRIMARY KEY,       -- six characters, none that looks like another; a case's own eight
	question        INTEGER,                -- the unresolved question; NULL: a case
	case_id         INTEGER,                -- the case; NULL: a question
	channel         TEXT NOT NULL,
	account         TEXT NOT NULL,
	user            TEXT,                   -- NULL: erased, or asked where nobody can be written to
	conversation_id TEXT,
	consent_ms      INTEGER,                -- agreed to be told then; NULL: has the code only
	state           TEXT NOT NULL DEFAULT 'open' CHECK (state IN (
		'open',
		'ready',                        -- there is an answer; it waits for the code
		'due',                          -- there is an answer, to be told
		'telling',                      -- it is in the outbox
		'told',                         -- the platform took it
		'fetched',                      -- the citizen came for it with the code
		'unreachable',                  -- the window closed, or the platform refused: staff sees it; the code still works
		'withdrawn')),                  -- does not want it any more
	record          TEXT,                   -- id of the record that answers the question; or
	answer          TEXT,                   -- staff's words
	answered_ms     INTEGER,
	created_ms      INTEGER NOT NULL,
	outbox_id       INTEGER,                -- from 'telling' on
	reason          TEXT,                   -- why 'unreachable', in words for staff
	changed_ms      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX wait_of_question ON wait (question) WHERE question IS NOT NULL;
CREATE INDEX wait_of_case ON wait (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX wait_by_state ON wait (state, created_ms);
CREATE INDEX wait_of_citizen ON wait (user) WHERE user IS NOT NULL;

-- Reflections and suggestions (phản ánh, kiến nghị).
CREATE TABLE case_file (
	id          INTEGER PRIMARY KEY,
	code        TEXT NOT NULL UNIQUE,   -- eight characters: what its citizen looks it up by
	channel     TEXT NOT NULL,
	account     TEXT NOT NULL,
	user        TEXT,                   -- whom to tell; NULL: erased
	citizen     BLOB,                   -- keyed hash as in turn
	kind        TEXT NOT NULL CHECK (kind IN ('reflection', 'suggestion')),
	category    TEXT NOT NULL,          -- store_case.h
	what        TEXT,                   -- masked; NULL once erased or too old to keep
	place       TEXT,                   -- masked
	happened    TEXT,                   -- when, as told; masked
	unit        TEXT,                   -- that handles it; begins with the account's
	owner       TEXT,                   -- staff.name
	state       TEXT NOT NULL DEFAULT 'new'
		CHECK (state IN ('new', 'working', 'answered', 'rejected', 'withdrawn')),
	received_ms INTEGER NOT NULL,
	due         TEXT NOT NULL,          -- day: so many working days after it was received
	answer      TEXT,                   -- said to the citizen, and shown on its page
	published   INTEGER NOT NULL DEFAULT 0, -- 1: `subject` and `answer` are in the public list of answers
	subject     TEXT,                   -- staff's words for that list: no personal data
	answered_by TEXT,
	answered_ms INTEGER,
	revision    INTEGER NOT NULL DEFAULT 1 -- counts what was saved: who saves an older one is told
);
CREATE INDEX case_by_state ON case_file (state, due);
CREATE INDEX case_by_time ON case_file (received_ms);
CREATE INDEX case_published ON case_file (answered_ms) WHERE published = 1;
CREATE INDEX case_of_citizen ON case_file (user) WHERE user IS NOT NULL;

-- What happened to a case: states, owners, notes among staff. Rows are only ever added.
CREATE TABLE case_step (
	id      INTEGER PRIMARY KEY,
	case_id INTEGER NOT NULL,
	time_ms INTEGER NOT NULL,
	who     TEXT NOT NULL,              -- staff.name, 'citizen' or 'motcua'
	what    TEXT NOT NULL,              -- 'received', 'taken', 'assigned', 'note', 'answered', …
	text    TEXT                        -- internal
);
CREATE INDEX case_step_of ON case_step (case_id, id);

-- What citizens said of an answer.
CREATE TABLE rating (
	event_id INTEGER PRIMARY KEY,       -- of the turn whose answer was rated: one rating an answer, the last one counts
	time_ms  INTEGER NOT NULL,
	channel  TEXT NOT NULL,
	account  TEXT NOT NULL,
	unit     TEXT,
	citizen  BLOB,                      -- keyed hash as in turn
	record   TEXT NOT NULL,
	version  INTEGER,
	facet    TEXT,
	good     INTEGER NOT NULL,          -- 1: 👍, 0: 👎
	reason   TEXT,                      -- of 👎: store_rating.h; NULL: not said
	text     TEXT                       -- masked; NULL: nothing, or too old to keep
);
CREATE INDEX rating_by_time ON rating (time_ms);
CREATE INDEX rating_of_record ON rating (record, version);

-- What citizens agreed to beyond being answered. Rows are only ever added, and go when the citizen's data goes.
CREATE TABLE consent (
	id      INTEGER PRIMARY KEY,
	time_ms INTEGER NOT NULL,
	channel TEXT NOT NULL,
	account TEXT NOT NULL,
	user    TEXT NOT NULL,
	purpose TEXT NOT NULL,              -- 'told': write to me when my question has an answer; 'case': … when my case has
	notice  TEXT NOT NULL,              -- version of the words it was asked with
	given   INTEGER NOT NULL            -- 1: agreed, 0: taken back
);
CREATE INDEX consent_of ON consent (user, purpose, id);

-- Figures of periods that are over, as they were counted from the rows then: rows are erased when they are too old to keep, and
-- who a turn was with is forgotten. They can be counted again as long as the rows are there (store_report.h).
CREATE TABLE figure_kept (
	from_day TEXT NOT NULL,
	to_day   TEXT NOT NULL,             -- the first day behind the period
	unit     TEXT NOT NULL,             -- '' all; a province's holds its communes'
	channel  TEXT NOT NULL,             -- '' all
	figures  TEXT NOT NULL,             -- JSON object: id of the figure → number, null where nothing could be counted
	made_ms  INTEGER NOT NULL,
	PRIMARY KEY (from_day, to_day, unit, channel)
) WITHOUT ROWID;
