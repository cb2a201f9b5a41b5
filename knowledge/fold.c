/* fold.c - one syllable at a time: code points are taken apart into letter, letter mark and tone, and put
 * together again in one way. It cannot fail; what is no letter or digit separates. */
#include "knowledge/fold.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum mark { MARK_NONE, MARK_BREVE, MARK_HAT, MARK_HORN, MARK_STROKE };
enum tone { TONE_NONE, TONE_GRAVE, TONE_ACUTE, TONE_HOOK, TONE_TILDE, TONE_DOT, TONE_COUNT };

#define UNITS_MAX 48

struct unit {
	uint32_t letter; /* lower case, 'a' … 'z' without marks, or another script's */
	uint8_t mark, tone;
};

static const struct vowel {
	char letter;
	uint8_t mark;
	const char *toned[TONE_COUNT];
} vowels[] = {
	{'a', MARK_NONE, {"a", "à", "á", "ả", "ã", "ạ"}},
	{'a', MARK_BREVE, {"ă", "ằ", "ắ", "ẳ", "ẵ", "ặ"}},
	{'a', MARK_HAT, {"â", "ầ", "ấ", "ẩ", "ẫ", "ậ"}},
	{'e', MARK_NONE, {"e", "è", "é", "ẻ", "ẽ", "ẹ"}},
	{'e', MARK_HAT, {"ê", "ề", "ế", "ể", "ễ", "ệ"}},
	{'i', MARK_NONE, {"i", "ì", "í", "ỉ", "ĩ", "ị"}},
	{'o', MARK_NONE, {"o", "ò", "ó", "ỏ", "õ", "ọ"}},
	{'o', MARK_HAT, {"ô", "ồ", "ố", "ổ", "ỗ", "ộ"}},
	{'o', MARK_HORN, {"ơ", "ờ", "ớ", "ở", "ỡ", "ợ"}},
	{'u', MARK_NONE, {"u", "ù", "ú", "ủ", "ũ", "ụ"}},
	{'u', MARK_HORN, {"ư", "ừ", "ứ", "ử", "ữ", "ự"}},
	{'y', MARK_NONE, {"y", "ỳ", "ý", "ỷ", "ỹ", "ỵ"}},
};
#define VOWELS (sizeof vowels / sizeof *vowels)

/* Code point → vowel and tone, filled once from the table above. */
enum { LATIN_END = 0x1B1, VIET_BEGIN = 0x1EA0, VIET_END = 0x1F00 };
static uint8_t latin[LATIN_END],
	viet[VIET_END - VIET_BEGIN]; /* 0: none, else 1 + vowel * TONE_COUNT + tone */
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void tables_fill(void)
{
	for (size_t v = 0; v < VOWELS; v++)
		for (size_t t = 0; t < TONE_COUNT; t++) {
			utf8proc_int32_t cp;

			utf8proc_iterate((const utf8proc_uint8_t *)vowels[v].toned[t], -1, &cp);
			if (cp >= VIET_BEGIN)
				viet[cp - VIET_BEGIN] = (uint8_t)(1 + v * TONE_COUNT + t);
			else
				latin[cp] = (uint8_t)(1 + v * TONE_COUNT + t);
		}
}

void fold_init(struct fold *f, const char *text, size_t len)
{
	pthread_once(&tables_once, tables_fill);
	*f = (struct fold){text, len, 0};
}

/* The next code point without moving; its length in *ret_len. Broken bytes read as a blank. */
static uint32_t peek(const struct fold *f, size_t *ret_len)
{
	utf8proc_int32_t cp;
	utf8proc_ssize_t n;

	if ((unsigned char)f->text[f->at] < 0x80) {
		*ret_len = 1;
		return (unsigned char)f->text[f->at];
	}
	n = utf8proc_iterate(
		(const utf8proc_uint8_t *)f->text + f->at, (utf8proc_ssize_t)(f->len - f->at), &cp);
	*ret_len = n > 0 ? (size_t)n : 1;
	return n > 0 ? (uint32_t)cp : ' ';
}

static uint32_t lower(uint32_t cp)
{
	if (cp >= VIET_BEGIN && cp < VIET_END)
		return cp | 1;
	return (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
}

static enum tone tone_of(uint32_t cp)
{
	switch (cp) {
	case 0x300:
	case 0x340: return TONE_GRAVE;
	case 0x301:
	case 0x341: return TONE_ACUTE;
	case 0x309: return TONE_HOOK;
	case 0x303: return TONE_TILDE;
	case 0x323: return TONE_DOT;
	default: return TONE_NONE;
	}
}

static enum mark mark_of(uint32_t cp)
{
	return cp == 0x302 ? MARK_HAT : cp == 0x306 ? MARK_BREVE : cp == 0x31B ? MARK_HORN : MARK_NONE;
}

static bool carries(uint32_t letter, enum mark mark)
{
	for (size_t v = 0; v < VOWELS; v++)
		if ((uint32_t)vowels[v].letter == letter && vowels[v].mark == mark)
			return true;
	return false;
}

/* A combining mark belongs to the unit before it; one that no such letter carries is dropped. False when it is no mark. */
static bool combine(struct unit *u, uint32_t cp)
{
	enum tone tone = tone_of(cp);
	enum mark mark = mark_of(cp);

	if (tone != TONE_NONE && carries(u->letter, MARK_NONE))
		u->tone = (uint8_t)tone;
	if (mark != MARK_NONE && carries(u->letter, mark))
		u->mark = (uint8_t)mark;
	return tone != TONE_NONE || mark != MARK_NONE ||
	       utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_MN;
}

static bool is_letter(utf8proc_int32_t cp)
{
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND: return true;
	default: return false;
	}
}

/* Letters of the tables; `cp` is lower case. */
static bool take_known(uint32_t cp, struct unit *ret_unit)
{
	uint8_t code;

	if (cp < 0x80) {
		*ret_unit = (struct unit){cp, MARK_NONE, TONE_NONE};
		return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9');
	}
	if (cp == 0x111 || cp == 0xF0) { /* đ, and the Icelandic letter that looks like it */
		*ret_unit = (struct unit){'d', MARK_STROKE, TONE_NONE};
		return true;
	}
	code = cp < LATIN_END ? latin[cp] : cp >= VIET_BEGIN && cp < VIET_END ? viet[cp - VIET_BEGIN] : 0;
	if (code == 0)
		return false;
	code--;
	*ret_unit = (struct unit){(uint32_t)vowels[code / TONE_COUNT].letter, vowels[code / TONE_COUNT].mark,
		(uint8_t)(code % TONE_COUNT)};
	return true;
}

/* Letters beyond the tables: ñ and ü lose their mark, other scripts stay. What decomposes to no letter first, as some marks
 * that call themselves letters do, separates: a form folds to itself. */
static bool take_foreign(uint32_t cp, struct unit *ret_unit)
{
	utf8proc_int32_t parts[8];
	int boundary = 0;

	if (!is_letter((utf8proc_int32_t)cp) ||
		utf8proc_decompose_char((utf8proc_int32_t)cp, parts, 8,
			UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &boundary) < 1 ||
		!is_letter(parts[0]))
		return false;
	if (!take_known((uint32_t)parts[0], ret_unit))
		*ret_unit = (struct unit){(uint32_t)parts[0], MARK_NONE, TONE_NONE};
	return true;
}

/* A letter or digit → unit; false for what separates. */
static bool take(uint32_t cp, struct unit *ret_unit)
{
	if (cp < 0x80)
		return take_known(cp >= 'A' && cp <= 'Z' ? cp | 0x20 : cp, ret_unit);
	cp = lower(cp);
	return take_known(cp, ret_unit) || take_foreign(cp, ret_unit);
}

static bool is_vowel(const struct unit *u)
{
	return u->letter < 0x80 && strchr("aeiouy", (int)u->letter);
}

/* kỹ and kĩ, quý and quí: one letter for both. "y tế", "thúy" and "hay" keep their y. */
static void settle_y(struct unit *u, size_t n)
{
	if (n >= 2 && u[n - 1].letter == 'y' &&
		(!is_vowel(&u[n - 2]) || (n == 3 && u[0].letter == 'q' && u[1].letter == 'u')))
		u[n - 1].letter = 'i';
}

/* Where the tone of a single syllable is written: the vowel with a mark, else the last before a final
 * consonant, else the first of two (hòa would be the other school; we write hoà, thuý), the middle of three.
 * SIZE_MAX: no vowel. */
static size_t tone_place(const struct unit *u, size_t n)
{
	size_t begin = 0, end, marked = SIZE_MAX;

	while (begin < n && !is_vowel(&u[begin]))
		begin++;
	if (begin > 0 && begin + 1 < n && is_vowel(&u[begin + 1]) &&
		((u[begin].letter == 'u' && u[begin - 1].letter == 'q') ||
			(u[begin].letter == 'i' && u[begin - 1].letter == 'g' && begin == 1)))
		begin++;
	for (end = begin; end < n && is_vowel(&u[end]); end++)
		if (u[end].mark != MARK_NONE)
			marked = end;
	for (size_t i = end; i < n; i++)
		if (is_vowel(&u[i]))
			return SIZE_MAX;
	if (begin == end)
		return SIZE_MAX;
	if (marked != SIZE_MAX)
		return marked;
	if (end < n || end - begin == 1)
		return end - 1;
	if (end - begin == 2)
		return (u[begin].letter == 'o' && u[begin + 1].letter != 'i') ||
				       (u[begin].letter == 'u' && u[begin + 1].letter == 'y')
			       ? begin + 1
			       : begin;
	return begin + 1;
}

/* One tone moves to its place; several are the sign of words run together and stay where they are. */
static void settle_tone(struct unit *u, size_t n)
{
	size_t count = 0, place;
	uint8_t tone = TONE_NONE;

	for (size_t i = 0; i < n; i++)
		if (u[i].tone != TONE_NONE) {
			tone = u[i].tone;
			count++;
		}
	place = count == 1 ? tone_place(u, n) : SIZE_MAX;
	if (place == SIZE_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		u[i].tone = i == place ? tone : TONE_NONE;
}

static size_t put(char *out, size_t at, uint32_t cp)
{
	if (cp < 0x80) {
		out[at] = (char)cp;
		return at + 1;
	}
	return at + (size_t)utf8proc_encode_char((utf8proc_int32_t)cp, (utf8proc_uint8_t *)out + at);
}

static size_t put_marked(char *out, size_t at, const struct unit *u)
{
	if (u->mark == MARK_STROKE)
		return put(out, at, 0x111);
	if (u->mark != MARK_NONE || u->tone != TONE_NONE)
		for (size_t v = 0; v < VOWELS; v++)
			if ((uint32_t)vowels[v].letter == u->letter && vowels[v].mark == u->mark) {
				size_t len = strlen(vowels[v].toned[u->tone]);

				memcpy(out + at, vowels[v].toned[u->tone], len);
				return at + len;
			}
	return put(out, at, u->letter);
}

static void write_forms(const struct unit *u, size_t n, struct fold_syllable *s)
{
	s->plain_len = s->marked_len = 0;
	s->has_marks = false;
	for (size_t i = 0; i < n; i++) {
		s->plain_len = put(s->plain, s->plain_len, u[i].letter);
		s->has_marks |= u[i].mark != MARK_NONE || u[i].tone != TONE_NONE;
	}
	s->plain[s->plain_len] = '\0';
	if (!s->has_marks) {
		memcpy(s->marked, s->plain, s->plain_len + 1);
		s->marked_len = s->plain_len;
		return;
	}
	for (size_t i = 0; i < n; i++)
		s->marked_len = put_marked(s->marked, s->marked_len, &u[i]);
	s->marked[s->marked_len] = '\0';
}

bool fold_next(struct fold *f, struct fold_syllable *ret_syllable)
{
	struct unit units[UNITS_MAX];
	size_t n = 0, len;

	_Static_assert(FOLD_MAX > 4 * UNITS_MAX, "a form holds every unit");
	while (f->at < f->len && n < UNITS_MAX) {
		uint32_t cp = peek(f, &len);

		if (n > 0 && cp >= 0x300 && cp < 0x370 && combine(&units[n - 1], cp)) {
			f->at += len;
			continue;
		}
		if (take(cp, &units[n])) {
			if (n == 0)
				ret_syllable->start = f->at;
			n++;
		} else if (n > 0) {
			break;
		}
		f->at += len;
	}
	if (n == 0)
		return false;
	ret_syllable->end = f->at;
	settle_y(units, n);
	settle_tone(units, n);
	write_forms(units, n, ret_syllable);
	return true;
}

size_t fold_plain(const char *text, size_t len, char *out, size_t room)
{
	struct fold f;
	struct fold_syllable s;
	size_t at = 0;

	fold_init(&f, text, len);
	while (fold_next(&f, &s) && at + s.plain_len + 2 <= room) {
		if (at > 0)
			out[at++] = ' ';
		memcpy(out + at, s.plain, s.plain_len);
		at += s.plain_len;
	}
	if (room > 0)
		out[at] = '\0';
	return at;
}
