/* A reflection in any bytes gets a category of the list. */
#include "knowledge/case_words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct case_words *words;
	struct case_told told;
	char *text = malloc(size + 1);

	if (!words && case_words_open(&words, NULL) != OK)
		abort();
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	case_words_read(words, text, &told);
	if (!case_category_is(told.category))
		abort();
	free(text);
	return 0;
}
