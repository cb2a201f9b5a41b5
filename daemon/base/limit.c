#include "daemon/base/limit.h"

#include "daemon/base/map.h"

#include <sodium.h>
#include <string.h>

void limit_init(struct limit *l, unsigned max, int64_t window_ms)
{
	memset(l, 0, sizeof *l);
	l->max = max;
	l->window_ms = window_ms;
	pthread_mutex_init(&l->lock, NULL);
	randombytes_buf(&l->seed, sizeof l->seed);
}

void limit_release(struct limit *l)
{
	pthread_mutex_destroy(&l->lock);
}

/* Where the key is or may go. */
static size_t place(const struct limit *l, uint64_t key, int64_t now_ms)
{
	size_t oldest = 0;

	for (size_t i = 0; i < LIMIT_KEYS; i++) {
		if (l->keys[i].since_ms && l->keys[i].key == key &&
			now_ms - l->keys[i].since_ms < l->window_ms)
			return i;
		if (l->keys[i].since_ms < l->keys[oldest].since_ms)
			oldest = i;
	}
	return oldest;
}

void limit_failed(struct limit *l, const char *key, int64_t now_ms)
{
	uint64_t hash = map_hash_string(l->seed, key);
	size_t i;

	pthread_mutex_lock(&l->lock);
	i = place(l, hash, now_ms);
	if (l->keys[i].key != hash || now_ms - l->keys[i].since_ms >= l->window_ms) {
		l->keys[i].key = hash;
		l->keys[i].since_ms = now_ms;
		l->keys[i].count = 0;
	}
	l->keys[i].count++;
	pthread_mutex_unlock(&l->lock);
}

bool limit_blocked(struct limit *l, const char *key, int64_t now_ms)
{
	uint64_t hash = map_hash_string(l->seed, key);
	bool blocked;
	size_t i;

	pthread_mutex_lock(&l->lock);
	i = place(l, hash, now_ms);
	blocked = l->keys[i].key == hash && now_ms - l->keys[i].since_ms < l->window_ms &&
		  l->keys[i].count >= l->max;
	pthread_mutex_unlock(&l->lock);
	return blocked;
}
