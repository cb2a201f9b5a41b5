/* cmd_serve.c - runs the daemon: READY to the service manager once it listens, the watchdog fed from the loop, and
 * SIGTERM or SIGINT stops it within GRACE_MS; a second one at once, which loses nothing that was acknowledged. */
#include "daemon/base/log.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/serve.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define GRACE_MS 10000

struct run {
	struct loop *loop;
	struct serve *serve;
	struct loop_timer *watchdog;
	int64_t watchdog_ms;
	bool stopping, clean;
};

static void closed(void *arg, bool clean)
{
	struct run *r = arg;

	r->clean = clean;
	loop_stop(r->loop);
}

static void signaled(void *arg, int number)
{
	struct run *r = arg;

	if (number == SIGHUP)
		return;
	if (r->stopping) {
		log_warning("signal=%d again: stopping at once", number);
		_exit(EXIT_FAILED);
	}
	log_info("signal=%d stopping", number);
	r->stopping = true;
	sd_notify(0, "STOPPING=1");
	serve_close(r->serve, GRACE_MS, closed, r);
}

static void watchdog_due(void *arg)
{
	struct run *r = arg;

	sd_notify(0, "WATCHDOG=1");
	loop_timer_start(r->watchdog, r->watchdog_ms);
}

static void watchdog_start(struct run *r)
{
	uint64_t usec;

	if (sd_watchdog_enabled(0, &usec) <= 0 ||
		loop_timer_open(r->loop, watchdog_due, r, &r->watchdog) != OK)
		return;
	r->watchdog_ms = (int64_t)(usec / 2000);
	watchdog_due(r);
}

static enum err run(const struct config *config, struct why *why)
{
	struct run r = {.clean = true};
	enum err err = loop_open(&r.loop, why);

	if (err != OK)
		return err;
	err = serve_open(r.loop, config, &r.serve, why);
	if (err == OK) {
		if (loop_on_signal(r.loop, signaled, &r) != OK)
			log_warning("signals cannot be caught: the daemon can only be killed");
		watchdog_start(&r);
		log_info("listening on %s accounts=%zu", serve_address(r.serve), config->accounts.count);
		sd_notify(0, "READY=1");
		loop_run(r.loop);
	}
	if (!r.clean)
		_exit(EXIT_DONE); /* threads still hold what would be freed */
	loop_timer_close(r.watchdog);
	loop_close(r.loop);
	return err;
}

static void level_set(const char *word)
{
	static const char *const words[] = {"error", "warning", "info", "debug"};

	for (int level = 0; level < 4; level++)
		if (word && strcmp(word, words[level]) == 0)
			log_set_level((enum log_level)level);
}

int cmd_serve(int argc, char **argv)
{
	const char *path = NULL;
	const struct cli_option options[] = {
		{"-c", "FILE", "the configuration", &path, NULL},
		{NULL, NULL, NULL, NULL, NULL},
	};
	struct config *config;
	struct why why = {""};
	bool done;
	int code, rest = cli_parse(argc, argv, "serve [-c FILE]", "Runs the daemon until SIGTERM.", options,
			  &done, &code);
	enum err err;

	if (done)
		return code;
	if (rest < argc) {
		fprintf(stderr, "motcua: unexpected \"%s\"\nusage: motcua serve [-c FILE]\n", argv[rest]);
		return EXIT_USAGE;
	}
	config = cli_config(path, true);
	if (!config)
		return EXIT_USAGE;
	level_set(config->log_level);
	err = run(config, &why);
	config_free(config);
	return err == OK ? EXIT_DONE : cli_fail(&why);
}
