/* passage.c - cutting and packing.
 * A cut prefers the end of a line, else of a sentence, else of a clause, else a blank, but never one between
 * digits; a run without any of these stays whole, since half a number is worse than a long page. */
#include "daemon/turn/passage.h"

#include "daemon/base/text.h"

#include <stdint.h>
#include <string.h>

void passages_add(struct passages *p, struct passage passage)
{
	if (p->failed || !passage.len)
		return;
	if (p->count == p->room) {
		size_t room = p->room ? p->room * 2 : 32;
		struct passage *items = arena_array(p->arena, room, sizeof *items);

		if (!items) {
			p->failed = true;
			return;
		}
		if (p->count)
			memcpy(items, p->items, p->count * sizeof *items);
		p->items = items;
		p->room = room;
	}
	p->items[p->count++] = passage;
}

/* Where the portal ran lines together: "…; - Bản sao", "… hồ sơ. + Trường hợp", "…); 300.000 đồng". */
static bool line_ends(const char *text, size_t i)
{
	if (i == 0 || text[i + 1] != ' ')
		return false;
	if (text[i] == ';' && text[i - 1] == ')')
		return true;
	return strchr(".;:)", text[i]) && (text[i + 2] == '-' || text[i + 2] == '+') && text[i + 3] == ' ';
}

static size_t line_len(const char *text)
{
	size_t i = 0;

	while (text[i] && text[i] != '\n')
		if (line_ends(text, i++))
			break;
	return i;
}

void passages_add_lines(struct passages *p, const char *text, bool item)
{
	while (*text) {
		size_t len = line_len(text), from = strspn(text, " \t*");

		if (from < len) {
			passages_add(
				p, (struct passage){.text = text + from, .len = len - from, .item = item});
			item = false;
		}
		text += len + (text[len] != '\0');
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool cut_here(const char *s, size_t i, size_t len)
{
	return s[i] == ' ' && !(i && i + 1 < len && is_digit(s[i - 1]) && is_digit(s[i + 1]));
}

/* How good the blank at `i` is as a place to stop: 3 a sentence, 2 a clause, 1 a word. */
static int cut_worth(const char *s, size_t i)
{
	if (i && strchr(".!?", s[i - 1]))
		return i > 1 && is_digit(s[i - 2]) ? 1 : 3; /* "1. Tờ khai" is no end of a sentence */
	return i && strchr(";:", s[i - 1]) ? 2 : 1;
}

/* Length of the first piece: at most `limit` bytes when a place to stop is found there. */
static size_t cut_find(const char *s, size_t len, size_t limit)
{
	size_t best = 0;
	int worth = 0;

	for (size_t i = limit; i > limit / 3; i--) {
		if (!cut_here(s, i, len) || cut_worth(s, i) <= worth)
			continue;
		best = i;
		worth = cut_worth(s, i);
		if (worth == 3)
			break;
	}
	if (!best)
		for (best = limit; best < len && !cut_here(s, best, len); best++)
			;
	return best;
}

/* Bytes of `s` that hold at most `units`; whole code points. */
static size_t prefix(const char *s, size_t len, size_t units)
{
	size_t i = 0;

	for (size_t used = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c & 0xc0) == 0x80)
			continue;
		used += c >= 0xf0 ? 2 : 1;
		if (used > units)
			return i;
	}
	return len;
}

static size_t passage_units(const struct passage *p)
{
	return text_utf16_len(p->text, p->len) + (p->tail ? strlen(p->tail) : 0) + 3;
}

static void passage_cut(struct passages *out, struct passage whole, size_t units)
{
	struct passage piece = whole;

	while (text_utf16_len(piece.text, piece.len) > units) {
		size_t limit = prefix(piece.text, piece.len, units);
		size_t len = cut_find(piece.text, piece.len, limit), rest;

		if (len >= piece.len)
			break;
		piece.tail = NULL;
		rest = piece.len - len;
		piece.len = len;
		passages_add(out, piece);
		piece = (struct passage){whole.heading, piece.text + len + 1, rest - 1, false, whole.tail};
	}
	passages_add(out, piece);
}

static bool same_heading(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

enum err passages_page(struct passages *p, size_t units, size_t number, struct page *ret_page)
{
	struct passages cut = {.arena = p->arena};
	struct page page = {.number = 1}, found = {0};
	size_t used = 0;

	for (size_t i = 0; i < p->count; i++)
		passage_cut(&cut, p->items[i], units);
	if (p->failed || cut.failed)
		return ERR_NOMEM;
	*p = cut;
	for (size_t i = 0; i < cut.count; i++) {
		const struct passage *item = &cut.items[i];
		bool headed =
			item->heading && (i == page.first || !same_heading(item->heading, item[-1].heading));
		size_t need = passage_units(item) +
			      (headed ? text_utf16_len(item->heading, strlen(item->heading)) : 0);

		if (i > page.first && used + need > units) {
			page.end = i;
			if (page.number == number)
				found = page;
			page = (struct page){.first = i, .number = page.number + 1};
			used = 0;
		}
		used += need;
	}
	page.end = cut.count;
	*ret_page = found.number ? found : page;
	ret_page->count = page.number;
	return OK;
}
