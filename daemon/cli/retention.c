#include "daemon/cli/retention.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/store/store_retention.h"

#include <inttypes.h>
#include <stdlib.h>

#define DAY_MS (24 * 60 * 60 * 1000LL)
#define FIRST_MS (60 * 1000)      /* after the start */
#define STEP_MS 50                /* between two steps: replies go first */
#define AGAIN_MS (10 * 60 * 1000) /* after a step failed */

/* product.md 6: masked questions and platform ids 12 months. */
#define KEEP_MS (365 * DAY_MS)

struct retention {
	struct store *store;
	struct loop_timer *timer;
	struct store_retention pass, step; /* step: where the one under way leads */
	bool more;
};

static void pass_begin(struct retention *r)
{
	r->pass = (struct store_retention){
		.text_ms = KEEP_MS, .event_ms = KEEP_MS, .question_ms = KEEP_MS, .citizen_ms = KEEP_MS, .case_ms = KEEP_MS};
}

static enum err step_job(struct store_tx *tx, void *arg)
{
	struct retention *r = arg;

	r->step = r->pass;
	return store_retention_step(tx, &r->step, clock_now_ms(), &r->more);
}

static void step_done(void *arg, enum err err)
{
	struct retention *r = arg;

	if (err == OK)
		r->pass = r->step;
	if (err != OK) {
		log_warning("could not erase what is too old, trying again: %s", err_words(err));
		pass_begin(r);
		loop_timer_start(r->timer, AGAIN_MS);
	} else if (r->more) {
		loop_timer_start(r->timer, STEP_MS);
	} else {
		if (r->pass.removed)
			log_info("retention=%" PRId64 " rows too old to keep were erased", r->pass.removed);
		pass_begin(r);
		loop_timer_start(r->timer, DAY_MS);
	}
}

static void due(void *arg)
{
	struct retention *r = arg;

	if (store_submit(r->store, step_job, step_done, r) != OK)
		loop_timer_start(r->timer, AGAIN_MS);
}

enum err retention_open(struct loop *loop, struct store *store, struct retention **ret_retention)
{
	struct retention *r = calloc(1, sizeof *r);
	enum err err = r ? loop_timer_open(loop, due, r, &r->timer) : ERR_NOMEM;

	if (err != OK) {
		free(r);
		return err;
	}
	r->store = store;
	pass_begin(r);
	loop_timer_start(r->timer, FIRST_MS);
	*ret_retention = r;
	return OK;
}

void retention_close(struct retention *r)
{
	if (!r)
		return;
	loop_timer_close(r->timer);
	free(r);
}
