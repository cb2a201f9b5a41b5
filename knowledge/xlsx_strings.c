/* xlsx_strings.c - the shared strings of a workbook, all in one buffer. Runs of different fonts are one text; readings
 * (phonetic) are none of it. */
#include "knowledge/xlsx_internal.h"

#include <stdlib.h>
#include <string.h>

struct strings {
	struct xlsx *xlsx;
	bool in_text;
	int phonetic;
};

static bool begin_string(struct xlsx *x)
{
	if (x->string_count == x->string_room) {
		size_t room = x->string_room ? x->string_room * 2 : 1024;
		size_t *at = realloc(x->string_at, room * sizeof *at);

		if (!at)
			return false;
		x->string_at = at;
		x->string_room = room;
	}
	x->string_at[x->string_count++] = x->strings.len;
	return true;
}

static void XMLCALL start(void *arg, const char *name, const char **attributes)
{
	struct xlsx_part *p = arg;
	struct strings *s = p->arg;

	(void)attributes;
	name = xlsx_local(name);
	if (strcmp(name, "si") == 0 && !begin_string(s->xlsx))
		xlsx_part_nomem(p);
	else if (strcmp(name, "t") == 0)
		s->in_text = s->phonetic == 0 && s->xlsx->string_count > 0;
	else if (strcmp(name, "rPh") == 0)
		s->phonetic++;
}

static void XMLCALL end(void *arg, const char *name)
{
	struct xlsx_part *p = arg;
	struct strings *s = p->arg;

	name = xlsx_local(name);
	if (strcmp(name, "t") == 0)
		s->in_text = false;
	else if (strcmp(name, "rPh") == 0)
		s->phonetic--;
	else if (strcmp(name, "si") == 0)
		buf_add(&s->xlsx->strings, "", 1);
	if (s->xlsx->strings.failed)
		xlsx_part_refuse(p, "its texts are larger than 192 MB");
}

static void XMLCALL text(void *arg, const char *ptr, int len)
{
	struct xlsx_part *p = arg;
	struct strings *s = p->arg;

	if (s->in_text)
		buf_add(&s->xlsx->strings, ptr, (size_t)len);
}

enum err xlsx_strings_read(struct xlsx *x, struct why *why)
{
	struct strings s = {x, false, 0};
	enum err err;

	if (x->strings_read || !x->strings_part)
		return OK;
	err = xlsx_part_read(x, x->strings_part, &s, start, end, text, why);
	for (size_t i = 0; i < x->string_count && err == OK; i++)
		xlsx_unescape(x->strings.ptr + x->string_at[i]);
	x->strings_read = err == OK;
	return err;
}
