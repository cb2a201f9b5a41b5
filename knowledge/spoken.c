/* spoken.c - finding the lists' phrases in a message. */
#include "knowledge/spoken.h"

/* Whether marks that are missing count. One syllable without marks may be too many words where the writer sets marks
 * elsewhere; and a phrase that decides alone what was said must not be a slip's work. */
static bool is_strict(const struct spoken *s, const struct word_entry *e)
{
	if (e->list == LIST_CLASSES)
		return e->kind == CLASS_TYPED || (e->length == 1 && e->kind == CLASS_MARKED);
	if (e->list != LIST_UTTERANCES || e->kind == RULE_WHOLE)
		return s->strict && e->length == 1;
	return s->strict || e->length == 1 || e->kind == RULE_TYPED;
}

bool spoken_fits(const struct spoken *s, const struct word_entry *e, size_t at)
{
	bool strict = is_strict(s, e);
	bool careful =
		s->strict && e->list == LIST_CLASSES && e->length == 1; /* "máy" is not mấy, "may" is */

	for (size_t i = 0; i < e->length; i++) {
		const struct syllable *typed = &s->syllables[at + i];

		if (!words_marks_agree(typed->marked ? typed->marked : typed->folded, e->phrase[i].marked,
			    strict || (careful && typed->marked)))
			return false;
	}
	return true;
}

const struct word_entry *spoken_longest(const struct spoken *s, enum word_list list, size_t at)
{
	const struct word_entry *longest = NULL;
	uint32_t node = 0;

	for (size_t i = at; i < s->count && (node = words_step(s->words, node, s->ids[i])); i++)
		for (const struct word_entry *e = words_entries(s->words, node); e; e = e->next)
			if (e->list == list && spoken_fits(s, e, at)) {
				longest = e;
				break;
			}
	return longest;
}

/* "the" in a message without marks is thế or thẻ; "lam" is làm or lắm, and neither names anything. */
static bool is_unsure(const struct spoken *s, const struct word_entry *e, size_t at)
{
	if (e->length > 1 || s->strict || s->syllables[at].marked)
		return false;
	for (; e; e = e->next)
		if (e->list == LIST_STOPWORDS && e->plain)
			return false;
	return true;
}

void spoken_mark_stops(struct spoken *s)
{
	static const unsigned flag_of[] = {[STOP_FILLER] = SPOKEN_FILLER,
		[STOP_WHAT] = SPOKEN_WHAT,
		[STOP_ASKING] = SPOKEN_ASKING,
		[STOP_WEAK] = SPOKEN_WEAK};

	for (size_t at = 0; at < s->count;) {
		const struct word_entry *e = spoken_longest(s, LIST_STOPWORDS, at);
		size_t end = at + (e ? e->length : 1);
		unsigned flags = e ? flag_of[e->kind] | (is_unsure(s, e, at) ? SPOKEN_UNSURE : 0) : 0;

		for (; at < end; at++)
			s->flags[at] |= flags;
	}
}
