/* What browsers send to the console: path, query, cookies, JSON bodies. Input: "PATH?QUERY\nBODY". Nothing that is taken is anything
 * but clean text within its limits, and each refusal has its words. */
#include "daemon/base/text.h"
#include "daemon/console/call.h"
#include "daemon/console/desk.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/session.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct console console;
static struct desk desk = {.console = &console};

static void check(bool fine)
{
	if (!fine)
		abort();
}

static bool clean(const char *text)
{
	for (const char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' && *at != '\n' && *at != '\t')
			return false;
	return text_is_utf8(text, strlen(text));
}

static void look_at_query(struct call *c)
{
	static const char *const names[] = {"page", "size", "q", "from", "as_of"};
	struct page page;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *text = call_query(c, names[i]);

		check(!text || (*text && clean(text)));
	}
	if (take_page(c, &page))
		check(page.number >= 1 && page.size >= 1 && page.size <= PAGE_SIZE_MAX);
	else
		check(c->out->status == 400);
}

static void look_at_body(struct call *c)
{
	static const char *const names[] = {"name", "unit", "note"};
	struct edit_text text;
	const char *taken;
	int64_t number;
	bool set;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (take_text(c, names[i], 64, &taken))
			check(!taken || (*taken && clean(taken)));
	if (take_day(c, "valid_from", &taken))
		check(!taken || is_day(taken));
	if (take_number(c, "revision", 1, 1000, 7, &number))
		check(number >= 1 && number <= 1000);
	take_bool(c, "disabled", true, &set);
	if (take_edit_text(c, &text))
		check(!text.body || (text.body[0] == '{' && text_is_utf8(text.body, strlen(text.body))));
}

static void look_at_path(struct call *c, const char *path)
{
	static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};
	int64_t id;

	for (size_t i = 0; i < 4; i++) {
		if (route_find(&c->arena, methods[i], path, &c->route, c->param) != OK)
			continue;
		check(strcmp(c->route->method, methods[i]) == 0);
		check(!c->param[0] || strlen(c->param[0]) <= PARAM_MAX);
		if (c->param[0] && call_id(c, 0, &id))
			check(id > 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = memchr(data, '\n', size);
	size_t head = line ? (size_t)(line - data) : size;
	struct http_request in = {.method = "POST", .path = "", .query = ""};
	struct console_answer answer = {0};
	struct call c = {.desk = &desk, .in = &in, .out = &answer};
	char *path, *query;

	if (!console.sentences)
		check(sentences_load(CONSOLE_SENTENCES, &console.sentences, NULL) == OK);
	arena_init(&c.arena, (size_t)16 << 20);
	arena_init(&answer.arena, 1 << 16);
	path = arena_copy(&c.arena, (const char *)data, head);
	query = strchr(path, '?');
	if (query)
		*query++ = '\0';
	in.query = query ? query : "";
	c.json = cJSON_CreateObject();
	cookie_value(&c.arena, in.query, SESSION_COOKIE);
	look_at_path(&c, path);
	look_at_query(&c);
	c.body = line ? body_parse((const char *)line + 1, size - head - 1) : NULL;
	if (c.body)
		look_at_body(&c);
	cJSON_Delete(c.body);
	cJSON_Delete(c.json);
	arena_release(&answer.arena);
	arena_release(&c.arena);
	return 0;
}
