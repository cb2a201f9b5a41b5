#include "tests/support/partition.h"

#include <stdlib.h>

struct pair {
	int64_t given, right;
};

static int by_given(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->given != y->given)
		return x->given < y->given ? -1 : 1;
	return x->right < y->right ? -1 : x->right > y->right;
}

static int by_right(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return x->right < y->right ? -1 : x->right > y->right;
}

static double pairs_of(size_t n)
{
	return (double)n * (double)(n - 1) / 2;
}

struct sums {
	double both, given, right;
	size_t pure, clusters;
};

/* Sorted by given and, within it, by right. */
static void count_given(const struct pair *pairs, size_t count, struct sums *s)
{
	for (size_t i = 0, end; i < count; i = end) {
		size_t most = 0, run = 0;

		for (end = i; end < count && pairs[end].given == pairs[i].given; end++) {
			run = end > i && pairs[end].right == pairs[end - 1].right ? run + 1 : 1;
			s->both += (double)(run - 1);
			most = run > most ? run : most;
		}
		s->given += pairs_of(end - i);
		s->pure += most;
		s->clusters++;
	}
}

static void count_right(const struct pair *pairs, size_t count, struct sums *s)
{
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i; end < count && pairs[end].right == pairs[i].right; end++)
			;
		s->right += pairs_of(end - i);
	}
}

struct partition_score partition_compare(const int64_t *given, const int64_t *right, size_t count)
{
	struct pair *pairs = calloc(count + 1, sizeof *pairs);
	struct sums s = {0};
	struct partition_score score = {0};
	double chance;

	for (size_t i = 0; pairs && i < count; i++)
		pairs[i] = (struct pair){given[i], right[i]};
	if (pairs) {
		qsort(pairs, count, sizeof *pairs, by_given);
		count_given(pairs, count, &s);
		qsort(pairs, count, sizeof *pairs, by_right);
		count_right(pairs, count, &s);
	}
	free(pairs);
	score.precision = s.given > 0 ? s.both / s.given : 1;
	score.recall = s.right > 0 ? s.both / s.right : 1;
	if (score.precision + score.recall > 0)
		score.f1 = 2 * score.precision * score.recall / (score.precision + score.recall);
	score.purity = count ? (double)s.pure / (double)count : 1;
	chance = count > 1 ? s.given * s.right / pairs_of(count) : 0;
	score.ari =
		(s.given + s.right) / 2 > chance ? (s.both - chance) / ((s.given + s.right) / 2 - chance) : 1;
	score.clusters = s.clusters;
	return score;
}
