/* split.c - a long reply in parts.
 *
 * Each part takes the longest piece that fits, cut where a reader would cut: in its second half if there is
 * such a place, else anywhere. A token longer than a part (no platform needs one) is cut between graphemes,
 * so that there is always progress. The last piece is cut once more when the menu of its buttons does not fit
 * behind it. */
#include "adapters/split.h"

#include "daemon/base/buf.h"
#include "daemon/base/text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

/* Where a text may be cut, the better the later. */
enum place { NOWHERE, IN_NUMBER, BLANK, SENTENCE, LINE, PARAGRAPH };

struct window {
	uint32_t before, last; /* the two code points before the blank */
	bool newline, blank_line;
};

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* `next` is the first code point behind the blanks. */
static enum place place_of(const struct window *w, uint32_t next)
{
	utf8proc_int32_t state = 0;

	if (next >= 0x300 && !utf8proc_grapheme_break_stateful(' ', (int32_t)next, &state))
		return NOWHERE; /* a mark that belongs to the blank */
	if (w->blank_line)
		return PARAGRAPH;
	if (w->newline)
		return LINE;
	if (is_digit(w->last) && is_digit(next))
		return IN_NUMBER; /* 0912 345 678 */
	if (w->last < 0x80 ? strchr(".!?", (int)w->last) && !is_digit(w->before) : w->last == 0x2026)
		return SENTENCE; /* but "1. Giấy tờ" is no sentence's end */
	return BLANK;
}

/* Bytes of the best piece of `s` with at least `min` and at most `max` UTF-16 units; 0 when no place is as
 * good as `worst`. */
static size_t best_cut(const char *s, size_t min, size_t max, enum place worst)
{
	const char *p = s, *end = s; /* end of the last word */
	struct window w = {0};
	enum place best = worst;
	size_t used = 0, used_at_end = 0, cut = 0;
	bool blank = false;

	for (uint32_t c; used_at_end <= max && (c = text_next(&p));) {
		if (is_blank(c)) {
			w.blank_line |= blank && w.newline && c == '\n';
			w.newline |= c == '\n';
			blank = true;
		} else {
			enum place place = blank && end > s && used_at_end >= min ? place_of(&w, c) : NOWHERE;

			if (place >= best) {
				best = place;
				cut = (size_t)(end - s);
			}
			w = (struct window){.before = w.last, .last = c};
			blank = false;
			end = p;
		}
		used += c > 0xFFFF ? 2 : 1;
		if (!blank)
			used_at_end = used;
	}
	return cut;
}

/* The same, but always a piece: in the second half if possible, at worst inside a word. */
static size_t cut_at(const char *s, size_t max)
{
	size_t cut = best_cut(s, max / 2, max, BLANK);

	if (!cut)
		cut = best_cut(s, 1, max, BLANK);
	if (!cut)
		cut = best_cut(s, 1, max, IN_NUMBER);
	if (!cut)
		cut = text_utf16_prefix(s, max);
	if (!cut) { /* a grapheme longer than a part */
		const char *p = s;

		text_next(&p);
		cut = (size_t)(p - s);
	}
	return cut;
}

struct cutter {
	struct arena *a;
	struct part *items;
	size_t count, room;
};

static struct part *add_part(struct cutter *c, const char *text, size_t len)
{
	struct part *part;

	if (c->count == c->room) {
		size_t room = c->room ? 2 * c->room : 4;
		struct part *items = arena_array(c->a, room, sizeof *items);

		if (!items)
			return NULL;
		if (c->count)
			memcpy(items, c->items, c->count * sizeof *items);
		c->items = items;
		c->room = room;
	}
	part = &c->items[c->count];
	part->text = arena_copy(c->a, text, len);
	if (!part->text)
		return NULL;
	c->count++;
	return part;
}

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t\n");
}

static size_t trimmed_len(const char *s)
{
	size_t len = strlen(s);

	while (len > 0 && strchr(" \t\n", s[len - 1]))
		len--;
	return len;
}

/* Whether the text has the button's line already, as a list of choices does. */
static bool is_listed(const char *text, size_t number, const char *title)
{
	size_t len = strlen(title);

	for (const char *at = text; (at = strstr(at, title)) != NULL; at += len) {
		char before[16];
		size_t head = (size_t)snprintf(before, sizeof before, "%zu. ", number);

		if ((size_t)(at - text) < head || memcmp(at - head, before, head) != 0)
			continue;
		if ((at - head == text || at[-(ptrdiff_t)head - 1] == '\n') && (at[len] == '\n' || !at[len]))
			return true;
	}
	return false;
}

static void write_menu(struct buf *b, const struct part *part)
{
	bool begun = false;

	buf_add_string(b, part->text);
	for (size_t i = 0; i < part->button_count; i++) {
		const struct button *button = &part->buttons[i];

		if (button->title[0] && is_listed(part->text, i + 1, button->title))
			continue;
		if (b->len)
			buf_add_string(b, begun ? "\n" : "\n\n");
		begun = true;
		buf_printf(b, "%zu. %s", i + 1, button->title);
		if (button->kind != BUTTON_PAYLOAD)
			buf_printf(b, ": %s", button->value);
	}
}

enum err split_menu_text(struct arena *a, const struct part *part, const char **ret_text)
{
	struct buf b;
	const char *text = NULL;

	buf_init(&b, (size_t)1 << 20);
	write_menu(&b, part);
	if (!b.failed)
		text = arena_copy(a, buf_text(&b), b.len);
	buf_release(&b);
	if (!text)
		return ERR_NOMEM;
	*ret_text = text;
	return OK;
}

/* UTF-16 units of the menu and the blank line before it; 0 without buttons. */
static enum err menu_units(const struct reply *reply, size_t *ret_units)
{
	struct part menu = {.text = "", .button_count = reply->button_count};
	enum err err = OK;
	struct buf b;

	memcpy(menu.buttons, reply->buttons, sizeof menu.buttons);
	buf_init(&b, (size_t)1 << 20);
	write_menu(&b, &menu);
	if (b.failed)
		err = ERR_NOMEM;
	else
		*ret_units = b.len ? text_utf16_len(b.ptr, b.len) + strlen("\n\n") : 0;
	buf_release(&b);
	return err;
}

/* The last piece, short enough for a part, with the buttons on it. */
static enum err add_last(struct cutter *c, const char *s, const struct reply *reply, size_t limit)
{
	size_t menu, units = text_utf16_len(s, strlen(s)), head = 0;
	struct part *part;
	enum err err = menu_units(reply, &menu);

	if (err != OK)
		return err;
	if (units + menu >
		limit) { /* a shorter piece carries the menu; if there is none, the menu goes alone */
		head = menu < limit ? best_cut(s, units - (limit - menu), units, BLANK) : 0;
		head = head ? head : strlen(s);
		if (!add_part(c, s, head))
			return ERR_NOMEM;
	}
	s = skip_blanks(s + head);
	part = add_part(c, s, strlen(s));
	if (!part)
		return ERR_NOMEM;
	memcpy(part->buttons, reply->buttons, sizeof part->buttons);
	part->button_count = reply->button_count;
	return OK;
}

enum err split_reply(struct arena *a, const struct reply *reply, size_t limit, struct parts *ret_parts)
{
	struct cutter c = {.a = a};
	const char *s;
	enum err err = text_clean(a, reply->text, strlen(reply->text), &s);

	if (err != OK)
		return err;
	s = skip_blanks(s);
	if (!*s)
		return ERR_FORMAT;
	s = arena_copy(a, s, trimmed_len(s));
	if (!s)
		return ERR_NOMEM;
	while (text_utf16_len(s, strlen(s)) > limit) {
		size_t cut = cut_at(s, limit);

		if (!add_part(&c, s, cut))
			return ERR_NOMEM;
		s = skip_blanks(s + cut);
	}
	err = add_last(&c, s, reply, limit);
	if (err != OK)
		return err;
	*ret_parts = (struct parts){c.items, c.count};
	return OK;
}
