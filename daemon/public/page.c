#include "daemon/public/page.h"

#include <string.h>

const char page_css[] =
	"body{margin:0 auto;max-width:44rem;padding:1rem;font:1.05rem/1.6 "
	"system-ui,sans-serif;color:#1a1a1a;background:#fff}"
	"nav "
	"a{margin-right:1.5rem}h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.15rem;margin-bottom:.25rem}"
	"a{color:#0b4f9e}a:focus,input:focus,button:focus{outline:3px solid #b35900;outline-offset:2px}"
	"label{display:block;margin-bottom:.25rem}input{font:inherit;padding:.5rem;width:100%;max-width:"
	"22rem;"
	"box-sizing:border-box;border:1px solid #666;border-radius:4px}button{font:inherit;padding:.5rem "
	"1.25rem;"
	"margin-top:.5rem;border:0;border-radius:4px;background:#0b4f9e;color:#fff}"
	".answer{white-space:pre-line;padding:.75rem 1rem;border-left:4px solid #0b4f9e;background:#f2f6fb}"
	".small{color:#555;font-size:.95rem}article{border-top:1px solid #ccc;padding-top:.5rem}"
	"@media print{nav,form{display:none}}";

void page_markup(struct page_html *p, const char *html)
{
	buf_add_string(&p->body, html);
}

void page_text(struct page_html *p, const char *text)
{
	for (; text && *text; text++) {
		const char *escaped = *text == '<'    ? "&lt;"
				      : *text == '>'  ? "&gt;"
				      : *text == '&'  ? "&amp;"
				      : *text == '"'  ? "&quot;"
				      : *text == '\'' ? "&#39;"
						      : NULL;

		if (escaped)
			buf_add_string(&p->body, escaped);
		else if (*text == '\n' || *text == '\t' || (unsigned char)*text >= ' ')
			buf_add(&p->body, text, 1);
	}
}

const char *page_words(struct page_html *p, const char *name)
{
	const char *text = phrase(p->phrases, p->arena, name, NULL);

	p->body.failed |= !text;
	return text ? text : "";
}

void page_filled(struct page_html *p, const char *class, const char *name, const struct phrase_value *values)
{
	const char *text = phrase(p->phrases, p->arena, name, values);

	p->body.failed |= !text;
	buf_printf(&p->body, "<p class=\"%s\">", class);
	page_text(p, text);
	page_markup(p, "</p>\n");
}

const char *page_day(struct page_html *p, const char *day)
{
	const char *written =
		strlen(day) == 10 ? arena_printf(p->arena, "%.2s/%.2s/%.4s", day + 8, day + 5, day) : "";

	p->body.failed |= !written;
	return written ? written : "";
}

void page_begin(struct page_html *p, const char *title, bool index)
{
	page_markup(p, "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
	if (!index)
		page_markup(p, "<meta name=\"robots\" content=\"noindex\">\n");
	page_markup(p, "<link rel=\"stylesheet\" href=\"/public.css\">\n<title>");
	page_text(p, title);
	page_markup(p, "</title>\n</head>\n<body>\n<nav><a href=\"/cases\">");
	page_text(p, page_words(p, "public_cases"));
	page_markup(p, "</a><a href=\"/answers\">");
	page_text(p, page_words(p, "public_answers"));
	page_markup(p, "</a></nav>\n<main>\n<h1>");
	page_text(p, title);
	page_markup(p, "</h1>\n");
}

void page_end(struct page_html *p)
{
	page_markup(p, "</main>\n</body>\n</html>\n");
}
