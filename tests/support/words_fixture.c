#include "tests/support/words_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define ARENA_MAX ((size_t)256 << 20)

int words_fixture_up(void **state)
{
	struct words_fixture *f = calloc(1, sizeof *f);
	struct why why = {""};

	*state = f;
	if (!f || words_load(&f->words, &why) != OK) {
		fprintf(stderr, "words_fixture: %s\n", why.text);
		return -1;
	}
	arena_init(&f->arena, ARENA_MAX);
	return 0;
}

int words_fixture_down(void **state)
{
	struct words_fixture *f = *state;

	words_free(f->words);
	arena_release(&f->arena);
	free(f);
	return 0;
}

struct question words_fixture_parse(struct words_fixture *f, const char *text)
{
	struct question q;

	assert_int_equal(question_parse(f->words, &f->arena, text, &q), OK);
	return q;
}
