#include "daemon/base/array.h"

#include <stdlib.h>

enum err array_grow(void **array, uint32_t *room, uint32_t count, size_t size)
{
	uint32_t wanted = *room ? *room + *room / 2 : 1024;
	void *bigger;

	if (count < *room)
		return OK;
	if (wanted <= *room)
		return ERR_NOMEM;
	bigger = realloc(*array, wanted * size);
	if (!bigger)
		return ERR_NOMEM;
	*array = bigger;
	*room = wanted;
	return OK;
}
