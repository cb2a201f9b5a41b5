/* fit.h - the two kinds of models: a choice among candidates, and a chance. Pure. */
#ifndef MOTCUA_FIT_H
#define MOTCUA_FIT_H

#include "tests/eval/samples.h"

/* Weights that maximise the probability of the right candidates (softmax over their scores, L2, Adam over the whole batch),
 * from every fold but `left_out`. Only labelled samples that mean a record are learned from, by their weights. */
void fit_choice(const struct samples *all, unsigned left_out, double *w);
double choice_score(const double *w, const struct candidate *c);

enum { CHANCE_MAX = 40 };

struct chance_row {
	double x[CHANCE_MAX], weight;
	bool yes;
	unsigned fold;
};

/* Logistic regression, L2 by `pull`, from every fold but `left_out`: size weights, then the bias. */
void fit_chance(
	const struct chance_row *rows, size_t count, size_t size, double pull, unsigned left_out, double *c);
double chance(const double *c, size_t size, const double *x);

#endif
