/* rank.h - candidates in order: what a question and a record's short texts have in common, as features,
 * weighted by knowledge/rank.weights. Private to knowledge/ and tests/eval. */
#ifndef MOTCUA_RANK_H
#define MOTCUA_RANK_H

#include "knowledge/catalog.h"
#include "knowledge/use.h"

/* FEATURE(name): each between about 0 and 1; the weights file names them. "best" is the text that fits best.
 */
#define FEATURES(FEATURE)                                                                                    \
	FEATURE(best_fit)      /* harmonic mean of the next two */                                           \
	FEATURE(best_question) /* mass of the question that the text covers */                               \
	FEATURE(best_text)     /* mass of the text that the question covers */                               \
	FEATURE(best_is_ask)                                                                                 \
	FEATURE(best_is_everyday)                                                                            \
	FEATURE(second_fit) /* fit of the second best text */                                                \
	FEATURE(name_fit)                                                                                    \
	FEATURE(name_question)                                                                               \
	FEATURE(name_text)                                                                                   \
	FEATURE(bag_question) /* mass of the question that all texts cover */                                \
	FEATURE(bm25)         /* over all texts, the best candidate is 1 */                                  \
	FEATURE(bm25_mass)    /* the same against the question's mass */                                     \
	FEATURE(marks_differ) /* covered mass whose marks differ */                                          \
	FEATURE(act_agrees)                                                                                  \
	FEATURE(act_extra) /* the name has one the question has not */                                       \
	FEATURE(variant_agrees)                                                                              \
	FEATURE(variant_extra)                                                                               \
	FEATURE(foreign_extra)                                                                               \
	FEATURE(foreign_agrees)                                                                              \
	FEATURE(reissue_extra) /* made anew, because lost, torn or never registered: the commonest act */    \
	FEATURE(reissue_agrees)                                                                              \
	FEATURE(commune)                                                                                     \
	FEATURE(ministry)                                                                                    \
	FEATURE(has_asks) /* somebody wrote down how people ask for it */                                    \
	FEATURE(popular)  /* use.h */                                                                        \
	FEATURE(ended)    /* abolished or replaced */                                                        \
	FEATURE(name_long)                                                                                   \
	FEATURE(body) /* rare words of the question in the body */                                           \
	FEATURE(not_procedure)                                                                               \
	FEATURE(title_text) /* the most of its name or everyday title that the question covers */            \
	FEATURE(whole_fit) /* best fit of its texts but keywords, which name a thing that others have too */ \
	FEATURE(whole_text)                                                                                  \
	FEATURE(own_level) /* handled at the level of the account's unit; 0 without a unit; set by hand */

#define FEATURE_ENUM(name) FEATURE_##name,
enum feature { FEATURES(FEATURE_ENUM) FEATURE_COUNT };
extern const char *const feature_names[FEATURE_COUNT];

enum { ASKED_MAX = 192, CANDIDATES_FIRST = 40, CANDIDATES_MAX = 48 }; /* the rest is for evidence */

struct asked_term {
	uint32_t token, pair, marked; /* pair: with the term before; marked 0: typed without marks */
	float mass, pair_mass;
	uint32_t synonym; /* token of a synonym's phrase this term is in; 0: none */
	bool number;      /* digits: "3 tháng", which no record need mention */
};

struct asked { /* the question as the index sees it */
	struct asked_term terms[ASKED_MAX];
	size_t count;
	float mass; /* of all terms and pairs */
	uint32_t synonyms[16];
	size_t synonym_count;
	uint32_t acts, variants;
	bool facet;    /* something particular was asked: its fee, its papers */
	uint8_t level; /* enum level of the account's unit; 0: none */
};

struct candidate {
	uint32_t document;
	float bm25, score;
	float features[FEATURE_COUNT];
	uint64_t covers[ASKED_MAX / 64]; /* places of the question that its texts cover */
	uint8_t matter; /* of those set by rank_matters(): the same for records that are about the same */
};

/* SURE(name): what tells whether the first candidate is meant. */
#define SURES(SURE)                                                                                          \
	SURE(sure_share)     /* its share of the candidates' exp(score) */                                   \
	SURE(sure_lead)      /* before the second, at most 3 */                                              \
	SURE(sure_question)  /* its best_question */                                                         \
	SURE(sure_text)      /* its best_text */                                                             \
	SURE(sure_bag)       /* its bag_question */                                                          \
	SURE(sure_name)      /* its name_fit */                                                              \
	SURE(sure_name_text) /* its name_text: low when the question names a part of the matter only */      \
	SURE(sure_second)    /* its second_fit: asked so in several ways */                                  \
	SURE(sure_popular)                                                                                   \
	SURE(sure_act)         /* the act asked is its act */                                                \
	SURE(sure_act_extra)   /* it has an act that was not asked */                                        \
	SURE(sure_mass)        /* how much was said: few words fit many records */                           \
	SURE(sure_rivals)      /* how many others cover the question as well */                              \
	SURE(sure_near)        /* how many others have nearly its score */                                   \
	SURE(sure_matter)      /* share of the records about the same */                                     \
	SURE(sure_matter_lead) /* before the best about something else */                                    \
	SURE(sure_missed)                                                                                    \
	SURE(sure_elsewhere)   /* mass of the question that others cover and it does not */                  \
	SURE(sure_unknown)     /* mass that nobody covers */                                                 \
	SURE(sure_act_missing) /* an act was said that is not its own */                                     \
	SURE(sure_act_else)    /* rank_act_elsewhere() */                                                    \
	SURE(sure_variant_missing)                                                                           \
	SURE(sure_variant_extra)                                                                             \
	SURE(sure_whole_fit)                                                                                 \
	SURE(sure_whole_text)                                                                                \
	SURE(sure_title)                                                                                     \
	SURE(sure_facet)                                                                                     \
	SURE(sure_words)

#define SURE_ENUM(name) RANK_##name,
enum sure_feature { SURES(SURE_ENUM) SURE_COUNT };
extern const char *const sure_names[SURE_COUNT];

/* VAGUE(name): what tells whether a message leaves it open what is meant. A matter is what several records of nearly one
 * name are about; a rival is another matter that covers the question as well as the first. */
#define VAGUES(VAGUE)                                                                                        \
	VAGUE(share)      /* the first matter's share of the candidates' exp(score) */                       \
	VAGUE(second)     /* the second's */                                                                 \
	VAGUE(entropy)    /* of the matters' shares */                                                       \
	VAGUE(matters)    /* how many have a share worth counting */                                         \
	VAGUE(rival_text) /* how well a rival's text fits */                                                 \
	VAGUE(usual)      /* the first's share of how much it and its rivals are asked for */                \
	VAGUE(rival_popular)                                                                                 \
	VAGUE(rivals_plain)   /* how many differ in the thing */                                             \
	VAGUE(rivals_act)     /* in an act that was not said */                                              \
	VAGUE(rivals_variant) /* in a variant that was not said */                                           \
	VAGUE(rivals_asked)   /* how many somebody wrote ways of asking for */                               \
	VAGUE(words)          /* how much was said */                                                        \
	VAGUE(few)            /* hardly anything was */                                                      \
	VAGUE(mass)                                                                                          \
	VAGUE(no_act) /* no act was said */                                                                  \
	VAGUE(text)   /* the first candidate's features from here on */                                      \
	VAGUE(question)                                                                                      \
	VAGUE(fit)                                                                                           \
	VAGUE(second_fit)                                                                                    \
	VAGUE(bag)                                                                                           \
	VAGUE(whole_fit)                                                                                     \
	VAGUE(whole_text)                                                                                    \
	VAGUE(rival_whole)                                                                                   \
	VAGUE(title)                                                                                         \
	VAGUE(rival_title)                                                                                   \
	VAGUE(name_text)                                                                                     \
	VAGUE(name_fit)                                                                                      \
	VAGUE(act_extra)                                                                                     \
	VAGUE(act)                                                                                           \
	VAGUE(variant_extra)                                                                                 \
	VAGUE(popular)                                                                                       \
	VAGUE(named) /* called by its title */                                                               \
	VAGUE(missed)                                                                                        \
	VAGUE(elsewhere)                                                                                     \
	VAGUE(unknown)                                                                                       \
	VAGUE(act_else)                                                                                      \
	VAGUE(lead) /* of the first matter before the second */

#define VAGUE_ENUM(name) VAGUE_##name,
enum vague_feature { VAGUES(VAGUE_ENUM) VAGUE_COUNT };
extern const char *const vague_names[VAGUE_COUNT];

struct rank_weights {
	float of[FEATURE_COUNT];
	float sure[SURE_COUNT], sure_bias;    /* logistic: rank_confidence() */
	float vague[VAGUE_COUNT], vague_bias; /* logistic: rank_vague() */
	float answer_at, choices_at;          /* confidence from which on we answer, or ask back */
	float vague_at;                       /* vagueness from which on we ask back nonetheless */
	float bodies_below;                   /* confidence below which bodies are looked into */
};

/* Reads knowledge/rank.weights; complains with line. */
enum err rank_weights_load(struct rank_weights *ret_weights, struct why *why);

/* Working memory for one thread. */
struct ranker {
	const struct catalog *index;
	const struct use *use; /* borrowed; NULL: none */
	float *bm25;           /* by document */
	uint32_t *touched;     /* documents with bm25 > 0 */
	size_t touched_count;
	uint16_t *place; /* token of a term or pair → 1 + its place in asked.terms; 0: not asked */
};

enum err ranker_init(struct ranker *r, const struct catalog *ix);
void ranker_release(struct ranker *r);

void rank_ask(const struct catalog *ix, const struct term *terms, size_t count, struct asked *ret_asked);

/* The documents with most in common, best BM25 first; `keep_cb` says which are in scope. Returns how many. */
size_t rank_candidates(struct ranker *r, const struct asked *q, bool (*keep_cb)(void *arg, uint32_t document),
	void *arg, struct candidate *candidates, size_t room);

/* Evidence from elsewhere: added document by document, then taken as the candidates' `body`. Up to `room` documents with
 * most of it that were no candidates join them. Returns how many there are now. */
void rank_evidence_add(struct ranker *r, uint32_t document, float share);
size_t rank_evidence_take(struct ranker *r, bool (*keep_cb)(void *arg, uint32_t document), void *arg,
	struct candidate *candidates, size_t count, size_t room);

/* Fills in every feature but `body`. */
void rank_features(struct ranker *r, const struct asked *q, struct candidate *candidates, size_t count);

/* Scores and sorts. */
void rank_order(const struct rank_weights *w, struct candidate *candidates, size_t count);

struct uncovered {       /* by the first of `count` > 0 candidates; shares of the question's mass */
	float elsewhere; /* others cover it */
	float unknown;   /* nobody does */
	float telling;   /* not a share of it: the most telling syllable elsewhere, at most 1 */
};
void rank_uncovered(const struct asked *q, const struct candidate *candidates, size_t count,
	struct uncovered *ret_uncovered);

/* Sets `matter` of sorted candidates. */
void rank_matters(struct ranker *r, struct candidate *candidates, size_t count);

void rank_sureness(const struct ranker *r, const struct asked *q, const struct candidate *candidates,
	size_t count, float *ret_sure);

/* Chance that candidates[0] is meant. */
double rank_confidence(const struct rank_weights *w, const struct ranker *r, const struct asked *q,
	const struct candidate *candidates, size_t count);

/* Whether both are one matter's records, say two provinces' versions of it. */
bool rank_same_matter(struct ranker *r, const struct candidate *one, const struct candidate *other);

/* Place of the best candidate that has an act which was said and the first has not, and covers enough of the question; 0: none.
 * Of labelled questions and of ways of asking left out of the catalog, half of such first candidates were wrong. */
size_t rank_act_elsewhere(
	const struct ranker *r, const struct asked *q, const struct candidate *candidates, size_t count);

/* False: it is no question of vagueness, because there is no candidate. The candidates have their matters. */
bool rank_vagueness(struct ranker *r, const struct asked *q, const struct candidate *candidates, size_t count,
	float *ret_vague);

/* Chance that the message leaves it open which of several matters is meant. */
double rank_vague(const struct rank_weights *w, struct ranker *r, const struct asked *q,
	const struct candidate *candidates, size_t count);

#endif
