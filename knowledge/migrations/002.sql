-- Version 2: administrative units.
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
