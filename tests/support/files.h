/* files.h - files a test reads. */
#ifndef MOTCUA_TEST_FILES_H
#define MOTCUA_TEST_FILES_H

#include "daemon/base/arena.h"

/* The whole file in the arena, NUL-terminated; ptr NULL when it cannot be read. */
struct bytes file_read(struct arena *a, const char *path);

/* "webhooks/manifest.json" below the shared data (MOTCUA_DATA, default ../shared/data); NULL when there is none. */
const char *data_path(struct arena *a, const char *name);

#endif
