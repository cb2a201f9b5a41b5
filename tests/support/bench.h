/* bench.h - the daemon as `serve` runs it, in a thread of this process, on a free port and in a folder of its own, with one
 * Facebook page whose replies go to a port of the caller's: for measurements. */
#ifndef MOTCUA_BENCH_H
#define MOTCUA_BENCH_H

#include "daemon/base/err.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct bench;

struct bench_options {
	const char *knowledge;  /* path of a knowledge.db on the same file system; only read */
	unsigned platform_port; /* where replies go */
};

enum err bench_open(const struct bench_options *o, struct bench **ret_bench, struct why *why);
unsigned bench_port(const struct bench *b);
const char *bench_folder(const struct bench *b);
void bench_close(struct bench *b); /* as SIGTERM does; removes the folder */

#endif
