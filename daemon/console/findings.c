#include "daemon/console/findings.h"

#include "daemon/console/desk.h"
#include "daemon/console/knowledge.h"

#include <stdlib.h>
#include <string.h>

#define FINDINGS_ARENA ((size_t)32 << 20)

void findings_init(struct findings *f)
{
	memset(f, 0, sizeof *f);
	pthread_mutex_init(&f->lock, NULL);
	arena_init(&f->arena, FINDINGS_ARENA);
}

void findings_release(struct findings *f)
{
	browse_close(f->watch);
	arena_release(&f->arena);
	free(f->items);
	pthread_mutex_destroy(&f->lock);
}

/* --- Under the lock --- */

static void found(void *arg, const struct quality_finding *finding)
{
	struct findings *f = arg;
	struct finding *at;

	if (f->count == f->room) {
		size_t room = f->room ? 2 * f->room : 256;
		struct finding *items = realloc(f->items, room * sizeof *items);

		if (!items) {
			f->failed = true;
			return;
		}
		f->items = items;
		f->room = room;
	}
	at = &f->items[f->count];
	*at = (struct finding){.quality = finding->quality,
		.record = arena_string(&f->arena, finding->record),
		.unit = arena_string(&f->arena, finding->unit),
		.name = arena_string(&f->arena, finding->name),
		.detail = arena_string(&f->arena, finding->detail)};
	if (at->record && at->unit)
		f->count++;
	else
		f->failed = true;
}

static enum err look(struct call *c, struct findings *f)
{
	struct why why = {""};
	enum err err;

	arena_reset(&f->arena);
	f->count = 0;
	f->failed = false;
	f->day[0] = '\0';
	err = quality_check(c->o->knowledge_path, c->today, found, f, f->counts, &why);
	if (err || f->failed)
		return call_failed(c, err ? err : ERR_NOMEM, &why);
	memcpy(f->day, c->today, sizeof f->day);
	return OK;
}

static enum err settle(struct call *c, struct findings *f)
{
	int64_t before = f->generation;
	struct why why = {""};
	enum err err = f->watch ? OK : browse_open(c->o->knowledge_path, &f->watch, &why);

	if (!err)
		err = browse_generation(f->watch, &f->generation, &why);
	if (err)
		return call_failed(c, err, &why);
	return f->generation == before && strcmp(f->day, c->today) == 0 ? OK : look(c, f);
}

/* -1: all; QUALITY_COUNT: no such word. */
static int quality_of(const char *word)
{
	int quality = 0;

	if (!word)
		return -1;
	while (quality < QUALITY_COUNT && strcmp(quality_word((enum quality)quality), word) != 0)
		quality++;
	return quality;
}

static bool of(const struct finding *finding, int quality)
{
	return quality < 0 || (int)finding->quality == quality;
}

static void page(struct call *c, const struct findings *f, int quality, size_t skip, size_t max,
	struct finding *items, size_t *ret_count, size_t *ret_total)
{
	size_t count = 0, total = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (!of(&f->items[i], quality) || total++ < skip || count == max)
			continue;
		items[count] = f->items[i];
		items[count].record = arena_string(&c->arena, f->items[i].record);
		items[count].unit = arena_string(&c->arena, f->items[i].unit);
		items[count].name = arena_string(&c->arena, f->items[i].name);
		items[count].detail = arena_string(&c->arena, f->items[i].detail);
		count++;
	}
	*ret_count = count;
	*ret_total = total;
}

/* --- What the handlers ask --- */

enum err findings_page(struct call *c, const char *word, size_t skip, size_t max, struct finding **ret_items,
	size_t *ret_count, size_t *ret_total)
{
	struct findings *f = &c->desk->console->findings;
	int quality = quality_of(word);
	enum err err = quality == QUALITY_COUNT ? ERR_FORMAT : OK;

	*ret_items = arena_array(&c->arena, max ? max : 1, sizeof **ret_items);
	if (err || !*ret_items)
		return err ? err : ERR_NOMEM;
	pthread_mutex_lock(&f->lock);
	err = settle(c, f);
	if (!err)
		page(c, f, quality, skip, max, *ret_items, ret_count, ret_total);
	pthread_mutex_unlock(&f->lock);
	return err;
}

enum err findings_counts(struct call *c, size_t ret_counts[QUALITY_COUNT])
{
	struct findings *f = &c->desk->console->findings;
	enum err err;

	pthread_mutex_lock(&f->lock);
	err = settle(c, f);
	if (!err)
		memcpy(ret_counts, f->counts, sizeof f->counts);
	pthread_mutex_unlock(&f->lock);
	return err;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum err findings_ids(struct call *c, const char *word, const char *const **ret_ids, size_t *ret_count)
{
	size_t total = 0, count = 0, kept = 0;
	struct finding *items;
	const char **ids;
	enum err err = findings_page(c, word, 0, 0, &items, &count, &total);

	if (!err)
		err = findings_page(c, word, 0, total, &items, &count, &total);
	if (err)
		return err;
	ids = arena_array(&c->arena, count ? count : 1, sizeof *ids);
	if (!ids)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++)
		ids[i] = items[i].record;
	qsort(ids, count, sizeof *ids, by_text);
	for (size_t i = 0; i < count; i++)
		if (!kept || strcmp(ids[kept - 1], ids[i]) != 0)
			ids[kept++] = ids[i];
	*ret_ids = ids;
	*ret_count = kept;
	return OK;
}
