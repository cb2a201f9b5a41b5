/* Any bytes as a period: refused, or days in order that the period's own word names again. */
#include "daemon/report/period.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int begins = size ? data[0] % 32 : 1;
	char *text = malloc(size + 1);
	struct period p, again;

	assert(text);
	if (size > 1)
		memcpy(text, data + 1, size - 1);
	text[size ? size - 1 : 0] = '\0';
	if (period_read(text, begins, &p)) {
		assert(p.from < p.to && strcmp(p.word, text) == 0);
		assert(period_read(p.word, begins, &again) && again.from == p.from && again.to == p.to);
		if (period_previous(&p, &again))
			assert(again.to == p.from && again.from < again.to);
		period_cumulative(&p, &again);
		assert(again.from <= p.from && again.to == p.to);
	}
	free(text);
	return 0;
}
