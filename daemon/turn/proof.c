/* proof.c - the number check itself; pure.
 * The numbers of the text are gathered and sorted once; then each number of each source is looked up among
 * them, so that a record of 200 kB costs one walk. What no source holds must be among the numbers compose
 * noted, each once, and look like what it is said to be. */
#include "daemon/turn/proof.h"

#include "daemon/base/code.h"
#include "knowledge/day.h"
#include "knowledge/hours.h"
#include "knowledge/record.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD_MAX 400 /* hours, days */
#define KEY_MAX 96     /* a longer number is compared as it stands */

struct number {
	struct bytes key; /* canonical */
	size_t at, len;   /* in the text */
	bool held;        /* a source has it */
};

void proof_cite(struct proof *p, const struct record *r)
{
	if (p->record_count < PROOF_TEXTS)
		p->records[p->record_count++] = r;
}

void proof_text(struct proof *p, const char *title)
{
	if (title && p->text_count < PROOF_TEXTS)
		p->texts[p->text_count++] = title;
}

void proof_number(struct proof *p, const char *text, size_t len, enum proof_reason reason)
{
	if (p->number_count < PROOF_NUMBERS)
		p->numbers[p->number_count++] = (struct proof_number){text, len, reason};
}

const char *proof_day(struct arena *a, const char *day)
{
	if (!day || strlen(day) != 10 || day[4] != '-' || day[7] != '-')
		return NULL;
	return arena_printf(a, "%.2s/%.2s/%.4s", day + 8, day + 5, day);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c); /* ASCII only: marks and đ end a number */
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether the run goes on at `i`, which is no letter or digit. */
static bool joins(const char *s, size_t len, size_t i)
{
	if (i + 1 >= len || !is_word(s[i + 1]))
		return false;
	if (s[i] == ' ')
		return is_digit(s[i - 1]) && is_digit(s[i + 1]);
	return s[i] != '\0' && strchr(".,/-:", s[i]);
}

/* Where the run that holds s[at] begins, not before `from`, where the last one ended. */
static size_t run_start(const char *s, size_t len, size_t from, size_t at)
{
	while (at > from &&
		(is_word(s[at - 1]) || (at - 1 > from && is_word(s[at - 2]) && joins(s, len, at - 1))))
		at--;
	return at;
}

struct bytes proof_next(const char *s, size_t len, size_t *at)
{
	size_t digit = *at, start, end;

	while (digit < len && !is_digit(s[digit]))
		digit++;
	if (digit == len) {
		*at = len;
		return (struct bytes){NULL, 0};
	}
	start = run_start(s, len, *at, digit);
	for (end = digit; end < len && (is_word(s[end]) || joins(s, len, end)); end++)
		;
	*at = end;
	return (struct bytes){s + start, end - start};
}

/* "1.200.000": groups of three behind dots, as đồng are written; only these are the same number without dots.
 */
static bool is_grouped(struct bytes n)
{
	size_t head = 0;

	while (head < n.len && is_digit(n.ptr[head]))
		head++;
	if (head < 1 || head > 3 || head == n.len || (n.len - head) % 4 || n.ptr[0] == '0')
		return false;
	for (size_t i = head; i < n.len; i += 4)
		if (n.ptr[i] != '.' || !is_digit(n.ptr[i + 1]) || !is_digit(n.ptr[i + 2]) ||
			!is_digit(n.ptr[i + 3]))
			return false;
	return true;
}

static struct bytes number_key(struct bytes n, char room[KEY_MAX])
{
	size_t len = 0;

	if (n.len > KEY_MAX || !is_grouped(n))
		return n;
	for (size_t i = 0; i < n.len; i++)
		if (n.ptr[i] != '.')
			room[len++] = n.ptr[i];
	return (struct bytes){room, len};
}

static int bytes_compare(struct bytes a, struct bytes b)
{
	int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int number_compare(const void *a, const void *b)
{
	return bytes_compare(((const struct number *)a)->key, ((const struct number *)b)->key);
}

/* Every number of `text`, sorted by key. */
static enum err numbers_gather(
	struct arena *a, const char *text, struct number **ret_numbers, size_t *ret_count)
{
	size_t len = strlen(text), at = 0, count = 0;
	struct number *numbers;

	while (proof_next(text, len, &at).len)
		count++;
	numbers = arena_array(a, count + 1, sizeof *numbers);
	if (!numbers)
		return ERR_NOMEM;
	at = 0;
	for (size_t i = 0; i < count; i++) {
		struct bytes found = proof_next(text, len, &at);
		char room[KEY_MAX];
		struct bytes key = number_key(found, room);

		numbers[i] = (struct number){.at = (size_t)(found.ptr - text), .len = found.len};
		numbers[i].key =
			(struct bytes){key.ptr == room ? arena_copy(a, room, key.len) : key.ptr, key.len};
		if (!numbers[i].key.ptr)
			return ERR_NOMEM;
	}
	qsort(numbers, count, sizeof *numbers, number_compare);
	*ret_numbers = numbers;
	*ret_count = count;
	return OK;
}

static void number_hold(struct number *numbers, size_t count, struct bytes found)
{
	char room[KEY_MAX];
	struct bytes key = number_key(found, room);
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bytes_compare(numbers[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < count && bytes_compare(numbers[low].key, key) == 0; low++)
		numbers[low].held = true;
}

static void source_hold(struct number *numbers, size_t count, const char *text, size_t len)
{
	size_t at = 0;

	for (struct bytes found = proof_next(text, len, &at); found.len; found = proof_next(text, len, &at))
		number_hold(numbers, count, found);
}

/* What stands beside the JSON in the version's row. */
static void text_hold(struct number *numbers, size_t count, const char *text)
{
	if (text)
		source_hold(numbers, count, text, strlen(text));
}

/* JSON is walked as it stands, in pieces between backslashes: the letter of "\n" is none of the number behind
 * it. */
static void json_hold(struct number *numbers, size_t count, const char *json)
{
	while (*json) {
		size_t piece = strcspn(json, "\\");

		source_hold(numbers, count, json, piece);
		json += piece;
		if (!*json)
			break;
		json += json[1] == 'u' ? strnlen(json, 6) : strnlen(json, 2);
	}
}

static bool is_day_of(const struct proof *p, struct bytes n)
{
	for (size_t i = 0; i < p->record_count; i++) {
		const struct record *r = p->records[i];
		const char *days[] = {r->valid_from, r->valid_to, r->decision_date, r->source_date};

		for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
			const char *s = days[d];
			char written[16];

			if (!s || strlen(s) != 10)
				continue;
			snprintf(written, sizeof written, "%.2s/%.2s/%.4s", s + 8, s + 5, s);
			if (n.len == 10 && memcmp(n.ptr, written, 10) == 0)
				return true;
		}
	}
	return false;
}

/* Begins or ends a span of a cited record's hours. */
static bool is_clock_of(const struct proof *p, struct bytes n)
{
	struct hours h;

	for (size_t i = 0; i < p->record_count; i++) {
		if (!hours_read(p->records[i]->hours, &h))
			continue;
		for (size_t k = 0; k < 7 * HOURS_SPANS; k++) {
			const struct hours_span *span = &h.spans[k / HOURS_SPANS][k % HOURS_SPANS];
			char from[12], to[12];

			snprintf(from, sizeof from, "%d:%02d", span->from / 60 % 24, span->from % 60);
			snprintf(to, sizeof to, "%d:%02d", span->to / 60 % 24, span->to % 60);
			if (k % HOURS_SPANS < h.counts[k / HOURS_SPANS] &&
				((strlen(from) == n.len && memcmp(from, n.ptr, n.len) == 0) ||
					(strlen(to) == n.len && memcmp(to, n.ptr, n.len) == 0)))
				return true;
		}
	}
	return false;
}

/* 23/11/2026, and there is such a day. */
static bool is_a_day(struct bytes n)
{
	char day[11];

	if (n.len != 10 || n.ptr[2] != '/' || n.ptr[5] != '/')
		return false;
	snprintf(day, sizeof day, "%.4s-%.2s-%.2s", n.ptr + 6, n.ptr + 3, n.ptr);
	return day_is(day);
}

static bool is_code(struct bytes n)
{
	char text[CODE_SIZE], code[CODE_SIZE];
	bool alone;

	snprintf(text, sizeof text, "%.*s", (int)n.len, n.ptr);
	return n.len < CODE_SIZE && code_find(text, code, &alone) && strcmp(text, code) == 0;
}

static size_t documents_most(const struct proof *p)
{
	size_t most = 0;

	for (size_t i = 0; i < p->record_count; i++)
		if (p->records[i]->document_count > most)
			most = p->records[i]->document_count;
	return most;
}

/* Whether the number at its place in the text looks like what compose says it is. */
static bool looks_like(
	const struct proof *p, const char *text, const struct number *n, enum proof_reason reason)
{
	const char *s = text + n->at;
	char *end;
	unsigned long value = strtoul(s, &end, 10), of;

	switch (reason) {
	case PROOF_LIST: return (n->at == 0 || s[-1] == '\n') && s[n->len] == '.' && s[n->len + 1] == ' ';
	case PROOF_PAGE:
		of = *end == '/' ? strtoul(end + 1, &end, 10) : 0;
		return end == s + n->len && value >= 1 && value <= of && of == p->pages;
	case PROOF_COUNT: return end == s + n->len && value >= 1 && value <= documents_most(p);
	case PROOF_DATE: return is_day_of(p, (struct bytes){s, n->len});
	case PROOF_CLOCK: return is_clock_of(p, (struct bytes){s, n->len});
	case PROOF_AHEAD: return is_a_day((struct bytes){s, n->len});
	case PROOF_CODE: return is_code((struct bytes){s, n->len});
	case PROOF_PERIOD: return end == s + n->len && value >= 1 && value <= PERIOD_MAX;
	case PROOF_PHRASE: return true;
	}
	return false;
}

/* Takes one noted number that fits; each may be taken once. */
static bool noted_take(const struct proof *p, bool *taken, const char *text, const struct number *n)
{
	for (size_t i = 0; i < p->number_count; i++) {
		const struct proof_number *noted = &p->numbers[i];

		if (taken[i] || noted->len != n->len || memcmp(noted->text, text + n->at, n->len) != 0)
			continue;
		if (!looks_like(p, text, n, noted->reason))
			continue;
		taken[i] = true;
		return true;
	}
	return false;
}

enum err proof_check(struct arena *a, const struct proof *p, const char *text, const char *const *jsons,
	struct bytes *ret_number)
{
	bool taken[PROOF_NUMBERS] = {false};
	struct number *numbers;
	size_t count;
	enum err err = numbers_gather(a, text, &numbers, &count);

	if (err)
		return err;
	for (size_t i = 0; i < p->record_count; i++) {
		json_hold(numbers, count, jsons[i]);
		text_hold(numbers, count, p->records[i]->everyday);
		text_hold(numbers, count, p->records[i]->source);
		text_hold(numbers, count, p->records[i]->decision_no);
	}
	for (size_t i = 0; i < p->text_count; i++)
		text_hold(numbers, count, p->texts[i]);
	for (size_t i = 0; i < count; i++) {
		if (numbers[i].held || noted_take(p, taken, text, &numbers[i]))
			continue;
		*ret_number = (struct bytes){text + numbers[i].at, numbers[i].len};
		return ERR_GUARD;
	}
	return OK;
}
