#include "knowledge/use.h"

#include <math.h>
#include <string.h>

#define TRUST_HALF 500 /* so many people, and the counts weigh as much as the list */

enum err use_make(const struct kb_use *items, size_t count, struct use *ret_use)
{
	struct use use = {.most = 0};
	double all = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t key = numbers_key(items[i].record, strlen(items[i].record));

		if (numbers_set(&use.people, key, items[i].people) != OK) {
			use_release(&use);
			return ERR_NOMEM;
		}
		all += items[i].people;
		if (items[i].people > use.most)
			use.most = items[i].people;
	}
	use.trust = (float)(all / (all + TRUST_HALF));
	*ret_use = use;
	return OK;
}

void use_release(struct use *use)
{
	numbers_release(&use->people);
	*use = (struct use){.most = 0};
}

float use_popular(const struct use *use, const char *record, bool listed)
{
	float list = listed ? 1 : 0, asked;

	if (!use || !use->most)
		return list;
	asked = log1pf((float)numbers_get(&use->people, numbers_key(record, strlen(record)))) /
		log1pf((float)use->most);
	return fmaxf(use->trust * asked / 2, (1 - use->trust / 2) * list);
}
