#include "adapters/adapter.h"

#include <string.h>

const struct adapter *const adapters[] = {&adapter_zalo, &adapter_facebook, NULL};

const struct adapter *adapter_by_name(const char *name)
{
	for (size_t i = 0; adapters[i]; i++)
		if (strcmp(adapters[i]->name, name) == 0)
			return adapters[i];
	return NULL;
}
