/* loop_internal.h - what http_*.c need of the loop and nobody else may see. */
#ifndef MOTCUA_LOOP_INTERNAL_H
#define MOTCUA_LOOP_INTERNAL_H

#include "daemon/net/loop.h"

#include <uv.h>

uv_loop_t *loop_uv(struct loop *loop);

#endif
