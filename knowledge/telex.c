#include "knowledge/telex.h"

#include <string.h>

enum { LETTERS_MAX = 12 };

struct keys { /* a syllable being decoded: letters with combining marks behind them */
	char letters[LETTERS_MAX + 1];
	const char *mark[LETTERS_MAX + 1]; /* of each letter, or NULL */
	size_t count;
	const char *tone;
	bool stroke;   /* the first letter is đ */
	unsigned used; /* keys that were marks */
};

static const char *const hat = "\xCC\x82", *const horn = "\xCC\x9B", *const breve = "\xCC\x86";

static const char *tone_key(char c)
{
	switch (c) {
	case 's':
	case '1': return "\xCC\x81";
	case 'f':
	case '2': return "\xCC\x80";
	case 'r':
	case '3': return "\xCC\x89";
	case 'x':
	case '4': return "\xCC\x83";
	case 'j':
	case '5': return "\xCC\xA3";
	default: return NULL;
	}
}

static bool any_vowel(const struct keys *k)
{
	for (size_t i = 0; i < k->count; i++)
		if (strchr("aeiouy", k->letters[i]))
			return true;
	return false;
}

/* "w", "7", "8": horn on u and o, breve on a. */
static bool horn_key(struct keys *k)
{
	bool done = false;

	for (size_t i = 0; i < k->count; i++) {
		if (k->mark[i] || !strchr("aou", k->letters[i]) ||
			(k->letters[i] == 'u' && i > 0 && k->letters[i - 1] == 'q'))
			continue;
		k->mark[i] = k->letters[i] == 'a' ? breve : horn;
		done = true;
	}
	return done;
}

static bool hat_key(struct keys *k, const char *on)
{
	for (size_t i = k->count; i-- > 0;)
		if (!k->mark[i] && strchr(on, k->letters[i])) {
			k->mark[i] = hat;
			return true;
		}
	return false;
}

/* True when the key was a mark. */
static bool mark_key(struct keys *k, char c)
{
	char twice[2] = {c, '\0'};

	if (c == 'd' && k->count == 1 && k->letters[0] == 'd' && !k->stroke)
		return k->stroke = true;
	if (c == '9' && k->count > 0 && k->letters[0] == 'd')
		return k->stroke = true;
	if (tone_key(c) && any_vowel(k)) {
		k->tone = tone_key(c);
		return true;
	}
	if (c == 'w' || c == '7' || c == '8')
		return horn_key(k);
	if (c == '6')
		return hat_key(k, "aeo");
	return (c == 'a' || c == 'e' || c == 'o') && k->count > 0 && k->letters[k->count - 1] == c &&
	       hat_key(k, twice);
}

static size_t spell_out(const struct keys *k, char *text, size_t room)
{
	size_t at = 0;

	for (size_t i = 0; i < k->count && at + 8 < room; i++) {
		if (i == 0 && k->stroke) {
			memcpy(text, "đ", 2);
			at = 2;
		} else {
			text[at++] = k->letters[i];
		}
		if (k->mark[i]) {
			memcpy(text + at, k->mark[i], 2);
			at += 2;
		}
	}
	return at;
}

bool telex_decode(const char *typed, struct fold_syllable *ret_syllable, unsigned *ret_keys)
{
	struct keys k = {.count = 0};
	struct fold f;
	struct fold_syllable s;
	char text[4 * LETTERS_MAX + 16];
	size_t len;

	for (; *typed; typed++) {
		if (mark_key(&k, *typed)) {
			k.used++;
			continue;
		}
		if (k.count == LETTERS_MAX || *typed < 'a' || *typed > 'z')
			return false;
		k.letters[k.count++] = *typed;
	}
	if (k.used == 0 || k.count == 0)
		return false;
	len = spell_out(&k, text, sizeof text - 4);
	if (k.tone) { /* behind the last vowel; fold puts it where it belongs */
		size_t at = len;

		while (at > 0 && (unsigned char)text[at - 1] < 0x80 && !strchr("aeiouy", text[at - 1]))
			at--;
		memmove(text + at + 2, text + at, len - at);
		memcpy(text + at, k.tone, 2);
		len += 2;
	}
	fold_init(&f, text, len);
	if (!fold_next(&f, &s) || f.at != len)
		return false;
	*ret_syllable = s;
	*ret_keys = k.used;
	return true;
}
