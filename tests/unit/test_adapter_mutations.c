/* Every body we have, damaged in every place: cut at each byte, each member removed or of another type. The adapters may
 * refuse or drop it, but what they make of it must be whole events. */
#include "adapters/adapter.h"
#include "adapters/json.h"
#include "tests/support/event_line.h"
#include "tests/support/files.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX ((size_t)1 << 24)

struct subject {
	struct accounts accounts;
	struct arena a; /* of one parse */
	size_t parsed, events;
};

static const struct account oas[] = {
	{.adapter = &adapter_zalo, .id = "5933000000000000001", .app_id = "900", .oa_secret = "z"},
	{.adapter = &adapter_zalo, .id = "593337282659451155", .app_id = "900", .oa_secret = "z"},
	{.adapter = &adapter_zalo, .id = "948302900104642662", .app_id = "900", .oa_secret = "z"},
	{.adapter = &adapter_zalo, .id = "oa_id", .app_id = "900", .oa_secret = "z"},
};

static const struct account pages[] = {
	{.adapter = &adapter_facebook, .id = "1178000000000000001", .app_id = "9", .app_secret = "f"},
	{.adapter = &adapter_facebook, .id = "12345654332", .app_id = "9", .app_secret = "f"},
	{.adapter = &adapter_facebook, .id = "PAGE_ID", .app_id = "9", .app_secret = "f"},
	{.adapter = &adapter_facebook, .id = "10355054583", .app_id = "9", .app_secret = "f"},
	{.adapter = &adapter_facebook, .id = "1779255101180", .app_id = "9", .app_secret = "f"},
};

static enum err parse(struct subject *s, struct bytes body)
{
	const struct account *signer = s->accounts.items;
	struct events events;
	enum err err;

	arena_reset(&s->a);
	err = signer->adapter->parse(&s->a, &s->accounts, signer, body, &events);
	if (err != OK)
		return err;
	for (size_t i = 0; i < events.count; i++)
		assert_event_whole(&events.items[i]);
	s->parsed++;
	s->events += events.count;
	return OK;
}

static void cut_at_each_byte(struct subject *s, struct bytes body)
{
	for (size_t len = 0; len < body.len; len++)
		assert_int_equal(parse(s, (struct bytes){body.ptr, len}), ERR_FORMAT);
}

static cJSON *replacement(int kind) /* NULL: there are no more */
{
	switch (kind) {
	case 0: return cJSON_CreateNull();
	case 1: return cJSON_CreateNumber(-1.5);
	case 2: return cJSON_CreateString("đ\xCC\x81\xFF");
	case 3: return cJSON_CreateArray();
	case 4: return cJSON_CreateObject();
	case 5: return cJSON_CreateBool(true);
	case 6: return cJSON_CreateRaw("12345678901234567890");
	case 7: return cJSON_CreateRaw("[[{\"id\":{\"id\":[]}}]]");
	case 8: return cJSON_CreateString("");
	default: return NULL;
	}
}

static void parse_tree(struct subject *s, const cJSON *root)
{
	char *text = cJSON_PrintUnformatted(root);

	assert_non_null(text);
	assert_int_equal(parse(s, (struct bytes){text, strlen(text)}), OK);
	cJSON_free(text);
}

/* Each replacement in the place of `item`, one after the other; then its name is none we know. */
static void replace_each_way(struct subject *s, const cJSON *root, cJSON *item)
{
	static char removed[] = "removed";
	const cJSON saved = *item;
	cJSON *other;

	for (int kind = 0; (other = replacement(kind)); kind++) {
		item->type = other->type;
		item->valuestring = other->valuestring;
		item->valuedouble = other->valuedouble;
		item->child = other->child;
		parse_tree(s, root);
		*item = saved;
		cJSON_Delete(other);
	}
	if (item->string) {
		item->string = removed;
		parse_tree(s, root);
	}
	*item = saved;
}

static void damage_members(struct subject *s, const cJSON *root, cJSON *parent)
{
	cJSON *item;

	cJSON_ArrayForEach(item, parent)
	{
		replace_each_way(s, root, item);
		damage_members(s, root, item);
	}
}

static void damage_file(struct subject *s, struct bytes body)
{
	cJSON *root;

	cut_at_each_byte(s, body);
	assert_int_equal(json_parse(body, &root), OK);
	damage_members(s, root, root);
	cJSON_Delete(root);
}

static void damage_folder(struct subject *s, const char *path)
{
	struct dirent *entry;
	struct arena a;
	size_t files = 0;
	DIR *dir = opendir(path);

	assert_non_null(dir);
	arena_init(&a, ARENA_MAX);
	arena_init(&s->a, ARENA_MAX);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		damage_file(s, file_read(&a, arena_printf(&a, "%s/%s", path, entry->d_name)));
		files++;
	}
	closedir(dir);
	assert_true(files > 10);
	assert_true(s->parsed > 50 * files && s->events > 0);
	arena_release(&a);
	arena_release(&s->a);
}

static void damaged_zalo_bodies_make_whole_events_or_none(void **state)
{
	struct subject s = {.accounts = {oas, sizeof oas / sizeof *oas}};

	(void)state;
	damage_folder(&s, "tests/golden/webhooks/zalo");
}

static void damaged_facebook_bodies_make_whole_events_or_none(void **state)
{
	struct subject s = {.accounts = {pages, sizeof pages / sizeof *pages}};

	(void)state;
	damage_folder(&s, "tests/golden/webhooks/facebook");
}

static void damage_shared(const struct account *items, size_t count, const char *folder)
{
	struct subject s = {.accounts = {items, count}};
	struct arena a;
	const char *path;

	arena_init(&a, ARENA_MAX);
	path = data_path(&a, folder);
	if (path)
		damage_folder(&s, path);
	arena_release(&a);
	if (!path)
		skip();
}

static void damaged_recorded_zalo_bodies_make_whole_events_or_none(void **state)
{
	(void)state;
	damage_shared(oas, sizeof oas / sizeof *oas, "webhooks/zalo");
}

static void damaged_recorded_messenger_bodies_make_whole_events_or_none(void **state)
{
	(void)state;
	damage_shared(pages, sizeof pages / sizeof *pages, "webhooks/messenger");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_zalo_bodies_make_whole_events_or_none),
		cmocka_unit_test(damaged_facebook_bodies_make_whole_events_or_none),
		cmocka_unit_test(damaged_recorded_zalo_bodies_make_whole_events_or_none),
		cmocka_unit_test(damaged_recorded_messenger_bodies_make_whole_events_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
