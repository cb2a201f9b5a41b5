/* api_quality.c - what in the knowledge a curator should look at. */
#include "daemon/console/findings.h"

enum err api_quality_list(struct call *c);

enum err api_quality_list(struct call *c)
{
	const char *word = call_query(c, "word");
	size_t count, total, counts[QUALITY_COUNT];
	struct finding *found;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	err = findings_page(c, word, page.skip, page.size, &found, &count, &total);
	if (err == ERR_FORMAT)
		return call_refuse(c, 400, "invalid", "word");
	if (!err)
		err = findings_counts(c, counts);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(items);

		put_text(item, "word", quality_word(found[i].quality));
		put_text(item, "says", quality_says(found[i].quality));
		put_text(item, "record", found[i].record);
		put_text(item, "unit", found[i].unit);
		put_text(item, "name", found[i].name);
		put_text(item, "detail", found[i].detail);
	}
	items = put_object(c->json, "counts");
	for (int quality = 0; quality < QUALITY_COUNT; quality++)
		put_number(items, quality_word((enum quality)quality), (int64_t)counts[quality]);
	return OK;
}
