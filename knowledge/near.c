#include "knowledge/near.h"

#include "daemon/base/array.h"

#include <stdlib.h>
#include <string.h>

/* What a slip costs, as minus the logarithm of how often fingers make it among all slips; first guessed, then set by
 * tests/eval/slips.c. */
#define COST_SWAP 3.0f
#define COST_TWICE 2.5f
#define COST_KEY_LEFT 2.5f /* a tone key of Telex that was not taken */
#define COST_EXTRA 3.5f
#define COST_MISSING 3.5f
#define COST_BESIDE 3.5f
#define COST_OTHER 5.0f
#define COST_FIRST 1.0f /* the first letter is seldom the wrong one */

bool near_is_word(const char *s)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz");

	return len > 0 && s[len] == '\0';
}

/* --- Building ----------------------------------------------------------------------------------------- */

static uint64_t key_without(const char *word, size_t len, size_t left_out)
{
	char form[NEAR_LETTERS + 2];

	memcpy(form, word, left_out);
	memcpy(form + left_out, word + left_out + 1, len - left_out - 1);
	return numbers_key(form, len - 1);
}

static enum err link_word(struct near *n, uint64_t key, uint32_t word)
{
	if (ARRAY_GROW(&n->links, &n->link_room, n->link_count + 1) != OK)
		return ERR_NOMEM;
	n->links[++n->link_count] = (struct near_link){word, numbers_get(&n->first, key)};
	return numbers_set(&n->first, key, n->link_count);
}

enum err near_add(struct near *n, const char *word)
{
	size_t len = strlen(word);
	enum err err;

	if (len < 2 || len > NEAR_LETTERS || !near_is_word(word))
		return OK;
	if (ARRAY_GROW(&n->words, &n->word_room, n->word_count + 1) != OK)
		return ERR_NOMEM;
	memcpy(n->words[++n->word_count], word, len + 1);
	err = link_word(n, numbers_key(word, len), n->word_count);
	for (size_t i = 0; i < len && err == OK; i++)
		if (i == 0 || word[i] != word[i - 1])
			err = link_word(n, key_without(word, len, i), n->word_count);
	return err;
}

void near_release(struct near *n)
{
	numbers_release(&n->first);
	free(n->links);
	free(n->words);
	*n = (struct near){0};
}

/* --- Costs -------------------------------------------------------------------------------------------- */

static bool beside(char a, char b)
{
	static const char *const keys[26] = {"qwsz", "vghn", "xdfv", "serfcx", "wsdr", "drtgvc", "ftyhbv",
		"gyujnb", "ujko", "huiknm", "jiolm", "kop", "njk", "bhjm", "iklp", "ol", "wa", "edft",
		"awedxz", "rfgy", "yhji", "cfgb", "qase", "zsdc", "tghu", "asx"};

	return strchr(keys[a - 'a'], b) != NULL;
}

static float extra_cost(const char *typed, size_t at)
{
	if (at > 0 && typed[at] == typed[at - 1])
		return COST_TWICE;
	if (!typed[at + 1] && at > 0 && strchr("sfrxjwz", typed[at]))
		return COST_KEY_LEFT;
	if ((at > 0 && beside(typed[at - 1], typed[at])) ||
		(typed[at + 1] && beside(typed[at + 1], typed[at])))
		return COST_EXTRA;
	return COST_OTHER;
}

float near_cost(const char *meant, const char *typed)
{
	size_t same = 0, meant_len = strlen(meant), typed_len = strlen(typed);
	const char *m, *t;
	float first;

	while (meant[same] && meant[same] == typed[same])
		same++;
	m = meant + same;
	t = typed + same;
	first = same == 0 ? COST_FIRST : 0;
	if (!*m && !*t)
		return 0;
	if (typed_len == meant_len + 1)
		return strcmp(m, t + 1) == 0 ? extra_cost(typed, same) + first : 0;
	if (meant_len == typed_len + 1)
		return strcmp(m + 1, t) == 0 ? COST_MISSING + first : 0;
	if (meant_len != typed_len)
		return 0;
	if (m[0] == t[1] && m[1] == t[0] && m[1] && strcmp(m + 2, t + 2) == 0)
		return COST_SWAP;
	if (strcmp(m + 1, t + 1) != 0)
		return 0;
	return (beside(*m, *t) ? COST_BESIDE : COST_OTHER) + first;
}

/* --- Looking up --------------------------------------------------------------------------------------- */

static size_t follow(
	const struct near *n, uint64_t key, const char *typed, struct near_word *words, size_t count)
{
	for (uint32_t link = numbers_get(&n->first, key); link && count < NEAR_MAX;
		link = n->links[link].next) {
		const char *word = n->words[n->links[link].word];
		float cost = near_cost(word, typed);
		size_t i = 0;

		while (i < count && words[i].word != word)
			i++;
		if (cost > 0 && i == count)
			words[count++] = (struct near_word){word, cost};
	}
	return count;
}

size_t near_find(const struct near *n, const char *typed, struct near_word *ret_words)
{
	size_t len = strlen(typed), count;

	if (len < 2 || len > NEAR_LETTERS + 1 || !near_is_word(typed))
		return 0;
	count = follow(n, numbers_key(typed, len), typed, ret_words, 0);
	for (size_t i = 0; i < len; i++)
		if (i == 0 || typed[i] != typed[i - 1])
			count = follow(n, key_without(typed, len, i), typed, ret_words, count);
	return count;
}
