/* unit.c - a sentence → names in it → rows of unit_old and unit.
 *
 * Every run of up to NAME_SYLLABLES syllables is looked up by its folded form. A name behind "xã", "phường", … is meant
 * before one that stands alone, the last one before the first; a single syllable counts only behind such a word. Marks that
 * were typed, the type, a district, a province narrow down, each unless nothing would be left. Fails for want of memory or
 * when the database cannot be read. */
#include "knowledge/unit.h"

#include "knowledge/fold.h"
#include "knowledge/kb_internal.h"

#include <string.h>
#include <utf8proc.h>

#define SYLLABLES_MAX 96
#define NAME_SYLLABLES 6
#define DISTRICT_SYLLABLES 2 /* of most; they are in no table */
#define KEY_MAX 256

enum place_type { TYPE_NONE, TYPE_COMMUNE, TYPE_DISTRICT, TYPE_PROVINCE, TYPE_CITY };

struct word {
	char plain[32], marked[48];
	bool has_marks;
	enum place_type type; /* of the type word that ends right before it */
	bool is_type;         /* is (part of) one itself */
	const char *said;     /* that type, as the tables have it: "xã" */
};

struct sentence {
	struct word words[SYLLABLES_MAX];
	size_t count;
	bool has_marks;                /* anywhere: the writer sets them */
	char plain[SYLLABLES_MAX * 8]; /* " xa dong yen kien giang " */
};

struct named { /* the name that is meant */
	size_t at, len;
	enum place_type type;
	bool is_province;
	char key[KEY_MAX];
};

static const struct {
	const char *first, *second; /* folded; second NULL: one syllable */
	enum place_type type;
	const char *said;
} type_words[] = {
	{"xa", NULL, TYPE_COMMUNE, "xã"},
	{"phuong", NULL, TYPE_COMMUNE, "phường"},
	{"p", NULL, TYPE_COMMUNE, "phường"},
	{"thi", "tran", TYPE_COMMUNE, "thị trấn"},
	{"tt", NULL, TYPE_COMMUNE, "thị trấn"},
	{"dac", "khu", TYPE_COMMUNE, "đặc khu"},
	{"huyen", NULL, TYPE_DISTRICT, "huyện"},
	{"quan", NULL, TYPE_DISTRICT, "quận"},
	{"thi", "xa", TYPE_DISTRICT, "thị xã"},
	{"tx", NULL, TYPE_DISTRICT, "thị xã"},
	{"thanh", "pho", TYPE_CITY, "thành phố"},
	{"tp", NULL, TYPE_CITY, "thành phố"},
	{"tinh", NULL, TYPE_PROVINCE, "tỉnh"},
};

/* --- The sentence ------------------------------------------------------------------------------------- */

static void types_mark(struct sentence *s)
{
	for (size_t i = 0; i < s->count; i++)
		for (size_t k = 0; k < sizeof type_words / sizeof *type_words; k++) {
			size_t len = type_words[k].second ? 2 : 1;

			if (i + len > s->count || strcmp(s->words[i].plain, type_words[k].first) != 0 ||
				(len == 2 && strcmp(s->words[i + 1].plain, type_words[k].second) != 0))
				continue;
			if (len == 1 && (s->words[i].is_type || /* the "xã" of "thị xã" */
						(s->words[i].has_marks &&
							strcmp(s->words[i].marked, type_words[k].said) != 0)))
				continue;
			for (size_t w = i; w < i + len; w++)
				s->words[w].is_type = true;
			if (i + len < s->count) {
				s->words[i + len].type = type_words[k].type;
				s->words[i + len].said = type_words[k].said;
			}
		}
}

static void sentence_read(struct sentence *s, const char *text)
{
	struct fold fold;
	struct fold_syllable f;
	size_t len = 1;

	s->count = 0;
	memcpy(s->plain, " ", 2);
	fold_init(&fold, text, strlen(text));
	while (s->count < SYLLABLES_MAX && fold_next(&fold, &f)) {
		struct word *w = &s->words[s->count];

		if (f.plain_len >= sizeof w->plain || f.marked_len >= sizeof w->marked ||
			len + f.plain_len + 2 > sizeof s->plain)
			continue;
		*w = (struct word){.has_marks = f.has_marks};
		memcpy(w->plain, f.plain, f.plain_len + 1);
		memcpy(w->marked, f.marked, f.marked_len + 1);
		memcpy(s->plain + len, f.plain, f.plain_len);
		len += f.plain_len;
		memcpy(s->plain + len++, " ", 2);
		s->has_marks |= f.has_marks;
		s->count++;
	}
	types_mark(s);
}

static bool key_make(const struct sentence *s, size_t at, size_t len, char key[KEY_MAX])
{
	size_t used = 0;

	for (size_t i = at; i < at + len; i++) {
		size_t n = strlen(s->words[i].plain);

		if (used + n + 2 > KEY_MAX)
			return false;
		if (i > at)
			key[used++] = ' ';
		memcpy(key + used, s->words[i].plain, n + 1);
		used += n;
	}
	return true;
}

/* --- Names in it --------------------------------------------------------------------------------------- */

#define STRONG 4 /* a commune behind its type */
#define IS_COMMUNE 1
#define IS_PROVINCE 2

/* Which kinds of unit have that name, old or new. */
static enum err kinds_of(struct kb *kb, const char *key, int *ret_kinds)
{
	sqlite3_stmt *s = kb->statements[KB_UNIT_KINDS];
	enum err err = ERR_STORE;

	sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
	if (sqlite3_step(s) == SQLITE_ROW) {
		*ret_kinds = (sqlite3_column_int(s, 0) ? IS_COMMUNE : 0) |
			     (sqlite3_column_int(s, 1) ? IS_PROVINCE : 0);
		err = OK;
	}
	sqlite3_reset(s);
	return err;
}

/* How much a name found says, by what stands before it and what bears it; 0: nothing. */
static int strength(enum place_type type, size_t len, int kinds)
{
	switch (type) {
	case TYPE_COMMUNE: return kinds & IS_COMMUNE ? STRONG : 0;
	case TYPE_PROVINCE: return kinds & IS_PROVINCE ? 3 : 0;
	case TYPE_CITY: return kinds & IS_PROVINCE ? 3 : 0;
	case TYPE_DISTRICT: return 0;
	case TYPE_NONE: break;
	}
	if (len < 2)
		return 0;
	return kinds & IS_PROVINCE ? 1 : kinds & IS_COMMUNE ? 2 : 0;
}

struct scan {
	struct named best;
	int best_strength;
	bool unknown, district;     /* something is named that we do not know */
	size_t rest;                /* syllables that are neither names nor about them */
	char provinces[4][KEY_MAX]; /* named beside */
	size_t province_count;
};

static void name_take(
	struct scan *scan, const struct sentence *s, size_t at, size_t len, int kinds, const char *key)
{
	enum place_type type = s->words[at].type;
	int strong = strength(type, len, kinds);
	bool province = strong == 1 || strong == 3;

	if (province && scan->province_count < 4)
		memcpy(scan->provinces[scan->province_count++], key, KEY_MAX);
	if (strong < scan->best_strength || strong == 0)
		return;
	scan->best = (struct named){.at = at, .len = len, .type = type, .is_province = province};
	memcpy(scan->best.key, key, KEY_MAX);
	scan->best_strength = strong;
}

/* "xã nào", "phường gì", "xã tôi", "tỉnh mới": asks, names nothing. */
static bool is_no_name(const char *plain)
{
	static const char *const words[] = {"nao", "gi", "mo", "dau", "cu", "moi", "nay", "toi", "tui", "em",
		"minh", "nha", "hien", "gio", "bay", "thi", "la", "chung", "con", "co", "bac", "o", "do",
		"ay", "truoc", "nam", "ten", "khac", "cua", "sau", "a", "nhe", "thuoc", "va", "hay", "to",
		"ben", "duoc", "bi", "doi"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(plain, words[i]) == 0)
			return true;
	return false;
}

/* The longest name at `at` that says something; 0: none. */
static enum err name_at(
	struct kb *kb, const struct sentence *s, size_t at, struct scan *scan, size_t *ret_len)
{
	size_t most = s->count - at < NAME_SYLLABLES ? s->count - at : NAME_SYLLABLES;

	*ret_len = 0;
	for (size_t len = s->words[at].is_type ? 0 : most; len; len--) {
		char key[KEY_MAX];
		int kinds;
		enum err err;

		if (!key_make(s, at, len, key))
			continue;
		err = kinds_of(kb, key, &kinds);
		if (err != OK)
			return err;
		if (!strength(s->words[at].type, len, kinds))
			continue;
		name_take(scan, s, at, len, kinds, key);
		*ret_len = len;
		return OK;
	}
	return OK;
}

/* No name we know stands at `at`; returns how many syllables to pass over. */
static size_t unknown_take(struct scan *scan, const struct word *word)
{
	if (word->is_type || is_no_name(word->plain))
		return 1;
	scan->unknown |= word->type == TYPE_COMMUNE;
	scan->district |= word->type == TYPE_DISTRICT || word->type == TYPE_CITY;
	if (word->type == TYPE_DISTRICT)
		return DISTRICT_SYLLABLES;
	scan->rest += word->type != TYPE_CITY;
	return 1;
}

static enum err sentence_scan(struct kb *kb, const struct sentence *s, struct scan *scan)
{
	enum err err = OK;

	for (size_t at = 0, len; at < s->count && err == OK; at += len) {
		err = name_at(kb, s, at, scan, &len);
		if (!len)
			len = unknown_take(scan, &s->words[at]);
	}
	return err;
}

/* --- What bears the name ------------------------------------------------------------------------------- */

struct found {
	struct unit unit;
	const char *province_code, *type, *name; /* type and name of what was asked for */
};

struct finds {
	struct found items[UNITS_MAX * 4];
	size_t count;
};

static const char *column(struct arena *a, sqlite3_stmt *s, int i, bool *failed)
{
	const char *text = kb_column(s, i), *copy = arena_string(a, text);

	*failed |= text && !copy;
	return copy;
}

/* "đặc khu Vân Đồn" → "Đặc khu Vân Đồn" */
static const char *capital(struct arena *a, const char *name)
{
	utf8proc_int32_t first;
	utf8proc_uint8_t large[4];
	utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)name, -1, &first);
	utf8proc_ssize_t size = len > 0 ? utf8proc_encode_char(utf8proc_toupper(first), large) : 0;

	return arena_printf(a, "%.*s%s", (int)size, (const char *)large, name + (len > 0 ? len : 0));
}

static enum err find_read(struct arena *a, sqlite3_stmt *s, struct finds *finds)
{
	struct found f = {0};
	bool failed = false;

	f.unit.code = column(a, s, 0, &failed);
	f.unit.name = capital(a, kb_column(s, 1));
	f.province_code = column(a, s, 2, &failed);
	f.unit.province = column(a, s, 3, &failed);
	f.unit.formed = column(a, s, 4, &failed);
	f.unit.old = column(a, s, 5, &failed);
	f.unit.district = column(a, s, 6, &failed);
	f.unit.partial = sqlite3_column_int(s, 7);
	f.unit.unchanged = sqlite3_column_int(s, 8);
	f.unit.note = column(a, s, 9, &failed);
	f.type = column(a, s, 10, &failed);
	f.name = column(a, s, 11, &failed);
	f.unit.facts = column(a, s, 12, &failed);
	failed |= !f.unit.name;
	f.unit.old_is_province = f.unit.old && !f.unit.province;
	finds->items[finds->count++] = f;
	return failed ? ERR_NOMEM : OK;
}

/* ?1 is the name or the code. */
static enum err rows_read(struct kb *kb, struct arena *a, enum kb_statement which, const char *first,
	bool provinces, struct finds *finds)
{
	sqlite3_stmt *s = kb->statements[which];
	enum err err = OK;
	int rc = SQLITE_DONE;

	sqlite3_bind_text(s, 1, first, -1, SQLITE_STATIC);
	if (which != KB_UNIT_BY_CODE)
		sqlite3_bind_int(s, 2, provinces);
	while (err == OK && finds->count < UNITS_MAX * 4 && (rc = sqlite3_step(s)) == SQLITE_ROW)
		err = find_read(a, s, finds);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	if (err == OK && rc != SQLITE_DONE && rc != SQLITE_ROW)
		err = ERR_STORE;
	return err;
}

/* --- Narrowing down ------------------------------------------------------------------------------------ */

typedef bool (*fits_cb)(const struct found *f, const void *arg);

/* Keeps what fits, unless nothing does. */
static void narrow(struct finds *finds, fits_cb fits, const void *arg)
{
	size_t kept = 0;

	for (size_t i = 0; i < finds->count; i++)
		kept += fits(&finds->items[i], arg);
	if (!kept)
		return;
	kept = 0;
	for (size_t i = 0; i < finds->count; i++)
		if (fits(&finds->items[i], arg))
			finds->items[kept++] = finds->items[i];
	finds->count = kept;
}

struct said_name {
	const struct sentence *sentence;
	const struct named *named;
};

/* Every syllable that was typed with marks has the name's; `strict`: also those typed without. */
static bool marks_agree(const struct found *f, const struct said_name *said, bool strict)
{
	struct fold fold;
	struct fold_syllable syllable;

	fold_init(&fold, f->name, strlen(f->name));
	for (size_t i = 0; i < said->named->len && fold_next(&fold, &syllable); i++) {
		const struct word *w = &said->sentence->words[said->named->at + i];

		if ((strict || w->has_marks) && strcmp(w->marked, syllable.marked) != 0)
			return false;
	}
	return true;
}

static bool fits_marks(const struct found *f, const void *arg)
{
	return marks_agree(f, arg, false);
}

static bool fits_exactly(const struct found *f, const void *arg)
{
	return marks_agree(f, arg, true);
}

static bool fits_type(const struct found *f, const void *arg)
{
	return f->type && strcmp(f->type, arg) == 0;
}

static bool fits_province(const struct found *f, const void *arg)
{
	return f->province_code && strcmp(f->province_code, arg) == 0;
}

static bool fits_old(const struct found *f, const void *arg)
{
	(void)arg;
	return f->unit.old != NULL;
}

/* The district's name, with its type or of several syllables, stands in the sentence. */
static bool fits_district(const struct found *f, const void *arg)
{
	char folded[KEY_MAX + 2] = " ";
	const char *name = folded;
	size_t len;

	if (!f->unit.district)
		return false;
	len = 1 + fold_plain(f->unit.district, strlen(f->unit.district), folded + 1, KEY_MAX - 2);
	memcpy(folded + len, " ", 2);
	if (strstr(arg, folded))
		return true;
	name = strchr(folded + 1, ' ');
	if (strncmp(folded, " thi ", 5) == 0 || strncmp(folded, " thanh ", 7) == 0)
		name = strchr(name + 1, ' ');
	return name && strchr(name + 1, ' ') != name + strlen(name) - 1 && strstr(arg, name);
}

/* Each province named beside, as the one it is in today. */
static enum err narrow_by_provinces(
	struct kb *kb, struct arena *a, const struct scan *scan, struct finds *finds)
{
	enum err err = OK;

	for (size_t i = 0; i < scan->province_count && err == OK; i++) {
		struct finds *provinces = arena_alloc(a, sizeof *provinces);

		if (!provinces)
			return ERR_NOMEM;
		if (strcmp(scan->provinces[i], scan->best.key) == 0 && scan->best.is_province)
			continue;
		err = rows_read(kb, a, KB_UNIT_BY_OLD, scan->provinces[i], true, provinces);
		if (err == OK && provinces->count)
			narrow(finds, fits_province, provinces->items[0].unit.code);
	}
	return err;
}

static enum err narrow_all(struct kb *kb, struct arena *a, const struct sentence *s, const struct scan *scan,
	const char *account, struct finds *finds)
{
	const struct said_name said = {s, &scan->best};
	const struct word *word = &s->words[scan->best.at];
	struct whose whose;
	enum err err;

	narrow(finds, fits_marks, &said);
	if (s->has_marks)
		narrow(finds, fits_exactly, &said);
	if (scan->best.type == TYPE_COMMUNE)
		narrow(finds, fits_type, word->said);
	narrow(finds, fits_district, s->plain);
	err = narrow_by_provinces(kb, a, scan, finds);
	if (err == OK && account && !scan->province_count) {
		err = kb_whose(kb, account, &whose);
		if (err == OK)
			narrow(finds, fits_province, *whose.province ? whose.province : whose.unit);
	}
	narrow(finds, fits_old, NULL);
	return err;
}

/* --- Together ------------------------------------------------------------------------------------------ */

/* The same unit of today twice says nothing new, but for parts. */
static void hand_out(const struct finds *finds, struct units *units)
{
	units->match = finds->count ? UNIT_PLACES : UNIT_UNKNOWN;
	for (size_t i = 0; i < finds->count && units->count < UNITS_MAX; i++) {
		const struct unit *u = &finds->items[i].unit;
		bool twice = false;

		for (size_t k = 0; k < units->count; k++)
			twice |= strcmp(units->items[k].code, u->code) == 0;
		if (!twice)
			units->items[units->count++] = *u;
	}
}

static enum err by_name(struct kb *kb, struct arena *a, const struct scan *scan, struct finds *finds)
{
	bool province = scan->best.is_province;
	enum err err = rows_read(kb, a, KB_UNIT_BY_OLD, scan->best.key, province, finds);

	if (err == OK)
		err = rows_read(kb, a, KB_UNIT_BY_NAME, scan->best.key, province, finds);
	return err;
}

/* That unit: as the text names it if it does, else by itself. */
static enum err by_code(struct kb *kb, struct arena *a, const char *code, struct finds *finds)
{
	for (size_t i = 0; i < finds->count; i++)
		if (strcmp(finds->items[i].unit.code, code) == 0) {
			finds->items[0] = finds->items[i];
			finds->count = 1;
			return OK;
		}
	finds->count = 0;
	return rows_read(kb, a, KB_UNIT_BY_CODE, code, false, finds);
}

enum err unit_find(struct kb *kb, struct arena *a, const char *text, const char *code, const char *account,
	struct units *ret_units)
{
	struct sentence *s = arena_alloc(a, sizeof *s);
	struct scan *scan = arena_alloc(a, sizeof *scan);
	struct finds *finds = arena_alloc(a, sizeof *finds);
	struct units units = {.match = UNIT_UNNAMED};
	enum err err;

	if (!s || !scan || !finds)
		return ERR_NOMEM;
	sentence_read(s, text);
	err = sentence_scan(kb, s, scan);
	if (err == OK && scan->best_strength && !(scan->unknown && scan->best_strength < STRONG))
		err = by_name(kb, a, scan, finds);
	if (err == OK && finds->count)
		err = narrow_all(kb, a, s, scan, account, finds);
	if (err == OK && code)
		err = by_code(kb, a, code, finds);
	if (err != OK)
		return err;
	hand_out(finds, &units);
	units.rest = scan->rest;
	if (!units.count && !code)
		units.match = scan->unknown ? UNIT_UNKNOWN : scan->district ? UNIT_DISTRICT : UNIT_UNNAMED;
	*ret_units = units;
	return OK;
}

bool unit_is_split(const struct units *units)
{
	const struct unit *first = &units->items[0];
	bool partial = false;

	for (size_t i = 0; i < units->count; i++) {
		const struct unit *u = &units->items[i];

		if (!u->old || !u->province || strcmp(u->old, first->old) != 0 ||
			strcmp(u->province, first->province) != 0 || !u->district != !first->district ||
			(u->district && strcmp(u->district, first->district) != 0))
			return false;
		partial |= u->partial;
	}
	return units->count > 1 && partial;
}

/* An office of a district; a street address may still name the district it was in. */
bool unit_district_named(const char *text)
{
	static const char *const levels[] = {"huyện", "quận"}, *const offices[] = {"cấp ", "Công an ",
								       "công an ", "nhân dân ", "xã hội ",
								       "hành chính công ", "một cửa ",
								       "các "};

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		for (size_t j = 0; j < sizeof offices / sizeof *offices; j++) {
			const char *at = text;

			while ((at = strstr(at, offices[j])) != NULL) {
				at += strlen(offices[j]);
				if (strncmp(at, levels[i], strlen(levels[i])) == 0)
					return true;
			}
		}
	return false;
}
