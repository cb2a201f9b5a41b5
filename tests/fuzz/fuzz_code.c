/* A code found in any bytes has the shape of one and is found again. */
#include "daemon/base/code.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), code[CODE_SIZE], again[CODE_SIZE];
	bool alone;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (code_find(text, code, &alone) &&
		(!code_find(code, again, &alone) || strcmp(code, again) != 0 || !alone))
		abort();
	free(text);
	return 0;
}
