/* Any bytes as syllables: spelling answers within its bounds, with words that can be read, and leaves what is certain. */
#include "knowledge/fold.h"
#include "knowledge/spell.h"
#include "knowledge/spell_join.h"
#include "knowledge/telex.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_MORE = 64 * 24 }; /* syllables beyond those typed: each guess has at most 24 */

static const struct words *words(void)
{
	static struct words *loaded;
	struct why why;

	if (!loaded && words_load(&loaded, &why) != OK) {
		fprintf(stderr, "%s\n", why.text);
		abort();
	}
	return loaded;
}

static size_t split(struct arena *a, const char *text, size_t len, struct syllable *typed)
{
	struct fold f;
	struct fold_syllable s;
	size_t count = 0;

	fold_init(&f, text, len);
	for (; fold_next(&f, &s); count++)
		typed[count] = (struct syllable){.folded = arena_string(a, s.plain),
			.marked = s.has_marks ? arena_string(a, s.marked) : NULL,
			.certain = s.plain_len % 5 == 4};
	return count;
}

static void check_telex(const char *word)
{
	struct fold_syllable s;
	unsigned keys = 0;

	if (!telex_decode(word, &s, &keys))
		return;
	assert(keys > 0 && s.plain_len > 0 && s.plain_len <= strlen(word));
}

static void check_join(struct arena *a, const char *letters)
{
	struct join join = {words(), a, NULL, true};
	struct syllable *s;
	uint8_t count;
	double cost;

	if (strlen(letters) > JOIN_LETTERS || !near_is_word(letters))
		return;
	assert(join_part(&join, letters, strlen(letters), 1, &s, &count, &cost) == OK);
	for (size_t i = 0; i < count; i++)
		assert(s[i].folded && *s[i].folded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct syllable *typed, *out, *again;
	size_t count, n, more;
	struct arena a;

	if (size > 16384)
		return 0;
	arena_init(&a, (size_t)64 << 20);
	typed = arena_array(&a, size + 1, sizeof *typed);
	count = split(&a, (const char *)data, size, typed);
	assert(spell_repair(words(), &a, typed, count, &out, &n) == OK && n <= count + OUT_MORE);
	for (size_t i = 0, at = 0; i < count; i++) { /* in the order typed */
		while (typed[i].certain && at < n && strcmp(out[at].folded, typed[i].folded) != 0)
			at++;
		assert(at < n || !typed[i].certain);
	}
	for (size_t i = 0; i < count; i++) {
		check_telex(typed[i].folded);
		check_join(&a, typed[i].folded);
	}
	assert(spell_repair(words(), &a, typed, count, &again, &more) == OK && more == n);
	for (size_t i = 0; i < n; i++)
		assert(strcmp(out[i].folded, again[i].folded) == 0);
	arena_release(&a);
	return 0;
}
