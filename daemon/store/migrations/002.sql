-- 002: the console: staff, sessions, audit trail, imports.

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
