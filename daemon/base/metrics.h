/* metrics.h - counters that any thread may raise; names and help in metrics.def. */
#ifndef MOTCUA_METRICS_H
#define MOTCUA_METRICS_H

#include "daemon/base/buf.h"

#include <stdint.h>

#define METRIC(name, help) METRIC_##name,
enum metric {
#include "daemon/base/metrics.def"
	METRIC_COUNT
};
#undef METRIC

void metric_add(enum metric metric, uint64_t n);
uint64_t metric_get(enum metric metric);
void metrics_print(struct buf *out); /* Prometheus text format 0.0.4 */

#endif
