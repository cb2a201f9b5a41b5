/* conversation.h - what a turn remembers for the next one, and its JSON form in the citizen's row.
 * A row written by another version of the program, or broken, is a fresh conversation: nothing here is worth
 * a failure. */
#ifndef MOTCUA_CONVERSATION_H
#define MOTCUA_CONVERSATION_H

#include "daemon/base/message.h"
#include "daemon/turn/open.h"
#include "knowledge/question.h"

#define TALK_MENU REPLY_BUTTONS
#define TALK_PAST 3 /* records before the one in hand: "quay lại cái căn cước" */

struct talk_item { /* what the citizen may pick by number, by words or by payload */
	const char *title, *payload;
};

struct talk {
	bool greeted;
	const char *record; /* id of the record in hand; NULL: none */
	const char *title;  /* of that record; there when `record` is */
	enum facet facet;   /* what of it was shown last; FACET_NONE: the card */
	unsigned page;      /* … and which page; 0: the whole of it */
	bool more;          /* another page follows */
	bool asking;        /* the menu is a question of ours: which of these? */
	bool likely; /* while `asking`: the first of the menu is most likely meant, so that what is asked next is asked of it */
	unsigned facets;    /* asked last; while `asking`, along with the question that is still open */
	enum nuance nuance; /* of `facets` */
	enum utterance
		sent; /* what we sent elsewhere last: SAY_CASE, SAY_COMPLAINT, SAY_STATUS, SAY_EMERGENCY; SAY_QUESTION: nothing */
	struct open open;
	const char *place; /* we asked which place is meant, after this was said; NULL: nothing open */
	const char *asked; /* the last question about a matter, masked; NULL: none */
	struct talk_item menu[TALK_MENU];
	size_t menu_count;
	struct talk_item next[TALK_MENU]; /* other candidates of the last search: title, record id */
	size_t next_count;
	struct talk_item past[TALK_PAST]; /* title, record id; newest first */
	size_t past_count;
};

/* `json` NULL, broken or of another version: a fresh conversation. ERR_NOMEM only. */
enum err talk_parse(struct arena *a, const char *json, struct talk *ret_talk);

enum err talk_print(struct arena *a, const struct talk *talk, const char **ret_json);

/* Takes a record in hand; the one before goes to `past`. Strings are borrowed. */
void talk_hold(struct talk *talk, const char *id, const char *title);

#endif
