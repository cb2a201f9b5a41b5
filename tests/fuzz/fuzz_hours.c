/* Any sentence as opening hours: what is understood is spans in order within a day, and every moment has an answer or none. */
#include "knowledge/hours.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_days(const struct hours *h)
{
	for (int d = 0; d < 7; d++) {
		assert(h->counts[d] <= HOURS_SPANS);
		for (size_t i = 0; i < h->counts[d]; i++) {
			const struct hours_span *s = &h->spans[d][i];

			assert(s->from >= 0 && s->from < s->to && s->to <= 24 * 60);
			assert(i == 0 || s[-1].to <= s->from);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct holidays *holidays;
	char *text = malloc(size + 1);
	struct hours hours;
	struct hours_state state;
	int64_t now = INT64_C(1795237200000);

	assert(text && (holidays || holidays_load(&holidays, NULL) == OK));
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (hours_read(text, &hours)) {
		check_days(&hours);
		for (int i = 0; i < 48; i++)
			if (hours_now(&hours, holidays, now + i * INT64_C(1800000), &state))
				assert(state.days >= 0 && strlen(state.clock) < 6 &&
					(state.open || !*state.clock || *state.day));
	}
	free(text);
	return 0;
}
