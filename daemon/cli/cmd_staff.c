/* cmd_staff.c - motcua staff: accounts for the console, without the console: the first one, and when nobody can get in.
 * Works beside the running daemon (store_edit). What it does is in the audit trail like what staff do. */
#include "daemon/base/clock.h"
#include "daemon/base/text.h"
#include "daemon/cli/cli.h"
#include "daemon/console/role.h"
#include "daemon/console/staff.h"
#include "daemon/store/store_staff.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#define PAGE 200

static const char usage[] = "staff [list | add NAME | passwd NAME | disable NAME | enable NAME] [--display "
			    "WORDS] [--roles ROLES]\n"
			    "                    [--unit CODE] [--json] [-c FILE] [--data DIR]";
static const char help[] = "Accounts for the console under /console/. add and passwd print a one-time "
			   "password, once: it must be\n"
			   "changed at the first sign-in. passwd also ends a lock. Roles: editor, approver, "
			   "reform, operator, admin;\n"
			   "several with commas between; default: admin.";

/* --- list --- */

static void print_json(const struct staff *s)
{
	cJSON *json = cJSON_CreateObject();
	char *line;

	cJSON_AddStringToObject(json, "name", s->name);
	cJSON_AddStringToObject(json, "display", s->display);
	cJSON_AddStringToObject(json, "roles", s->roles);
	cJSON_AddItemToObject(json, "unit", s->unit ? cJSON_CreateString(s->unit) : cJSON_CreateNull());
	cJSON_AddBoolToObject(json, "disabled", s->disabled);
	cJSON_AddBoolToObject(json, "must_change", s->must_change);
	line = cJSON_PrintUnformatted(json);
	puts(line ? line : "{}");
	cJSON_free(line);
	cJSON_Delete(json);
}

static void print_line(const struct staff *s)
{
	printf("%-20s  %-40s  %-24s  %s%s%s\n", s->name, s->roles, s->display, s->unit ? s->unit : "",
		s->disabled ? " disabled" : "", s->must_change ? " one-time password" : "");
}

static enum err pages_print(struct store_reader *r, bool json)
{
	size_t skip = 0, count = PAGE, total = 0;
	struct arena a;
	enum err err = OK;

	arena_init(&a, (size_t)4 << 20);
	for (; !err && count == PAGE; skip += PAGE) {
		struct staff *staff;

		err = store_staff_list(r, &a, skip, PAGE, &staff, &count, &total);
		for (size_t i = 0; i < count && !err; i++)
			json ? print_json(&staff[i]) : print_line(&staff[i]);
		arena_reset(&a);
	}
	arena_release(&a);
	if (!err && !total && !json)
		puts("nobody yet: motcua staff add NAME");
	return err;
}

static int list(const char *path, bool json)
{
	struct store_reader *r;
	struct why why = {""};
	enum err err = store_reader_open(path, &r, &why);

	if (err)
		return cli_fail(&why);
	err = pages_print(r, json);
	store_reader_close(r);
	if (!err)
		return EXIT_DONE;
	why_set(&why, err, "could not read \"%s\": %s", path, err_words(err));
	return cli_fail(&why);
}

/* --- Changes --- */

struct change {
	const char *what; /* "staff.add" */
	const char *name;
	struct staff staff;
	struct staff_secret secret;
	bool disabled;
};

static enum err audit(struct store_tx *tx, const struct change *c)
{
	char detail[200];

	snprintf(detail, sizeof detail, "{\"roles\":\"%s\"}", c->staff.roles ? c->staff.roles : "");
	return cli_audit(tx, c->what, c->name, c->staff.roles ? detail : NULL);
}

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct change *c = arg;
	enum err err = store_staff_add(tx, &c->staff);

	return err ? err : audit(tx, c);
}

static enum err password_job(struct store_tx *tx, void *arg)
{
	struct change *c = arg;
	enum err err = store_staff_password(tx, c->name, c->secret.hash, true, NULL);

	return err ? err : audit(tx, c);
}

static enum err disable_job(struct store_tx *tx, void *arg)
{
	struct change *c = arg;
	enum err err = store_staff_disable(tx, c->name, c->disabled);

	return err ? err : audit(tx, c);
}

static int changed(enum err err, const struct change *c, const char *done, struct why *why)
{
	if (err == ERR_EXISTS)
		why_set(why, err, "there is somebody named \"%s\" already", c->name);
	else if (err == ERR_NOT_FOUND)
		why_set(why, err, "there is nobody named \"%s\"", c->name);
	else if (err == ERR_PERMISSION)
		why_set(why, err, "cannot disable \"%s\": no admin would be left", c->name);
	if (err)
		return cli_fail(why);
	printf("%s %s\n", c->name, done);
	return EXIT_DONE;
}

static int one_time(const char *path, struct change *c, store_job job, const char *done)
{
	struct why why = {""};
	enum err err = staff_secret_make(&c->secret);
	int code;

	if (err) {
		why_set(&why, err, "could not make a password: %s", err_words(err));
		return cli_fail(&why);
	}
	c->staff.password = c->secret.hash;
	err = store_edit(path, job, c, &why);
	code = changed(err, c, done, &why);
	if (code == EXIT_DONE)
		printf("one-time password: %s\n", c->secret.one_time);
	return code;
}

static int change(const char *path, const char *verb, struct change *c)
{
	struct why why = {""};

	if (strcmp(verb, "add") == 0) {
		c->what = "staff.add";
		return one_time(path, c, add_job, "added");
	}
	c->staff.roles = NULL;
	if (strcmp(verb, "passwd") == 0) {
		c->what = "staff.password";
		return one_time(path, c, password_job, "has a new password");
	}
	c->disabled = strcmp(verb, "disable") == 0;
	c->what = c->disabled ? "staff.disable" : "staff.enable";
	return changed(store_edit(path, disable_job, c, &why), c, c->disabled ? "disabled" : "enabled", &why);
}

static bool is_verb(const char *word)
{
	static const char *const verbs[] = {"list", "add", "passwd", "disable", "enable"};

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(word, verbs[i]) == 0)
			return true;
	return false;
}

int cmd_staff(int argc, char **argv)
{
	const char *config = NULL, *data = NULL, *display = NULL, *words[2] = {"list", NULL}, *path;
	const char *roles = "admin", *unit = NULL;
	bool json = false, done, lists;
	const struct cli_option options[] = {
		{"--display", "WORDS", "how colleagues call them", &display, NULL},
		{"--roles", "ROLES", "editor,approver,reform,operator,admin", &roles, NULL},
		{"--unit", "CODE", "administrative unit they work for", &unit, NULL},
		{"--json", NULL, "one JSON object a line", NULL, &json},
		{"-c", "FILE", "configuration", &config, NULL},
		{"--data", "DIR", "folder of state.db, instead of a configuration", &data, NULL},
		{0},
	};
	struct arena arena;
	struct change c;
	unsigned bits;
	size_t count;
	int code;

	cli_parse_words(argc, argv, usage, help, options, words, 2, &count, &done, &code);
	if (done)
		return code;
	lists = strcmp(words[0], "list") == 0;
	if (!is_verb(words[0]))
		return cli_wrong_usage(usage, "list, add, passwd, disable or enable?");
	if (lists != (count < 2))
		return cli_wrong_usage(usage, lists ? "list takes no name" : "which name?");
	if (!roles_read(roles, &bits))
		return cli_wrong_usage(
			usage, "roles are editor, approver, reform, operator, admin, with commas between");
	if (!lists && !staff_name_ok(words[1]))
		return cli_wrong_usage(usage,
			"a name has 2 to 32 small letters, digits, \".\", \"-\", \"_\", a letter first");
	if (display && !text_is_utf8(display, strlen(display)))
		return cli_wrong_usage(usage, "--display is not UTF-8");
	arena_init(&arena, 1 << 16);
	path = cli_state(config, data, &arena);
	c = (struct change){.name = words[1],
		.staff = {.name = words[1],
			.display = display ? display : words[1],
			.roles = roles_print(&arena, bits),
			.unit = unit,
			.must_change = true,
			.created_ms = clock_now_ms()}};
	code = path ? lists ? list(path, json) : change(path, words[0], &c) : EXIT_USAGE;
	arena_release(&arena);
	return code;
}
