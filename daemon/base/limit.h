/* limit.h - how often something went wrong for a key within a window: sign-ins and codes per address, sign-ins per unknown name.
 * In memory, a fixed number of keys: when full, the one whose window began first is forgotten. Any thread. */
#ifndef MOTCUA_LIMIT_H
#define MOTCUA_LIMIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define LIMIT_KEYS 1024

struct limit {
	unsigned max;      /* failures within the window; then blocked() until it ends */
	int64_t window_ms;
	pthread_mutex_t lock;
	uint64_t seed;
	struct {
		uint64_t key;
		int64_t since_ms; /* 0: free */
		unsigned count;
	} keys[LIMIT_KEYS];
};

void limit_init(struct limit *l, unsigned max, int64_t window_ms);
void limit_release(struct limit *l);

void limit_failed(struct limit *l, const char *key, int64_t now_ms);
bool limit_blocked(struct limit *l, const char *key, int64_t now_ms);

#endif
