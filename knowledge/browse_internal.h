/* browse_internal.h - what browse*.c share. Nobody else includes it. */
#ifndef MOTCUA_BROWSE_INTERNAL_H
#define MOTCUA_BROWSE_INTERNAL_H

#include "knowledge/day.h"
#include "knowledge/lineage.h"

struct browse {
	struct kdb *kdb;
};

#endif
