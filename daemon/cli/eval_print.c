#include "daemon/cli/eval.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *left, const void *right)
{
	double l = *(const double *)left, r = *(const double *)right;

	return (l > r) - (l < r);
}

static void sort_times(struct eval *e)
{
	if (e->us_count)
		qsort(e->us, e->us_count, sizeof *e->us, by_value);
}

static double quantile(const struct eval *e, double q)
{
	return e->us_count ? e->us[(size_t)((double)(e->us_count - 1) * q)] : 0;
}

static double share(double part, double all)
{
	return all > 0 ? part / all : 0;
}

static void share_json(cJSON *o, const char *name, const struct eval_share *of)
{
	cJSON *row = of->n ? cJSON_AddObjectToObject(o, name) : NULL;

	if (!row)
		return;
	cJSON_AddNumberToObject(row, "n", of->n);
	cJSON_AddNumberToObject(row, "right", of->right);
}

static void behaviours_json(cJSON *o, const struct eval_share *behaviours)
{
	cJSON *rows = cJSON_AddObjectToObject(o, "behaviours");

	for (size_t i = 0; i < BEHAVIOUR_COUNT; i++)
		share_json(rows, behaviour_words[i], &behaviours[i]);
}

static void reliability_json(cJSON *o, const struct eval *e)
{
	cJSON *rows = cJSON_AddArrayToObject(o, "reliability");

	for (size_t i = 0; i < EVAL_BINS; i++) {
		const struct eval_bin *bin = &e->bins[i];
		cJSON *row = cJSON_CreateObject();

		cJSON_AddItemToArray(rows, row);
		cJSON_AddNumberToObject(row, "n", bin->n);
		cJSON_AddNumberToObject(row, "said", share(bin->said, bin->n));
		cJSON_AddNumberToObject(row, "right", share(bin->right, bin->n));
	}
}

/* Over all sets. */
static void behaviours_sum(const struct eval *e, struct eval_share *ret_sum)
{
	memset(ret_sum, 0, BEHAVIOUR_COUNT * sizeof *ret_sum);
	for (size_t i = 0; i < e->set_count; i++)
		for (size_t b = 0; b < BEHAVIOUR_COUNT; b++) {
			ret_sum[b].n += e->sets[i].behaviours[b].n;
			ret_sum[b].right += e->sets[i].behaviours[b].right;
		}
}

static cJSON *set_json(const struct eval_set *s)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "set", s->name);
	cJSON_AddNumberToObject(o, "n", s->plain.n);
	cJSON_AddNumberToObject(o, "missing", s->missing);
	cJSON_AddNumberToObject(o, "top1", share(s->plain.top1, s->plain.n));
	cJSON_AddNumberToObject(o, "top3", share(s->plain.top3, s->plain.n));
	cJSON_AddNumberToObject(o, "mrr", share(s->plain.reciprocal, s->plain.n));
	cJSON_AddNumberToObject(o, "direct_precision", share(s->direct_right, s->direct));
	cJSON_AddNumberToObject(o, "direct_coverage", share(s->direct, s->plain.n));
	cJSON_AddNumberToObject(o, "rejects", s->behaviours[BEHAVIOUR_REJECT].n);
	cJSON_AddNumberToObject(o, "rejects_answered", s->rejects_answered);
	cJSON_AddNumberToObject(o, "clarifies", s->behaviours[BEHAVIOUR_CLARIFY].n);
	cJSON_AddNumberToObject(o, "clarified", s->behaviours[BEHAVIOUR_CLARIFY].right);
	share_json(o, "records", &s->records);
	share_json(o, "facets", &s->facets);
	behaviours_json(o, s->behaviours);
	cJSON_AddNumberToObject(o, "stripped_top1", share(s->stripped.top1, s->stripped.n));
	cJSON_AddNumberToObject(o, "stripped_top3", share(s->stripped.top3, s->stripped.n));
	cJSON_AddNumberToObject(o, "typo_top1", share(s->typo.top1, s->typo.n));
	cJSON_AddNumberToObject(o, "typo_top3", share(s->typo.top3, s->typo.n));
	return o;
}

void eval_print_json(struct eval *e)
{
	cJSON *o = cJSON_CreateObject(), *sets = cJSON_AddArrayToObject(o, "sets");
	struct eval_share behaviours[BEHAVIOUR_COUNT];
	double top1 = 0, top3 = 0;
	size_t counted = 0;
	char *text;

	sort_times(e);
	for (size_t i = 0; i < e->set_count; i++) {
		const struct eval_set *s = &e->sets[i];

		cJSON_AddItemToArray(sets, set_json(s));
		if (s->plain.n == 0 || s->faq_only)
			continue;
		top1 += share(s->plain.top1, s->plain.n);
		top3 += share(s->plain.top3, s->plain.n);
		counted++;
	}
	cJSON_AddNumberToObject(o, "mean_top1", share(top1, (double)counted));
	cJSON_AddNumberToObject(o, "mean_top3", share(top3, (double)counted));
	behaviours_sum(e, behaviours);
	behaviours_json(o, behaviours);
	reliability_json(o, e);
	cJSON_AddNumberToObject(o, "us_p50", quantile(e, 0.5));
	cJSON_AddNumberToObject(o, "us_p99", quantile(e, 0.99));
	text = cJSON_PrintUnformatted(o);
	if (text)
		puts(text);
	cJSON_free(text);
	cJSON_Delete(o);
}

static void print_row(const struct eval_set *s)
{
	printf("%-14s %5u %5.3f %5.3f %5.3f  %5.3f %5.3f  %3u/%-3u %3u/%-3u  %5.3f %5.3f  %5.3f %5.3f\n",
		s->name, s->plain.n, share(s->plain.top1, s->plain.n), share(s->plain.top3, s->plain.n),
		share(s->plain.reciprocal, s->plain.n), share(s->direct_right, s->direct),
		share(s->direct, s->plain.n), s->rejects_answered, s->behaviours[BEHAVIOUR_REJECT].n,
		s->behaviours[BEHAVIOUR_CLARIFY].right, s->behaviours[BEHAVIOUR_CLARIFY].n,
		share(s->stripped.top1, s->stripped.n), share(s->stripped.top3, s->stripped.n),
		share(s->typo.top1, s->typo.n), share(s->typo.top3, s->typo.n));
}

static void print_share(const char *what, const struct eval_share *of)
{
	if (of->n)
		printf("  %s %u/%u", what, of->right, of->n);
}

/* How the turns ended, a line a set. */
static void print_turns(const struct eval *e)
{
	struct eval_share sum[BEHAVIOUR_COUNT];

	for (size_t i = 0; i < e->set_count; i++) {
		const struct eval_set *s = &e->sets[i];

		printf("%-14s", s->name);
		for (size_t b = 0; b < BEHAVIOUR_COUNT; b++)
			print_share(behaviour_words[b], &s->behaviours[b]);
		print_share("| record", &s->records);
		print_share("| facets", &s->facets);
		putchar('\n');
	}
	behaviours_sum(e, sum);
	printf("%-14s", "all");
	for (size_t b = 0; b < BEHAVIOUR_COUNT; b++)
		print_share(behaviour_words[b], &sum[b]);
	putchar('\n');
}

static void print_reliability(const struct eval *e)
{
	printf("confidence said/right (n):");
	for (size_t i = 0; i < EVAL_BINS; i++)
		if (e->bins[i].n)
			printf(" %.2f/%.2f (%u)", share(e->bins[i].said, e->bins[i].n),
				share(e->bins[i].right, e->bins[i].n), e->bins[i].n);
	putchar('\n');
}

/* Over the sets of single questions. */
static void print_means(const struct eval *e)
{
	double sum[9] = {0};
	size_t counted = 0;

	for (size_t i = 0; i < e->set_count; i++) {
		const struct eval_set *s = &e->sets[i];

		if (s->plain.n == 0 || s->faq_only)
			continue;
		counted++;
		sum[0] += share(s->plain.top1, s->plain.n);
		sum[1] += share(s->plain.top3, s->plain.n);
		sum[2] += share(s->plain.reciprocal, s->plain.n);
		sum[3] += share(s->stripped.top1, s->stripped.n);
		sum[4] += share(s->stripped.top3, s->stripped.n);
		sum[5] += share(s->typo.top1, s->typo.n);
		sum[6] += share(s->typo.top3, s->typo.n);
		sum[7] += share(s->direct_right, s->direct);
		sum[8] += share(s->direct, s->plain.n);
	}
	for (size_t i = 0; i < sizeof sum / sizeof *sum; i++)
		sum[i] = share(sum[i], (double)counted);
	printf("mean of %zu sets: top1 %.3f top3 %.3f mrr %.3f; direct precision %.3f coverage %.3f; no "
	       "marks %.3f %.3f; "
	       "one typo %.3f %.3f\n",
		counted, sum[0], sum[1], sum[2], sum[7], sum[8], sum[3], sum[4], sum[5], sum[6]);
}

void eval_print_table(struct eval *e)
{
	sort_times(e);
	puts("set                n  top1  top3   mrr   prec cover  reject  clarify  no marks     one typo");
	for (size_t i = 0; i < e->set_count; i++)
		if (e->sets[i].plain.n)
			print_row(&e->sets[i]);
	print_means(e);
	print_turns(e);
	print_reliability(e);
	printf("CPU us a search: p50 %.0f p99 %.0f\n", quantile(e, 0.5), quantile(e, 0.99));
}
