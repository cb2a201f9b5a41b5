/* case_words.h - what a reflection or suggestion is about, and what of it was told; by the words of words/cases.tsv. Read-only once
 * open; any thread. */
#ifndef MOTCUA_CASE_WORDS_H
#define MOTCUA_CASE_WORDS_H

#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct case_words;
enum err case_words_open(struct case_words **ret_words, struct why *why); /* complains with file and line */
void case_words_close(struct case_words *w);                              /* NULL is fine */

/* The categories, "other" last; NULL behind it. */
const char *case_category(size_t index);
bool case_category_is(const char *word);

enum case_says { CASE_SAYS_MATTER, CASE_SAYS_SKIP, CASE_SAYS_CANCEL, CASE_SAYS_SEND };

struct case_told {
	const char *category; /* static */
	bool suggestion;      /* kiến nghị; else phản ánh */
	bool place, time;     /* it says where, when */
	size_t rest;          /* syllables beside those that only open: 0 for "tôi muốn phản ánh" */
	enum case_says says;  /* what it is, when it is an answer of ours being answered */
};
void case_words_read(const struct case_words *w, const char *text, struct case_told *ret_told);

#endif
