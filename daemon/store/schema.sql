-- state.db: what the daemon has to remember. One writer (store.h); readers see the last commit.
-- A new database is made from this file. An older one is brought here by migrations/NNN.sql, each from version NNN - 1,
-- forward only. Times are UTC milliseconds since 1970, ids from platforms are text, texts of citizens are masked
-- before they get here (mask.h).
PRAGMA user_version = 4;

-- Inbound events, each once. A row with settled_ms NULL waits for its turn.
CREATE TABLE event (
	id              INTEGER PRIMARY KEY,  -- in order of arrival
	dedupe          BLOB NOT NULL UNIQUE, -- 8 bytes of the message's hash, 8 of the unique key's: store_event.c
	channel         TEXT NOT NULL,        -- 'zalo', 'facebook'
	account         TEXT NOT NULL,        -- OA id or page id
	user            TEXT,                 -- the citizen's id for this account; NULL where the platform gives none
	kind            TEXT NOT NULL,        -- 'text', 'payload', …: store_event.c
	name            TEXT,                 -- the platform's word for it
	conversation_id TEXT,                 -- anonymous Zalo visitors are answered through this
	msg_id          TEXT,                 -- the platform's id of the message; an edit has the id of what it changes
	text            TEXT,                 -- masked; NULL once withdrawn or too old to keep
	payload         TEXT,                 -- of the button tapped; goes when text goes
	time_ms         INTEGER NOT NULL,     -- the platform's time; 0 when it gave none
	received_ms     INTEGER NOT NULL,
	settled_ms      INTEGER               -- when its turn was over; NULL: it waits
);
CREATE INDEX event_waiting ON event (id) WHERE settled_ms IS NULL;

-- What is kept of one citizen on one account.
CREATE TABLE citizen (
	channel         TEXT NOT NULL,
	account         TEXT NOT NULL,
	user            TEXT NOT NULL,
	conversation    TEXT,                       -- JSON the turn wrote
	conversation_ms INTEGER NOT NULL DEFAULT 0, -- when it did
	last_ms         INTEGER NOT NULL DEFAULT 0, -- last interaction: opens the platform's window
	paused_until_ms INTEGER NOT NULL DEFAULT 0, -- staff has taken over until then; 0: no
	unfollowed      INTEGER NOT NULL DEFAULT 0, -- 1: does not want to be written to
	unreachable     INTEGER NOT NULL DEFAULT 0, -- 1: the platform says nobody is there
	PRIMARY KEY (channel, account, user)
) WITHOUT ROWID;

-- Replies: due, being sent, sent, dead. The arrows between the states are in store_outbox.h.
CREATE TABLE outbox (
	id              INTEGER PRIMARY KEY,
	event_id        INTEGER UNIQUE,             -- one event, one reply; NULL: not an answer to one
	channel         TEXT NOT NULL,
	account         TEXT NOT NULL,
	user            TEXT NOT NULL,
	conversation_id TEXT,
	parts           TEXT NOT NULL,              -- JSON: [{"text":…,"buttons":[[kind,"title","value"]…]}…]
	part_count      INTEGER NOT NULL,
	part_next       INTEGER NOT NULL DEFAULT 0, -- parts before it were delivered; never sent again
	part_echoed     INTEGER NOT NULL DEFAULT 0, -- parts before it came back as echoes, some while still in 'sending'
	state           TEXT NOT NULL DEFAULT 'due' -- 'dropped': dead, and a person wants to see it no more
		CHECK (state IN ('due', 'sending', 'unknown', 'sent', 'dead', 'dropped')),
	attempts        INTEGER NOT NULL DEFAULT 0, -- of the part that is next
	plain           INTEGER NOT NULL DEFAULT 0, -- 1: the platform refused this reply's buttons
	renewed         INTEGER NOT NULL DEFAULT 0, -- 1: the token was renewed once for this part
	created_ms      INTEGER NOT NULL,
	due_ms          INTEGER NOT NULL,           -- not before; unknown: since when
	expires_ms      INTEGER NOT NULL,           -- not after
	changed_ms      INTEGER NOT NULL,           -- last arrow
	reason          TEXT,                       -- last failure, in words for staff
	message_ids     TEXT NOT NULL DEFAULT '[]'  -- JSON array of the platform's ids, one a delivered part; null: unknown
);
CREATE INDEX outbox_open ON outbox (state, id) WHERE state <> 'sent';
CREATE INDEX outbox_citizen ON outbox (user, id); -- whose echo is this

-- Access tokens of the platforms. Secrets: the file is 0600.
CREATE TABLE token (
	channel                  TEXT NOT NULL,
	account                  TEXT NOT NULL,
	state                    TEXT NOT NULL DEFAULT 'none', -- 'none', 'good', 'pending', 'consent_needed'
	access                   TEXT,
	refresh                  TEXT,                         -- works once; the next one is stored before it is used
	expires_ms               INTEGER NOT NULL DEFAULT 0,   -- of the access token
	generation               INTEGER NOT NULL DEFAULT 0,   -- raised by each renewal
	pending_ms               INTEGER NOT NULL DEFAULT 0,   -- a renewal began then
	seed_hash                TEXT,                         -- SHA-256 of the configured refresh token it began from
	reason                   TEXT,                         -- the platform's words when consent is needed
	buttons_refused_until_ms INTEGER NOT NULL DEFAULT 0,   -- no buttons for this account until then
	changed_ms               INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (channel, account)
) WITHOUT ROWID;

-- Unresolved questions: what people asked and did not get.
CREATE TABLE question (
	id         INTEGER PRIMARY KEY,
	event_id   INTEGER,                      -- NULL: none
	channel    TEXT NOT NULL,
	account    TEXT NOT NULL,
	unit       TEXT,                         -- administrative unit of the account
	text       TEXT,                         -- masked; NULL once withdrawn
	reason     TEXT NOT NULL,                -- 'no_match', …: store_question.h
	nearest    TEXT,                         -- JSON: the records that came nearest
	created_ms INTEGER NOT NULL,
	state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'ignored', 'done')),
	closed_ms  INTEGER,
	citizen    BLOB,                         -- keyed hash as in turn: how many people ask
	record     TEXT,                         -- id of the record whose answer was not good; NULL: none was cited
	version    INTEGER,                      -- of that record
	cluster    INTEGER                       -- NULL: not sorted yet
);
CREATE INDEX question_by_state ON question (state, id);
CREATE INDEX question_unsorted ON question (id) WHERE cluster IS NULL AND state = 'open';
CREATE INDEX question_of_cluster ON question (cluster, created_ms, unit, reason, citizen) WHERE cluster IS NOT NULL; -- all that is counted
CREATE INDEX question_by_time ON question (created_ms, cluster);
CREATE INDEX question_of_event ON question (event_id) WHERE event_id IS NOT NULL;

-- Staff of the console. Roles are words with commas between: 'editor,approver' (daemon/console/role.def).
CREATE TABLE staff (
	name            TEXT PRIMARY KEY,           -- what they sign in with: small letters, digits, '.', '-', '_'
	display         TEXT NOT NULL,              -- how colleagues call them
	password        TEXT NOT NULL,              -- Argon2id, as crypto_pwhash_str() writes it
	roles           TEXT NOT NULL,
	unit            TEXT,                       -- administrative unit they work for; NULL: all
	disabled        INTEGER NOT NULL DEFAULT 0, -- 1: may not sign in; the row stays for what they did
	must_change     INTEGER NOT NULL DEFAULT 0, -- 1: a one-time password, to be changed before anything else
	failed_count    INTEGER NOT NULL DEFAULT 0, -- wrong passwords since the last right one
	locked_until_ms INTEGER NOT NULL DEFAULT 0,
	created_ms      INTEGER NOT NULL
) WITHOUT ROWID;

-- Who is signed in. The token itself is in the cookie only.
CREATE TABLE staff_session (
	token_hash BLOB PRIMARY KEY,   -- BLAKE2b of the cookie's token
	name       TEXT NOT NULL,
	created_ms INTEGER NOT NULL,
	last_ms    INTEGER NOT NULL    -- last request, at most a minute behind
) WITHOUT ROWID;
CREATE INDEX staff_session_of ON staff_session (name);

-- What staff did. Rows are only ever added.
CREATE TABLE audit (
	id      INTEGER PRIMARY KEY,
	time_ms INTEGER NOT NULL,
	who     TEXT NOT NULL,         -- staff.name, or 'cli:' and the account of the machine
	what    TEXT NOT NULL,         -- 'staff.add', 'version.approve', …
	object  TEXT,                  -- whom or what it was done to
	detail  TEXT                   -- JSON object; no secret, nothing a citizen wrote
);
CREATE INDEX audit_who ON audit (who, id);
CREATE INDEX audit_object ON audit (object, id);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;

-- Imports through the console, newest last.
CREATE TABLE import_run (
	id         INTEGER PRIMARY KEY,
	who        TEXT NOT NULL,
	file       TEXT NOT NULL,          -- as the browser named it
	unit       TEXT,
	mode       TEXT NOT NULL CHECK (mode IN ('dry', 'draft', 'publish')),
	state      TEXT NOT NULL CHECK (state IN ('running', 'done', 'refused', 'failed')),
	counts     TEXT,                   -- JSON
	error      TEXT,                   -- a sentence for staff
	created_ms INTEGER NOT NULL,
	ended_ms   INTEGER
);

-- Which member a column's heading meant the last time.
CREATE TABLE import_mapping (
	header  TEXT PRIMARY KEY,
	member  TEXT NOT NULL,             -- '' for a column that is left out
	used_ms INTEGER NOT NULL
) WITHOUT ROWID;

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
	confidence REAL,                -- of the search; NULL: nothing was searched, the record was in hand
	field      TEXT,                -- of the record, as it was then; without one, of the record that came nearest
	replied_ms INTEGER              -- when the platform took the last part of the reply; NULL: not yet, or never
);
-- Reports read this alone.
CREATE INDEX turn_by_time ON turn (time_ms, unit, channel, outcome, citizen, replied_ms, field, record, facet);
-- Whichever way a reply came to be sent: by the platform's answer, or by its echo.
CREATE TRIGGER turn_is_replied AFTER UPDATE OF state ON outbox
	WHEN new.state = 'sent' AND old.state <> 'sent' AND new.event_id IS NOT NULL
BEGIN UPDATE turn SET replied_ms = new.changed_ms WHERE event_id = new.event_id; END;

-- Keys this installation made for itself, once.
CREATE TABLE secret (
	name  TEXT PRIMARY KEY,        -- 'citizen': of turn.citizen
	value BLOB NOT NULL
) WITHOUT ROWID;

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
