#include "tests/support/slip.h"

#include <stdio.h>
#include <string.h>

enum { LETTERS_LEAST = 3, LETTERS_MOST = 40, TRIES = 30 };

static uint64_t seed = 1;

static unsigned draw(size_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((seed >> 33) % below);
}

void slip_seed(const char *text)
{
	seed = 1;
	for (const char *c = text; *c; c++)
		seed = seed * 31 + (unsigned char)*c;
}

/* --- Kinds ---------------------------------------------------------------------------------------------- */

static bool swap(struct slip_sentence *s, size_t at)
{
	char *w = s->words[at].plain;
	size_t i = draw(strlen(w) - 1);
	char c = w[i];

	w[i] = w[i + 1];
	w[i + 1] = c;
	return w[i] != w[i + 1];
}

static bool drop(struct slip_sentence *s, size_t at)
{
	char *w = s->words[at].plain;
	size_t i = draw(strlen(w));

	memmove(w + i, w + i + 1, strlen(w + i));
	return true;
}

static void insert(char *w, size_t i, char c)
{
	memmove(w + i + 1, w + i, strlen(w + i) + 1);
	w[i] = c;
}

static bool twice(struct slip_sentence *s, size_t at)
{
	char *w = s->words[at].plain;
	size_t i = draw(strlen(w));

	insert(w, i, w[i]);
	return true;
}

static char beside(char c)
{
	static const char *const near[26] = {"qwsz", "vghn", "xdfv", "serfcx", "wsdr", "drtgvc", "ftyhbv",
		"gyujnb", "ujko", "huiknm", "jiolm", "kop", "njk", "bhjm", "iklp", "ol", "wa", "edft",
		"awedxz", "rfgy", "yhji", "cfgb", "qase", "zsdc", "tghu", "asx"};
	const char *keys = near[c - 'a'];

	return keys[draw(strlen(keys))];
}

static bool other_key(struct slip_sentence *s, size_t at)
{
	char *w = s->words[at].plain;
	size_t i = draw(strlen(w));

	w[i] = beside(w[i]);
	return true;
}

static bool more_keys(struct slip_sentence *s, size_t at)
{
	char *w = s->words[at].plain;
	size_t i = draw(strlen(w));

	insert(w, i + draw(2), beside(w[i]));
	return true;
}

static bool join(struct slip_sentence *s, size_t at)
{
	if (at == 0)
		return false;
	s->words[at].glued = true;
	return true;
}

static bool join_all(struct slip_sentence *s, size_t at)
{
	(void)at;
	for (size_t i = 1; i < s->count; i++)
		s->words[i].glued = true;
	return s->count > 1 && s->count < 9;
}

static bool split(struct slip_sentence *s, size_t at)
{
	char *w = s->words[at].plain;

	insert(w, 1 + draw(strlen(w) - 1), ' ');
	return true;
}

/* The blank one letter too early or too late. */
static bool blank_moved(struct slip_sentence *s, size_t at)
{
	char *w = s->words[at].plain, *before;

	if (at == 0)
		return false;
	before = s->words[at - 1].plain;
	if (draw(2)) {
		before[strlen(before) + 1] = '\0';
		before[strlen(before)] = w[0];
		memmove(w, w + 1, strlen(w));
	} else {
		insert(w, 0, before[strlen(before) - 1]);
		before[strlen(before) - 1] = '\0';
	}
	return before[0] != '\0';
}

/* Marks as the keys of a keyboard that was not switched on: letter marks behind their letter, the tone at the end. */
static bool keys(struct slip_sentence *s, size_t at, bool vni)
{
	static const struct {
		const char *letters, *telex, *vni;
		char plain;
	} marks[] = {{"ăằắẳẵặ", "aw", "a8", 'a'}, {"âầấẩẫậ", "aa", "a6", 'a'}, {"êềếểễệ", "ee", "e6", 'e'},
		{"ôồốổỗộ", "oo", "o6", 'o'}, {"ơờớởỡợ", "ow", "o7", 'o'}, {"ưừứửữự", "uw", "u7", 'u'},
		{"đ", "dd", "d9", 'd'}};
	static const char *const tones[] = {
		"áắấéếíóốớúứý", "àằầèềìòồờùừỳ", "ảẳẩẻểỉỏổởủửỷ", "ãẵẫẽễĩõỗỡũữỹ", "ạặậẹệịọộợụựỵ"};
	char out[FOLD_MAX] = "", tone = '\0';
	size_t plain_at = 0;

	for (const char *m = s->words[at].marked; *m; plain_at++) {
		char letter[5] = {0};
		const char *as = NULL;
		size_t len = (unsigned char)*m < 0x80 ? 1 : (unsigned char)*m < 0xE0 ? 2 : 3;

		memcpy(letter, m, len);
		m += len;
		for (size_t i = 0; len > 1 && i < sizeof marks / sizeof *marks; i++)
			if (strstr(marks[i].letters, letter))
				as = vni ? marks[i].vni : marks[i].telex;
		for (size_t i = 0; len > 1 && i < 5; i++)
			if (strstr(tones[i], letter))
				tone = (vni ? "12345" : "sfrxj")[i];
		if (as)
			strcat(out, as);
		else
			strncat(out, &s->words[at].plain[plain_at], 1);
	}
	if (tone)
		strncat(out, &tone, 1);
	if (strcmp(out, s->words[at].plain) == 0)
		return false;
	strcpy(s->words[at].plain, out);
	return true;
}

static bool telex(struct slip_sentence *s, size_t at)
{
	return keys(s, at, false);
}

static bool vni(struct slip_sentence *s, size_t at)
{
	return keys(s, at, true);
}

static bool every_telex(struct slip_sentence *s, size_t at)
{
	bool any = false;

	(void)at;
	for (size_t i = 0; i < s->count; i++)
		any |= keys(s, i, false);
	return any;
}

/* A tone key at the end that was not taken. */
static bool key_left(struct slip_sentence *s, size_t at)
{
	char *w = s->words[at].plain;

	insert(w, strlen(w), "sfrxj"[draw(5)]);
	return true;
}

static bool letters_of_chat(struct slip_sentence *s, size_t at)
{
	static const char *const pairs[][2] = {{"ph", "f"}, {"qu", "w"}, {"gi", "j"}, {"d", "z"}, {"c", "k"},
		{"ch", "ck"}, {"ng", "g"}, {"nh", "h"}};
	char *w = s->words[at].plain, out[FOLD_MAX];

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		char *place = strstr(w, pairs[i][0]);

		if (!place || (i < 6 ? place != w : place == w))
			continue;
		snprintf(out, sizeof out, "%.*s%s%s", (int)(place - w), w, pairs[i][1],
			place + strlen(pairs[i][0]));
		strcpy(w, out);
		return true;
	}
	return false;
}

static bool drawn_out(struct slip_sentence *s, size_t at)
{
	char *w = s->words[at].plain;
	size_t len = strlen(w);

	for (size_t i = 0; i < 3; i++)
		insert(w, len, w[len - 1]);
	return true;
}

const struct slip_kind slip_kinds[] = {{"swap", swap}, {"drop", drop}, {"twice", twice},
	{"other key", other_key}, {"extra key", more_keys}, {"joined", join}, {"all joined", join_all},
	{"split", split}, {"blank moved", blank_moved}, {"telex", telex}, {"vni", vni},
	{"every telex", every_telex}, {"key left", key_left}, {"chat letters", letters_of_chat},
	{"drawn out", drawn_out}};
const size_t slip_kind_count = sizeof slip_kinds / sizeof *slip_kinds;

/* --- Sentences ------------------------------------------------------------------------------------------ */

void slip_split(const char *text, struct slip_sentence *ret_sentence)
{
	struct fold f;
	struct fold_syllable w;

	ret_sentence->count = 0;
	fold_init(&f, text, strlen(text));
	while (ret_sentence->count < 200 && fold_next(&f, &w)) {
		struct slip_word *out = &ret_sentence->words[ret_sentence->count];

		if (w.plain_len > LETTERS_MOST)
			continue;
		ret_sentence->count++;
		snprintf(out->plain, sizeof out->plain, "%s", w.plain);
		snprintf(out->marked, sizeof out->marked, "%s", w.marked);
		out->glued = false;
	}
}

void slip_write(const struct slip_sentence *s, char out[SLIP_ROOM])
{
	char *end = out;

	*out = '\0';
	for (size_t i = 0; i < s->count && end < out + SLIP_ROOM - 2 * FOLD_MAX; i++)
		end += sprintf(end, "%s%s", i && !s->words[i].glued ? " " : "", s->words[i].plain);
}

static bool can_slip(const char *word)
{
	return strlen(word) >= LETTERS_LEAST && strspn(word, "abcdefghijklmnopqrstuvwxyz") == strlen(word);
}

bool slip_once(const struct slip_kind *kind, const struct slip_sentence *s, struct slip_sentence *ret_slipped,
	size_t *ret_at)
{
	for (int tries = 0; s->count && tries < TRIES; tries++) {
		size_t at = draw(s->count);

		*ret_slipped = *s;
		if (can_slip(s->words[at].plain) && kind->slip(ret_slipped, at)) {
			*ret_at = at;
			return true;
		}
	}
	return false;
}
