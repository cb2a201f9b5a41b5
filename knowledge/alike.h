/* alike.h - records whose names say nearly the same: entered twice, or an old one that nobody ended. */
#ifndef MOTCUA_ALIKE_H
#define MOTCUA_ALIKE_H

#include "knowledge/kb.h"

struct alike {
	const char *id, *other;        /* other came later */
	const char *name, *other_name; /* our title, else the official one */
	double likeness;               /* 1: the same words; what is rare counts more */
};

#define ALIKE_LIKELY 0.96

/* Among what is in force today for the same unit, of one kind and with the same levels: each pair at least so alike, that does the
 * same (cấp, cấp lại …) for the same people, and whose names do not differ in a number. Texts live until pair_cb returns. ERR_NOMEM. */
enum err alike_find(
	struct kb *kb, double likeness, void (*pair_cb)(void *arg, const struct alike *pair), void *arg);

#endif
