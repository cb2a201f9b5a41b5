/* unit.h - which unit of today a place belongs to: found by the names people know, old and new. */
#ifndef MOTCUA_UNIT_H
#define MOTCUA_UNIT_H

#include "knowledge/kb.h"

struct unit {
	const char *code;     /* of today's unit: "30985" */
	const char *name;     /* of today, with its type: "Xã An Biên", "Tỉnh An Giang" */
	const char *province; /* it is in, with its type: "tỉnh An Giang"; NULL: it is one */
	const char *formed; /* the provinces of before its province was formed from: "An Giang, Kiên Giang" */
	const char
		*old; /* the name of before that was asked for: "Xã Đông Yên"; NULL: asked for by today's */
	const char *district; /* that one was in, where the source says so */
	bool old_is_province;
	bool partial, unchanged; /* only a part of it went there; it stayed as it was */
	const char *note;        /* "phần còn lại sau khi sáp nhập vào xã …" */
	const char *facts; /* all columns it rests on, as JSON: what the number guard holds a reply against */
};

enum unit_match {
	UNIT_UNNAMED,  /* the text names no place */
	UNIT_UNKNOWN,  /* it names a commune, but none we know */
	UNIT_DISTRICT, /* it names a district: there are none any more */
	UNIT_PLACES,   /* several are different places, or parts of one (unit_is_split) */
};

#define UNITS_MAX 24

struct units {
	enum unit_match match;
	struct unit items[UNITS_MAX]; /* by province, then name */
	size_t count;
	size_t rest; /* syllables of the text that are neither names nor words that ask for one */
};

/* Looks for a place's name in `text`, with or without marks and "xã", "phường", …; provinces and districts named beside it,
 * else the province of `account` (code of a unit, or NULL), narrow down what it may mean. `code`: only that unit of today
 * (NULL: any); then `text` may name nothing, and the unit itself is found. Strings in `a`. ERR_NOMEM, ERR_STORE. */
enum err unit_find(struct kb *kb, struct arena *a, const char *text, const char *code, const char *account,
	struct units *ret_units);

/* "Công an cấp huyện", "UBND quận 1": a text that sends people to a level that is no more. Two levels since 2025-07-01: Luật Tổ
 * chức chính quyền địa phương 72/2025/QH15. */
bool unit_district_named(const char *text);

/* Parts of one old unit, rather than places that share a name. */
bool unit_is_split(const struct units *units);

#endif
