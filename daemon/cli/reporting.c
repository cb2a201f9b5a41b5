/* reporting.c - a look every hour: the newest period that is over and not kept is counted by the worker, then written by the store,
 * until all are. A count that fails is tried again an hour later; nothing is lost, the rows are there for a year. */
#include "daemon/cli/reporting.h"

#include "daemon/base/background.h"
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/map.h"
#include "daemon/report/open_data.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_MS (2 * 60 * 1000)
#define NEXT_MS 2000
#define LOOK_MS (60 * 60 * 1000)
#define COUNT_ARENA ((size_t)64 << 20)
#define OPEN_DATA_MAX ((size_t)16 << 20)

struct reporting {
	struct reporting_options o;
	struct sentences *words;
	struct loop_workers *workers;
	struct loop_timer *timer;
	struct arena arena; /* of the batch under way */
	struct report_kept_batch batch;
	bool closing;
	enum err err; /* of the worker; ERR_NOT_FOUND: all are kept */
	struct why why;
};

/* --- Keeping --- */

static enum err source_open(struct reporting *r, struct report_source *ret_source, struct why *why)
{
	enum err err;

	*ret_source = (struct report_source){.words = r->words};
	err = store_reader_open(r->o.state_path, &ret_source->reader, why);
	if (!err && access(r->o.knowledge_path, F_OK) == 0)
		err = browse_open(r->o.knowledge_path, &ret_source->browse, why);
	return err;
}

static void source_close(struct report_source *source)
{
	browse_close(source->browse);
	store_reader_close(source->reader);
}

static void count_run(void *context, void *arg)
{
	struct reporting *r = arg;
	struct report_source source;

	(void)context;
	background_thread();
	r->batch = (struct report_kept_batch){.now_ms = clock_now_ms()};
	r->err = source_open(r, &source, &r->why);
	if (!r->err &&
		!report_keep_next(&source, r->o.month_begins, r->batch.now_ms, &r->arena, &r->batch.period))
		r->err = ERR_NOT_FOUND;
	if (!r->err)
		r->err = report_keep(&source, &r->batch, &r->arena, &r->why);
	source_close(&source);
}

static void look_again(struct reporting *r, int64_t after_ms)
{
	arena_reset(&r->arena);
	if (!r->closing)
		loop_timer_start(r->timer, after_ms);
}

static void written(void *batch, enum err err)
{
	struct reporting *r = OWNER_OF(batch, struct reporting, batch);

	if (err)
		log_warning("could not keep figures, trying again: %s", err_words(err));
	look_again(r, err ? LOOK_MS : NEXT_MS);
}

static void counted(void *arg)
{
	struct reporting *r = arg;

	if (!r->err && !r->closing && store_submit(r->o.store, report_keep_job, written, &r->batch) == OK)
		return; /* written() goes on */
	if (r->err && r->err != ERR_NOT_FOUND)
		log_warning("could not count figures to keep, trying again: %s", r->why.text);
	look_again(r, LOOK_MS);
}

static void due(void *arg)
{
	struct reporting *r = arg;

	if (loop_work(r->workers, count_run, counted, r) != OK)
		look_again(r, LOOK_MS);
}

/* --- Open data --- */

struct asked {
	struct reporting *reporting;
	struct http_exchange *x;
	char word[16];
	struct buf out;
	enum err err;
};

static void open_data_run(void *context, void *arg)
{
	struct asked *asked = arg;
	struct reporting *r = asked->reporting;
	struct report_source source;
	struct why why = {""};
	struct period period;
	struct arena a;

	(void)context;
	arena_init(&a, COUNT_ARENA);
	asked->err = source_open(r, &source, &why);
	if (!asked->err)
		asked->err = period_read(asked->word, r->o.month_begins, &period)
				     ? open_data_write(&source, &period, &a, &asked->out)
				     : ERR_NOT_FOUND;
	source_close(&source);
	arena_release(&a);
}

static void open_data_done(void *arg)
{
	static const struct http_header headers[] = {{"Access-Control-Allow-Origin", "*"},
		{"Cache-Control", "public, max-age=3600"}, {"X-Content-Type-Options", "nosniff"}};
	struct asked *asked = arg;

	if (asked->err == OK)
		http_answer(asked->x, 200, "text/csv; charset=utf-8",
			(struct bytes){asked->out.ptr, asked->out.len}, headers, 3);
	else
		http_answer_text(asked->x, asked->err == ERR_NOT_FOUND ? 404 : 500, "");
	buf_release(&asked->out);
	free(asked);
}

/* "/open-data/2026-10.csv" → "2026-10"; false: it is another path. */
static bool word_take(const char *path, char ret_word[16])
{
	static const char prefix[] = "/open-data/", suffix[] = ".csv";
	size_t len = strlen(path), around = sizeof prefix + sizeof suffix - 2;

	if (len <= around || len - around >= 16 || strncmp(path, prefix, sizeof prefix - 1) != 0 ||
		strcmp(path + len - sizeof suffix + 1, suffix) != 0)
		return false;
	memcpy(ret_word, path + sizeof prefix - 1, len - around);
	ret_word[len - around] = '\0';
	return true;
}

void reporting_open_data(void *reporting, const struct http_request *req, struct http_exchange *x)
{
	struct reporting *r = reporting;
	struct asked *asked = calloc(1, sizeof *asked);

	if (!asked || !r->o.open_data || !word_take(req->path, asked->word)) {
		http_answer_text(x, asked ? 404 : 503, "");
		free(asked);
		return;
	}
	asked->reporting = r;
	asked->x = x;
	buf_init(&asked->out, OPEN_DATA_MAX);
	if (loop_work(asked->reporting->workers, open_data_run, open_data_done, asked) == OK)
		return;
	http_answer_text(x, 503, "");
	free(asked);
}

/* --- Life --- */

enum err reporting_open(const struct reporting_options *o, struct reporting **ret_reporting, struct why *why)
{
	struct reporting *r = calloc(1, sizeof *r);
	enum err err;

	if (!r)
		return why_set(why, ERR_NOMEM, "could not start: out of memory");
	r->o = *o;
	r->o.month_begins = o->month_begins ? o->month_begins : 1;
	r->o.first_ms = o->first_ms ? o->first_ms : FIRST_MS;
	arena_init(&r->arena, COUNT_ARENA);
	err = sentences_load(REPORT_WORDS, &r->words, why);
	if (!err)
		err = loop_workers_open(o->loop,
			&(struct loop_workers_options){.threads = 1, .queue_max = 16}, &r->workers, why);
	if (!err && loop_timer_open(o->loop, due, r, &r->timer) != OK)
		err = why_set(why, ERR_NOMEM, "could not start: out of memory");
	if (err) {
		reporting_close(r);
		return err;
	}
	loop_timer_start(r->timer, r->o.first_ms);
	*ret_reporting = r;
	return OK;
}

void reporting_stop(struct reporting *r)
{
	if (!r || r->closing)
		return;
	r->closing = true;
	loop_workers_close(r->workers);
	loop_timer_close(r->timer);
}

void reporting_close(struct reporting *r)
{
	if (!r)
		return;
	reporting_stop(r);
	sentences_free(r->words);
	arena_release(&r->arena);
	free(r);
}
