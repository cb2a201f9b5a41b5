#include "tests/support/bench.h"

#include "daemon/cli/serve.h"
#include "tests/support/load.h"
#include "tests/support/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bench {
	char folder[64], state_path[96], knowledge_path[96], graph_base[64];
	struct account account;
	struct config config;
	struct loop *loop;
	struct loop_bell *stopping;
	struct serve *serve;
	pthread_t thread;
};

static void config_fill(struct bench *b, unsigned platform_port)
{
	snprintf(b->state_path, sizeof b->state_path, "%s/state.db", b->folder);
	snprintf(b->knowledge_path, sizeof b->knowledge_path, "%s/knowledge.db", b->folder);
	snprintf(b->graph_base, sizeof b->graph_base, "http://127.0.0.1:%u", platform_port);
	b->account = (struct account){.name = "bench",
		.adapter = &adapter_facebook,
		.id = LOAD_PAGE,
		.app_secret = LOAD_SECRET,
		.verify_token = "v",
		.page_token = "t",
		.graph_base = b->graph_base,
		.graph_version = "v25.0",
		.appsecret_proof = true,
		.text_limit = 1900,
		.max_event_age_ms = 26 * 3600 * 1000};
	b->config = (struct config){.data_dir = b->folder,
		.state_path = b->state_path,
		.knowledge_path = b->knowledge_path,
		.listen = "127.0.0.1:0",
		.log_level = "error",
		.monitoring = "loopback",
		.workers = 1,
		.queue_max = 8192,
		.body_max = 1 << 20,
		.connections_max = 1024,
		.conversation_age_ms = 30 * 60 * 1000,
		.staff_pause_ms = 12 * 3600 * 1000,
		.in_flight_max = 64,
		.per_second_max = 1000000, /* what the platform allows is not what is measured */
		.timeout_ms = 10000,
		.unknown_wait_ms = 60000,
		.answer_max_age_ms = 15 * 60 * 1000,
		.accounts = {&b->account, 1}};
}

static void stopping_cb(void *arg)
{
	loop_stop(((struct bench *)arg)->loop);
}

static void *loop_main(void *arg)
{
	loop_run(((struct bench *)arg)->loop);
	return NULL;
}

enum err bench_open(const struct bench_options *o, struct bench **ret_bench, struct why *why)
{
	struct bench *b = calloc(1, sizeof *b);
	enum err err;

	if (!b)
		return ERR_NOMEM;
	store_fixture_folder(b->folder);
	config_fill(b, o->platform_port);
	if (link(o->knowledge, b->knowledge_path) != 0)
		return why_set(why, ERR_IO, "could not link the knowledge into \"%s\"", b->folder);
	err = loop_open(&b->loop, why);
	if (!err)
		err = loop_bell_open(b->loop, stopping_cb, b, &b->stopping);
	if (!err)
		err = serve_open(b->loop, &b->config, &b->serve, why);
	if (!err && pthread_create(&b->thread, NULL, loop_main, b) != 0)
		err = ERR_NOMEM;
	if (!err)
		*ret_bench = b;
	return err; /* a failed one ends the program: nothing is freed */
}

unsigned bench_port(const struct bench *b)
{
	return (unsigned)strtoul(strrchr(serve_address(b->serve), ':') + 1, NULL, 10);
}

const char *bench_folder(const struct bench *b)
{
	return b->folder;
}

static void closed_cb(void *arg, bool clean)
{
	(void)clean;
	loop_stop(arg);
}

void bench_close(struct bench *b)
{
	loop_bell_ring(b->stopping);
	pthread_join(b->thread, NULL);
	serve_close(b->serve, 5000, closed_cb, b->loop);
	loop_run(b->loop);
	loop_bell_close(b->stopping);
	loop_close(b->loop);
	store_fixture_remove(b->folder);
	free(b);
}
