/* kb_search.c - the question's terms → candidates out of the catalog → features → order; when that leaves doubt, what the
 * question's rare pairs say of the bodies (FTS5) → order again → one answer for each name. It fails when memory runs out or
 * the database cannot be read. */
#include "daemon/base/clock.h"
#include "knowledge/kb_internal.h"
#include "knowledge/query.h"

#include <string.h>

enum { CHOICES = 3 };
#define CHOICE_COVERS 0.6f /* share of what the first covers of a question that a choice must cover */
#define CHOICE_BEHIND 2    /* score behind the first from which on it must */

struct keep {
	const struct catalog *catalog;
	struct whose whose;
	uint32_t day;
	unsigned kinds;
};

/* Whose version it is: 3 the account's unit's, 2 its province's, 1 the nation's; 0: somebody else's. */
static int nearness(const struct keep *keep, const struct doc *d)
{
	if (!d->unit[0])
		return 1;
	if (strcmp(d->unit, keep->whose.unit) == 0)
		return 3;
	return strcmp(d->unit, keep->whose.province) == 0 ? 2 : 0;
}

static bool keep_document(void *arg, uint32_t number)
{
	const struct keep *keep = arg;
	const struct doc *d = &keep->catalog->documents[number];

	return d->valid_from <= keep->day && keep->day < d->valid_to &&
	       (keep->kinds == 0 || keep->kinds & 1u << d->kind) && nearness(keep, d);
}

static enum err keep_make(struct kb *kb, const struct search_scope *scope, struct keep *ret_keep)
{
	struct keep keep = {.catalog = &kb->shelf->catalog, .kinds = scope->kinds};
	char now[11];
	enum err err = kb_whose(kb, scope->unit, &keep.whose);

	clock_date(clock_now_ms(), now);
	keep.day = kb_day(scope->as_of, kb_day(now, 0));
	if (err == OK)
		*ret_keep = keep;
	return err;
}

/* One candidate for each record and for each name: of a record's versions the nearest, else the better. */
static size_t one_for_each_name(const struct keep *keep, struct candidate *candidates, size_t count)
{
	const struct catalog *c = keep->catalog;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct doc *d = &c->documents[candidates[i].document], *before = NULL;
		size_t k;

		for (k = 0; k < n; k++) {
			before = &c->documents[candidates[k].document];
			if (before->group == d->group || before->record == d->record)
				break;
		}
		if (k == n)
			candidates[n++] = candidates[i];
		else if (before->record == d->record && nearness(keep, d) > nearness(keep, before))
			candidates[k].document = candidates[i].document;
	}
	return n;
}

static enum err answer_from(
	const struct catalog *c, struct arena *a, const struct candidate *from, struct answer *to)
{
	const struct doc *d = &c->documents[from->document];

	to->id = arena_string(a, d->id);
	to->code = arena_string(a, d->code);
	to->kind = (enum record_kind)d->kind;
	to->title = arena_string(a, d->title);
	to->score = (double)from->score;
	return to->id && to->title && (to->code || !d->code) ? OK : ERR_NOMEM;
}

/* Documents are in the order of their versions. */
static bool document_of(const struct catalog *c, int64_t version, uint32_t *ret_document)
{
	uint32_t low = 0, high = c->document_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (c->documents[middle].version < version)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_document = low;
	return low < c->document_count && c->documents[low].version == version;
}

/* Adds what the bodies say of the question's rarest pairs. */
static enum err look_into_bodies(struct kb *kb, const struct question *q)
{
	struct query_term terms[QUERY_TERMS_MAX];
	size_t n = query_terms(&kb->shelf->catalog, q, terms);
	sqlite3_stmt *s = kb->statements[KB_BODY];
	float mass = 0;
	int rc = SQLITE_DONE;

	for (size_t i = 0; i < n; i++)
		mass += terms[i].weight;
	for (size_t i = 0; i < n && rc == SQLITE_DONE; i++) {
		uint32_t document;

		sqlite3_bind_text(s, 1, terms[i].match, -1, SQLITE_STATIC);
		while ((rc = sqlite3_step(s)) == SQLITE_ROW)
			if (document_of(&kb->shelf->catalog, sqlite3_column_int64(s, 0), &document))
				rank_evidence_add(&kb->ranker, document, terms[i].weight / mass);
		sqlite3_reset(s);
	}
	sqlite3_clear_bindings(s);
	return rc == SQLITE_DONE ? OK : ERR_STORE;
}

static void order(struct kb *kb, struct candidate *candidates, size_t count)
{
	rank_order(&kb->weights, candidates, count);
	rank_matters(&kb->ranker, candidates, count);
}

enum err kb_candidates(struct kb *kb, const struct question *q, const struct search_scope *scope,
	struct asked *ret_asked, struct candidate *candidates, size_t *ret_count)
{
	struct keep keep;
	size_t count, first;
	enum err err = kb_refresh(kb);

	if (err == OK || kb->shelf->catalog.document_count)
		err = keep_make(kb, scope, &keep);
	if (err != OK)
		return err;
	rank_ask(&kb->shelf->catalog, q->terms, q->term_count, ret_asked);
	ret_asked->level = keep.whose.level;
	ret_asked->facet = q->facets != 0;
	count = rank_candidates(&kb->ranker, ret_asked, keep_document, &keep, candidates, CANDIDATES_FIRST);
	rank_features(&kb->ranker, ret_asked, candidates, count);
	order(kb, candidates, count);
	if (rank_confidence(&kb->weights, &kb->ranker, ret_asked, candidates, count) <
		(double)kb->weights.bodies_below) {
		err = look_into_bodies(kb, q);
		first = count;
		count = rank_evidence_take(&kb->ranker, keep_document, &keep, candidates, count,
			CANDIDATES_MAX - CANDIDATES_FIRST);
		rank_features(&kb->ranker, ret_asked, candidates + first, count - first);
		order(kb, candidates, count);
	}
	*ret_count = one_for_each_name(&keep, candidates, count);
	rank_matters(&kb->ranker, candidates, *ret_count);
	return err;
}

bool kb_doubts(struct kb *kb, const struct asked *q, struct candidate *candidates, size_t count,
	float *ret_sure, float *ret_vague)
{
	rank_matters(&kb->ranker, candidates, count);
	rank_sureness(&kb->ranker, q, candidates, count, ret_sure);
	return rank_vagueness(&kb->ranker, q, candidates, count, ret_vague);
}

const struct doc *kb_doc(const struct kb *kb, uint32_t number)
{
	return &kb->shelf->catalog.documents[number];
}

bool kb_has(const struct kb *kb, const char *id)
{
	for (size_t i = 0; i < kb->shelf->catalog.document_count; i++)
		if (strcmp(kb->shelf->catalog.documents[i].id, id) == 0)
			return true;
	return false;
}

/* At least two, or none. */
static enum err broad_find(struct kb *kb, const struct question *q, const struct search_scope *scope,
	uint32_t documents[ANSWERS_MAX], size_t *ret_count)
{
	struct keep keep;
	enum err err = keep_make(kb, scope, &keep);
	size_t count = err ? 0 : kb_broad(kb, q, keep_document, &keep, documents, ANSWERS_MAX);

	*ret_count = count < 2 ? 0 : count;
	return err;
}

/* A procedure's code in the message names it beyond doubt. */
static enum err answer_code(struct kb *kb, struct arena *a, const char *code,
	const struct search_scope *scope, struct answers *answers)
{
	struct keep keep;
	enum err err = keep_make(kb, scope, &keep);

	if (err != OK)
		return err;
	for (uint32_t i = 0; i < kb->shelf->catalog.document_count; i++) {
		const struct doc *d = &kb->shelf->catalog.documents[i];
		struct candidate named = {.document = i, .score = 1};

		if (!d->code || strcmp(d->code, code) != 0 || !keep_document(&keep, i))
			continue;
		answers->decision = DECIDE_ANSWER;
		answers->count = 1;
		answers->items[0].confidence = 1;
		return answer_from(&kb->shelf->catalog, a, &named, &answers->items[0]);
	}
	return ERR_NOT_FOUND;
}

/* What a broad question may mean comes first, then what was found besides; each as likely as the others. */
static void put_broad_first(
	struct candidate *candidates, size_t *count, const uint32_t *documents, size_t document_count)
{
	struct candidate all[CANDIDATES_MAX + ANSWERS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < document_count; i++)
		all[n++] = (struct candidate){
			.document = documents[i], .score = *count ? candidates[0].score : 0};
	for (size_t i = 0; i < *count; i++) {
		size_t k = 0;

		while (k < document_count && documents[k] != candidates[i].document)
			k++;
		if (k == document_count)
			all[n++] = candidates[i];
	}
	*count = n < CANDIDATES_MAX ? n : CANDIDATES_MAX;
	memcpy(candidates, all, *count * sizeof *candidates);
}

/* What may be meant, one of each matter first: a choice between two provinces' versions of one thing is none. */
static size_t put_matters_first(struct kb *kb, struct candidate *candidates, size_t count, size_t wanted)
{
	size_t taken = 0;

	for (size_t i = 0; i < count && taken < wanted; i++) {
		struct candidate next = candidates[i];
		size_t k = 0;

		while (k < taken && !rank_same_matter(&kb->ranker, &candidates[k], &next))
			k++;
		if (k < taken ||
			(next.score < candidates[0].score - CHOICE_BEHIND &&
				next.features[FEATURE_bag_question] <
					candidates[0].features[FEATURE_bag_question] * CHOICE_COVERS))
			continue;
		memmove(&candidates[taken + 1], &candidates[taken], (i - taken) * sizeof next);
		candidates[taken++] = next;
	}
	return taken;
}

static enum decision decide(const struct rank_weights *w, const struct answers *answers)
{
	double best = answers->count ? answers->items[0].confidence : 0;

	if (answers->open)
		return DECIDE_CHOICES;
	if (!answers->count || best < (double)w->choices_at)
		return DECIDE_NONE;
	return best >= (double)w->answer_at ? DECIDE_ANSWER : DECIDE_CHOICES;
}

/* "hủy giấy đăng ký": the first is no "hủy", and another is; either may be meant. */
static size_t put_second(struct candidate *candidates, size_t place)
{
	struct candidate said = candidates[place];

	memmove(&candidates[2], &candidates[1], (place - 1) * sizeof said);
	candidates[1] = said;
	return 2;
}

/* Puts first what the message leaves open; of what stands in broad.tsv each is as likely as the others. */
static enum err open_find(struct kb *kb, const struct question *q, const struct search_scope *scope,
	const struct asked *asked, struct candidate *candidates, size_t *count, size_t *ret_broad,
	size_t *ret_open)
{
	uint32_t documents[ANSWERS_MAX];
	double vague = rank_vague(&kb->weights, &kb->ranker, asked, candidates, *count);
	size_t open, elsewhere;
	enum err err = broad_find(kb, q, scope, documents, ret_broad);

	open = *ret_broad;
	if (err != OK)
		return err;
	if (open)
		put_broad_first(candidates, count, documents, open);
	else if (vague >= (double)kb->weights.vague_at)
		open = put_matters_first(kb, candidates, *count, CHOICES);
	else if ((elsewhere = rank_act_elsewhere(&kb->ranker, asked, candidates, *count)))
		*ret_broad = open = put_second(candidates, elsewhere);
	*ret_open = open > 1 ? open : 0;
	return OK;
}

enum err kb_search(struct kb *kb, struct arena *a, const struct question *q, const struct search_scope *scope,
	struct answers *ret_answers)
{
	struct candidate candidates[CANDIDATES_MAX];
	struct answers answers = {.decision = DECIDE_NONE};
	struct asked asked;
	double left = 1; /* chance that none of those before was meant */
	size_t count, broad = 0;
	enum err err = kb_candidates(kb, q, scope, &asked, candidates, &count);

	if (err == OK && q->code && answer_code(kb, a, q->code, scope, &answers) == OK) {
		*ret_answers = answers;
		return OK;
	}
	if (err == OK)
		err = open_find(kb, q, scope, &asked, candidates, &count, &broad, &answers.open);
	for (size_t i = 0; err == OK && i < count && i < ANSWERS_MAX; i++) {
		double sure = i < broad ? 1.0 / (double)(broad - i + 1)
					: rank_confidence(&kb->weights, &kb->ranker, &asked, candidates + i,
						  count - i);

		err = answer_from(&kb->shelf->catalog, a, &candidates[i], &answers.items[i]);
		answers.items[i].confidence = left * sure;
		left -= left * sure;
		answers.count++;
	}
	if (err != OK)
		return err;
	answers.decision = decide(&kb->weights, &answers);
	*ret_answers = answers;
	return OK;
}
