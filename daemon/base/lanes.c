#include "daemon/base/lanes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct lane {
	struct map_node node;
	struct lane_item *first, *last;
	bool running; /* the first one */
	char key[];   /* channel, account and user, each with its NUL */
};

static const char *key_after(const char *part)
{
	return part + strlen(part) + 1;
}

static bool key_is(const struct lane *lane, const char *channel, const char *account, const char *user)
{
	const char *at = lane->key;

	return strcmp(at, channel) == 0 && strcmp(at = key_after(at), account) == 0 &&
	       strcmp(key_after(at), user) == 0;
}

static struct lane *lane_new(
	struct lanes *l, uint64_t hash, const char *channel, const char *account, const char *user)
{
	size_t channel_size = strlen(channel) + 1, account_size = strlen(account) + 1,
	       user_size = strlen(user) + 1;
	struct lane *lane = malloc(sizeof *lane + channel_size + account_size + user_size);

	if (!lane)
		return NULL;
	lane->first = lane->last = NULL;
	lane->running = false;
	memcpy(lane->key, channel, channel_size);
	memcpy(lane->key + channel_size, account, account_size);
	memcpy(lane->key + channel_size + account_size, user, user_size);
	if (map_add(&l->map, &lane->node, hash) != OK) {
		free(lane);
		return NULL;
	}
	return lane;
}

static struct lane *lane_of(struct lanes *l, const char *channel, const char *account, const char *user)
{
	uint64_t hash = map_hash_string(map_hash_string(map_hash_string(0, channel), account), user);

	for (struct map_node *n = map_first(&l->map, hash); n; n = map_next(n)) {
		struct lane *lane = OWNER_OF(n, struct lane, node);

		if (key_is(lane, channel, account, user))
			return lane;
	}
	return lane_new(l, hash, channel, account, user);
}

enum err lanes_add(struct lanes *l, const char *channel, const char *account, const char *user, int64_t order,
	struct lane_item *item)
{
	struct lane *lane = lane_of(l, channel, account, user);
	struct lane_item *before;

	if (!lane)
		return ERR_NOMEM;
	before = lane->last;
	while (before && before->order > order && !(lane->running && before == lane->first))
		before = before->prev;
	item->lane = lane;
	item->order = order;
	item->prev = before;
	item->next = before ? before->next : lane->first;
	*(before ? &before->next : &lane->first) = item;
	*(item->next ? &item->next->prev : &lane->last) = item;
	l->count++;
	return OK;
}

bool lane_may_run(const struct lane_item *item)
{
	return item->lane->first == item && !item->lane->running;
}

void lane_run(struct lane_item *item)
{
	assert(lane_may_run(item));
	item->lane->running = true;
}

void lane_rest(struct lane_item *item)
{
	assert(item->lane->first == item);
	item->lane->running = false;
}

struct lane_item *lanes_remove(struct lanes *l, struct lane_item *item)
{
	struct lane *lane = item->lane;
	struct lane_item *first;

	if (lane->first == item)
		lane->running = false;
	*(item->prev ? &item->prev->next : &lane->first) = item->next;
	*(item->next ? &item->next->prev : &lane->last) = item->prev;
	item->lane = NULL;
	l->count--;
	first = lane->first;
	if (!first) {
		map_remove(&l->map, &lane->node);
		free(lane);
	}
	return first;
}

void lanes_release(struct lanes *l)
{
	map_release(&l->map);
}
