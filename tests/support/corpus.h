/* corpus.h - what is searched and asked in measurements: the starter content, with it the national procedures and the
 * development questions in $MOTCUA_DATA (default ../shared/data) when they are there, else a few questions of ours. */
#ifndef MOTCUA_CORPUS_H
#define MOTCUA_CORPUS_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct corpus {
	struct arena arena;
	bool national;
	unsigned times; /* the national corpus' size */
	char folder[64];
	const char *knowledge;  /* path of a knowledge.db made for this measurement */
	const char *procedures; /* path of procedures.jsonl; NULL unless national */
	const char **questions;
	size_t question_count;
};

enum err corpus_open(struct corpus *c, struct why *why);

/* The same with `times` - 1 further records for each national one, under names put together from halves of two: a corpus of
 * that many times the size, with the national one's words. */
enum err corpus_open_grown(struct corpus *c, unsigned times, struct why *why);
void corpus_close(struct corpus *c); /* removes what was made */

#endif
