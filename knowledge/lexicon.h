/* lexicon.h - the word lists that spelling and search use, loaded once, read-only afterwards; any thread.
 *
 * Files in knowledge/words/, UTF-8, one entry a line, "# " begins a comment:
 *
 *   syllables.tsv    syllable, count            every Vietnamese syllable we know, with marks
 *   pairs.tsv        two syllables, count       which follow one another, without marks
 *   synonyms.tsv     official term, everyday term | everyday term …   any of them may stand for any other
 *   acts.tsv         name, phrase | phrase …    what is done: reissue, renew, revoke …; none: the base act
 *   variants.tsv     name, phrase | phrase …    for whom or where: foreign, border, enterprise …
 *   broad.tsv      record ids, phrase | phrase …   what may mean several of them; ids "-": words that say nothing more
 *   popular.tsv      record id, 1 or 2          how much it is asked for
 *   filing_only.tsv  field, what is due beside  where "Miễn phí" is said of the filing alone
 *
 * Columns are parted by a tab. A list that is missing or malformed is a failure that names file and line.
 */
#ifndef MOTCUA_LEXICON_H
#define MOTCUA_LEXICON_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"
#include "knowledge/near.h"
#include "knowledge/words_internal.h"

struct lexicon;

enum err lexicon_load(struct lexicon **ret_lexicon, struct why *why);
void lexicon_free(struct lexicon *l); /* NULL is fine */

/* How often a syllable or pair was counted; 0: unknown. Plain forms, and marked forms of single syllables. */
uint32_t lexicon_count(const struct lexicon *l, const char *plain);
uint32_t lexicon_count_marked(const struct lexicon *l, const char *marked);
uint32_t lexicon_count_pair(const struct lexicon *l, const char *first, const char *second);

/* Logarithm of the chance that `word` stands behind `before`; of its chance anywhere when `before` is NULL or unknown. A pair
 * never counted is as likely as its second word allows. */
double lexicon_expects(const struct lexicon *l, const char *before, const char *word);

/* Known syllables one slip away, as near_find(). */
size_t lexicon_near(const struct lexicon *l, const char *typed, struct near_word *ret_words);

/* While loading, before the first look-up: the words of another list's phrase become known, and neighbours; more so when that is
 * how people talk. */
enum err lexicon_learn(struct lexicon *l, const struct syllable *phrase, size_t length, bool said);
enum err lexicon_learn_pair(struct lexicon *l, const char *first, const char *second); /* people say the one behind the other */
bool lexicon_is_listed(const struct lexicon *l, const char *plain); /* known in this way alone */

unsigned lexicon_popular(const struct lexicon *l, const char *record); /* 0: not in the list */
bool lexicon_filing_only(const struct lexicon *l, const char *field);

enum phrase_kind { PHRASE_SYNONYM, PHRASE_ACT, PHRASE_VARIANT, PHRASE_BROAD, PHRASE_ASIDE, PHRASE_KINDS };

struct phrase_hit {
	enum phrase_kind kind;
	uint16_t id;            /* of the line: synonyms and broad from 0; acts and variants below 32 */
	uint16_t start, length; /* syllables */
};

/* Every phrase of the lists in `s`, overlapping ones too. A phrase with marks does not fit a syllable that
 * carries other marks; syllables with marked NULL fit any. Returns how many were put into hits[room]. */
size_t lexicon_phrases(const struct lexicon *l, const struct syllable *s, size_t count,
	struct phrase_hit *hits, size_t room);

/* The records that line `id` of PHRASE_BROAD may mean, parted by blanks. */
const char *lexicon_broad(const struct lexicon *l, uint16_t id);

size_t lexicon_phrase_count(const struct lexicon *l, enum phrase_kind kind); /* ids are below it */

#endif
