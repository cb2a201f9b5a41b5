/* cluster.c - the words and near records of the examples lead to the clusters worth comparing, the best COMPARED_MAX of them are. */
#include "daemon/report/cluster.h"

#include "knowledge/numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#define NEAR_SCALE 4.0 /* so much less of a score, and a near record counts 1/e */
#define SAME 0.999F    /* wordings that share so much of their words are one example */
#define ALIKE_AT 0.4F  /* from here on it is in the cluster */

enum {
	VOTES = 8,               /* so many of the examples it is most like decide */
	COMPARED_MAX = 24,       /* clusters looked at closely */
	EXAMPLES_TOTAL = 150000, /* 30 MB; beyond, a cluster keeps the first of its examples */
	SLOTS_FIRST = 256,
};

/* Logistic, fitted on pairs of labelled questions, half of them compared without the record that answers them. Without a near
 * record on both sides the words alone decide. */
static const struct likeness_weights {
	float bias, words, near, apart; /* apart: sure of different records */
	float act, variant;             /* each that only one has */
	float name, name_only;          /* each that both have, that only one has */
} with_near = {-3.95F, 1.21F, 5.46F, -2.29F, -1.22F, -1.29F, 1.30F, -0.26F},
  words_alone = {-2.20F, 2.59F, 0, 0, -1.65F, -2.06F, 1.46F, -0.83F};

/* --- One question ------------------------------------------------------------------------------------- */

static uint32_t key_of(const char *id)
{
	uint64_t key = numbers_key(id, strlen(id));

	return (uint32_t)(key ^ key >> 32) | 1U;
}

static void near_add(struct cluster_asked *asked, uint32_t key, float weight)
{
	for (uint32_t i = 0; i < asked->near_count; i++)
		if (asked->near[i].key == key)
			return;
	if (asked->near_count < CLUSTER_NEAR)
		asked->near[asked->near_count++] = (struct cluster_near){key, weight};
}

static double number_of(const cJSON *row, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(row, name);

	return cJSON_IsNumber(item) && isfinite(item->valuedouble) ? item->valuedouble : 0;
}

static void near_read(struct cluster_asked *asked, const char *nearest)
{
	cJSON *rows = nearest ? cJSON_Parse(nearest) : NULL;
	const cJSON *row;
	double best = NAN; /* the first row's: they come best first */

	cJSON_ArrayForEach(row, rows)
	{
		const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "id"));
		double score = number_of(row, "score");

		if (!id)
			continue;
		if (isnan(best))
			best = score;
		if (!asked->first) {
			asked->first = key_of(id);
			asked->sure = (float)fmin(1, fmax(0, number_of(row, "confidence")));
		}
		near_add(asked, key_of(id), (float)exp(fmin(0, (score - best) / NEAR_SCALE)));
	}
	cJSON_Delete(rows);
}

static int by_key(const void *a, const void *b)
{
	const struct cluster_near *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static void near_measure(struct cluster_asked *asked)
{
	float sum = 0;

	for (uint32_t i = 0; i < asked->near_count; i++)
		sum += asked->near[i].weight * asked->near[i].weight;
	for (uint32_t i = 0; i < asked->near_count; i++)
		asked->near[i].weight /= sqrtf(sum);
	qsort(asked->near, asked->near_count, sizeof *asked->near, by_key);
}

enum err cluster_asked_of(const struct words *w, struct arena *a, const char *text, const char *nearest,
	const char *record, struct cluster_asked *ret_asked)
{
	struct cluster_asked asked = {0};
	struct question q;
	enum err err = question_parse(w, a, text ? text : "", &q);

	if (err)
		return err;
	gist_of(w, &q, &asked.gist);
	if (record) {
		asked.first = key_of(record);
		asked.sure = 1;
		near_add(&asked, asked.first, 1);
	}
	near_read(&asked, nearest);
	near_measure(&asked);
	*ret_asked = asked;
	return OK;
}

static float near_shared(const struct cluster_asked *a, const struct cluster_asked *b)
{
	float sum = 0;
	uint32_t i = 0, k = 0;

	while (i < a->near_count && k < b->near_count) {
		if (a->near[i].key == b->near[k].key)
			sum += a->near[i++].weight * b->near[k++].weight;
		else if (a->near[i].key < b->near[k].key)
			i++;
		else
			k++;
	}
	return sum;
}

static float bits_apart(uint32_t a, uint32_t b)
{
	int count = __builtin_popcount(a ^ b);

	return (float)(count < 3 ? count : 3);
}

float cluster_likeness(const struct cluster_asked *a, const struct cluster_asked *b)
{
	bool near = a->near_count && b->near_count;
	const struct likeness_weights *w = near ? &with_near : &words_alone;
	float z = w->bias + w->words * gist_words_shared(&a->gist, &b->gist);
	unsigned both, one;

	gist_names_compare(&a->gist, &b->gist, &both, &one);
	if (near)
		z += w->near * near_shared(a, b);
	if (near && a->first != b->first)
		z += w->apart * sqrtf(a->sure * b->sure);
	z += w->act * bits_apart(a->gist.acts, b->gist.acts);
	z += w->variant * bits_apart(a->gist.variants, b->gist.variants);
	z += w->name * (float)(both < 2 ? both : 2) + w->name_only * (float)(one < 4 ? one : 4);
	return 1 / (1 + expf(-z));
}

/* --- Clusters ----------------------------------------------------------------------------------------- */

/* Examples that are like one another are a block. A cluster is one, unless staff put several matters together. */
struct example {
	struct cluster_asked asked;
	uint32_t block;
};

struct slot {       /* a cluster; never used for another */
	int64_t id; /* 0: forgotten */
	struct example *examples;
	uint32_t count, room, block_count;
};

struct posting {
	uint32_t *slots;
	uint32_t count, room;
};

struct clusters {
	struct numbers ids;  /* cluster's id → 1 + slot */
	struct numbers keys; /* of words and near records → 1 + posting */
	struct slot *slots;
	struct posting *postings;
	float *shared; /* by slot, while looking; else 0 */
	uint32_t *touched;
	uint32_t slot_count, slot_room, posting_count, posting_room, alive;
	size_t example_count;
};

enum err clusters_open(struct clusters **ret_clusters)
{
	struct clusters *c = calloc(1, sizeof *c);

	if (!c)
		return ERR_NOMEM;
	*ret_clusters = c;
	return OK;
}

void clusters_close(struct clusters *c)
{
	if (!c)
		return;
	for (uint32_t i = 0; i < c->slot_count; i++)
		free(c->slots[i].examples);
	for (uint32_t i = 0; i < c->posting_count; i++)
		free(c->postings[i].slots);
	free(c->slots);
	free(c->postings);
	free(c->shared);
	free(c->touched);
	numbers_release(&c->ids);
	numbers_release(&c->keys);
	free(c);
}

size_t clusters_count(const struct clusters *c)
{
	return c->alive;
}

static uint64_t id_key(int64_t id)
{
	return numbers_key((const char *)&id, sizeof id);
}

static struct slot *slot_of(const struct clusters *c, int64_t id)
{
	uint32_t number = numbers_get(&c->ids, id_key(id));
	struct slot *slot = number ? &c->slots[number - 1] : NULL;

	return slot && slot->id == id ? slot : NULL;
}

bool clusters_is_full(const struct clusters *c, int64_t id)
{
	const struct slot *slot = slot_of(c, id);

	return slot && slot->count == CLUSTER_EXAMPLES;
}

/* So that `count` + 1 items fit; false: out of memory, all is as before. */
static bool room_make(void *items, uint32_t count, uint32_t *room, uint32_t first, size_t size)
{
	void *bigger, *before;
	uint32_t wanted = *room ? *room * 2 : first;

	if (count < *room)
		return true;
	memcpy(&before, items, sizeof before);
	bigger = realloc(before, wanted * size);
	if (!bigger)
		return false;
	memcpy(items, &bigger, sizeof bigger);
	*room = wanted;
	return true;
}

/* The working memory of a look grows with the slots. */
static bool slots_grow(struct clusters *c)
{
	uint32_t room = c->slot_room, before = c->slot_room;

	if (c->slot_count < room)
		return true;
	if (!room_make(&c->shared, c->slot_count, &room, SLOTS_FIRST, sizeof *c->shared))
		return false;
	memset(c->shared + before, 0, (room - before) * sizeof *c->shared);
	room = before;
	if (!room_make(&c->touched, c->slot_count, &room, SLOTS_FIRST, sizeof *c->touched))
		return false;
	return room_make(&c->slots, c->slot_count, &c->slot_room, SLOTS_FIRST, sizeof *c->slots);
}

static enum err slot_give(struct clusters *c, int64_t id, struct slot **ret_slot)
{
	struct slot *slot = slot_of(c, id);

	if (!slot && c->slot_count == CLUSTERS_MAX)
		return ERR_LIMIT;
	if (!slot) {
		if (!slots_grow(c) || numbers_set(&c->ids, id_key(id), c->slot_count + 1) != OK)
			return ERR_NOMEM;
		slot = &c->slots[c->slot_count++];
		*slot = (struct slot){.id = id};
		c->alive++;
	}
	*ret_slot = slot;
	return OK;
}

static bool slot_has_key(const struct slot *slot, uint32_t key)
{
	for (uint32_t i = 0; i < slot->count; i++) {
		const struct cluster_asked *e = &slot->examples[i].asked;

		for (size_t k = 0; k < e->gist.word_count; k++)
			if (e->gist.words[k].key == key)
				return true;
		for (size_t k = 0; k < e->near_count; k++)
			if (e->near[k].key == key)
				return true;
	}
	return false;
}

static enum err posting_add(struct clusters *c, const struct slot *slot, uint32_t key)
{
	struct posting *posting;
	uint32_t number = 0;
	enum err err;

	if (slot_has_key(slot, key))
		return OK;
	if (!room_make(&c->postings, c->posting_count, &c->posting_room, SLOTS_FIRST, sizeof *c->postings))
		return ERR_NOMEM;
	err = numbers_give(&c->keys, (uint64_t)key + 1, &number);
	if (err)
		return err;
	if (number > c->posting_count)
		c->postings[c->posting_count++] = (struct posting){0};
	posting = &c->postings[number - 1];
	if (!room_make(&posting->slots, posting->count, &posting->room, 4, sizeof *posting->slots))
		return ERR_NOMEM;
	posting->slots[posting->count++] = (uint32_t)(slot - c->slots);
	return OK;
}

static enum err postings_add(struct clusters *c, const struct slot *slot, const struct cluster_asked *asked)
{
	enum err err = OK;

	for (size_t i = 0; i < asked->gist.word_count && !err; i++)
		err = posting_add(c, slot, asked->gist.words[i].key);
	for (size_t i = 0; i < asked->near_count && !err; i++)
		err = posting_add(c, slot, asked->near[i].key);
	return err;
}

static bool is_same(const struct cluster_asked *a, const struct cluster_asked *b)
{
	unsigned both, one;

	gist_names_compare(&a->gist, &b->gist, &both, &one);
	return !one && a->first == b->first && a->gist.acts == b->gist.acts &&
	       a->gist.variants == b->gist.variants && a->near_count == b->near_count &&
	       gist_words_shared(&a->gist, &b->gist) >= SAME && (!a->near_count || near_shared(a, b) >= SAME);
}

static float block_likeness(const struct slot *slot, uint32_t block, const struct cluster_asked *asked)
{
	float votes[VOTES], sum = 0;
	uint32_t count = 0;

	for (uint32_t i = 0; i < slot->count; i++) {
		float like;
		uint32_t at;

		if (slot->examples[i].block != block)
			continue;
		like = cluster_likeness(&slot->examples[i].asked, asked);
		at = count < VOTES ? count++ : VOTES;
		if (at == VOTES && like <= votes[VOTES - 1])
			continue;
		for (at -= at == VOTES; at > 0 && votes[at - 1] < like; at--)
			votes[at] = votes[at - 1];
		votes[at] = like;
	}
	for (uint32_t i = 0; i < count; i++)
		sum += votes[i];
	return count ? sum / (float)count : 0;
}

static float likeness_to(const struct slot *slot, const struct cluster_asked *asked, uint32_t *ret_block)
{
	float best = 0;

	for (uint32_t block = 0; block < slot->block_count; block++) {
		float like = block_likeness(slot, block, asked);

		if (like > best) {
			best = like;
			*ret_block = block;
		}
	}
	return best;
}

static bool is_kept(const struct clusters *c, const struct slot *slot, const struct cluster_asked *asked)
{
	if (slot->count == CLUSTER_EXAMPLES || (slot->count && c->example_count >= EXAMPLES_TOTAL))
		return false;
	for (uint32_t i = 0; i < slot->count; i++)
		if (is_same(&slot->examples[i].asked, asked))
			return false;
	return true;
}

enum err clusters_put(struct clusters *c, int64_t id, const struct cluster_asked *asked)
{
	struct slot *slot;
	uint32_t block = 0;
	enum err err = slot_give(c, id, &slot);

	if (err || !is_kept(c, slot, asked))
		return err;
	if (!room_make(&slot->examples, slot->count, &slot->room, 1, sizeof *slot->examples))
		return ERR_NOMEM;
	err = postings_add(c, slot, asked);
	if (err)
		return err;
	if (likeness_to(slot, asked, &block) <= ALIKE_AT)
		block = slot->block_count++;
	slot->examples[slot->count++] = (struct example){*asked, block};
	c->example_count++;
	return OK;
}

void clusters_forget(struct clusters *c, int64_t id)
{
	struct slot *slot = slot_of(c, id);

	if (!slot)
		return;
	free(slot->examples);
	c->example_count -= slot->count;
	c->alive--;
	*slot = (struct slot){0};
}

/* --- Looking ------------------------------------------------------------------------------------------ */

static void share_add(struct clusters *c, uint32_t key, float weight, uint32_t *touched_count)
{
	uint32_t number = numbers_get(&c->keys, (uint64_t)key + 1);
	const struct posting *posting = number ? &c->postings[number - 1] : NULL;

	for (uint32_t i = 0; posting && i < posting->count; i++) {
		uint32_t slot = posting->slots[i];

		if (c->shared[slot] == 0)
			c->touched[(*touched_count)++] = slot;
		c->shared[slot] += weight;
	}
}

/* The slots that share most into best[COMPARED_MAX], older ones first among equals; the working memory is 0 again. */
static size_t best_take(struct clusters *c, uint32_t touched_count, uint32_t *best)
{
	float shares[COMPARED_MAX];
	size_t count = 0;

	for (uint32_t i = 0; i < touched_count; i++) {
		uint32_t slot = c->touched[i];
		float share = c->shared[slot];
		size_t at = count < COMPARED_MAX ? count++ : COMPARED_MAX;

		c->shared[slot] = 0;
		if (!c->slots[slot].id || (at == COMPARED_MAX && share <= shares[at - 1])) {
			count -= at < COMPARED_MAX;
			continue;
		}
		for (at -= at == COMPARED_MAX; at > 0 && shares[at - 1] < share; at--) {
			shares[at] = shares[at - 1];
			best[at] = best[at - 1];
		}
		shares[at] = share;
		best[at] = slot;
	}
	return count;
}

int64_t clusters_find(struct clusters *c, const struct cluster_asked *asked)
{
	uint32_t best[COMPARED_MAX], touched_count = 0;
	float likeness = ALIKE_AT;
	size_t count;
	int64_t id = 0;

	for (size_t i = 0; i < asked->gist.word_count; i++)
		share_add(c, asked->gist.words[i].key, asked->gist.words[i].weight, &touched_count);
	for (size_t i = 0; i < asked->near_count; i++)
		share_add(c, asked->near[i].key, asked->near[i].weight, &touched_count);
	count = best_take(c, touched_count, best);
	for (size_t i = 0; i < count; i++) {
		const struct slot *slot = &c->slots[best[i]];
		uint32_t block;
		float like = likeness_to(slot, asked, &block);

		if (like > likeness) {
			likeness = like;
			id = slot->id;
		}
	}
	return id;
}
