#include "knowledge/quality_differ.h"

#include "knowledge/fold.h"
#include "knowledge/record_json.h"

#include <string.h>

/* Only what is said of fees and time limits; the rest of a body may be missing. */
static enum err submissions_read(struct arena *a, const char *body, struct record *ret_record)
{
	cJSON *said = cJSON_Parse(body), *object = cJSON_CreateObject();
	cJSON *submission = cJSON_DetachItemFromObjectCaseSensitive(said, "submission");
	enum err err = said ? ERR_NOMEM : ERR_STORE;

	if (submission && !cJSON_AddItemToObject(object, "submission", submission))
		cJSON_Delete(submission);
	else if (said && cJSON_AddStringToObject(object, "code", "-") &&
		 cJSON_AddStringToObject(object, "name", "-"))
		err = record_read(a, object, ret_record, NULL);
	cJSON_Delete(object);
	cJSON_Delete(said);
	return err == ERR_FORMAT ? ERR_STORE : err;
}

/* The words alone count, without marks and signs. */
static bool same_words(const char *one, const char *other)
{
	struct fold f, g;
	struct fold_syllable s, t;
	bool more, rest;

	fold_init(&f, one, strlen(one));
	fold_init(&g, other, strlen(other));
	do {
		more = fold_next(&f, &s);
		rest = fold_next(&g, &t);
		if (more != rest || (more && strcmp(s.plain, t.plain) != 0))
			return false;
	} while (more);
	return true;
}

static bool same_fee(const struct submission *x, const struct submission *y)
{
	if (x->money.amount_vnd >= 0 && y->money.amount_vnd >= 0 && !x->money.unclear && !y->money.unclear)
		return x->money.amount_vnd == y->money.amount_vnd && x->money.free == y->money.free;
	return same_words(x->fee, y->fee);
}

static bool same_mode(const struct submission *x, const struct submission *y)
{
	return strcmp(x->mode ? x->mode : "", y->mode ? y->mode : "") == 0;
}

/* A mode may stand several times, each with another fee or limit: one that is said on both sides will do. */
static bool said_too(const struct record *r, const struct submission *s, bool fee)
{
	bool silent = true;

	for (size_t i = 0; i < r->submission_count; i++) {
		const struct submission *other = &r->submissions[i];

		if (!same_mode(s, other) || !(fee ? other->fee : other->time_limit))
			continue;
		silent = false;
		if (fee ? same_fee(s, other) : same_words(s->time_limit, other->time_limit))
			return true;
	}
	return silent;
}

static const char *first_of(const struct record *r, const struct submission *s, bool fee)
{
	for (size_t i = 0; i < r->submission_count; i++)
		if (same_mode(s, &r->submissions[i]) &&
			(fee ? r->submissions[i].fee : r->submissions[i].time_limit))
			return fee ? r->submissions[i].fee : r->submissions[i].time_limit;
	return "";
}

/* "before ≠ after"; NULL when they agree. */
static enum err contradiction(struct arena *a, const struct record *before, const struct record *after,
	bool fee, const char **ret_text)
{
	for (size_t i = 0; i < after->submission_count; i++) {
		const struct submission *s = &after->submissions[i];
		const char *text = fee ? s->fee : s->time_limit;

		if (!text || said_too(before, s, fee))
			continue;
		*ret_text = arena_printf(a, "%s ≠ %s", first_of(before, s, fee), text);
		return *ret_text ? OK : ERR_NOMEM;
	}
	*ret_text = NULL;
	return OK;
}

enum err quality_differ(struct arena *a, const char *before, const char *after, struct differs *ret_differs)
{
	struct record was = {0}, is = {0};
	struct differs d = {NULL, NULL};
	enum err err = submissions_read(a, before, &was);

	if (err == OK)
		err = submissions_read(a, after, &is);
	if (err == OK)
		err = contradiction(a, &was, &is, true, &d.fee);
	if (err == OK)
		err = contradiction(a, &was, &is, false, &d.time);
	if (err == OK)
		*ret_differs = d;
	return err;
}
