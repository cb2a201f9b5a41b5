/* bench_growth.c - one whole turn of thought (understand, search, compose, guard) at 1, 4 and 16 times the national corpus: what
 * an office's own records, or all provinces' together, would cost. One thread; the first round warms up. */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/turn/turn.h"
#include "tests/support/corpus.h"
#include "tests/support/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUESTIONS_MAX 4000

struct sized {
	int64_t p50_us, p99_us, rss_kib, open_us;
};

static void fail(const char *what)
{
	fprintf(stderr, "bench_growth: %s\n", what);
	exit(1);
}

static int64_t think_us(const struct tools *tools, const char *text, const char *today)
{
	int64_t begun = measure_thread_us(pthread_self());
	struct turn t;

	turn_init(&t, tools);
	t.event = (struct event){.kind = EVENT_TEXT, .channel = "zalo", .text = text};
	t.now_ms = clock_now_ms();
	t.as_of = today;
	t.known = true;
	if (turn_think(&t) != OK)
		fail("a turn failed");
	turn_release(&t);
	return measure_thread_us(pthread_self()) - begun;
}

static struct sized measure(const struct corpus *c)
{
	static int64_t us[QUESTIONS_MAX];
	struct tools tools = {0};
	struct words *words;
	struct phrases *phrases;
	struct why why = {""};
	struct sized sized;
	char today[11];
	int64_t begun;

	if (words_load(&words, &why) != OK || phrases_load(&phrases, &why) != OK)
		fail(why.text);
	begun = measure_thread_us(pthread_self());
	if (kb_open(c->knowledge, words, &tools.kb, &why) != OK)
		fail(why.text);
	sized.open_us = measure_thread_us(pthread_self()) - begun;
	tools.words = words;
	tools.phrases = phrases;
	clock_date(clock_now_ms(), today); /* the corpus was imported today */
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < c->question_count; i++)
			us[i] = think_us(&tools, c->questions[i], today);
	sized.rss_kib = measure_rss_kib();
	sized.p50_us = measure_percentile(us, c->question_count, 0.5);
	sized.p99_us = measure_percentile(us, c->question_count, 0.99);
	kb_close(tools.kb);
	phrases_free(phrases);
	words_free(words);
	return sized;
}

/* In a process of its own, so that resident memory is this size's. */
static struct sized measure_apart(const struct corpus *c)
{
	struct sized sized = {0};
	int ends[2], status = -1;
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0)
		fail("could not start a process");
	if (child == 0) {
		sized = measure(c);
		_exit(write(ends[1], &sized, sizeof sized) == sizeof sized ? 0 : 1);
	}
	close(ends[1]);
	if (read(ends[0], &sized, sizeof sized) != sizeof sized || waitpid(child, &status, 0) != child ||
		status)
		fail("a measurement failed");
	close(ends[0]);
	return sized;
}

static void row(const char *what, int64_t is, const char *unit, double divisor, int64_t goal)
{
	char left[64], right[64];

	snprintf(left, sizeof left, "%.2f %s", (double)is / divisor, unit);
	snprintf(right, sizeof right, "%.2f %s", (double)goal / divisor, unit);
	measure_row(what, left, right, (double)is / (double)goal, false, 1);
}

int main(void)
{
	static const unsigned sizes[] = {1, 4, 16};

	log_set_level(LOG_LEVEL_WARNING);

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct why why = {""};
		struct corpus c;
		struct sized sized;

		if (corpus_open_grown(&c, sizes[i], &why) != OK)
			fail(why.text);
		if (!c.national) {
			printf("# growth: the national corpus is not in $MOTCUA_DATA\n");
			corpus_close(&c);
			return 0;
		}
		sized = measure_apart(&c);
		printf("# %u times the corpus: a thought p50 %lld us, p99 %lld us; resident %.1f MiB; read "
		       "in %.2f s\n",
			sizes[i], (long long)sized.p50_us, (long long)sized.p99_us,
			(double)sized.rss_kib / 1024, (double)sized.open_us / 1e6);
		if (sizes[i] == 1) {
			row("whole thought CPU p50, national corpus", sized.p50_us, "ms", 1000, 500);
			row("whole thought CPU p99, national corpus", sized.p99_us, "ms", 1000, 3000);
			row("resident, one search thread", sized.rss_kib, "MiB", 1024, (int64_t)64 * 1024);
		}
		corpus_close(&c);
	}
	return 0;
}
