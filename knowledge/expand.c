/* expand.c - "dc k", "cccd", "mô" → "được không", "căn cước công dân", "đâu". The longest form counts; among
 * the rows of one form the first whose neighbours fit. A form is taken as it was typed: "mô" is not "mo". */
#include "knowledge/spoken.h"

#include <ctype.h>
#include <string.h>

struct expand {
	const struct words *words;
	const struct syllable *typed;
	const uint32_t *ids;
	size_t count;
};

static bool is_number(const char *folded)
{
	return isdigit((unsigned char)*folded);
}

/* `neighbour` counts from 0 behind the message's first syllable; -1 and count stand for its ends. */
static bool hint_holds(const struct expand *x, struct word_hint hint, ptrdiff_t neighbour)
{
	bool begin = neighbour < 0, end = neighbour >= (ptrdiff_t)x->count;

	if (!hint.ids)
		return true;
	for (const uint32_t *id = hint.ids; *id; id++) {
		bool same = begin                ? *id == HINT_BEGIN
			    : end                ? *id == HINT_END
			    : *id == HINT_NUMBER ? is_number(x->typed[neighbour].folded)
						 : *id == x->ids[neighbour];

		if (same)
			return !hint.none_of;
	}
	return hint.none_of;
}

static bool as_typed(const struct expand *x, const struct word_entry *e, size_t at)
{
	for (size_t i = 0; i < e->length; i++) {
		const struct syllable *s = &x->typed[at + i];

		if (strcmp(s->marked ? s->marked : s->folded, e->phrase[i].marked) != 0)
			return false;
	}
	return true;
}

static const struct word_entry *expansion(const struct expand *x, size_t at)
{
	const struct word_entry *longest = NULL;
	uint32_t node = 0;

	for (size_t i = at; i < x->count && (node = words_step(x->words, node, x->ids[i])); i++)
		for (const struct word_entry *e = words_entries(x->words, node); e; e = e->next)
			if (e->to && as_typed(x, e, at) && hint_holds(x, e->after, (ptrdiff_t)at - 1) &&
				hint_holds(x, e->before, (ptrdiff_t)i + 1)) {
				longest = e;
				break;
			}
	return longest;
}

/* One letter says little, and two that stand for the same everywhere may be part of a word too. */
static bool is_brief(const struct word_entry *e, const struct syllable *typed)
{
	bool hinted = e->after.ids || e->before.ids;

	if (e->length > 1 || e->to_length > 1 || (e->after.ids && e->after.ids[0] == HINT_NUMBER))
		return false;
	return !typed->folded[1] || (!typed->folded[2] && !hinted);
}

/* The replacement's syllables. */
static size_t put(struct syllable *out, const struct word_entry *e, const struct syllable *typed)
{
	bool brief = is_brief(e, typed);

	for (size_t i = 0; i < e->to_length; i++) {
		out[i] = words_put(&e->to[i]);
		out[i].brief = brief ? typed->folded : NULL;
	}
	return e->to_length;
}

enum err spoken_expand(const struct words *w, struct arena *a, const struct syllable *typed, size_t count,
	struct syllable **ret_syllables, size_t *ret_count)
{
	uint32_t *ids = arena_array(a, count + 1, sizeof *ids);
	const struct word_entry **found = arena_array(a, count + 1, sizeof *found);
	struct expand x = {w, typed, ids, count};
	size_t room = count, n = 0;
	struct syllable *out;

	if (!ids || !found)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++)
		ids[i] = words_syllable(w, typed[i].folded);
	for (size_t i = 0; i < count; i += found[i] ? found[i]->length : 1)
		if ((found[i] = expansion(&x, i)))
			room += found[i]->to_length;
	out = arena_array(a, room + 1, sizeof *out);
	if (!out)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i += found[i] ? found[i]->length : 1)
		if (found[i])
			n += put(out + n, found[i], &typed[i]);
		else
			out[n++] = typed[i];
	*ret_syllables = out;
	*ret_count = n;
	return OK;
}
