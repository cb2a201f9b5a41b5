/* corpus.h - what is searched and asked in measurements: the national procedures and the development questions in
 * $MOTCUA_DATA (default ../shared/data) when they are there, else the starter content and a few questions of ours. */
#ifndef MOTCUA_CORPUS_H
#define MOTCUA_CORPUS_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct corpus {
	struct arena arena;
	bool national;
	char folder[64];
	const char *knowledge;  /* path of a knowledge.db made for this measurement */
	const char *procedures; /* path of procedures.jsonl; NULL unless national */
	const char **questions;
	size_t question_count;
};

enum err corpus_open(struct corpus *c, struct why *why);
void corpus_close(struct corpus *c); /* removes what was made */

#endif
