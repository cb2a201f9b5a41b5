/* facebook_usage.c - how much of what the platform allows is used, as it says in headers of each answer (platforms.md 3.8):
 *   X-App-Usage                 {"call_count":28,"total_cputime":25,"total_time":25}            percent
 *   X-Business-Use-Case-Usage   {"PAGE":[{"type":"messenger","call_count":28,…,"estimated_time_to_regain_access":0}]}   minutes
 * What is no such JSON is as if it were not there. */
#include "adapters/facebook.h"

#include "adapters/json.h"

#include <string.h>

#define USED_PERCENT_MAX 1000
#define REGAIN_MAX_MIN (24 * 60)

enum { APP_USAGE, PAGE_USAGE };

void facebook_usage_wanted(struct http_call *call)
{
	call->wanted[APP_USAGE] = "X-App-Usage";
	call->wanted[PAGE_USAGE] = "X-Business-Use-Case-Usage";
}

static void usage_take(const cJSON *usage, struct verdict *v)
{
	static const char *const members[] = {"call_count", "total_cputime", "total_time"};
	long minutes = json_long(usage, "estimated_time_to_regain_access", 0);

	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		long percent = json_long(usage, members[i], 0);

		if (percent > (long)v->used_percent)
			v->used_percent = percent < USED_PERCENT_MAX ? (unsigned)percent : USED_PERCENT_MAX;
	}
	if (minutes > REGAIN_MAX_MIN)
		minutes = REGAIN_MAX_MIN;
	if (minutes > v->wait_ms / 60000)
		v->wait_ms = minutes * 60000;
}

/* {"PAGE":[{"type":"messenger",…},…]}: what advertising uses up is not ours. */
static void page_usage_take(const cJSON *pages, struct verdict *v)
{
	const cJSON *page, *usage;

	cJSON_ArrayForEach(page, pages) cJSON_ArrayForEach(usage, page)
	{
		const char *type = cJSON_GetStringValue(json_get(usage, "type"));

		if (!type || strcmp(type, "messenger") == 0 || strcmp(type, "pages") == 0)
			usage_take(usage, v);
	}
}

void facebook_usage(const struct http_result *result, struct verdict *v)
{
	static void (*const takes[])(const cJSON *, struct verdict *) = {
		[APP_USAGE] = usage_take, [PAGE_USAGE] = page_usage_take};

	for (size_t i = 0; i < sizeof takes / sizeof *takes; i++) {
		const char *text = result->end == HTTP_ANSWERED ? result->wanted[i] : NULL;
		cJSON *root;

		if (!text || json_parse((struct bytes){text, strlen(text)}, &root) != OK)
			continue;
		takes[i](root, v);
		cJSON_Delete(root);
	}
}
