/* partition.h - how well things were put together: labels given against labels that are right, and against another order's. */
#ifndef MOTCUA_TEST_PARTITION_H
#define MOTCUA_TEST_PARTITION_H

#include <stddef.h>
#include <stdint.h>

struct partition_score {
	double precision, recall, f1; /* of pairs put together */
	double purity;                /* share of things that are with the most of their cluster */
	double ari;                   /* adjusted Rand index: 1 the same, 0 as by chance */
	size_t clusters;
};

/* Any labels; `count` of each. */
struct partition_score partition_compare(const int64_t *given, const int64_t *right, size_t count);

#endif
