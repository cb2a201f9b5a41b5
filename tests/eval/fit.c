#include "tests/eval/fit.h"

#include <math.h>
#include <string.h>

enum { CHOICE_ROUNDS = 400, CHANCE_ROUNDS = 60 };
#define CHOICE_PULL 0.0008 /* to zero */

double choice_score(const double *w, const struct candidate *c)
{
	double sum = 0;

	for (size_t k = 0; k < FEATURE_COUNT; k++)
		sum += w[k] * (double)c->features[k];
	return sum;
}

/* Adds the gradient of log P(right | candidates). */
static void choice_gradient(const double *w, const struct sample *s, double *g)
{
	double p[CANDIDATES_MAX], most = -INFINITY, sum = 0, right = 0;

	for (size_t i = 0; i < s->count; i++)
		most = fmax(most, p[i] = choice_score(w, &s->candidates[i]));
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

static bool teaches(const struct sample *s, unsigned left_out)
{
	if (s->fold == left_out || s->meant != MEANT_RECORD || !s->labelled)
		return false;
	for (size_t i = 0; i < s->count; i++)
		if (s->right[i])
			return true;
	return false;
}

void fit_choice(const struct samples *all, unsigned left_out, double *w)
{
	double m[FEATURE_COUNT] = {0}, v[FEATURE_COUNT] = {0}, mass = 0;

	memset(w, 0, FEATURE_COUNT * sizeof *w);
	for (size_t i = 0; i < all->count; i++)
		mass += all->items[i].labelled ? all->items[i].weight : 0;
	for (int round = 1; round <= CHOICE_ROUNDS; round++) {
		double g[FEATURE_COUNT] = {0}, rate = 0.1 * (1 - 0.9 * round / CHOICE_ROUNDS);

		for (size_t i = 0; i < all->count; i++)
			if (teaches(&all->items[i], left_out))
				choice_gradient(w, &all->items[i], g);
		for (size_t k = 0; k < FEATURE_COUNT; k++) {
			double d = g[k] / mass - CHOICE_PULL * w[k];

			m[k] = 0.9 * m[k] + 0.1 * d;
			v[k] = 0.99 * v[k] + 0.01 * d * d;
			w[k] += rate * m[k] / (1 - pow(0.9, round)) /
				(sqrt(v[k] / (1 - pow(0.99, round))) + 1e-8);
		}
	}
}

double chance(const double *c, size_t size, const double *x)
{
	double z = c[size];

	for (size_t k = 0; k < size; k++)
		z += c[k] * x[k];
	return 1 / (1 + exp(-z));
}

/* Solves a x = b in place by elimination; a is positive definite. */
static void solve(double a[CHANCE_MAX + 1][CHANCE_MAX + 1], double *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++) {
			double f = a[k][i] / a[i][i];

			for (size_t j = i; j < n; j++)
				a[k][j] -= f * a[i][j];
			b[k] -= f * b[i];
		}
	for (size_t i = n; i-- > 0;) {
		for (size_t k = i + 1; k < n; k++)
			b[i] -= a[i][k] * b[k];
		b[i] /= a[i][i];
	}
}

/* Newton's method: the problem is convex and small. */
void fit_chance(
	const struct chance_row *rows, size_t count, size_t size, double pull, unsigned left_out, double *c)
{
	size_t n = size + 1;
	double mass = 0;

	for (size_t i = 0; i < count; i++)
		mass += rows[i].weight;
	memset(c, 0, n * sizeof *c);
	for (int round = 0; round < CHANCE_ROUNDS; round++) {
		static double h[CHANCE_MAX + 1][CHANCE_MAX + 1];
		double g[CHANCE_MAX + 1] = {0}, most = 0;

		memset(h, 0, sizeof h);
		for (size_t i = 0; i < count; i++) {
			double p, x[CHANCE_MAX + 1];

			if (rows[i].fold == left_out || rows[i].weight <= 0)
				continue;
			memcpy(x, rows[i].x, size * sizeof *x);
			x[size] = 1;
			p = chance(c, size, x);
			for (size_t k = 0; k < n; k++) {
				g[k] += rows[i].weight / mass * ((double)rows[i].yes - p) * x[k];
				for (size_t j = k; j < n; j++)
					h[k][j] += rows[i].weight / mass * p * (1 - p) * x[k] * x[j];
			}
		}
		for (size_t k = 0; k < n; k++) {
			g[k] -= pull * c[k];
			h[k][k] += pull;
			for (size_t j = 0; j < k; j++)
				h[k][j] = h[j][k];
		}
		solve(h, g, n);
		for (size_t k = 0; k < n; k++) {
			c[k] += g[k];
			most = fmax(most, fabs(g[k]));
		}
		if (most < 1e-6)
			break;
	}
}
