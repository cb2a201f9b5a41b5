/* quality_differ.h - what two bodies say differently of a fee or a time limit. Private to quality.c. Pure. */
#ifndef MOTCUA_QUALITY_DIFFER_H
#define MOTCUA_QUALITY_DIFFER_H

#include "knowledge/record.h"

struct differs {
	const char *fee, *time; /* "8.000 đồng ≠ 9.000 đồng"; NULL: no contradiction */
};

/* Ways to file that both name are laid side by side; where one says nothing, it contradicts nothing. A body may be what a unit says
 * otherwise (merge.h): members it leaves out say nothing. Texts in `a`. ERR_NOMEM, ERR_STORE. */
enum err quality_differ(struct arena *a, const char *before, const char *after, struct differs *ret_differs);

#endif
