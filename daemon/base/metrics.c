#include "daemon/base/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>

static _Atomic uint64_t counters[METRIC_COUNT];

#define METRIC(name, help) {#name, help},
static const struct {
	const char *name, *help;
} described[] = {
#include "daemon/base/metrics.def"
};
#undef METRIC

void metric_add(enum metric metric, uint64_t n)
{
	atomic_fetch_add_explicit(&counters[metric], n, memory_order_relaxed);
}

uint64_t metric_get(enum metric metric)
{
	return atomic_load_explicit(&counters[metric], memory_order_relaxed);
}

void metrics_print(struct buf *out)
{
	for (int m = 0; m < METRIC_COUNT; m++)
		buf_printf(out,
			"# HELP motcua_%s_total %s\n# TYPE motcua_%s_total counter\nmotcua_%s_total %" PRIu64
			"\n",
			described[m].name, described[m].help, described[m].name, described[m].name,
			metric_get((enum metric)m));
}
