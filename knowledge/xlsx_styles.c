/* xlsx_styles.c - which styles show a number as a day. */
#include "knowledge/xlsx_internal.h"

#include <stdlib.h>
#include <string.h>

#define FORMATS_MAX 1000

struct styles {
	struct xlsx *xlsx;
	bool in_cells;                   /* inside <cellXfs> */
	unsigned long days[FORMATS_MAX]; /* numFmtId of formats that show days */
	size_t day_count;
};

/* "dd/mm/yyyy" is one; "0.00", "h:mm", "[Red]#,##0" and "\"đồng\"" are none. */
bool xlsx_format_is_day(const char *format)
{
	for (const char *s = format; *s; s++) {
		if (*s == '"') {
			s = strchr(s + 1, '"');
			if (!s)
				return false;
		} else if (*s == '[') {
			s = strchr(s + 1, ']');
			if (!s)
				return false;
		} else if (*s == '\\' || *s == '_' || *s == '*') {
			if (!*++s)
				return false;
		} else if (strchr("dDyY", *s)) {
			return true;
		}
	}
	return false;
}

static bool builtin_is_day(unsigned long format)
{
	return (format >= 14 && format <= 17) || format == 22 || (format >= 27 && format <= 31) ||
	       format == 36 || (format >= 50 && format <= 58);
}

static bool is_day(const struct styles *s, unsigned long format)
{
	for (size_t i = 0; i < s->day_count; i++)
		if (s->days[i] == format)
			return true;
	return builtin_is_day(format);
}

static bool add_style(struct xlsx *x, bool day)
{
	if (x->style_count == x->style_room) {
		size_t room = x->style_room ? x->style_room * 2 : 64;
		bool *styles =
			x->style_room < XLSX_STYLES_MAX ? realloc(x->is_day, room * sizeof *styles) : NULL;

		if (!styles)
			return false;
		x->is_day = styles;
		x->style_room = room;
	}
	x->is_day[x->style_count++] = day;
	return true;
}

static void XMLCALL start(void *arg, const char *name, const char **attributes)
{
	struct xlsx_part *p = arg;
	struct styles *s = p->arg;
	const char *id = xlsx_attribute(attributes, "numFmtId"),
		   *code = xlsx_attribute(attributes, "formatCode");
	unsigned long format = id ? strtoul(id, NULL, 10) : 0;

	name = xlsx_local(name);
	if (strcmp(name, "cellXfs") == 0)
		s->in_cells = true;
	else if (strcmp(name, "numFmt") == 0 && code && xlsx_format_is_day(code) &&
		 s->day_count < FORMATS_MAX)
		s->days[s->day_count++] = format;
	else if (strcmp(name, "xf") == 0 && s->in_cells && !add_style(s->xlsx, is_day(s, format)))
		xlsx_part_nomem(p);
}

static void XMLCALL end(void *arg, const char *name)
{
	struct xlsx_part *p = arg;
	struct styles *s = p->arg;

	if (strcmp(xlsx_local(name), "cellXfs") == 0)
		s->in_cells = false;
}

enum err xlsx_styles_read(struct xlsx *x, struct why *why)
{
	struct styles *s;
	enum err err;

	if (x->style_count || !x->styles_part)
		return OK;
	s = calloc(1, sizeof *s);
	if (!s)
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", x->path);
	s->xlsx = x;
	err = xlsx_part_read(x, x->styles_part, s, start, end, NULL, why);
	free(s);
	return err;
}
