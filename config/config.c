/* config.c - motcua.conf → struct config, in three steps: read the lines into sections of raw values (unknown
 * or repeated names refused with their line), check each value against its key's type, then put them where
 * the program looks. Fails with file, line and key named; nothing is kept of a configuration that is wrong.
 */
#include "config/config.h"
#include "config/secret.h"

#include "daemon/base/text.h"

#include <errno.h>
#include <ini.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNTS_MAX 64
#define CONFIG_MAX ((size_t)4 * 1024 * 1024)

enum key_type { TEXT, PATH, NUMBER, DURATION, SWITCH };

#define KEY(section, name, type, default_value, help) KEY_##section##_##name,
enum key {
#include "config/keys.def"
	KEY_COUNT
};
#undef KEY

#define KEY(section, name, type, default_value, help) {#section, #name, type, default_value},
static const struct {
	const char *section, *name;
	enum key_type type;
	const char *default_value;
} keys[] = {
#include "config/keys.def"
};
#undef KEY

struct section { /* one [section] of the file, or a section that is not there and has defaults only */
	const char *kind, *name; /* "zalo", "tu-ky" */
	int line;
	const char *value[KEY_COUNT]; /* NULL: not in the file */
	int line_of[KEY_COUNT];
};

struct reading {
	struct config *config;
	struct why *why;
	FILE *file;
	int line;
	enum err err;
	struct section daemon, outbox, console, report;
	struct section accounts[ACCOUNTS_MAX];
	size_t account_count;
	struct section *now;
	char now_header[128];
	bool need_secrets;
};

static enum err complain(struct reading *r, int line, enum err err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static enum err complain(struct reading *r, int line, enum err err, const char *format, ...)
{
	char words[400];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	if (r->err == OK)
		r->err = why_set(r->why, err, "%s:%d: %s", r->config->path, line, words);
	return r->err;
}

/* --- Lines → raw values ----------------------------------------------------------------------------- */

/* inih asks for lines one by one, which is how we know their numbers. Indentation is dropped, or inih would
 * take an indented key for the continuation of the value above. */
static char *read_line(char *line, int room, void *stream)
{
	struct reading *r = stream;
	char *from = line;

	if (r->err != OK || !fgets(line, room, r->file))
		return NULL;
	r->line++;
	if (!strchr(line, '\n') && !feof(r->file)) {
		complain(r, r->line, ERR_LIMIT, "the line is too long");
		return NULL;
	}
	while (*from == ' ' || *from == '\t')
		from++;
	memmove(line, from, strlen(from) + 1);
	return line;
}

static struct section *section_enter(struct reading *r, const char *header)
{
	const char *blank = strchr(header, ' ');
	const char *name = blank ? blank + strspn(blank, " ") : "";
	size_t kind_len = blank ? (size_t)(blank - header) : strlen(header);
	bool account = (kind_len == 4 && memcmp(header, "zalo", 4) == 0) ||
		       (kind_len == 8 && memcmp(header, "facebook", 8) == 0);
	struct section *s;

	if (strcmp(header, "daemon") == 0)
		return &r->daemon;
	if (strcmp(header, "outbox") == 0)
		return &r->outbox;
	if (strcmp(header, "console") == 0)
		return &r->console;
	if (strcmp(header, "report") == 0)
		return &r->report;
	if (!account) {
		complain(r, r->line, ERR_CONFIG,
			"unknown section [%s]; there are [daemon], [outbox], [console], [report], [zalo NAME], [facebook NAME]",
			header);
		return NULL;
	}
	if (!*name) {
		complain(r, r->line, ERR_CONFIG, "the section [%s] needs a name of yours: [%s NAME]", header,
			header);
		return NULL;
	}
	if (r->account_count == ACCOUNTS_MAX) {
		complain(r, r->line, ERR_LIMIT, "more than %d accounts", ACCOUNTS_MAX);
		return NULL;
	}
	s = &r->accounts[r->account_count++];
	s->kind = account && kind_len == 4 ? "zalo" : "facebook";
	s->name = arena_string(&r->config->arena, name);
	s->line = r->line;
	for (size_t i = 0; i + 1 < r->account_count; i++)
		if (s->name && r->accounts[i].kind == s->kind && strcmp(r->accounts[i].name, s->name) == 0)
			complain(r, r->line, ERR_CONFIG, "section [%s] stands in line %d already", header,
				r->accounts[i].line);
	return s->name ? s : NULL;
}

static int read_value(void *user, const char *header, const char *name, const char *value)
{
	struct reading *r = user;
	int k;

	if (!r->now || strcmp(header, r->now_header) != 0) {
		snprintf(r->now_header, sizeof r->now_header, "%s", header);
		if (!*header) {
			complain(r, r->line, ERR_CONFIG, "\"%s\" stands before the first [section]", name);
			return 0;
		}
		r->now = section_enter(r, header);
		if (!r->now)
			return 0;
	}
	for (k = 0; k < KEY_COUNT; k++)
		if (strcmp(keys[k].section, r->now->kind) == 0 && strcmp(keys[k].name, name) == 0)
			break;
	if (k == KEY_COUNT)
		complain(r, r->line, ERR_CONFIG, "unknown key \"%s\" in [%s]", name, header);
	else if (r->now->value[k])
		complain(r, r->line, ERR_CONFIG, "key \"%s\" stands in line %d already", name,
			r->now->line_of[k]);
	else if (!text_is_utf8(value, strlen(value)))
		complain(r, r->line, ERR_FORMAT, "the value of \"%s\" is not UTF-8", name);
	else {
		r->now->value[k] = arena_string(&r->config->arena, value);
		r->now->line_of[k] = r->line;
		if (!r->now->value[k])
			r->err = ERR_NOMEM;
	}
	return r->err == OK;
}

/* --- Raw values → typed ------------------------------------------------------------------------------ */

static const char *value_text(const struct section *s, enum key k)
{
	const char *v = s->value[k] ? s->value[k] : keys[k].default_value;

	return *v ? v : NULL;
}

static int line_of(const struct section *s, enum key k)
{
	return s->value[k] ? s->line_of[k] : s->line;
}

static int64_t value_number(struct reading *r, const struct section *s, enum key k, int64_t max)
{
	const char *v = value_text(s, k);
	char *end;
	long long n;

	errno = 0;
	n = strtoll(v ? v : "", &end, 10);
	if (!v || errno || *end || n < 0 || n > max) {
		complain(r, line_of(s, k), ERR_CONFIG, "\"%s\" wants a number from 0 to %lld, not \"%s\"",
			keys[k].name, (long long)max, v ? v : "");
		return 0;
	}
	return n;
}

static int64_t value_duration(struct reading *r, const struct section *s, enum key k)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
	const char *v = value_text(s, k);
	char *end;
	long long n;

	errno = 0;
	n = strtoll(v ? v : "", &end, 10);
	for (size_t i = 0;
		v && end != v && !errno && n >= 0 && n <= 1000000 && i < sizeof units / sizeof *units; i++)
		if (strcmp(end, units[i].unit) == 0)
			return n * units[i].ms;
	complain(r, line_of(s, k), ERR_CONFIG,
		"\"%s\" wants a duration such as 500ms, 30s, 15m, 26h or 7d, not \"%s\"", keys[k].name,
		v ? v : "");
	return 0;
}

static bool value_switch(struct reading *r, const struct section *s, enum key k)
{
	const char *v = value_text(s, k);

	if (v && strcmp(v, "on") == 0)
		return true;
	if (!v || strcmp(v, "off") != 0)
		complain(r, line_of(s, k), ERR_CONFIG, "\"%s\" wants on or off, not \"%s\"", keys[k].name,
			v ? v : "");
	return false;
}

/* Index of the value in `words` (ends with NULL). */
static int value_word(struct reading *r, const struct section *s, enum key k, const char *const *words)
{
	const char *v = value_text(s, k);
	char all[120] = "";

	for (int i = 0; words[i]; i++) {
		if (v && strcmp(v, words[i]) == 0)
			return i;
		snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "", words[i]);
	}
	complain(r, line_of(s, k), ERR_CONFIG, "\"%s\" wants one of: %s; not \"%s\"", keys[k].name, all,
		v ? v : "");
	return 0;
}

static const char *value_required(struct reading *r, const struct section *s, enum key k)
{
	const char *v = value_text(s, k);

	if (!v)
		complain(r, s->line, ERR_CONFIG, "[%s %s] lacks \"%s\"", s->kind, s->name, keys[k].name);
	return v;
}

/* A host we send secrets to: https, or http on this machine. Without a slash at its end. */
static const char *value_base(struct reading *r, const struct section *s, enum key k)
{
	const char *v = value_required(r, s, k);
	size_t len = v ? strlen(v) : 0;
	bool local =
		v && (strncmp(v, "http://127.0.0.1", 16) == 0 || strncmp(v, "http://localhost", 16) == 0 ||
			     strncmp(v, "http://[::1]", 12) == 0);

	if (!v)
		return NULL;
	if (!local && strncmp(v, "https://", 8) != 0) {
		complain(r, line_of(s, k), ERR_CONFIG,
			"\"%s\" wants https://… (http only to this machine), not \"%s\"", keys[k].name, v);
		return NULL;
	}
	while (len && v[len - 1] == '/')
		len--;
	return arena_copy(&r->config->arena, v, len);
}

static const char *path_beside(struct reading *r, const char *path)
{
	const char *slash = strrchr(r->config->path, '/');

	if (path[0] == '/' || !slash)
		return path;
	return arena_printf(
		&r->config->arena, "%.*s/%s", (int)(slash - r->config->path), r->config->path, path);
}

static const char *value_secret(struct reading *r, const struct section *s, enum key k, bool may_be_gone)
{
	const char *v = may_be_gone ? value_text(s, k) : value_required(r, s, k);
	const char *path = v ? path_beside(r, v) : NULL;
	const char *secret = NULL;
	struct why why = {""};
	enum err err;

	if (!path || !r->need_secrets)
		return NULL;
	err = secret_read(&r->config->arena, path, &secret, &why);
	if (err != OK && !(err == ERR_NOT_FOUND && may_be_gone))
		complain(r, line_of(s, k), err, "%s: %s", keys[k].name, why.text);
	return secret;
}

/* --- Typed values → struct config -------------------------------------------------------------------- */

static void take_daemon(struct reading *r)
{
	static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
	static const char *const monitors[] = {"loopback", "all", NULL};
	struct config *c = r->config;
	const struct section *s = &r->daemon;

	c->data_dir =
		path_beside(r, value_text(s, KEY_daemon_data_dir) ? value_text(s, KEY_daemon_data_dir) : ".");
	c->listen = value_text(s, KEY_daemon_listen);
	if (!c->listen)
		complain(r, line_of(s, KEY_daemon_listen), ERR_CONFIG, "\"listen\" is empty");
	c->log_level = levels[value_word(r, s, KEY_daemon_log_level, levels)];
	c->monitoring = monitors[value_word(r, s, KEY_daemon_monitoring, monitors)];
	c->workers = value_number(r, s, KEY_daemon_workers, 256);
	c->queue_max = value_number(r, s, KEY_daemon_queue_max, 1000000);
	c->body_max = value_number(r, s, KEY_daemon_body_max, 64 * 1024 * 1024);
	c->connections_max = value_number(r, s, KEY_daemon_connections_max, 100000);
	c->conversation_age_ms = value_duration(r, s, KEY_daemon_conversation_age);
	c->burst_wait_ms = value_duration(r, s, KEY_daemon_burst_wait);
	c->case_days = value_number(r, s, KEY_daemon_case_days, 250);
	c->staff_pause_ms = value_duration(r, s, KEY_daemon_staff_pause);
	c->domain_check_file = value_text(s, KEY_daemon_domain_check_file);
	c->domain_check_meta = value_text(s, KEY_daemon_domain_check_meta);
	if (c->data_dir) {
		c->state_path = arena_printf(&c->arena, "%s/state.db", c->data_dir);
		c->knowledge_path = arena_printf(&c->arena, "%s/knowledge.db", c->data_dir);
		c->uploads_dir = arena_printf(&c->arena, "%s/uploads", c->data_dir);
	}
}

static void take_outbox(struct reading *r)
{
	struct config *c = r->config;
	const struct section *s = &r->outbox;

	c->in_flight_max = value_number(r, s, KEY_outbox_in_flight_max, 10000);
	c->per_second_max = value_number(r, s, KEY_outbox_per_second_max, 100000);
	c->timeout_ms = value_duration(r, s, KEY_outbox_timeout);
	c->unknown_wait_ms = value_duration(r, s, KEY_outbox_unknown_wait);
	c->answer_max_age_ms = value_duration(r, s, KEY_outbox_answer_max_age);
	c->resend_unknown = value_switch(r, s, KEY_outbox_resend_unknown);
}

static void take_console(struct reading *r)
{
	struct config *c = r->config;
	const struct section *s = &r->console;

	c->console_enabled = value_switch(r, s, KEY_console_enabled);
	c->origin = value_text(s, KEY_console_origin) ? value_base(r, s, KEY_console_origin) : NULL;
	c->two_persons = value_switch(r, s, KEY_console_two_persons);
	c->session_idle_ms = value_duration(r, s, KEY_console_idle);
	c->session_absolute_ms = value_duration(r, s, KEY_console_absolute);
}

static void take_report(struct reading *r)
{
	struct config *c = r->config;
	const struct section *s = &r->report;

	c->report.month_begins = value_number(r, s, KEY_report_month_begins, 28);
	if (c->report.month_begins == 0)
		complain(r, line_of(s, KEY_report_month_begins), ERR_CONFIG,
			"\"month_begins\" wants a day from 1 to 28");
	c->report.parent_agency = value_text(s, KEY_report_parent_agency);
	c->report.agency = value_text(s, KEY_report_agency);
	c->report.symbol = value_text(s, KEY_report_symbol);
	c->report.place = value_text(s, KEY_report_place);
	c->report.signer = value_text(s, KEY_report_signer);
	c->report.monthly_by = value_number(r, s, KEY_report_monthly_by, 28);
	c->report.longer_by = value_number(r, s, KEY_report_longer_by, 28);
	c->report.remind_days = value_number(r, s, KEY_report_remind_days, 31);
	c->report.open_data = value_switch(r, s, KEY_report_open_data);
}

static const char *const buttons_words[] = {"auto", "on", "off", NULL}; /* as enum buttons_mode */
static const char *const signature_words[] = {"strict", "log_only", NULL};

static void take_zalo(struct reading *r, const struct section *s, struct account *a)
{
	a->id = value_required(r, s, KEY_zalo_oa_id);
	a->app_id = value_required(r, s, KEY_zalo_app_id);
	a->app_secret = value_secret(r, s, KEY_zalo_app_secret_file, false);
	a->oa_secret = value_secret(r, s, KEY_zalo_oa_secret_file, false);
	a->refresh_token = value_secret(r, s, KEY_zalo_refresh_token_file, true);
	a->api_base = value_base(r, s, KEY_zalo_api_base);
	a->oauth_base = value_base(r, s, KEY_zalo_oauth_base);
	a->anonymous_path = value_required(r, s, KEY_zalo_anonymous_path);
	a->unit = value_text(s, KEY_zalo_unit);
	a->ignore_prefix = value_text(s, KEY_zalo_ignore_prefix);
	a->buttons = (enum buttons_mode)value_word(r, s, KEY_zalo_buttons, buttons_words);
	a->signature_log_only = value_word(r, s, KEY_zalo_signature, signature_words) == 1;
	a->max_event_age_ms = value_duration(r, s, KEY_zalo_max_event_age);
	a->appsecret_proof = value_switch(r, s, KEY_zalo_appsecret_proof);
	a->text_limit = (size_t)value_number(r, s, KEY_zalo_text_limit, 2000);
}

static void take_facebook(struct reading *r, const struct section *s, struct account *a)
{
	a->id = value_required(r, s, KEY_facebook_page_id);
	a->app_id = value_text(s, KEY_facebook_app_id);
	a->app_secret = value_secret(r, s, KEY_facebook_app_secret_file, false);
	a->verify_token = value_secret(r, s, KEY_facebook_verify_token_file, false);
	a->page_token = value_secret(r, s, KEY_facebook_page_token_file, false);
	a->graph_base = value_base(r, s, KEY_facebook_graph_base);
	a->graph_version = value_required(r, s, KEY_facebook_graph_version);
	a->unit = value_text(s, KEY_facebook_unit);
	a->buttons = (enum buttons_mode)value_word(r, s, KEY_facebook_buttons, buttons_words);
	a->signature_log_only = value_word(r, s, KEY_facebook_signature, signature_words) == 1;
	a->appsecret_proof = value_switch(r, s, KEY_facebook_appsecret_proof);
	a->text_limit = (size_t)value_number(r, s, KEY_facebook_text_limit, 2000);
}

static enum err take_accounts(struct reading *r)
{
	struct account *items = arena_array(&r->config->arena, r->account_count, sizeof *items);

	if (!items)
		return r->err = ERR_NOMEM;
	for (size_t i = 0; i < r->account_count && r->err == OK; i++) {
		const struct section *s = &r->accounts[i];
		struct account *a = &items[i];

		a->name = s->name;
		a->adapter = adapter_by_name(s->kind);
		if (strcmp(s->kind, "zalo") == 0)
			take_zalo(r, s, a);
		else
			take_facebook(r, s, a);
		if (r->err == OK && a->text_limit < 200)
			complain(r, s->line, ERR_CONFIG,
				"\"text_limit\" below 200 leaves no room for an answer");
		for (size_t j = 0; j < i && r->err == OK; j++)
			if (items[j].adapter == a->adapter && strcmp(items[j].id, a->id) == 0)
				complain(r, s->line, ERR_CONFIG, "[%s %s] has the id of [%s %s]", s->kind,
					s->name, r->accounts[j].kind, r->accounts[j].name);
	}
	r->config->accounts = (struct accounts){items, r->account_count};
	return r->err;
}

enum err config_load(const char *path, bool need_secrets, struct config **ret_config, struct why *why)
{
	struct config *c = calloc(1, sizeof *c);
	struct reading *r = calloc(1, sizeof *r);
	enum err err = ERR_NOMEM;
	int bad_line;

	if (!c || !r) {
		why_set(why, err, "could not read configuration \"%s\": out of memory", path);
		goto out;
	}
	arena_init(&c->arena, CONFIG_MAX);
	*r = (struct reading){.config = c,
		.why = why,
		.need_secrets = need_secrets,
		.daemon = {.kind = "daemon", .name = ""},
		.outbox = {.kind = "outbox", .name = ""},
		.console = {.kind = "console", .name = ""},
		.report = {.kind = "report", .name = ""}};
	c->path = arena_string(&c->arena, path);
	r->file = fopen(path, "re");
	if (!r->file) {
		err = why_set(
			why, ERR_CONFIG, "could not open configuration \"%s\": %s", path, strerror(errno));
		goto out;
	}
	bad_line = ini_parse_stream(read_line, r, read_value, r);
	if (r->err == OK && ferror(r->file))
		complain(r, r->line, ERR_IO, "could not read on");
	if (r->err == OK && bad_line != 0)
		complain(r, bad_line > 0 ? bad_line : r->line, ERR_CONFIG,
			"this line is no [section] and no key = value");
	if (r->err == OK) {
		take_daemon(r);
		take_outbox(r);
		take_console(r);
		take_report(r);
		take_accounts(r);
	}
	err = r->err;
	if (err == OK && (!c->path || !c->data_dir || !c->state_path || !c->knowledge_path || !c->uploads_dir))
		err = ERR_NOMEM;
out:
	if (r && r->file)
		fclose(r->file);
	free(r);
	if (err == OK)
		*ret_config = c;
	else
		config_free(c);
	return err;
}

static void wipe(const char *secret)
{
	if (secret)
		sodium_memzero((char *)(uintptr_t)secret, strlen(secret)); /* ours: it lies in the arena */
}

void config_free(struct config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->accounts.count; i++) {
		const struct account *a = &c->accounts.items[i];

		wipe(a->app_secret);
		wipe(a->oa_secret);
		wipe(a->verify_token);
		wipe(a->page_token);
		wipe(a->refresh_token);
	}
	arena_release(&c->arena);
	free(c);
}
