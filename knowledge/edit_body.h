/* edit_body.h - the body of a draft out of what an editor sends. Pure. Private to knowledge/. */
#ifndef MOTCUA_EDIT_BODY_H
#define MOTCUA_EDIT_BODY_H

#include "knowledge/record_json.h"

struct edit_body_in {
	const char *id;
	enum record_kind kind;
	const char *text;       /* JSON */
	const char *decision;   /* becomes the member; NULL: stays as it is */
	const cJSON *inherited; /* what the unit would have without saying anything; NULL: nothing */
};

struct edit_body {
	const char *json;
	bool inherits;        /* json holds only what differs from `inherited` */
	struct record record; /* all of it */
};

/* Texts in `a`. ERR_FORMAT with the flaw, ERR_NOMEM. */
enum err edit_body_make(
	struct arena *a, const struct edit_body_in *in, struct edit_body *ret_body, struct flaw *flaw);

#endif
