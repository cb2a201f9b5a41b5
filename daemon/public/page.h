/* page.h - an HTML page while it is written. Everything that is not markup of ours goes through page_text(). */
#ifndef MOTCUA_PUBLIC_PAGE_H
#define MOTCUA_PUBLIC_PAGE_H

#include "daemon/base/buf.h"
#include "knowledge/phrases.h"

struct page_html {
	struct buf body;
	struct arena *arena;
	const struct phrases *phrases;
};

extern const char page_css[]; /* GET /public.css */

/* Frame, title (also the heading) and navigation; `index` false: search engines shall leave it alone. */
void page_begin(struct page_html *p, const char *title, bool index);
void page_end(struct page_html *p);

void page_markup(struct page_html *p, const char *html); /* as it stands */
void page_text(struct page_html *p, const char *text);   /* escaped; line breaks stay; NULL adds nothing */
/* <p class="…"> with the filled-in phrase, escaped. */
#define page_phrase(p, class, name, ...)                                                                     \
	page_filled(p, class, name, (const struct phrase_value[]){__VA_ARGS__{NULL, NULL}})
void page_filled(
	struct page_html *p, const char *class, const char *name, const struct phrase_value *values);
const char *page_words(struct page_html *p, const char *name); /* a phrase without values */
const char *page_day(struct page_html *p, const char *day);    /* 2026-12-07 → 07/12/2026 */

#endif
