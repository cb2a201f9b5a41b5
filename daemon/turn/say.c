/* say.c - the reply builder. A failure, mostly of memory, is kept and reported once, by say_end(). */
#include "daemon/turn/say.h"
#include "daemon/turn/steps.h"

#include "daemon/base/text.h"

#include <string.h>

#define REPLY_MAX (32 * 1024) /* bytes; a page of an answer is far below */

void say_init(struct say *s, struct turn *t)
{
	*s = (struct say){.turn = t};
	buf_init(&s->buf, REPLY_MAX);
}

void say_release(struct say *s)
{
	buf_release(&s->buf);
}

enum err say_end(struct say *s)
{
	const char *text = NULL;

	if (!s->failed && !s->buf.failed)
		text = arena_copy(&s->turn->arena, buf_text(&s->buf), s->buf.len);
	buf_release(&s->buf);
	if (s->err || !text)
		return s->err ? s->err : ERR_NOMEM;
	s->turn->reply.text = text;
	return OK;
}

/* Bold marks are shown literally by both platforms. */
void say_span(struct say *s, const char *text, size_t len)
{
	for (const char *mark; (mark = memmem(text, len, "**", 2)) != NULL;) {
		size_t skip = (size_t)(mark - text);

		buf_add(&s->buf, text, skip);
		text += skip + 2;
		len -= skip + 2;
	}
	buf_add(&s->buf, text, len);
}

void say_text(struct say *s, const char *text)
{
	if (text)
		say_span(s, text, strlen(text));
}

void say_break(struct say *s)
{
	if (s->buf.len && s->buf.ptr[s->buf.len - 1] != '\n')
		buf_add(&s->buf, "\n", 1);
}

void say_gap(struct say *s)
{
	say_break(s);
	if (s->buf.len >= 2 && s->buf.ptr[s->buf.len - 2] != '\n')
		buf_add(&s->buf, "\n", 1);
}

/* The numbers that stand in the phrase itself; names in braces have none. */
static void template_note(struct say *s, const char *name)
{
	const char *text = phrase_template(s->turn->tools->phrases, name);
	size_t at = 0, len = text ? strlen(text) : 0;

	for (struct bytes n = proof_next(text, len, &at); n.len; n = proof_next(text, len, &at))
		proof_number(s->turn->proof, n.ptr, n.len, PROOF_PHRASE);
}

const char *say_filled_text(struct say *s, const char *name, const struct phrase_value *values)
{
	const char *text = phrase(s->turn->tools->phrases, &s->turn->arena, name, values);

	s->failed |= !text;
	template_note(s, name);
	return text ? text : "";
}

void say_filled(struct say *s, const char *name, const struct phrase_value *values)
{
	buf_add_string(&s->buf, say_filled_text(s, name, values));
}

static const char *noted(struct say *s, const char *text, enum proof_reason reason)
{
	s->failed |= !text;
	if (!text)
		return "";
	proof_number(s->turn->proof, text, strlen(text), reason);
	return text;
}

const char *say_number(struct say *s, size_t n, enum proof_reason reason)
{
	return noted(s, arena_printf(&s->turn->arena, "%zu", n), reason);
}

const char *say_pages(struct say *s, size_t page, size_t pages)
{
	s->turn->proof->pages = pages;
	return noted(s, arena_printf(&s->turn->arena, "%zu/%zu", page, pages), PROOF_PAGE);
}

const char *say_clock(struct say *s, const char *clock)
{
	return *clock ? noted(s, arena_string(&s->turn->arena, clock), PROOF_CLOCK) : NULL;
}

const char *say_day_ahead(struct say *s, const char *day)
{
	const char *written = proof_day(&s->turn->arena, day);

	return written ? noted(s, written, PROOF_AHEAD) : NULL;
}

const char *say_code(struct say *s, const char *code)
{
	return noted(s, code, PROOF_CODE);
}

const char *say_day(struct say *s, const char *day)
{
	const char *written = proof_day(&s->turn->arena, day);

	return written ? noted(s, written, PROOF_DATE) : NULL;
}

const char *say_trim(struct say *s, const char *text)
{
	const char *end;

	while (*text && strchr("-+*\" \t\n", *text))
		text++;
	end = text + strlen(text);
	while (end > text && strchr(";,. \t\n", end[-1]))
		end--;
	if (!*end)
		return text;
	text = arena_copy(&s->turn->arena, text, (size_t)(end - text));
	s->failed |= !text;
	return text ? text : "";
}

/* Never between two groups of digits: half a phone number is a wrong one. */
static size_t blank_before(const char *text, size_t len)
{
	while (len > 0 && !(text[len] == ' ' && !(strchr("0123456789", text[len - 1]) &&
							text[len + 1] >= '0' && text[len + 1] <= '9')))
		len--;
	return len;
}

const char *say_clip(struct say *s, const char *text, size_t units)
{
	size_t len, cut;
	const char *clipped;

	text = say_trim(s, text);
	len = text_utf16_prefix(text, units);
	if (!text[len])
		return text;
	cut = blank_before(text, len);
	clipped = arena_printf(&s->turn->arena, "%.*s…", (int)(cut ? cut : len), text);
	s->failed |= !clipped;
	return clipped ? clipped : "";
}

const struct record *say_record(struct say *s, const char *id)
{
	struct turn *t = s->turn;
	struct record *r = arena_alloc(&t->arena, sizeof *r);
	enum err err = r ? kb_get(t->tools->kb, &t->arena, id, t->unit, t->as_of, r) : ERR_NOMEM;

	if (err && err != ERR_NOT_FOUND)
		s->err = turn_err(err);
	if (err)
		return NULL;
	proof_cite(t->proof, r);
	return r;
}

void say_button(struct say *s, enum button_kind kind, const char *title, const char *value)
{
	struct reply *reply = &s->turn->reply;

	s->failed |= !title || !value;
	if (title && value && reply->button_count < REPLY_BUTTONS)
		reply->buttons[reply->button_count++] = (struct button){kind, title, value};
}
