/* compose_documents.c - the papers, grouped by the case they are for.
 * The portal's order is scrambled and mixes papers with remarks: within a case, what must be handed in (with
 * originals or copies) comes first. A document that is a whole chapter is cut into pieces by the pager. */
#include "daemon/turn/compose.h"

#include <string.h>

static bool is_paper(const struct document *d)
{
	return d->originals > 0 || d->copies > 0;
}

/* 0: always handed in; 1: only in some cases, as its first words say; 2: a remark. */
static int document_rank(const struct document *d)
{
	static const char *const conditions[] = {"Trường hợp", "Đối với", "Nếu", "Văn bản ủy quyền",
		"Giấy ủy quyền", "Bản sao Giấy ủy quyền", "Lưu ý"};
	const char *name = d->name + strspn(d->name, "-+* ");

	if (!is_paper(d))
		return 2;
	for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
		if (strncmp(name, conditions[i], strlen(conditions[i])) == 0)
			return 1;
	return 0;
}

static bool same_group(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool group_opens(const struct record *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_group(r->documents[k].group, r->documents[i].group))
			return false;
	return true;
}

size_t compose_document_count(const struct record *r, bool *ret_by_case)
{
	size_t papers = 0;

	*ret_by_case = false;
	for (size_t i = 0; i < r->document_count; i++) {
		papers += is_paper(&r->documents[i]);
		*ret_by_case |= !same_group(r->documents[i].group, r->documents[0].group);
	}
	return papers ? papers : r->document_count;
}

static const char *copies_text(struct say *s, const struct document *d)
{
	const char *text = NULL;

	if (d->originals > 0 && d->copies > 0)
		text = arena_printf(&s->turn->arena, " (%d bản chính, %d bản sao)", d->originals, d->copies);
	else if (d->originals > 0)
		text = arena_printf(&s->turn->arena, " (%d bản chính)", d->originals);
	else if (d->copies > 0)
		text = arena_printf(&s->turn->arena, " (%d bản sao)", d->copies);
	else
		return NULL;
	s->failed |= !text;
	return text;
}

/* One document; a name of several lines stays one item, its later lines follow without a dash. */
static void document_add(struct say *s, struct passages *p, const struct document *d, const char *heading)
{
	const char *name = say_trim(s, d->name), *tail = copies_text(s, d);
	bool item = true;

	while (*name) {
		size_t len = strcspn(name, "\n");
		bool last = !name[len];

		passages_add(p, (struct passage){heading, name, len, item, last ? tail : NULL});
		item = false;
		name += len + !last;
	}
}

static const char *group_heading(struct say *s, const char *group)
{
	const char *heading;

	if (!group || !group[0])
		return NULL;
	heading = say_clip(s, group, 2 * TITLE_UNITS);
	return heading[0] ? heading : NULL;
}

static void group_add(struct say *s, struct passages *p, size_t first, const char *heading)
{
	const struct record *r = &s->turn->record;

	for (int rank = 0; rank <= 2; rank++)
		for (size_t i = first; i < r->document_count; i++)
			if (document_rank(&r->documents[i]) == rank &&
				same_group(r->documents[i].group, r->documents[first].group))
				document_add(s, p, &r->documents[i], heading);
}

void compose_documents(struct say *s, struct passages *p)
{
	const struct record *r = &s->turn->record;

	for (int named = 0; named <= 1; named++) /* what every case needs comes first */
		for (size_t i = 0; i < r->document_count; i++) {
			const char *heading;

			if ((r->documents[i].group != NULL) != named || !group_opens(r, i))
				continue;
			heading = group_heading(s, r->documents[i].group);
			group_add(s, p, i, heading);
		}
}

static bool is_form(const struct document *d)
{
	static const char *const words[] = {
		"Tờ khai", "tờ khai", "Mẫu", "mẫu", "Đơn ", "Phiếu", "Giấy đề nghị"};

	if (d->form)
		return true;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(d->name, words[i]))
			return true;
	return false;
}

void compose_forms(struct say *s, struct passages *p)
{
	const struct record *r = &s->turn->record;

	for (size_t i = 0; i < r->document_count; i++) {
		const struct document *d = &r->documents[i];

		if (!is_form(d))
			continue;
		document_add(s, p, d, NULL);
		if (d->form)
			passages_add(p, (struct passage){.text = d->form, .len = strlen(d->form)});
	}
}
