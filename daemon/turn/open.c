/* open.c - struct open ↔ JSON, as carefully as conversation.c. */
#include "daemon/turn/open.h"

#include <cjson/cJSON.h>
#include <string.h>

#define CODE_BYTES 16
#define EXACT_MAX 9007199254740992.0 /* a larger number is not exact in JSON */

void open_case_end(struct open *o)
{
	o->what = o->where = o->when = NULL;
	o->suggestion = false;
	o->step = OPEN_NONE;
}

static int64_t number_get(const cJSON *json, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);

	if (!cJSON_IsNumber(item) || item->valuedouble < 0 || item->valuedouble > EXACT_MAX)
		return 0;
	return (int64_t)item->valuedouble;
}

static const char *string_get(struct arena *a, const cJSON *json, const char *name, size_t max, bool *failed)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
	const char *copy;

	if (!cJSON_IsString(item) || strlen(item->valuestring) > max)
		return NULL;
	copy = arena_string(a, item->valuestring);
	*failed |= !copy;
	return copy;
}

bool open_read(struct arena *a, const struct cJSON *json, struct open *ret_open)
{
	int64_t step = number_get(json, "step");
	bool failed = false;
	struct open o = {
		.step = step < OPEN_STEPS ? (enum open_step)step : OPEN_NONE,
		.code = string_get(a, json, "code", CODE_BYTES, &failed),
		.code_of = number_get(json, "code_of"),
		.kept = number_get(json, "kept"),
		.answered = number_get(json, "answered"),
		.rated = number_get(json, "rated"),
		.what = string_get(a, json, "what", OPEN_WHAT_BYTES, &failed),
		.where = string_get(a, json, "where", OPEN_WHERE_BYTES, &failed),
		.when = string_get(a, json, "when", OPEN_WHERE_BYTES, &failed),
		.suggestion = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "suggestion")),
	};

	if ((o.step > OPEN_CASE_WHAT && o.step <= OPEN_CASE_SEND && !o.what) ||
		(o.step == OPEN_CONSENT && !o.code) || (o.step >= OPEN_RATE_REASON && !o.rated))
		o.step = OPEN_NONE;
	*ret_open = o;
	return !failed;
}

static bool number_add(cJSON *json, const char *name, int64_t number)
{
	return !number || cJSON_AddNumberToObject(json, name, (double)number);
}

static bool string_add(cJSON *json, const char *name, const char *text)
{
	return !text || cJSON_AddStringToObject(json, name, text);
}

bool open_write(struct cJSON *root, const char *name, const struct open *o)
{
	cJSON *json;

	if (!o->step && !o->code && !o->kept && !o->answered)
		return true;
	json = cJSON_AddObjectToObject(root, name);
	return json && number_add(json, "step", o->step) && string_add(json, "code", o->code) &&
	       number_add(json, "code_of", o->code_of) && number_add(json, "kept", o->kept) &&
	       number_add(json, "answered", o->answered) && number_add(json, "rated", o->rated) &&
	       string_add(json, "what", o->what) && string_add(json, "where", o->where) &&
	       string_add(json, "when", o->when) &&
	       (!o->suggestion || cJSON_AddTrueToObject(json, "suggestion"));
}
