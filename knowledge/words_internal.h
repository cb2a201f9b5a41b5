/* words_internal.h - the loaded word lists as knowledge/ sees them: one trie over folded syllables for all
 * lists.
 *
 * question_parse(): clean -> syllables (fold) -> teencode, abbreviations, dialect put into standard words
 * (expand)
 * -> spelling repaired (spell) -> stop words, facets, utterances matched (facets.c, utterance.c) -> terms
 * (search).
 *
 * Where word order is free, a row is a pattern of word classes (classes.tsv) with gaps: pattern.h finds those.
 * A list's phrase is found by its folded syllables; `marked` tells what marks the list wrote, so that marks
 * which were typed can be held against it (words_marks_agree). Read-only once loaded; any thread. */
#ifndef MOTCUA_WORDS_INTERNAL_H
#define MOTCUA_WORDS_INTERNAL_H

#include "knowledge/question.h"

#include <stdint.h>

struct lexicon;

struct syllable {
	const char *folded; /* "thue": lower case, no marks, đ is d */
	const char *marked; /* "thuế": lower case, NFC, tone where we want it */
	bool certain; /* meant as it stands: "online", "bye", what a list put here; spelling leaves it alone */
	const char *
		brief; /* the one or two letters typed for it ("k" for "khong"), which may have lost their word; or NULL */
};

enum word_list {
	LIST_CLASSES,    /* value: the class; kind: enum class_kind. First, since patterns name classes */
	LIST_FACETS,     /* value: enum facet, FACET_NONE hides what is inside; kind: enum facet_strength */
	LIST_UTTERANCES, /* value: enum say; kind: enum say_rule; group, with, unless */
	LIST_STOPWORDS,  /* kind: enum stop_kind */
	LIST_TEENCODE,   /* to: what it stands for; after, before */
	LIST_ABBREVIATIONS, /* the same */
	LIST_DIALECT,       /* the same */
	LIST_COUNT,
};

enum facet_strength { FACET_ASKS, FACET_NAMES, FACET_ELSE, FACET_LAST, FACET_HOW };
enum class_kind {     /* whether a word counts when its marks were not typed */
	CLASS_MARKED, /* of two syllables or more, in a message without marks */
	CLASS_LOOSE,  /* in a message without marks */
	CLASS_TYPED   /* never */
};
enum stop_kind { STOP_FILLER, STOP_WHAT, STOP_ASKING, STOP_WEAK };
enum say_rule { RULE_ANY, RULE_TYPED, RULE_START, RULE_SHORT, RULE_WHOLE, RULE_GROUP };

/* What a row of utterances.tsv says: an enum utterance, or one of these. */
enum say {
	SAY_PICK = SAY_OTHER + 1,
	SAY_FOLLOWS,
	SAY_REST,
	SAY_ANEW,
	SAY_DETAIL,
	SAY_TELLS,
	SAY_DENIES,
	SAY_BACK,
	SAY_WANTS,
	SAY_STATE,
	SAY_DUE, /* these four are nuances, in the order of enum nuance */
	SAY_AMOUNT,
	SAY_TERM,
	SAY_VALID,
	SAY_NOTHING
};

#define HINT_NUMBER 1U /* syllable ids of "#", "^", "$" in a hint */
#define HINT_BEGIN 2U
#define HINT_END 3U
#define SYLLABLE_FIRST 4U

struct word_hint {
	const uint32_t *ids; /* syllables, 0 ends; NULL: anything will do */
	bool none_of;
};

struct word_entry {
	const struct word_entry
		*next; /* another one for the same folded syllables, in the order of the list */
	enum word_list list;
	unsigned value, kind;
	bool plain;                    /* LIST_STOPWORDS: sure without its marks */
	int choice;                    /* SAY_CHOICE: which */
	const struct word_entry *same; /* LIST_CLASSES: another word of the class */
	uint64_t group, with, unless;  /* LIST_UTTERANCES: bits of groups */
	const struct syllable *phrase; /* as the list has it */
	size_t length;                 /* syllables in `phrase` */
	const struct syllable *to;
	size_t to_length;
	struct word_hint after, before;
};

/* Id of a folded syllable that is in any list; 0: in none. */
uint32_t words_syllable(const struct words *w, const char *folded);

/* The trie: from the root (0) along syllable ids; 0 means that no phrase goes on like this. */
uint32_t words_step(const struct words *w, uint32_t node, uint32_t syllable);
const struct word_entry *words_entries(const struct words *w, uint32_t node); /* that end here; NULL: none */

/* A row of facets.tsv or utterances.tsv whose phrase is "<cost> .. <how many>": words of classes in that order. */
#define PATTERN_PARTS 8

struct pattern_part {
	uint32_t class_id;
	unsigned gap;  /* up to so many syllables of any kind stand before it */
	bool optional; /* never the first one */
};

struct pattern {
	const struct pattern
		*next; /* another one that begins with the same class, in the order of the list */
	const struct word_entry *entry; /* what it says; no phrase */
	struct pattern_part parts[PATTERN_PARTS];
	size_t count;
};

/* Those that begin with the class; NULL: none. */
const struct pattern *words_patterns(const struct words *w, uint32_t class_id);

/* The row of chat spelling, abbreviations or dialect that `typed`, one plain syllable, stands for wherever it stands; NULL. */
const struct word_entry *words_short_for(const struct words *w, const char *typed);

/* A word of a list as if it had been typed, beyond doubt. */
struct syllable words_put(const struct syllable *of_list);

/* Counted syllables and pairs, synonyms (lexicon.h); loaded and freed with the words. */
const struct lexicon *words_lexicon(const struct words *w);

/* False when `typed` carries marks that `list` has not: "thuê" is not "thuế", "thue" may be, and so may
 * "thuế". `strict`: the writer sets marks, so missing ones count too. */
bool words_marks_agree(const char *typed, const char *list, bool strict);

enum term_role {
	TERM_TOPIC,  /* names the matter: searched */
	TERM_FACET,  /* asks for the fee, the place, ...: searched with little weight */
	TERM_FILLER, /* "cho hỏi", "ạ", "thì làm sao": not searched */
};

/* One syllable of the question after expand and spell, in the order typed: question.terms holds them all, so
 * that search can still weigh what was taken for a facet or a filler. */
struct term {
	struct syllable syllable; /* marked is NULL when no mark was typed and no list brought any */
	enum term_role role;
};

#endif
