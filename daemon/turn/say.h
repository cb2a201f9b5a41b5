/* say.h - a reply while it is written. Text comes from three places and each has its own door, so that the
 * number guard knows what to expect: from a record (say_text), from phrases.vi (say_phrase), and numbers we
 * work out (say_count …). */
#ifndef MOTCUA_SAY_H
#define MOTCUA_SAY_H

#include "daemon/base/buf.h"
#include "daemon/turn/conversation.h"
#include "daemon/turn/proof.h"
#include "daemon/turn/turn.h"

struct say {
	struct turn *turn;
	struct buf buf;
	bool failed;  /* out of memory */
	enum err err; /* another failure; wins over `failed` */
};

void say_init(struct say *s, struct turn *t);
void say_release(struct say *s);
enum err say_end(struct say *s); /* → turn->reply.text, and releases; the failure of any step before */

void say_text(struct say *s, const char *text); /* as it stands in a record; NULL adds nothing */
void say_span(struct say *s, const char *text, size_t len);
void say_break(struct say *s); /* a new line, unless at the beginning of one */
void say_gap(struct say *s);   /* an empty line, unless at the beginning */

/* The filled-in phrase. Values are record text, or come from the functions below. */
#define say_phrase(s, name, ...) say_filled(s, name, (const struct phrase_value[]){__VA_ARGS__{NULL, NULL}})
void say_filled(struct say *s, const char *name, const struct phrase_value *values);
const char *say_filled_text(struct say *s, const char *name, const struct phrase_value *values);
#define say_phrase_text(s, name, ...)                                                                        \
	say_filled_text(s, name, (const struct phrase_value[]){__VA_ARGS__{NULL, NULL}})

/* A number as text, noted with its reason. "" when out of memory. */
const char *say_number(struct say *s, size_t n, enum proof_reason reason);
const char *say_pages(struct say *s, size_t page, size_t pages);
const char *say_clock(struct say *s, const char *clock);   /* "7:30" as hours.h gives it; NULL for "" */
const char *say_day_ahead(struct say *s, const char *day); /* one to come that hours and holidays lead to */
const char *say_code(struct say *s, const char *code);     /* K7M4XR */
const char *say_day(struct say *s, const char *day);       /* NULL for NULL: the phrase leaves its line out */

/* `text` without list marks at its head and stray marks at its end; at most `units` long, then cut at a blank
 * with "…". */
const char *say_clip(struct say *s, const char *text, size_t units);
const char *say_trim(struct say *s, const char *text);

/* Another record, cited from now on; NULL when it is not there. */
const struct record *say_record(struct say *s, const char *id);

void say_button(struct say *s, enum button_kind kind, const char *title, const char *value);

#endif
