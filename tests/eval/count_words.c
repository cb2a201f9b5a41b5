/* count_words.c - national records and our ways of asking → the counted lists that spelling uses.
 *
 *   build/tests/eval/count_words syllables FILE... > knowledge/words/syllables.tsv
 *   build/tests/eval/count_words pairs     FILE... > knowledge/words/pairs.tsv
 *
 * A way of asking counts forty times and a name ten times as much as running text, which there is so much more of. What is
 * no Vietnamese syllable by its letters counts a tenth, and only when names or ways of asking use it. */
#include "knowledge/fold.h"
#include "knowledge/numbers.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	OF_TEXT = 1,
	OF_NAME = 10,
	OF_ASK = 40,
	SYLLABLE_LEAST = 8,
	FOREIGN_LEAST = 40,
	PAIR_LEAST = 30,
	BODY_MAX = 6000
};

struct word {
	char text[2 * FOLD_MAX];
	unsigned count;
	bool foreign;
};

static struct {
	struct numbers numbers; /* key → place in items, from 1 */
	struct word *items;
	size_t room;
	bool pairs;
} all;

static void count(const char *text, unsigned weight, bool foreign)
{
	uint32_t number;

	if (numbers_give(&all.numbers, numbers_key(text, strlen(text)), &number) != OK)
		abort();
	if (number >= all.room) {
		size_t room = all.room ? all.room * 2 : 4096;

		all.items = realloc(all.items, room * sizeof *all.items);
		if (!all.items)
			abort();
		memset(all.items + all.room, 0, (room - all.room) * sizeof *all.items);
		all.room = room;
	}
	snprintf(all.items[number].text, sizeof all.items->text, "%s", text);
	all.items[number].foreign = foreign;
	all.items[number].count += weight;
}

/* The longest of `parts` that `s` begins with; its length. */
static size_t longest(const char *s, const char *const *parts)
{
	size_t best = 0;

	for (; *parts; parts++) {
		size_t len = strlen(*parts);

		if (len > best && strncmp(s, *parts, len) == 0)
			best = len;
	}
	return best;
}

/* Onset, one to three vowels, coda; nothing else. */
static bool is_vietnamese(const char *plain)
{
	static const char *const onsets[] = {"ngh", "ng", "nh", "gh", "gi", "kh", "ch", "ph", "th", "tr",
		"qu", "b", "c", "d", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", NULL};
	static const char *const codas[] = {"ch", "ng", "nh", "c", "m", "n", "p", "t", NULL};
	const char *at = plain + longest(plain, onsets);
	size_t vowels = strspn(at, "aeiouy");

	if (vowels == 0 && at > plain) { /* "gi" alone: its vowel is the onset's */
		at--;
		vowels = strspn(at, "aeiouy");
	}
	return vowels >= 1 && vowels <= 3 && at[vowels + longest(at + vowels, codas)] == '\0';
}

static bool breaks_phrase(const char *text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (text[i] && strchr(".;:?!\n()", text[i]))
			return true;
	return false;
}

static void feed(const char *text, size_t most, unsigned weight)
{
	struct fold f;
	struct fold_syllable s;
	char before[FOLD_MAX] = "", pair[2 * FOLD_MAX];
	size_t end = 0;

	if (!text)
		return;
	fold_init(&f, text, strnlen(text, most));
	while (fold_next(&f, &s)) {
		bool ours = is_vietnamese(s.plain);

		if (breaks_phrase(text, end, s.start))
			before[0] = '\0';
		end = s.end;
		if (!all.pairs && ours)
			count(s.marked, weight, false);
		else if (!all.pairs && weight >= OF_NAME && s.plain_len >= 3 && strpbrk(s.plain, "aeiouy") &&
			 !strpbrk(s.plain, "0123456789"))
			count(s.marked, weight, true);
		if (all.pairs && ours && before[0]) {
			snprintf(pair, sizeof pair, "%s %s", before, s.plain);
			count(pair, weight, false);
		}
		snprintf(before, sizeof before, "%s", ours ? s.plain : "");
	}
}

static const char *member(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void feed_row(const cJSON *row)
{
	const cJSON *item;

	feed(member(row, "name"), SIZE_MAX, OF_NAME);
	feed(member(row, "title"), SIZE_MAX, OF_ASK);
	feed(member(row, "steps"), BODY_MAX, OF_TEXT);
	feed(member(row, "conditions"), BODY_MAX, OF_TEXT);
	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(row, "ask"))
		feed(cJSON_GetStringValue(item), SIZE_MAX, OF_ASK);
	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(row, "documents"))
		feed(member(item, "name"), BODY_MAX, OF_TEXT);
}

static int more(const void *left, const void *right)
{
	const struct word *l = left, *r = right;

	if (l->count != r->count)
		return l->count < r->count ? 1 : -1;
	return strcmp(l->text, r->text);
}

static void print(void)
{
	puts(all.pairs ? "# Pairs of neighbouring syllables without marks and how often they stand beside "
			 "one another; source and weights as in\n"
			 "# syllables.tsv, made by tests/eval/count_words.c."
		       : "# Vietnamese syllables with how often they stand in the names and texts of the "
			 "national procedures (Cổng Dịch vụ\n"
			 "# công quốc gia, July 2026) and in our own ways of asking; made by "
			 "tests/eval/count_words.c, weights there.");
	qsort(all.items, all.room, sizeof *all.items, more);
	for (size_t i = 0; i < all.room && all.items[i].count; i++) {
		const struct word *w = &all.items[i];
		unsigned least = all.pairs ? PAIR_LEAST : w->foreign ? FOREIGN_LEAST : SYLLABLE_LEAST;

		if (w->count >= least)
			printf("%s\t%u\n", w->text, w->foreign ? (w->count + 9) / 10 : w->count);
	}
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;

	if (argc < 3) {
		fputs("usage: count_words syllables|pairs FILE...\n", stderr);
		return 2;
	}
	all.pairs = strcmp(argv[1], "pairs") == 0;
	for (int i = 2; i < argc; i++) {
		FILE *file = fopen(argv[i], "re");

		if (!file) {
			fprintf(stderr, "count_words: could not open \"%s\"\n", argv[i]);
			return 1;
		}
		while (getline(&line, &room, file) > 0) {
			cJSON *row = cJSON_Parse(line);

			feed_row(row);
			cJSON_Delete(row);
		}
		fclose(file);
	}
	print();
	free(line);
	free(all.items);
	numbers_release(&all.numbers);
	return 0;
}
