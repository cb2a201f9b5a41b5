/* learn.c - labelled questions and our own ways of asking → knowledge/rank.weights. `make learn` runs it:
 *
 *   build/tests/eval/learn [--vague] DATA_DIR FILE... > knowledge/rank.weights
 *
 * DATA_DIR has the knowledge.db that is asked; FILEs are labelled questions, conversations and the content with the ways of
 * asking (samples.h). The order is a choice among a question's candidates; the confidence says whether its first is meant; the
 * vagueness whether the message leaves it open. With --vague only the last is learned and the others stay as they are, which is
 * right when the labelled questions are too few to learn an order from.
 *
 * Ten-fold cross-validation; folds are cut by record, so that no fold has seen another's records asked for. Confidence and
 * vagueness are fitted on the scores that the folds gave to messages they had not seen. Figures go to stderr; --list FILE
 * writes each message with both. */
#include "tests/eval/fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDS = 10, LABELLED_LEAST = 500 };

#define LABELLED_SHARE 0.03 /* of the labelled among what vagueness is learned from: few of them are open */
#define OWN_SHARE 0.3 /* of our own ways of asking among what confidence is learned from: most are hard */
#define SURE_PULL 0.01
#define VAGUE_PULL 0.0005
#define OWN_LEVEL 0.3 /* half of what the commune level counts without any account */

struct seen { /* one message, judged by weights that had not seen it */
	struct chance_row sure, vague;
	bool right, right3, may_be_open;
	double confidence, vagueness;
	uint32_t first; /* document */
};

static struct samples all;
static struct seen *seen;
static struct kb *kb;
static bool only_vague;
static struct rank_weights kept; /* as they are in the file */

static void order_learn(unsigned left_out, double *w)
{
	if (!only_vague)
		fit_choice(&all, left_out, w);
	for (size_t k = 0; only_vague && k < FEATURE_COUNT; k++)
		w[k] = (double)kept.of[k];
}

static void sure_learn(const struct chance_row *rows, unsigned left_out, double *c)
{
	if (!only_vague)
		fit_chance(rows, all.count, SURE_COUNT, SURE_PULL, left_out, c);
	for (size_t k = 0; only_vague && k < SURE_COUNT; k++)
		c[k] = (double)kept.sure[k];
	if (only_vague)
		c[SURE_COUNT] = (double)kept.sure_bias;
}

/* Whether a right one is among the first `wanted`. */
static bool is_right(const double *w, const struct sample *s, size_t wanted)
{
	double best = -INFINITY;
	size_t before = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->right[i])
			best = fmax(best, choice_score(w, &s->candidates[i]));
	for (size_t i = 0; i < s->count; i++)
		before += !s->right[i] && choice_score(w, &s->candidates[i]) > best;
	return !isinf(best) && before < wanted;
}

static void look(const double *w, const struct sample *s, struct seen *ret)
{
	struct rank_weights weights = {0};
	struct candidate sorted[CANDIDATES_MAX];
	float sure[SURE_COUNT], vague[VAGUE_COUNT];

	for (size_t k = 0; k < FEATURE_COUNT; k++)
		weights.of[k] = (float)w[k];
	memcpy(sorted, s->candidates, s->count * sizeof *sorted);
	rank_order(&weights, sorted, s->count);
	ret->may_be_open = kb_doubts(kb, s->asked, sorted, s->count, sure, vague);
	for (size_t k = 0; k < SURE_COUNT; k++)
		ret->sure.x[k] = (double)sure[k];
	for (size_t k = 0; k < VAGUE_COUNT; k++)
		ret->vague.x[k] = (double)vague[k];
	ret->right = is_right(w, s, 1);
	ret->right3 = is_right(w, s, 3);
	ret->first = s->count ? sorted->document : 0;
	ret->sure.fold = ret->vague.fold = s->fold;
	ret->sure.yes = s->meant == MEANT_RECORD && ret->right;
	ret->sure.weight = s->labelled ? s->weight : s->meant == MEANT_SEVERAL ? 0 : s->weight * OWN_SHARE;
	ret->vague.yes = s->meant == MEANT_SEVERAL;
}

/* Open ones and others weigh the same in each set; a record that is asked for more weighs more. */
static void vague_weigh(void)
{
	double mass[SETS + 1][MEANT_NONE + 1] = {{0}};

	for (size_t i = 0; i < all.count; i++) {
		const struct sample *s = &all.items[i];

		mass[s->labelled ? SETS : s->set][s->meant] += s->prior;
	}
	for (size_t i = 0; i < all.count; i++) {
		const struct sample *s = &all.items[i];
		double share = s->labelled ? LABELLED_SHARE : 1;

		seen[i].vague.weight =
			s->meant == MEANT_NONE || !seen[i].may_be_open
				? 0
				: s->prior * share / mass[s->labelled ? SETS : s->set][s->meant];
	}
}

static void fold_judge(unsigned fold, struct chance_row *rows)
{
	double c[CHANCE_MAX + 1];

	for (size_t i = 0; i < all.count; i++)
		rows[i] = seen[i].sure;
	sure_learn(rows, fold, c);
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].fold == fold)
			seen[i].confidence = all.items[i].count ? chance(c, SURE_COUNT, rows[i].x) : 0;
	for (size_t i = 0; i < all.count; i++)
		rows[i] = seen[i].vague;
	fit_chance(rows, all.count, VAGUE_COUNT, VAGUE_PULL, fold, c);
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].fold == fold)
			seen[i].vagueness = seen[i].may_be_open ? chance(c, VAGUE_COUNT, rows[i].x) : 0;
}

static void cross_validate(struct chance_row *rows)
{
	double w[FEATURE_COUNT];

	for (unsigned fold = 0; fold < FOLDS; fold++) {
		order_learn(fold, w);
		for (size_t i = 0; i < all.count; i++)
			if (all.items[i].fold == fold)
				look(w, &all.items[i], &seen[i]);
	}
	vague_weigh();
	for (unsigned fold = 0; fold < FOLDS; fold++)
		fold_judge(fold, rows);
}

/* --- Figures ---------------------------------------------------------------------------------------- */

struct tally {
	double n, top1, top3;
};

static struct tally tally_of(unsigned set)
{
	struct tally t = {0};

	for (size_t i = 0; i < all.count; i++) {
		const struct sample *s = &all.items[i];

		if (s->set != set || s->meant == MEANT_NONE || (s->labelled && s->meant == MEANT_SEVERAL))
			continue;
		t.n++;
		t.top1 += seen[i].right;
		t.top3 += seen[i].right3;
	}
	return t;
}

static void print_sets(void)
{
	for (unsigned set = 0; set < all.set_count; set++) {
		struct tally t = tally_of(set);

		if (t.n > 0)
			fprintf(stderr, "%-16s %5.0f  %.3f %.3f\n", all.sets[set], t.n, t.top1 / t.n,
				t.top3 / t.n);
	}
}

static void print_calibration(void)
{
	double n[10] = {0}, right[10] = {0}, said[10] = {0};

	for (size_t i = 0; i < all.count; i++) {
		size_t bin = (size_t)fmin(9, seen[i].confidence * 10);

		if (!all.items[i].labelled)
			continue;
		n[bin]++;
		right[bin] += seen[i].sure.yes;
		said[bin] += seen[i].confidence;
	}
	for (int i = 0; i < 10; i++)
		if (n[i] > 0)
			fprintf(stderr, "confidence %.2f: right %.2f of %.0f\n", said[i] / n[i],
				right[i] / n[i], n[i]);
}

/* What a pair of thresholds would do to messages no fold had seen: sets weigh by the square root of their size. */
static void print_threshold(double answer_at, double vague_at)
{
	double mass = 0, direct = 0, right = 0, n[2][3] = {{0}}, answered[2][3] = {{0}};

	for (size_t i = 0; i < all.count; i++) {
		const struct sample *s = &all.items[i];
		bool answer = seen[i].confidence >= answer_at && seen[i].vagueness < vague_at;

		n[s->labelled][s->meant]++;
		answered[s->labelled][s->meant] += answer;
		if (s->labelled && s->meant == MEANT_RECORD) {
			mass += s->weight;
			direct += answer ? s->weight : 0;
			right += answer && seen[i].right ? s->weight : 0;
		}
	}
	fprintf(stderr,
		"answer at %.2f, ask back at %.2f: precision %.3f coverage %.3f; answered: open %.0f of "
		"%.0f, "
		"rejects %.0f of %.0f, open parts %.3f\n",
		answer_at, vague_at, right / direct, direct / mass, answered[1][MEANT_SEVERAL],
		n[1][MEANT_SEVERAL], answered[1][MEANT_NONE], n[1][MEANT_NONE],
		answered[0][MEANT_SEVERAL] / n[0][MEANT_SEVERAL]);
}

static void print_figures(void)
{
	print_sets();
	print_calibration();
	for (double answer_at = 0.6; answer_at < 0.96; answer_at += 0.05)
		for (double vague_at = 0.02; vague_at < 0.7; vague_at *= 2)
			print_threshold(answer_at, vague_at);
}

static void write_list(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		die("could not write", path);
	for (size_t i = 0; i < all.count; i++) {
		const struct sample *s = &all.items[i];

		fprintf(file, "%s\t%d\t%.5f\t%.5f\t%d\t%s\t%s\t%s\n", all.sets[s->set], (int)s->meant,
			seen[i].vagueness, seen[i].confidence, seen[i].right, s->text, s->gold,
			kb_doc(kb, seen[i].first)->id);
	}
	fclose(file);
}

/* ---------------------------------------------------------------------------------------------------- */

static void print_weights(struct chance_row *rows)
{
	double w[FEATURE_COUNT], c[CHANCE_MAX + 1];

	order_learn(FOLDS, w);
	puts("# Weights of rank.h's features, learned by `make learn` from labelled questions and our own "
	     "ways of\n"
	     "# asking. Do not edit by hand but for own_level, which no labelled question tells, and the "
	     "last four: the\n"
	     "# confidence from which on we answer, or ask back; the vagueness from which on we ask back "
	     "nonetheless;\n"
	     "# the confidence below which we look into bodies.");
	for (size_t k = 0; k < FEATURE_COUNT; k++)
		printf("%s %.4f\n", feature_names[k], k == FEATURE_own_level ? OWN_LEVEL : w[k]);
	for (size_t i = 0; i < all.count; i++)
		rows[i] = seen[i].sure;
	sure_learn(rows, FOLDS, c);
	for (size_t k = 0; k < SURE_COUNT; k++)
		printf("%s %.4f\n", sure_names[k], c[k]);
	printf("sure_bias %.4f\n", c[SURE_COUNT]);
	for (size_t i = 0; i < all.count; i++)
		rows[i] = seen[i].vague;
	fit_chance(rows, all.count, VAGUE_COUNT, VAGUE_PULL, FOLDS, c);
	for (size_t k = 0; k < VAGUE_COUNT; k++)
		printf("%s %.4f\n", vague_names[k], c[k]);
	printf("vague_bias %.4f\nanswer_at %.2f\nchoices_at %.2f\nvague_at %.2f\nbodies_below %.2f\n",
		c[VAGUE_COUNT], (double)kept.answer_at, (double)kept.choices_at, (double)kept.vague_at,
		(double)kept.bodies_below);
}

static size_t labelled_count(void)
{
	size_t n = 0;

	for (size_t i = 0; i < all.count; i++)
		n += all.items[i].labelled;
	return n;
}

static void learn(const struct words *words, char **files, int count, const char *list)
{
	struct chance_row *rows;

	samples_read(&all, kb, words, files, count, FOLDS);
	if (!only_vague && labelled_count() < LABELLED_LEAST)
		die("too few labelled questions to learn an order from: use --vague", "");
	seen = must(calloc(all.count, sizeof *seen));
	rows = must(calloc(all.count, sizeof *rows));
	cross_validate(rows);
	print_figures();
	if (list)
		write_list(list);
	print_weights(rows);
	free(rows);
	free(seen);
	samples_release(&all);
}

int main(int argc, char **argv)
{
	struct words *words = NULL;
	struct why why = {""};
	const char *list = NULL;
	char path[4096];
	int at = 1;

	only_vague = at < argc && strcmp(argv[at], "--vague") == 0;
	at += only_vague;
	if (at + 1 < argc && strcmp(argv[at], "--list") == 0) {
		list = argv[at + 1];
		at += 2;
	}
	if (argc < at + 2)
		die("usage: learn [--vague] [--list FILE] DATA_DIR FILE...", "");
	snprintf(path, sizeof path, "%s/knowledge.db", argv[at]);
	if (words_load(&words, &why) != OK || rank_weights_load(&kept, &why) != OK ||
		kb_open(path, words, &kb, &why) != OK)
		die("could not start:", why.text);
	learn(words, argv + at + 1, argc - at - 1, list);
	kb_close(kb);
	words_free(words);
	return 0;
}
