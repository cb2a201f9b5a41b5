#include "adapters/shared.h"

#include "adapters/json.h"
#include "daemon/base/text.h"

#include <stdio.h>
#include <string.h>

#define TEXT_LIMIT 1900
#define NAME_MAX_LEN 48
#define PAYLOAD_MAX 1000
#define TOKEN_MIN 40 /* a run of so many letters and digits may be a secret */
#define TRANSPORT_TRIES 5

const char *adapter_event_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return len > 0 && len <= NAME_MAX_LEN && !name[len] ? name : "unknown";
}

bool adapter_is_payload(const char *text)
{
	size_t len = strcspn(text, " \t\n");

	return text[0] == '#' && text[1] >= 'a' && text[1] <= 'z' && !text[len] && len <= PAYLOAD_MAX;
}

size_t adapter_text_limit(const struct account *account, size_t max)
{
	size_t limit = account->text_limit ? account->text_limit : TEXT_LIMIT;

	return limit < max ? limit : max;
}

const char *adapter_title(struct arena *a, const char *title, size_t max)
{
	size_t cut, word;

	if (text_utf16_len(title, strlen(title)) <= max)
		return arena_string(a, title);
	cut = text_utf16_prefix(title, max - 1);
	for (word = cut; word > 0 && title[word] != ' ';)
		word--;
	while (word > 0 && title[word - 1] == ' ')
		word--;
	return arena_printf(a, "%.*s…", (int)(word ? word : cut), title);
}

void adapter_quote_phone(struct buf *b, const char *phone, const char *plus)
{
	char digits[20];
	size_t len = 0;

	for (; *phone && len < sizeof digits - 1; phone++)
		if (*phone >= '0' && *phone <= '9')
			digits[len++] = *phone;
	digits[len] = '\0';
	if (len >= 9 && digits[0] == '0')
		buf_printf(b, "\"%s84%s\"", plus, digits + 1);
	else if (len >= 11 && strncmp(digits, "84", 2) == 0)
		buf_printf(b, "\"%s%s\"", plus, digits);
	else
		buf_printf(b, "\"%s\"", digits); /* 1022, 1900 … */
}

enum err adapter_body(struct arena *a, struct buf *b, struct bytes *ret_body)
{
	enum err err = b->failed ? ERR_NOMEM : OK;
	const char *copy = err == OK ? arena_copy(a, buf_text(b), b->len) : NULL;

	if (copy)
		*ret_body = (struct bytes){copy, b->len};
	buf_release(b);
	return copy ? OK : ERR_NOMEM;
}

void adapter_judge(const struct adapter_error *rows, size_t count, long code, long subcode, struct verdict *v)
{
	static const struct adapter_error unknown = {.class = VERDICT_DEAD, .flags = ALARM};
	const struct adapter_error *row = &unknown;

	for (size_t i = 0; i < count && row == &unknown; i++)
		if (rows[i].code == code && (rows[i].subcode == 0 || rows[i].subcode == subcode))
			row = &rows[i];
	v->class = row->class;
	v->code = code;
	v->subcode = subcode;
	v->alarm = row->flags & ALARM;
	v->stop_account = row->flags & STOP;
	v->unreachable = row->flags & UNREACHABLE;
	v->outside_window = row->flags & OUTSIDE;
	v->tries_max = row->tries_max;
	if (v->wait_ms < row->wait_ms)
		v->wait_ms = row->wait_ms;
}

void adapter_judge_transport(const struct http_result *result, struct verdict *v)
{
	if (result->end != HTTP_ANSWERED) {
		v->class = result->end == HTTP_NOT_SENT ? VERDICT_LATER : VERDICT_UNKNOWN;
		v->tries_max = TRANSPORT_TRIES;
		adapter_words(v, result->reason);
		return;
	}
	if (result->status == 429 || result->status >= 500) {
		v->class = result->status == 429 ? VERDICT_SLOW_DOWN : VERDICT_LATER;
		v->tries_max = TRANSPORT_TRIES;
	} else if (result->status < 300) {
		v->class = VERDICT_UNKNOWN; /* accepted, and the answer is broken: the citizen may have it */
	} else {
		v->class = VERDICT_DEAD;
		v->alarm = true;
	}
	snprintf(v->words, sizeof v->words, "http status %ld without an answer of the platform",
		result->status);
}

void adapter_words(struct verdict *v, const char *message)
{
	size_t at = strlen(v->words), run;

	for (; message && *message; message += run) {
		run = strcspn(message, " \t\r\n\"'=&?,;:()");
		if (run >= TOKEN_MIN) {
			if (at + 4 < sizeof v->words)
				at += (size_t)snprintf(v->words + at, sizeof v->words - at, "...");
			continue;
		}
		run += !run;
		if (at + run >= sizeof v->words)
			break;
		for (size_t i = 0; i < run; i++)
			v->words[at++] = (unsigned char)message[i] < ' ' ? ' ' : message[i];
		v->words[at] = '\0';
	}
}
