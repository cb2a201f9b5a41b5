/* whose.h - whose a piece of knowledge is. Staff of a unit write what is said for it and, of a province, for its communes; the rest
 * they read. What holds for the whole country is written by staff of no unit. routes.def says of each route that writes where the
 * unit stands; one check before every handler refuses the others'. */
#ifndef MOTCUA_CONSOLE_WHOSE_H
#define MOTCUA_CONSOLE_WHOSE_H

#include "daemon/console/call.h"

/* Refuses (403 "other_unit") what the caller does not answer for. What is not there is the handler's to say. */
enum err whose_check(struct call *c);

/* For lists and single things: whether the caller may write what is said for `unit`, or of that record as a whole. */
bool whose_unit(struct call *c, const char *unit);
bool whose_record(struct call *c, const char *record);

#endif
