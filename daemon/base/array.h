/* array.h - an array that grows: a pointer, how many it has room for, how many are in it. */
#ifndef MOTCUA_ARRAY_H
#define MOTCUA_ARRAY_H

#include "daemon/base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Room for one more than `count`: the array is NULL with no room, or from malloc(), and moves by half its size. On ERR_NOMEM it
 * is as it was. ARRAY_GROW(&l->marks, &l->mark_room, l->mark_count). */
enum err array_grow(void **array, uint32_t *room, uint32_t count, size_t size);
#define ARRAY_GROW(array, room, count) array_grow((void **)(array), room, count, sizeof **(array))

#endif
