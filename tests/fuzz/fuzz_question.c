/* Any bytes are a message: they are understood within bounds, and twice the same way. */
#include "knowledge/question.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct words *words(void)
{
	static struct words *loaded;
	struct why why;

	if (!loaded && words_load(&loaded, &why) != OK) {
		fprintf(stderr, "%s\n", why.text);
		abort();
	}
	return loaded;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct question q, again;
	char *text;

	arena_init(&a, (size_t)64 << 20);
	text = arena_copy(&a, (const char *)data, size);
	assert(text && question_parse(words(), &a, text, &q) == OK);
	assert(question_parse(words(), &a, text, &again) == OK);
	assert(q.says <= SAY_OTHER && q.says == again.says && q.facets == again.facets);
	assert(q.facets < 1U << FACET_COUNT && (!q.only_facets || q.facets));
	assert(q.choice >= 0 && q.choice < 100);
	assert(q.says == SAY_QUESTION || (q.says == SAY_CHOICE) == (q.choice > 0)); /* question.h: choice */
	assert(strcmp(q.folded, again.folded) == 0);
	assert(!q.dossier || q.says == SAY_STATUS);
	arena_release(&a);
	return 0;
}
