/* words_fixture.h - the word lists, and messages parsed with them. */
#ifndef MOTCUA_WORDS_FIXTURE_H
#define MOTCUA_WORDS_FIXTURE_H

#include "knowledge/question.h"

struct words_fixture {
	struct words *words;
	struct arena arena; /* of every question parsed */
};

/* cmocka set-up and tear-down; *state is a struct words_fixture. */
int words_fixture_up(void **state);
int words_fixture_down(void **state);

/* Fails the test for want of memory. */
struct question words_fixture_parse(struct words_fixture *f, const char *text);

#endif
