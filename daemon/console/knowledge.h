/* knowledge.h - the knowledge as the API says it: a desk's connections, versions and differences as JSON, refusals of edit.h in
 * words. */
#ifndef MOTCUA_CONSOLE_KNOWLEDGE_H
#define MOTCUA_CONSOLE_KNOWLEDGE_H

#include "daemon/console/call.h"
#include "knowledge/browse.h"
#include "knowledge/edit.h"

#define UNIT_MAX 32 /* bytes */
#define RECORD_MAX 128
#define NOTE_MAX 2000

/* The desk's own, opened at first use. */
enum err desk_browse(struct call *c, struct browse **ret_browse);
enum err desk_edit(struct call *c, struct edit **ret_edit);

struct edit_by call_by(
	const struct call *c, const char *what); /* what: the audit trail's word; NULL: none is kept */

/* ERR_REFUSED: answers with the trouble's sentence and returns OK. Others come back, what the log needs to know is logged. */
enum err call_trouble(
	struct call *c, enum err err, const struct edit_trouble *trouble, const struct why *why);
/* For reads: logs what the operator must know and gives err back. */
enum err call_failed(struct call *c, enum err err, const struct why *why);

/* "draft", "review", "withdrawn"; of published ones "scheduled", "published" or "ended", as of today. */
const char *version_state(const struct call *c, const struct version_row *row);
void put_version(struct call *c, cJSON *object, const struct version_row *row); /* without its body */
/* A list of {member, path, before, after}. */
void put_changes(struct call *c, cJSON *object, const char *name, const struct browse_changes *changes);

/* The members of a draft in a request's body; refuses. *ret_text borrows from the call. */
bool take_edit_text(struct call *c, struct edit_text *ret_text);
bool take_unit(struct call *c, const char **ret_unit); /* "" for the nation */

const char *unit_name(struct call *c, const char *unit); /* "Xã An Biên"; its code when nobody knows it */

#endif
