#include "tests/support/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct bytes file_read(struct arena *a, const char *path)
{
	struct bytes bytes = {NULL, 0};
	FILE *f = fopen(path, "rb");
	long size;
	char *ptr;

	if (!f)
		return bytes;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0 &&
		(ptr = arena_alloc(a, (size_t)size + 1)) && fread(ptr, 1, (size_t)size, f) == (size_t)size)
		bytes = (struct bytes){ptr, (size_t)size};
	fclose(f);
	return bytes;
}

const char *data_path(struct arena *a, const char *name)
{
	const char *folder = getenv("MOTCUA_DATA");
	const char *path = arena_printf(a, "%s/%s", folder ? folder : "../shared/data", name);

	return path && access(path, R_OK) == 0 ? path : NULL;
}
