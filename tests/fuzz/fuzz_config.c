/* Any bytes as motcua.conf: read, or refused with a complaint that says where. */
#include "config/config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *config = NULL;
	struct why why = {""};
	char path[64];
	int fd = memfd_create("conf", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (config_load(path, false, &config, &why) != OK) {
		if (config || !why.text[0])
			abort();
	} else if (!config->state_path || !config->knowledge_path || !config->listen) {
		abort();
	}
	config_free(config);
	close(fd);
	return 0;
}
