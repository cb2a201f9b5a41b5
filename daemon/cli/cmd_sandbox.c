/* cmd_sandbox.c - motcua sandbox: plays Zalo and Facebook for the accounts of a configuration, until it is stopped. */
#include "daemon/cli/cli.h"
#include "daemon/sandbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct run {
	struct loop *loop;
	struct sandbox *sandbox;
	bool closing;
};

struct flags {
	const char *config, *listen, *webhook, *time_scale, *seed, *faults;
};

static void closed(void *arg)
{
	struct run *r = arg;

	loop_stop(r->loop);
}

static void signal_came(void *arg, int number)
{
	struct run *r = arg;

	(void)number;
	if (!r->closing)
		sandbox_close(r->sandbox, closed, r);
	r->closing = true;
}

/* "lost=0.1,slow=0.05" */
static enum err faults_set(struct sandbox *s, char *text, struct why *why)
{
	char *rest = text, *one;

	while ((one = strsep(&rest, ","))) {
		char *equals = strchr(one, '='), *end = NULL;
		double probability = equals ? strtod(equals + 1, &end) : -1;

		if (equals)
			*equals = '\0';
		if (!equals || end == equals + 1 || *end || probability < 0 || probability > 1)
			return why_set(why, ERR_FORMAT,
				"cannot read fault \"%s\": write it as NAME=PROBABILITY, 0 to 1", one);
		if (sandbox_fault(s, one, probability) != OK)
			return why_set(why, ERR_NOT_FOUND, "unknown fault \"%s\"", one);
	}
	return OK;
}

static struct sandbox_account *accounts_take(struct arena *a, const struct accounts *from)
{
	struct sandbox_account *accounts = arena_array(a, from->count + 1, sizeof *accounts);

	for (size_t i = 0; accounts && i < from->count; i++) {
		const struct account *f = &from->items[i];

		accounts[i] = (struct sandbox_account){
			.channel = f->adapter->name,
			.id = f->id,
			.app_id = f->app_id,
			.app_secret = f->app_secret,
			.oa_secret = f->oa_secret,
			.page_token = f->page_token,
			.verify_token = f->verify_token,
			.refresh_token = f->refresh_token,
		};
	}
	return accounts;
}

static enum err run_open(struct run *r, struct arena *a, const struct config *config,
	const struct flags *flags, struct why *why)
{
	struct sandbox_options o = {
		.listen = flags->listen ? flags->listen : "127.0.0.1:8081",
		.webhook_base =
			flags->webhook ? flags->webhook : arena_printf(a, "http://%s", config->listen),
		.accounts = accounts_take(a, &config->accounts),
		.account_count = config->accounts.count,
		.time_scale = flags->time_scale ? strtod(flags->time_scale, NULL) : 1,
		.seed = flags->seed ? (uint32_t)strtoul(flags->seed, NULL, 10) : 1,
	};
	char *faults = arena_string(a, flags->faults);
	enum err err;

	if (!flags->webhook && strncmp(config->listen, "unix:", 5) == 0)
		return why_set(why, ERR_CONFIG,
			"the daemon listens on \"%s\": say with --webhook which URL leads there",
			config->listen);
	err = loop_open(&r->loop, why);
	if (err == OK)
		err = sandbox_open(r->loop, &o, &r->sandbox, why);
	if (err == OK && loop_on_signal(r->loop, signal_came, r) != OK)
		err = why_set(why, ERR_IO, "could not watch for signals");
	return err == OK && faults ? faults_set(r->sandbox, faults, why) : err;
}

static int run(const struct config *config, const struct flags *flags)
{
	struct run r = {0};
	struct why why = {""};
	struct arena a;
	int status = EXIT_DONE;

	arena_init(&a, 1 << 20);
	if (run_open(&r, &a, config, flags, &why) == OK) {
		printf("sandbox http://%s/\n", sandbox_address(r.sandbox));
		fflush(stdout);
	} else {
		status = cli_fail(&why);
		if (r.sandbox)
			signal_came(&r, 0);
	}
	if (r.sandbox)
		loop_run(r.loop);
	loop_close(r.loop);
	arena_release(&a);
	return status;
}

int cmd_sandbox(int argc, char **argv)
{
	struct flags flags = {0};
	const struct cli_option options[] = {
		{"-c", "FILE", "configuration; its accounts are played", &flags.config, NULL},
		{"--listen", "ADDRESS", "where; loopback only (127.0.0.1:8081)", &flags.listen, NULL},
		{"--webhook", "URL", "the daemon (http://, and [daemon] listen)", &flags.webhook, NULL},
		{"--time-scale", "N", "webhooks are repeated N times as fast (1)", &flags.time_scale, NULL},
		{"--faults", "LIST", "bad days: lost=0.1,slow=0.05,...", &flags.faults, NULL},
		{"--seed", "N", "the same faults again (1)", &flags.seed, NULL},
		{0},
	};
	struct config *config;
	bool done;
	int status = EXIT_USAGE;

	cli_parse(argc, argv, "sandbox [-c FILE] [--listen ADDRESS] [--webhook URL] [--faults LIST]",
		"Plays Zalo and Facebook on this machine: both Send APIs, OAuth, signed webhooks, bad days,\n"
		"and a page with both chat windows.",
		options, &done, &status);
	if (done)
		return status;
	config = cli_config(flags.config, true);
	if (!config)
		return EXIT_USAGE;
	status = run(config, &flags);
	config_free(config);
	return status;
}
