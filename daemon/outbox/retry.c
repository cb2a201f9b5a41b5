/* retry.c - the table of platforms.md 2.10 and 3.7, as far as it is the same for both platforms: what a class
 * of verdict means for the n-th attempt. Which code belongs to which class is the adapters' knowledge. */
#include "daemon/outbox/retry.h"

#define TRIES_MAX 5 /* unless the verdict says otherwise */
#define WAIT_FIRST_MS 1000
#define WAIT_MAX_MS (60 * 1000)
#define WAIT_TOLD_MAX_MS (60 * 60 * 1000) /* no platform keeps us waiting longer than this */

/* 1 s·2^(n-1), at most a minute, half of it jitter, so that what failed together does not come back together.
 */
static int64_t back_off(unsigned attempts, uint32_t random)
{
	int64_t wait_ms = WAIT_FIRST_MS;

	while (--attempts > 0 && wait_ms < WAIT_MAX_MS)
		wait_ms *= 2;
	if (wait_ms > WAIT_MAX_MS)
		wait_ms = WAIT_MAX_MS;
	return wait_ms / 2 + (int64_t)random % (wait_ms / 2 + 1);
}

static struct retry again(const struct verdict *v, unsigned attempts, uint32_t random)
{
	struct retry r = {.action = RETRY_AGAIN};

	if (attempts >= (v->tries_max ? v->tries_max : TRIES_MAX))
		return (struct retry){.action = RETRY_DEAD};
	r.wait_ms = back_off(attempts, random);
	if (v->wait_ms > r.wait_ms)
		r.wait_ms = v->wait_ms < WAIT_TOLD_MAX_MS ? v->wait_ms : WAIT_TOLD_MAX_MS;
	return r;
}

struct retry retry_after(
	const struct verdict *v, unsigned attempts, bool plain, bool renewed, uint32_t random)
{
	switch (v->class) {
	case VERDICT_SENT: return (struct retry){.action = RETRY_DONE};
	case VERDICT_LATER:
	case VERDICT_SLOW_DOWN: return again(v, attempts, random);
	case VERDICT_RENEW: return (struct retry){.action = renewed ? RETRY_DEAD : RETRY_RENEW};
	case VERDICT_PLAIN: return (struct retry){.action = plain ? RETRY_DEAD : RETRY_PLAIN};
	case VERDICT_UNKNOWN: return (struct retry){.action = RETRY_UNKNOWN};
	case VERDICT_DEAD: break;
	}
	return (struct retry){.action = RETRY_DEAD};
}
