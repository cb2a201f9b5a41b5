/* learn.c - labelled questions → knowledge/rank.weights.
 *
 *   build/tests/eval/learn DATA_DIR FILE... > knowledge/rank.weights      figures of the cross validation go to stderr
 *
 * Each question's candidates are a choice of which the gold ones are right; the weights maximise the probability of the
 * right ones (softmax over the candidates' scores, L2, Adam over the whole batch). Sets weigh by the square root of their size. Folds
 * are cut by gold record, so that no fold has seen another's procedures asked for. Confidence is fitted on the scores that
 * the folds gave to questions they had not seen, rejects included. */
#include "knowledge/kb_measure.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDS = 10, SETS = 64, ROUNDS = 400, CONFIDENCE_ROUNDS = 4000, SURE_FEATURES = SURE_COUNT };

struct sample {
	struct candidate *candidates;
	struct asked asked;
	bool *right;
	size_t count;
	unsigned fold, set;
	bool answerable; /* a gold record is in the knowledge; false: a reject, or too vague */
	bool vague;
	double weight;
};

struct sure { /* one unseen question's best answer: how sure could one be? */
	double x[SURE_FEATURES];
	bool right;
	double weight;
	unsigned fold;
	double seen; /* its confidence, fitted without its fold */
};

static struct {
	struct sample *items;
	size_t count, room;
	char sets[SETS][48];
	double set_size[SETS];
	size_t set_count;
} all;

static void die(const char *what, const struct why *why)
{
	fprintf(stderr, "learn: %s %s\n", what, why ? why->text : "");
	exit(1);
}

static void *must(void *p)
{
	if (!p)
		die("out of memory", NULL);
	return p;
}

static unsigned set_number(const char *name)
{
	for (unsigned i = 0; i < all.set_count; i++)
		if (strcmp(all.sets[i], name) == 0)
			return i;
	if (all.set_count == SETS)
		die("too many sets", NULL);
	snprintf(all.sets[all.set_count], sizeof all.sets[0], "%s", name);
	return (unsigned)all.set_count++;
}

static unsigned fold_of(const char *gold)
{
	return (unsigned)(numbers_key(gold, strlen(gold)) >> 20) % FOLDS;
}

static bool in_gold(const cJSON *gold, const char *id)
{
	const cJSON *g;

	cJSON_ArrayForEach(g, gold) if (strcmp(g->valuestring, id) == 0) return true;
	return false;
}

static void add(struct kb *kb, const struct words *words, const cJSON *object, const char *set)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(object, "q"));
	const char *beh = cJSON_GetStringValue(cJSON_GetObjectItem(object, "beh"));
	const cJSON *gold = cJSON_GetObjectItem(object, "gold"), *g;
	const char *first = cJSON_GetStringValue(cJSON_GetArrayItem(gold, 0));
	bool reject = beh && (strcmp(beh, "reject") == 0 || strcmp(beh, "clarify") == 0);
	bool known = false, procedures = false;
	struct sample s = {.answerable = !reject, .vague = beh && strcmp(beh, "clarify") == 0};
	struct search_scope scope = {0};
	struct question q;
	struct arena a;

	if (!text || !set || (!reject && beh && strcmp(beh, "answer") != 0))
		return;
	cJSON_ArrayForEach(g, gold)
	{
		known |= kb_has(kb, g->valuestring);
		procedures |= strncmp(g->valuestring, "faq:", 4) != 0;
	}
	if (!reject && (!known || !procedures))
		return;
	arena_init(&a, 16 << 20);
	s.candidates = must(calloc(CANDIDATES_MAX, sizeof *s.candidates));
	s.right = must(calloc(CANDIDATES_MAX, sizeof *s.right));
	if (question_parse(words, &a, text, &q) != OK ||
		kb_candidates(kb, &q, &scope, &s.asked, s.candidates, &s.count) != OK)
		die("could not ask", NULL);
	for (size_t i = 0; i < s.count; i++)
		s.right[i] = !reject && in_gold(gold, kb_doc(kb, s.candidates[i].document)->id);
	s.fold = fold_of(first ? first : text);
	s.set = set_number(set);
	arena_release(&a);
	if (reject && q.says != SAY_QUESTION) {
		free(s.candidates);
		free(s.right);
		return;
	}
	if (all.count == all.room) {
		all.room = all.room ? all.room * 2 : 1024;
		all.items = must(realloc(all.items, all.room * sizeof *all.items));
	}
	all.set_size[s.set]++;
	all.items[all.count++] = s;
}

static void read_file(struct kb *kb, const struct words *words, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	if (!file)
		die("could not open", NULL);
	while (getline(&line, &room, file) > 0) {
		cJSON *object = cJSON_Parse(line);

		const cJSON *turns = cJSON_GetObjectItem(object, "turns");

		if (turns) /* its first turn is a question like any other */
			add(kb, words, cJSON_GetArrayItem(turns, 0), "conversations");
		else if (object)
			add(kb, words, object, cJSON_GetStringValue(cJSON_GetObjectItem(object, "set")));
		cJSON_Delete(object);
	}
	free(line);
	fclose(file);
}

static double score(const double *w, const struct candidate *c)
{
	double sum = 0;

	for (size_t k = 0; k < FEATURE_COUNT; k++)
		sum += w[k] * (double)c->features[k];
	return sum;
}

/* Adds the gradient of log P(right | candidates). */
static void gradient(const double *w, const struct sample *s, double *g)
{
	double p[CANDIDATES_MAX], most = -INFINITY, sum = 0, right = 0;

	for (size_t i = 0; i < s->count; i++)
		most = fmax(most, p[i] = score(w, &s->candidates[i]));
	for (size_t i = 0; i < s->count; i++) {
		p[i] = exp(p[i] - most);
		sum += p[i];
		right += s->right[i] ? p[i] : 0;
	}
	if (right <= 0)
		return;
	for (size_t i = 0; i < s->count; i++) {
		double push = (s->right[i] ? p[i] / right : 0) - p[i] / sum;

		for (size_t k = 0; k < FEATURE_COUNT; k++)
			g[k] += s->weight * push * (double)s->candidates[i].features[k];
	}
}

static bool has_right(const struct sample *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->right[i])
			return true;
	return false;
}

/* Learns from every fold but `left_out`. */
static void learn(unsigned left_out, double *w)
{
	double m[FEATURE_COUNT] = {0}, v[FEATURE_COUNT] = {0}, mass = 0;

	memset(w, 0, FEATURE_COUNT * sizeof *w);
	for (size_t i = 0; i < all.count; i++)
		mass += all.items[i].weight;
	for (int round = 1; round <= ROUNDS; round++) {
		double g[FEATURE_COUNT] = {0}, rate = 0.1 * (1 - 0.9 * round / ROUNDS);

		for (size_t i = 0; i < all.count; i++)
			if (all.items[i].fold != left_out && all.items[i].answerable &&
				has_right(&all.items[i]))
				gradient(w, &all.items[i], g);
		for (size_t k = 0; k < FEATURE_COUNT; k++) {
			double d = g[k] / mass - 0.0008 * w[k];

			m[k] = 0.9 * m[k] + 0.1 * d;
			v[k] = 0.99 * v[k] + 0.01 * d * d;
			w[k] += rate * m[k] / (1 - pow(0.9, round)) /
				(sqrt(v[k] / (1 - pow(0.99, round))) + 1e-8);
		}
	}
}

/* What rank_confidence() sees, in its order. */
static void sure_of(const double *w, const struct sample *s, struct sure *ret)
{
	struct rank_weights weights = {0};
	struct candidate sorted[CANDIDATES_MAX];
	float x[SURE_FEATURES] = {0};

	for (size_t k = 0; k < FEATURE_COUNT; k++)
		weights.of[k] = (float)w[k];
	memcpy(sorted, s->candidates, s->count * sizeof *sorted);
	rank_order(&weights, sorted, s->count);
	rank_sureness(&s->asked, sorted, s->count, x);
	for (size_t k = 0; k < SURE_FEATURES; k++)
		ret->x[k] = (double)x[k];
}

struct tally {
	double n, top1, top3;
};

static void judge(const double *w, const struct sample *s, struct tally *t, bool *ret_right)
{
	size_t before = 0;
	double best = -INFINITY;

	for (size_t i = 0; i < s->count; i++)
		if (s->right[i])
			best = fmax(best, score(w, &s->candidates[i]));
	for (size_t i = 0; i < s->count; i++)
		before += !s->right[i] && score(w, &s->candidates[i]) > best;
	*ret_right = !isinf(best) && before == 0;
	t->n++;
	t->top1 += *ret_right;
	t->top3 += !isinf(best) && before < 3;
}

static double sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

static double confidence(const double *c, const struct sure *sure)
{
	double z = c[SURE_FEATURES];

	for (size_t k = 0; k < SURE_FEATURES; k++)
		z += c[k] * sure->x[k];
	return sigmoid(z);
}

/* From every fold but `left_out`. */
static void fit_confidence(const struct sure *sure, size_t count, unsigned left_out, double *c)
{
	double mass = 0;

	for (size_t i = 0; i < count; i++)
		mass += sure[i].weight;
	memset(c, 0, (SURE_FEATURES + 1) * sizeof *c);
	for (int round = 0; round < CONFIDENCE_ROUNDS; round++) {
		double g[SURE_FEATURES + 1] = {0};

		for (size_t i = 0; i < count; i++) {
			double miss;

			if (sure[i].fold == left_out)
				continue;
			miss = sure[i].weight * ((double)sure[i].right - confidence(c, &sure[i]));
			for (size_t k = 0; k < SURE_FEATURES; k++)
				g[k] += miss * sure[i].x[k];
			g[SURE_FEATURES] += miss;
		}
		for (size_t k = 0; k <= SURE_FEATURES; k++)
			c[k] += 2.0 * (g[k] / mass - 0.0005 * c[k]);
	}
}

static void print_calibration(const struct sure *sure, size_t count)
{
	double n[10] = {0}, right[10] = {0}, said[10] = {0};

	for (size_t i = 0; i < count; i++) {
		size_t bin = (size_t)fmin(9, sure[i].seen * 10);

		n[bin]++;
		right[bin] += sure[i].right;
		said[bin] += sure[i].seen;
	}
	for (int i = 0; i < 10; i++)
		if (n[i] > 0)
			fprintf(stderr, "confidence %.2f: right %.2f of %.0f\n", said[i] / n[i],
				right[i] / n[i], n[i]);
}

/* What each threshold would do to questions no fold had seen: sets weigh by the square root of their size. */
static void print_thresholds(const struct sure *sure)
{
	for (double at = 0.5; at < 0.96; at += 0.05) {
		double all_mass = 0, direct = 0, right = 0, vague = 0, vague_direct = 0, no = 0,
		       no_direct = 0;

		for (size_t i = 0; i < all.count; i++) {
			bool answered = sure[i].seen >= at;

			if (all.items[i].vague) {
				vague++;
				vague_direct += answered;
			} else if (!all.items[i].answerable) {
				no++;
				no_direct += answered;
			} else {
				all_mass += sure[i].weight;
				direct += answered ? sure[i].weight : 0;
				right += answered && sure[i].right ? sure[i].weight : 0;
			}
		}
		fprintf(stderr,
			"answer at %.2f: precision %.3f coverage %.3f, vague answered %.0f of %.0f, rejects "
			"%.0f of %.0f\n",
			at, right / direct, direct / all_mass, vague_direct, vague, no_direct, no);
	}
}

static void print_tallies(const struct tally *tallies)
{
	double top1 = 0, top3 = 0, sets = 0;

	for (size_t i = 0; i < all.set_count; i++) {
		if (tallies[i].n == 0)
			continue;
		fprintf(stderr, "%-16s %4.0f  %.3f %.3f\n", all.sets[i], tallies[i].n,
			tallies[i].top1 / tallies[i].n, tallies[i].top3 / tallies[i].n);
		top1 += tallies[i].top1 / tallies[i].n;
		top3 += tallies[i].top3 / tallies[i].n;
		sets++;
	}
	fprintf(stderr, "mean %.3f %.3f, unseen procedures, %d folds\n", top1 / sets, top3 / sets, FOLDS);
}

#define OWN_LEVEL 0.3 /* half of what the commune level counts without any account */

static void print_weights(const double *w, const double *c)
{
	puts("# Weights of rank.h's features, learned by tests/eval/learn from labelled questions. Do not "
	     "edit by hand\n"
	     "# but for own_level, which no labelled question tells, and the last three: the confidence from "
	     "which on we answer, or\n"
	     "# ask back, and below which we look into bodies.");
	for (size_t k = 0; k < FEATURE_COUNT; k++)
		printf("%s %.4f\n", feature_names[k], k == FEATURE_own_level ? OWN_LEVEL : w[k]);
	for (size_t k = 0; k < SURE_FEATURES; k++)
		printf("%s %.4f\n", sure_names[k], c[k]);
	printf("sure_bias %.4f\nanswer_at 0.72\nchoices_at 0.08\nbodies_below 0.3\n", c[SURE_FEATURES]);
}

int main(int argc, char **argv)
{
	struct tally tallies[SETS] = {0};
	double w[FEATURE_COUNT], c[SURE_FEATURES + 1];
	struct words *words = NULL;
	struct kb *kb = NULL;
	struct sure *sure;
	struct why why = {""};
	char path[4096];

	if (argc < 3)
		die("usage: learn DATA_DIR FILE...", NULL);
	snprintf(path, sizeof path, "%s/knowledge.db", argv[1]);
	if (words_load(&words, &why) != OK || kb_open(path, words, &kb, &why) != OK)
		die("could not start:", &why);
	for (int i = 2; i < argc; i++)
		read_file(kb, words, argv[i]);
	for (size_t i = 0; i < all.count; i++)
		all.items[i].weight = 1 / sqrt(all.set_size[all.items[i].set]);
	sure = must(calloc(all.count, sizeof *sure));
	for (unsigned fold = 0; fold < FOLDS; fold++) {
		learn(fold, w);
		for (size_t i = 0; i < all.count; i++) {
			const struct sample *s = &all.items[i];
			struct tally none = {0};

			if (s->fold != fold)
				continue;
			judge(w, s, s->answerable ? &tallies[s->set] : &none, &sure[i].right);
			sure[i].weight = s->weight;
			sure[i].fold = fold;
			sure_of(w, s, &sure[i]);
		}
	}
	print_tallies(tallies);
	for (unsigned fold = 0; fold < FOLDS; fold++) {
		fit_confidence(sure, all.count, fold, c);
		for (size_t i = 0; i < all.count; i++)
			if (sure[i].fold == fold)
				sure[i].seen = confidence(c, &sure[i]);
	}
	print_calibration(sure, all.count);
	print_thresholds(sure);
	fit_confidence(sure, all.count, FOLDS, c);
	learn(FOLDS, w);
	print_weights(w, c);
	kb_close(kb);
	words_free(words);
	free(sure);
	for (size_t i = 0; i < all.count; i++) {
		free(all.items[i].candidates);
		free(all.items[i].right);
	}
	free(all.items);
	return 0;
}
