#include "config/config.h"
#include "config/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/motcua-config-XXXXXX";
static char conf_path[64], pipe_path[64];

static void write_file(const char *name, const char *text, mode_t mode)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

#define ZALO                                                                                                 \
	"[zalo xa]\noa_id = 1\napp_id = 2\napp_secret_file = a.secret\noa_secret_file = o.secret\n"          \
	"refresh_token_file = r.secret\n"

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(conf_path, sizeof conf_path, "%s/motcua.conf", folder);
	write_file("a.secret", "app-secret\n", 0600);
	write_file("o.secret", "  oa-secret \r\nsecond line\n", 0600);
	write_file("r.secret", "refresh", 0400);
	write_file("open.secret", "x\n", 0644);
	write_file("empty.secret", "\n", 0600);
	snprintf(pipe_path, sizeof pipe_path, "%s/pipe.secret", folder);
	if (mkfifo(pipe_path, 0600) != 0)
		return -1;
	return 0;
}

static int tear_down(void **state)
{
	char path[128];

	(void)state;
	for (const char *const *n = (const char *const[]){"a.secret", "o.secret", "r.secret", "open.secret",
		     "empty.secret", "pipe.secret", "motcua.conf", NULL};
		*n; n++) {
		snprintf(path, sizeof path, "%s/%s", folder, *n);
		unlink(path);
	}
	return rmdir(folder);
}

static void full_configuration_is_read(void **state)
{
	struct config *c = NULL;
	struct why why = {""};
	const struct account *a;

	(void)state;
	write_file("motcua.conf",
		"\xEF\xBB\xBF; a comment\n[daemon]\n    data_dir = data ; behind it a comment\n  listen = "
		"127.0.0.1:0\n"
		"staff_pause = 90m\n[outbox]\nresend_unknown = on\n" ZALO "unit = 11329\n"
		"api_base = http://127.0.0.1:9/\n[facebook xa]\npage_id = 3\napp_secret_file = a.secret\n"
		"verify_token_file = a.secret\npage_token_file = a.secret\n",
		0600);
	assert_int_equal(config_load(conf_path, true, &c, &why), OK);
	assert_string_equal(c->listen, "127.0.0.1:0");
	assert_int_equal(c->staff_pause_ms, 90 * 60000);
	assert_int_equal(c->answer_max_age_ms, 15 * 60000);
	assert_true(c->resend_unknown);
	assert_non_null(strstr(c->state_path, "/data/state.db"));
	assert_memory_equal(c->state_path, folder, strlen(folder));
	assert_int_equal(c->accounts.count, 2);
	a = &c->accounts.items[0];
	assert_string_equal(a->name, "xa");
	assert_ptr_equal(a->adapter, &adapter_zalo);
	assert_string_equal(a->oa_secret, "oa-secret");
	assert_string_equal(a->refresh_token, "refresh");
	assert_string_equal(a->api_base, "http://127.0.0.1:9");
	assert_string_equal(a->oauth_base, "https://oauth.zaloapp.com");
	assert_string_equal(a->unit, "11329");
	assert_int_equal(a->max_event_age_ms, 26 * 3600000LL);
	a = &c->accounts.items[1];
	assert_ptr_equal(a->adapter, &adapter_facebook);
	assert_string_equal(a->graph_version, "v25.0");
	assert_true(a->appsecret_proof);
	config_free(c);
}

static void secrets_are_not_opened_when_not_needed(void **state)
{
	struct config *c = NULL;

	(void)state;
	write_file("motcua.conf", "[zalo xa]\noa_id=1\napp_id=2\napp_secret_file=gone\noa_secret_file=gone\n",
		0600);
	assert_int_equal(config_load(conf_path, false, &c, NULL), OK);
	assert_null(c->accounts.items[0].oa_secret);
	config_free(c);
}

static void each_mistake_is_named_with_its_line(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"[daemon]\nlisten = a\nlisten = b\n", ":3: key \"listen\" stands in line 2 already"},
		{"[daemon]\nlisten_on = a\n", ":2: unknown key \"listen_on\" in [daemon]"},
		{"[deamon]\nlisten = a\n", ":2: unknown section [deamon]"},
		{"listen = a\n", ":1: \"listen\" stands before the first [section]"},
		{"[daemon]\n\nnonsense\n", ":3: this line is no [section]"},
		{"[daemon]\nworkers = many\n", ":2: \"workers\" wants a number"},
		{"[daemon]\nworkers = -1\n", ":2: \"workers\" wants a number"},
		{"[daemon]\nstaff_pause = 12\n", ":2: \"staff_pause\" wants a duration"},
		{"[daemon]\nstaff_pause = 99999999999999999999h\n", ":2: \"staff_pause\" wants a duration"},
		{"[daemon]\nlog_level = loud\n",
			":2: \"log_level\" wants one of: error, warning, info, debug; not \"loud\""},
		{"[outbox]\nresend_unknown = yes\n", ":2: \"resend_unknown\" wants on or off"},
		{"[daemon]\nlisten = \xff\xfe\n", ":2: the value of \"listen\" is not UTF-8"},
		{"[zalo]\noa_id = 1\n", "the section [zalo] needs a name"},
		{"[zalo xa]\noa_id = 1\n", ":2: [zalo xa] lacks \"app_id\""},
		{ZALO "api_base = http://evil.example\n", ":7: \"api_base\" wants https://"},
		{ZALO "buttons = maybe\n", ":7: \"buttons\" wants one of"},
		{ZALO "[facebook b]\npage_id=1\n" ZALO, "section [zalo xa] stands in line 2 already"},
		{ZALO "[zalo ya]\noa_id=1\napp_id=2\napp_secret_file=a.secret\noa_secret_file=a.secret\n",
			"[zalo ya] has the id of [zalo xa]"},
		{"[zalo xa]\noa_id=1\napp_id=2\napp_secret_file=open.secret\noa_secret_file=o.secret\n",
			":4: app_secret_file: cannot use secret file"},
		{"[zalo xa]\noa_id=1\napp_id=2\napp_secret_file=empty.secret\noa_secret_file=o.secret\n",
			"its first line is empty"},
		{"[zalo xa]\noa_id=1\napp_id=2\napp_secret_file=pipe.secret\noa_secret_file=o.secret\n",
			":4: app_secret_file: cannot use secret file"},
		{"[zalo xa]\noa_id=1\napp_id=2\napp_secret_file=gone\noa_secret_file=o.secret\n",
			"could not open secret file"},
		{ZALO "text_limit = 20\n", "\"text_limit\" below 200"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct config *c = NULL;
		struct why why = {""};

		write_file("motcua.conf", rows[i].text, 0600);
		assert_int_not_equal(config_load(conf_path, true, &c, &why), OK);
		assert_null(c);
		if (!strstr(why.text, rows[i].says) || strncmp(why.text, conf_path, strlen(conf_path)) != 0)
			fail_msg("row %zu says \"%s\"", i, why.text);
	}
}

static void an_overlong_line_is_refused_not_cut(void **state)
{
	char text[700];
	struct config *c = NULL;
	struct why why = {""};

	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text, "[daemon]\ndata_dir = ", 20);
	text[sizeof text - 1] = '\0';
	write_file("motcua.conf", text, 0600);
	assert_int_equal(config_load(conf_path, false, &c, &why), ERR_LIMIT);
	assert_non_null(strstr(why.text, ":2: the line is too long"));
}

static void a_missing_file_is_named(void **state)
{
	struct config *c = NULL;
	struct why why = {""};

	(void)state;
	assert_int_equal(config_load("/nowhere/motcua.conf", false, &c, &why), ERR_CONFIG);
	assert_string_equal(
		why.text, "could not open configuration \"/nowhere/motcua.conf\": No such file or directory");
}

/* The sample is checked against the table: every key once, with its default. */
#define KEY(section, name, type, default_value, help) {#section, #name, default_value},
static const struct {
	const char *section, *name, *default_value;
} keys[] = {
#include "config/keys.def"
};
#undef KEY

static void sample_configuration_names_every_key_with_its_default(void **state)
{
	char line[512], section[64] = "";
	FILE *f = fopen("config/motcua.conf", "r");
	size_t next = 0, count = sizeof keys / sizeof *keys;

	(void)state;
	if (!f)
		skip(); /* not run from the source tree */
	while (fgets(line, sizeof line, f)) {
		char name[64], value[256] = "";

		if ((line[0] == '[' || (line[0] == ';' && line[1] == '[')) &&
			sscanf(line, "%*[;[]%63[a-z]", section) == 1)
			continue;
		if (sscanf(line, ";%63[a-z_] = %255[^\n]", name, value) < 1)
			continue;
		assert_true(next < count);
		assert_string_equal(name, keys[next].name);
		assert_string_equal(section, keys[next].section);
		if (*keys[next].default_value)
			assert_string_equal(value, keys[next].default_value);
		next++;
	}
	fclose(f);
	assert_int_equal(next, count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_configuration_is_read),
		cmocka_unit_test(secrets_are_not_opened_when_not_needed),
		cmocka_unit_test(each_mistake_is_named_with_its_line),
		cmocka_unit_test(an_overlong_line_is_refused_not_cut),
		cmocka_unit_test(a_missing_file_is_named),
		cmocka_unit_test(sample_configuration_names_every_key_with_its_default),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
