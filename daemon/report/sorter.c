#include "daemon/report/sorter.h"

#include "daemon/report/cluster.h"

#include <stdatomic.h>
#include <stdlib.h>

enum {
	CHANGED_MAX = 200, /* clusters that staff changed, looked at together */
	READ_MAX =
		CLUSTERS_MAX / 10 * 9, /* at the beginning: the newest, so that there is room for new ones */
};
#define ARENA ((size_t)64 << 20)

struct sorter {
	struct store_reader *reader;
	const struct words *words;
	struct clusters *clusters; /* NULL: to be read */
	struct arena arena, page;  /* page: of the list that is gone through, arena: of one of its items */
	int64_t revision, last_id;
	_Atomic bool stopped;
};

enum err sorter_open(
	const char *state_path, const struct words *words, struct sorter **ret_sorter, struct why *why)
{
	struct sorter *s = calloc(1, sizeof *s);
	enum err err;

	if (!s)
		return why_set(why, ERR_NOMEM, "could not sort questions: out of memory");
	s->words = words;
	err = store_reader_open(state_path, &s->reader, why);
	if (err != OK) {
		free(s);
		return err;
	}
	arena_init(&s->arena, ARENA);
	arena_init(&s->page, ARENA);
	*ret_sorter = s;
	return OK;
}

void sorter_close(struct sorter *s)
{
	if (!s)
		return;
	sorter_begin_anew(s);
	store_reader_close(s->reader);
	arena_release(&s->arena);
	arena_release(&s->page);
	free(s);
}

void sorter_begin_anew(struct sorter *s)
{
	clusters_close(s->clusters);
	s->clusters = NULL;
}

void sorter_stop(struct sorter *s)
{
	atomic_store(&s->stopped, true);
}

static enum err asked_of(struct sorter *s, const struct unresolved *q, struct cluster_asked *ret_asked)
{
	return cluster_asked_of(s->words, &s->arena, q->text, q->nearest, q->record, ret_asked);
}

/* The examples of one cluster, anew. */
static enum err cluster_learn(struct sorter *s, int64_t id)
{
	struct unresolved *first;
	size_t count;
	enum err err;

	clusters_forget(s->clusters, id);
	arena_reset(&s->arena);
	err = store_cluster_first(s->reader, &s->arena, id, 2 * CLUSTER_EXAMPLES, &first, &count);
	for (size_t i = 0; i < count && !err && !clusters_is_full(s->clusters, id); i++) {
		struct cluster_asked asked;

		err = asked_of(s, &first[i], &asked);
		if (!err)
			err = clusters_put(s->clusters, id, &asked);
	}
	return err;
}

static enum err clusters_learn(struct sorter *s, const struct cluster_seen *seen, size_t count)
{
	enum err err = OK;

	for (size_t i = 0; i < count && !err; i++)
		err = atomic_load(&s->stopped) ? ERR_CANCELED : cluster_learn(s, seen[i].id);
	return err;
}

/* What is changed meanwhile has a later revision and is read again. */
static enum err begin(struct sorter *s)
{
	struct cluster_seen newest, *seen;
	size_t count;
	enum err err = store_cluster_newest(s->reader, &newest);

	if (!err)
		err = clusters_open(&s->clusters);
	if (!err)
		err = store_cluster_seen(s->reader, &s->page, -1, READ_MAX, &seen, &count);
	if (!err)
		err = clusters_learn(s, seen, count);
	if (err)
		return err;
	s->revision = newest.revision;
	s->last_id = newest.id;
	return OK;
}

static enum err keep_up(struct sorter *s)
{
	struct cluster_seen *seen, newest;
	size_t count = CHANGED_MAX;
	enum err err = store_cluster_newest(s->reader, &newest);

	while (!err && count == CHANGED_MAX && s->revision < newest.revision) {
		arena_reset(&s->page);
		err = store_cluster_seen(s->reader, &s->page, s->revision, CHANGED_MAX, &seen, &count);
		if (!err)
			err = clusters_learn(s, seen, count);
		if (!err && count)
			s->revision = seen[count - 1].revision;
	}
	if (!err && newest.id > s->last_id)
		s->last_id = newest.id; /* a split took a number */
	return err;
}

static enum err sort_one(struct sorter *s, const struct unresolved *q, struct cluster_sorted *ret_item)
{
	struct cluster_asked asked;
	enum err err;
	int64_t id;

	arena_reset(&s->arena);
	err = asked_of(s, q, &asked);
	if (err)
		return err;
	id = clusters_find(s->clusters, &asked);
	*ret_item =
		(struct cluster_sorted){.question = q->id, .cluster = id ? id : s->last_id + 1, .fresh = !id};
	err = clusters_put(s->clusters, ret_item->cluster, &asked);
	if (!err && !id)
		s->last_id++;
	return err;
}

static enum err sort_some(struct sorter *s, struct cluster_sorted *items, size_t room, size_t *ret_count)
{
	struct unresolved *waiting;
	size_t count;
	enum err err;

	arena_reset(&s->page);
	err = store_cluster_unsorted(s->reader, &s->page, room, &waiting, &count);
	for (size_t i = 0; i < count && !err; i++)
		err = sort_one(s, &waiting[i], &items[i]);
	if (!err)
		*ret_count = count;
	return err;
}

enum err sorter_look(struct sorter *s, struct cluster_sorted *items, size_t room, size_t *ret_count)
{
	enum err err;

	arena_reset(&s->page);
	err = s->clusters ? keep_up(s) : begin(s);
	if (!err)
		err = sort_some(s, items, room, ret_count);
	if (err)
		sorter_begin_anew(s); /* also when there are too many: the newest are read again */
	return err;
}
