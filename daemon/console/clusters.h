/* clusters.h - what the handlers of clusters share: which of their questions the caller sees. */
#ifndef MOTCUA_CONSOLE_CLUSTERS_H
#define MOTCUA_CONSOLE_CLUSTERS_H

#include "daemon/console/call.h"
#include "daemon/store/store_cluster.h"

/* The units of accounts that `asked` answers for (NULL: all), of those only that the caller answers for. *ret_units is NULL when that
 * is no restriction, else as a struct cluster_filter takes it. */
enum err clusters_units(struct call *c, const char *asked, const char **ret_units);

/* The cluster in the path, with what is counted of it for the caller. ERR_NOT_FOUND: there is none, or none of its questions is the
 * caller's. */
enum err clusters_take(
	struct call *c, struct cluster *ret_cluster, struct cluster_facts *ret_facts, const char **ret_units);

/* The same for what changes it: refuses (403 "other_unit") what others' citizens asked as well, (409 "cluster_merged") what is
 * merged; then *ret_may is false and the handler returns OK. */
enum err clusters_take_mine(struct call *c, struct cluster *ret_cluster, bool *ret_may);

void put_cluster(
	struct call *c, cJSON *item, const struct cluster *cluster, const struct cluster_facts *facts);
void put_asked(struct call *c, cJSON *item, const struct unresolved *q); /* one question */

#endif
