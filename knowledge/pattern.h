/* pattern.h - finding patterns of word classes in a message. Private to question_parse(); allocates nothing. */
#ifndef MOTCUA_PATTERN_H
#define MOTCUA_PATTERN_H

#include "knowledge/spoken.h"

struct pattern_found {
	const struct word_entry *entry; /* what the row says */
	struct {
		size_t start, end; /* syllables of each part that is there, in order */
	} parts[PATTERN_PARTS];
	size_t count;
};

typedef void (*pattern_found_cb)(void *arg, const struct pattern_found *found);

/* Calls `found` for every pattern of the list that begins at syllable `at`, the nearest way it fits. A message that keeps
 * many patterns busy is not looked at to the end: nobody talks like that. */
void pattern_each(const struct spoken *s, enum word_list list, size_t at, pattern_found_cb found, void *arg);

size_t pattern_covers(const struct pattern_found *found); /* syllables in its parts */

#endif
