/* Any bytes as a backup: unpacked as a whole, or refused with a reason. */
#include "daemon/cli/archive.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char folder[] = "/tmp/motcua-fuzz-XXXXXX", state[64], knowledge[64];

static void remove_all(void)
{
	unlink(state);
	unlink(knowledge);
	rmdir(folder);
}

static void folder_make(void)
{
	if (state[0])
		return;
	if (!mkdtemp(folder))
		abort();
	snprintf(state, sizeof state, "%s/state.db", folder);
	snprintf(knowledge, sizeof knowledge, "%s/knowledge.db", folder);
	atexit(remove_all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct archive_file files[] = {{"state.db", state, false}, {"knowledge.db", knowledge, false}};
	struct why why = {""};
	char path[64];
	int fd = memfd_create("backup", MFD_CLOEXEC);

	folder_make();
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (archive_read(path, files, 2, &why) != OK) {
		if (!why.text[0])
			abort();
	} else {
		for (size_t i = 0; i < 2; i++)
			if (files[i].there && access(files[i].path, R_OK) != 0)
				abort();
	}
	unlink(state);
	unlink(knowledge);
	close(fd);
	return 0;
}
