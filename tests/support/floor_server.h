/* floor_server.h - as little as a reply can cost: libuv, a thread, one fixed answer to every complete request.
 * The floor under the daemon's own numbers, and the platform that takes its replies. */
#ifndef MOTCUA_FLOOR_SERVER_H
#define MOTCUA_FLOOR_SERVER_H

#include <pthread.h>
#include <stdint.h>

struct floor_server;

struct floor_server *floor_server_open(const char *answer_body); /* NULL: it could not */
unsigned floor_server_port(const struct floor_server *s);
pthread_t floor_server_thread(const struct floor_server *s);
uint64_t floor_server_requests(const struct floor_server *s);
uint64_t floor_server_connections(const struct floor_server *s); /* accepted so far */
void floor_server_close(struct floor_server *s);

#endif
