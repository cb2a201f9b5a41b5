#include "daemon/base/background.h"

#include <sys/resource.h>
#include <unistd.h>

#define NICE 15 /* of 19: it goes on also when the machine is full */

void background_thread(void)
{
	/* Linux keeps this for each thread. Refused: it runs as the others do. */
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
}
