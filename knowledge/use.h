/* use.h - how much a record is asked for: what an office's people really asked, blended with popular.tsv, which is all there is
 * on the first day. Private to knowledge/. */
#ifndef MOTCUA_USE_H
#define MOTCUA_USE_H

#include "knowledge/kb.h"
#include "knowledge/numbers.h"

struct use {
	struct numbers people; /* key of a record's id → how many were answered with it */
	uint32_t most;         /* of any one record */
	float trust;           /* 0 … 1: how much these counts say beside popular.tsv */
};

enum err use_make(const struct kb_use *items, size_t count, struct use *ret_use);
void use_release(struct use *use);

/* 0 … 1. `listed`: popular.tsv has it; even when nobody asked for it lately that counts half. `use` NULL: it counts alone. What is
 * asked for most counts half at the best: enough to go first among equals, too little to make an answer sure, so that what was
 * answered often is not answered oftener for that. */
float use_popular(const struct use *use, const char *record, bool listed);

#endif
