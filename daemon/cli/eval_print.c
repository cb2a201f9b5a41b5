#include "daemon/cli/eval.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

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
	cJSON_AddNumberToObject(o, "rejects", s->rejects);
	cJSON_AddNumberToObject(o, "rejects_answered", s->rejects_answered);
	cJSON_AddNumberToObject(o, "clarifies", s->clarifies);
	cJSON_AddNumberToObject(o, "clarified", s->clarified);
	cJSON_AddNumberToObject(o, "stripped_top1", share(s->stripped.top1, s->stripped.n));
	cJSON_AddNumberToObject(o, "stripped_top3", share(s->stripped.top3, s->stripped.n));
	cJSON_AddNumberToObject(o, "typo_top1", share(s->typo.top1, s->typo.n));
	cJSON_AddNumberToObject(o, "typo_top3", share(s->typo.top3, s->typo.n));
	return o;
}

void eval_print_json(struct eval *e)
{
	cJSON *o = cJSON_CreateObject(), *sets = cJSON_AddArrayToObject(o, "sets");
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
		share(s->direct, s->plain.n), s->rejects_answered, s->rejects, s->clarified, s->clarifies,
		share(s->stripped.top1, s->stripped.n), share(s->stripped.top3, s->stripped.n),
		share(s->typo.top1, s->typo.n), share(s->typo.top3, s->typo.n));
}

void eval_print_table(struct eval *e)
{
	double sum[8] = {0};
	size_t counted = 0;

	sort_times(e);
	puts("set                n  top1  top3   mrr   prec cover  reject  clarify  no marks     one typo");
	for (size_t i = 0; i < e->set_count; i++) {
		const struct eval_set *s = &e->sets[i];

		print_row(s);
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
	}
	printf("mean of %zu sets: top1 %.3f top3 %.3f mrr %.3f; no marks %.3f %.3f; one typo %.3f %.3f\n",
		counted, share(sum[0], (double)counted), share(sum[1], (double)counted),
		share(sum[2], (double)counted), share(sum[3], (double)counted),
		share(sum[4], (double)counted), share(sum[5], (double)counted),
		share(sum[6], (double)counted));
	printf("CPU us a question: p50 %.0f p99 %.0f\n", quantile(e, 0.5), quantile(e, 0.99));
}
