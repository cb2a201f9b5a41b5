/* slips.c - labelled questions typed badly, one slip of one kind at a time: what the speller does for the search.
 *
 *   build/tests/eval/slips [-l KIND] DATA_DIR FILE...
 *
 * Each question is stripped of its marks; one of its words, drawn by a fixed seed, gets the slip. Columns: questions; top-1
 * without the slip; top-1 with it; share of them read as if there were no slip. -l lists what is lost by one kind. */
#include "knowledge/fold.h"
#include "knowledge/kb.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_ROOM = 8192, ROUNDS = 3, LETTERS_LEAST = 3, LETTERS_MOST = 40 };

struct word { /* of the question, as it is to be written */
	char plain[FOLD_MAX], marked[FOLD_MAX];
	bool glued; /* no blank before it */
};

struct sentence {
	struct word words[256];
	size_t count;
};

static uint64_t seed;

static unsigned draw(size_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((seed >> 33) % below);
}

/* --- Kinds of slips: each changes word `at`; false when it cannot ------------------------------------- */

static bool swap(struct sentence *s, size_t at)
{
	char *w = s->words[at].plain;
	size_t i = draw(strlen(w) - 1);
	char c = w[i];

	w[i] = w[i + 1];
	w[i + 1] = c;
	return w[i] != w[i + 1];
}

static bool drop(struct sentence *s, size_t at)
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

static bool twice(struct sentence *s, size_t at)
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

static bool other_key(struct sentence *s, size_t at)
{
	char *w = s->words[at].plain;
	size_t i = draw(strlen(w));

	w[i] = beside(w[i]);
	return true;
}

static bool more_keys(struct sentence *s, size_t at)
{
	char *w = s->words[at].plain;
	size_t i = draw(strlen(w));

	insert(w, i + draw(2), beside(w[i]));
	return true;
}

static bool join(struct sentence *s, size_t at)
{
	if (at == 0)
		return false;
	s->words[at].glued = true;
	return true;
}

static bool join_all(struct sentence *s, size_t at)
{
	(void)at;
	for (size_t i = 1; i < s->count; i++)
		s->words[i].glued = true;
	return s->count > 1 && s->count < 9;
}

static bool split(struct sentence *s, size_t at)
{
	char *w = s->words[at].plain;

	insert(w, 1 + draw(strlen(w) - 1), ' ');
	return true;
}

/* The blank one letter too early or too late. */
static bool blank_moved(struct sentence *s, size_t at)
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
static bool keys(struct sentence *s, size_t at, bool vni)
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

static bool telex(struct sentence *s, size_t at)
{
	return keys(s, at, false);
}

static bool vni(struct sentence *s, size_t at)
{
	return keys(s, at, true);
}

static bool every_telex(struct sentence *s, size_t at)
{
	bool any = false;

	(void)at;
	for (size_t i = 0; i < s->count; i++)
		any |= keys(s, i, false);
	return any;
}

/* A tone key at the end that was not taken. */
static bool key_left(struct sentence *s, size_t at)
{
	char *w = s->words[at].plain;

	insert(w, strlen(w), "sfrxj"[draw(5)]);
	return true;
}

static bool letters_of_chat(struct sentence *s, size_t at)
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

static bool drawn_out(struct sentence *s, size_t at)
{
	char *w = s->words[at].plain;
	size_t len = strlen(w);

	for (size_t i = 0; i < 3; i++)
		insert(w, len, w[len - 1]);
	return true;
}

static const struct kind {
	const char *name;
	bool (*slip)(struct sentence *s, size_t at);
} kinds[] = {{"swap", swap}, {"drop", drop}, {"twice", twice}, {"other key", other_key},
	{"extra key", more_keys}, {"joined", join}, {"all joined", join_all}, {"split", split},
	{"blank moved", blank_moved}, {"telex", telex}, {"vni", vni}, {"every telex", every_telex},
	{"key left", key_left}, {"chat letters", letters_of_chat}, {"drawn out", drawn_out}};
#define KINDS (sizeof kinds / sizeof *kinds)

/* --- Asking ------------------------------------------------------------------------------------------- */

static struct {
	struct words *words;
	struct kb *kb;
	struct arena arena;
	const char *list;
	struct tally {
		unsigned n, right, right_slip, same;
	} tallies[KINDS];
} all;

static void die(const char *what, const struct why *why)
{
	fprintf(stderr, "slips: %s %s\n", what, why ? why->text : "");
	exit(1);
}

static void split_words(const char *text, struct sentence *ret_sentence)
{
	struct fold f;
	struct fold_syllable w;

	ret_sentence->count = 0;
	fold_init(&f, text, strlen(text));
	while (ret_sentence->count < 200 && fold_next(&f, &w)) {
		struct word *out = &ret_sentence->words[ret_sentence->count];

		if (w.plain_len > LETTERS_MOST)
			continue;
		ret_sentence->count++;
		snprintf(out->plain, sizeof out->plain, "%s", w.plain);
		snprintf(out->marked, sizeof out->marked, "%s", w.marked);
		out->glued = false;
	}
}

static void write_out(const struct sentence *s, char *out)
{
	char *end = out;

	*out = '\0';
	for (size_t i = 0; i < s->count && end < out + TEXT_ROOM - 2 * FOLD_MAX; i++)
		end += sprintf(end, "%s%s", i && !s->words[i].glued ? " " : "", s->words[i].plain);
}

/* Whether the first answer is one of `gold`; what was read goes to `folded`. */
static bool ask(const char *text, const cJSON *gold, char *folded)
{
	struct search_scope scope = {0};
	struct answers answers = {0};
	struct question q;
	const cJSON *g;
	bool right = false;

	arena_reset(&all.arena);
	if (question_parse(all.words, &all.arena, text, &q) != OK ||
		kb_search(all.kb, &all.arena, &q, &scope, &answers) != OK)
		die("could not ask", NULL);
	cJSON_ArrayForEach(g, gold) right |=
		answers.count && strcmp(answers.items[0].id, g->valuestring) == 0;
	snprintf(folded, TEXT_ROOM, "%s", q.folded);
	return right;
}

static bool can_slip(const char *word)
{
	return strlen(word) >= LETTERS_LEAST && strspn(word, "abcdefghijklmnopqrstuvwxyz") == strlen(word);
}

static void slip_once(const struct sentence *s, size_t kind, bool right, const char *meant, const cJSON *gold)
{
	static char text[TEXT_ROOM], folded[TEXT_ROOM];
	struct sentence slipped = *s;
	struct tally *t = &all.tallies[kind];
	size_t at;
	bool right_slip;

	for (size_t tries = 0;; tries++) {
		at = draw(s->count);
		if (tries == 30)
			return;
		if (can_slip(s->words[at].plain) && kinds[kind].slip(&slipped, at))
			break;
		slipped = *s;
	}
	write_out(&slipped, text);
	right_slip = ask(text, gold, folded);
	t->n++;
	t->right += right;
	t->right_slip += right_slip;
	t->same += strcmp(folded, meant) == 0;
	if (all.list && strcmp(all.list, kinds[kind].name) == 0 && strcmp(folded, meant) != 0)
		printf("%s\t%s\t%s\t%s\n", right && !right_slip ? "LOST" : "", s->words[at].plain, text,
			folded);
}

static void ask_row(const cJSON *row)
{
	static char plain[TEXT_ROOM], meant[TEXT_ROOM];
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(row, "q"));
	const char *beh = cJSON_GetStringValue(cJSON_GetObjectItem(row, "beh"));
	const cJSON *gold = cJSON_GetObjectItem(row, "gold"), *first = cJSON_GetArrayItem(gold, 0);
	struct sentence s;
	bool right;

	if (!text || !first || strncmp(first->valuestring, "faq:", 4) == 0 ||
		(beh && strcmp(beh, "answer") != 0))
		return;
	split_words(text, &s);
	write_out(&s, plain);
	right = ask(plain, gold, meant);
	seed = 1;
	for (const char *c = text; *c; c++)
		seed = seed * 31 + (unsigned char)*c;
	for (size_t kind = 0; s.count && kind < KINDS; kind++)
		for (int round = 0; round < ROUNDS; round++)
			slip_once(&s, kind, right, meant, gold);
}

static void read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	if (!file)
		die("could not open", NULL);
	while (getline(&line, &room, file) > 0) {
		cJSON *row = cJSON_Parse(line);

		ask_row(row);
		cJSON_Delete(row);
	}
	free(line);
	fclose(file);
}

static void print(void)
{
	puts("slip              n  top1  slip   read");
	for (size_t i = 0; i < KINDS; i++) {
		const struct tally *t = &all.tallies[i];

		if (t->n)
			printf("%-13s %5u %.3f %.3f  %.3f\n", kinds[i].name, t->n, (double)t->right / t->n,
				(double)t->right_slip / t->n, (double)t->same / t->n);
	}
}

int main(int argc, char **argv)
{
	struct why why = {""};
	char path[4096];
	int at = 1;

	if (argc > 2 && strcmp(argv[1], "-l") == 0) {
		all.list = argv[2];
		at = 3;
	}
	if (argc < at + 2)
		die("usage: slips [-l KIND] DATA_DIR FILE...", NULL);
	snprintf(path, sizeof path, "%s/knowledge.db", argv[at]);
	if (words_load(&all.words, &why) != OK || kb_open(path, all.words, &all.kb, &why) != OK)
		die("could not start:", &why);
	arena_init(&all.arena, (size_t)64 << 20);
	while (++at < argc)
		read_file(argv[at]);
	print();
	arena_release(&all.arena);
	kb_close(all.kb);
	words_free(all.words);
	return 0;
}
