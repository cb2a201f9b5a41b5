/* pattern.c - patterns against a message: part by part, longest words first, smallest gap first, stepping back when a
 * later part does not fit. The tries at one place are bounded, so that no message costs more than its length. */
#include "knowledge/pattern.h"

#define SKIP_MAX 2    /* small words that may stand between two parts that touch */
#define TRIES_MAX 600 /* looked-up classes for all patterns at one place; real messages need fewer than 200 */

struct search {
	const struct spoken *s;
	unsigned tries;
	struct pattern_found found;
};

/* Lengths of the phrases of the class that stand at `at`, as bits. */
static unsigned lengths_at(struct search *f, uint32_t class_id, size_t at)
{
	const struct spoken *s = f->s;
	unsigned lengths = 0;
	uint32_t node = 0;

	f->tries++;
	for (size_t i = at; i < s->count && (node = words_step(s->words, node, s->ids[i])); i++)
		for (const struct word_entry *e = words_entries(s->words, node); e; e = e->next)
			if (e->list == LIST_CLASSES && e->value == class_id && spoken_fits(s, e, at))
				lengths |= 1u << e->length;
	return lengths;
}

static bool parts_fit(struct search *f, const struct pattern *p, size_t part, size_t at);

static bool part_fits(struct search *f, const struct pattern *p, size_t part, size_t at)
{
	unsigned lengths = at < f->s->count ? lengths_at(f, p->parts[part].class_id, at) : 0;

	for (size_t len = sizeof lengths * 8 - 1; len; len--) {
		size_t mine = f->found.count;

		if (!(lengths >> len & 1))
			continue;
		f->found.parts[mine].start = at;
		f->found.parts[mine].end = at + len;
		f->found.count++;
		if (parts_fit(f, p, part + 1, at + len))
			return true;
		f->found.count = mine;
	}
	return false;
}

/* "nộp ở đâu, hết bao nhiêu": a facet does not reach over the question word of another. */
static bool gap_is_question(const struct search *f, const struct pattern *p, size_t at)
{
	return p->entry->list == LIST_FACETS && at < f->s->count && f->s->flags[at] & SPOKEN_WHAT;
}

/* The parts from `part` on, the first of them not before `at`. */
static bool parts_fit(struct search *f, const struct pattern *p, size_t part, size_t at)
{
	const struct pattern_part *next = &p->parts[part];
	size_t skipped = 0;

	if (part == p->count)
		return true;
	for (size_t gap = 0; at + gap <= f->s->count && f->tries < TRIES_MAX; gap++) {
		if (part_fits(f, p, part, at + gap))
			return true;
		if (gap_is_question(f, p, at + gap))
			break;
		if (gap >= next->gap && (at + gap >= f->s->count || skipped++ == SKIP_MAX ||
						!(f->s->flags[at + gap] & SPOKEN_FILLER)))
			break;
	}
	return next->optional && parts_fit(f, p, part + 1, at);
}

void pattern_each(const struct spoken *s, enum word_list list, size_t at, pattern_found_cb found, void *arg)
{
	struct search f = {.s = s};
	uint32_t node = 0;

	for (size_t i = at; i < s->count && (node = words_step(s->words, node, s->ids[i])); i++)
		for (const struct word_entry *e = words_entries(s->words, node); e; e = e->next) {
			if (e->list != LIST_CLASSES || !spoken_fits(s, e, at))
				continue;
			for (const struct pattern *p = words_patterns(s->words, e->value); p; p = p->next) {
				if (p->entry->list != list)
					continue;
				f.found = (struct pattern_found){
					.entry = p->entry, .parts = {{at, i + 1}}, .count = 1};
				if (parts_fit(&f, p, 1, i + 1))
					found(arg, &f.found);
			}
		}
}

size_t pattern_covers(const struct pattern_found *found)
{
	size_t covered = 0;

	for (size_t i = 0; i < found->count; i++)
		covered += found->parts[i].end - found->parts[i].start;
	return covered;
}
