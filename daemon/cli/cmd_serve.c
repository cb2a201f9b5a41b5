/* cmd_serve.c - runs the daemon: READY to the service manager once it listens, the watchdog fed from the loop.
 *   SIGTERM, SIGINT   stops it within GRACE_MS; a second one at once, which loses nothing that was acknowledged
 *   SIGHUP            the configuration is read anew: one that has a mistake changes nothing; else what is under way ends, as for
 *                     a stop, and the daemon opens again with the new one, or with the one before when that cannot be done */
#include "daemon/base/log.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/serve.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define GRACE_MS 10000
#define RELOAD_GRACE_MS 60000 /* longer than any call out may take: nobody waits for it to end */

struct run {
	const char *path; /* of the configuration; NULL: where cli_config() looks */
	struct config *config, *next;
	struct loop *loop;
	struct serve *serve;
	struct loop_timer *watchdog;
	int64_t watchdog_ms;
	bool closing, stopping, clean;
};

static void closed(void *arg, bool clean)
{
	struct run *r = arg;

	r->clean = clean;
	loop_stop(r->loop);
}

static void close_all(struct run *r, int64_t grace_ms)
{
	if (!r->closing)
		serve_close(r->serve, grace_ms, closed, r);
	r->closing = true;
}

/* While the one before is still closing, the newer configuration takes its place. */
static void reload(struct run *r)
{
	struct config *next = cli_config(r->path, true);

	if (!next) {
		log_error("signal=%d the configuration stays as it was", SIGHUP);
		return;
	}
	log_info("signal=%d opening again with the new configuration", SIGHUP);
	config_free(r->next);
	r->next = next;
	sd_notify(0, "RELOADING=1");
	close_all(r, RELOAD_GRACE_MS);
}

static void signaled(void *arg, int number)
{
	struct run *r = arg;

	if (number == SIGHUP) {
		if (!r->stopping)
			reload(r);
		return;
	}
	if (r->stopping) {
		log_warning("signal=%d again: stopping at once", number);
		_exit(EXIT_FAILED);
	}
	log_info("signal=%d stopping", number);
	r->stopping = true;
	sd_notify(0, "STOPPING=1");
	close_all(r, GRACE_MS);
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

static void level_set(const char *word)
{
	static const char *const words[] = {"error", "warning", "info", "debug"};

	for (int level = 0; level < 4; level++)
		if (word && strcmp(word, words[level]) == 0)
			log_set_level((enum log_level)level);
}

static enum err open_all(struct run *r, struct why *why)
{
	enum err err;

	level_set(r->config->log_level);
	r->closing = false;
	err = serve_open(r->loop, r->config, &r->serve, why);
	if (err != OK)
		return err;
	log_info("listening on %s accounts=%zu", serve_address(r->serve), r->config->accounts.count);
	sd_notify(0, "READY=1");
	return OK;
}

/* After what ran with r->config was closed. */
static enum err open_next(struct run *r, struct why *why)
{
	struct config *former = r->config;
	enum err err;

	r->config = r->next;
	r->next = NULL;
	err = open_all(r, why);
	if (err == OK) {
		config_free(former);
		return OK;
	}
	log_error("going on with the configuration from before: %s", why->text);
	config_free(r->config);
	r->config = former;
	*why = (struct why){""};
	return open_all(r, why);
}

static enum err run(struct run *r, struct why *why)
{
	enum err err = loop_open(&r->loop, why);

	if (err != OK)
		return err;
	err = open_all(r, why);
	if (err == OK) {
		if (loop_on_signal(r->loop, signaled, r) != OK)
			log_warning("signals cannot be caught: the daemon can only be killed");
		watchdog_start(r);
	}
	while (err == OK) {
		loop_run(r->loop);
		if (!r->clean)
			_exit(r->stopping ? EXIT_DONE
					  : EXIT_FAILED); /* threads still hold what would be freed */
		if (r->stopping || !r->next)
			break;
		err = open_next(r, why);
	}
	loop_timer_close(r->watchdog);
	loop_close(r->loop);
	return err;
}

int cmd_serve(int argc, char **argv)
{
	struct run r = {.clean = true};
	const struct cli_option options[] = {
		{"-c", "FILE", "the configuration", &r.path, NULL},
		{NULL, NULL, NULL, NULL, NULL},
	};
	struct why why = {""};
	bool done;
	int code, rest = cli_parse(argc, argv, "serve [-c FILE]",
			  "Runs the daemon until SIGTERM; SIGHUP reads the configuration anew.", options,
			  &done, &code);
	enum err err;

	if (done)
		return code;
	if (rest < argc) {
		fprintf(stderr, "motcua: unexpected \"%s\"\nusage: motcua serve [-c FILE]\n", argv[rest]);
		return EXIT_USAGE;
	}
	signal(SIGHUP, SIG_IGN); /* until the loop listens for it: before, there is nothing to change */
	r.config = cli_config(r.path, true);
	if (!r.config)
		return EXIT_USAGE;
	err = run(&r, &why);
	config_free(r.config);
	config_free(r.next);
	return err == OK ? EXIT_DONE : cli_fail(&why);
}
