/* unit_import.h - rows of administrative units → their tables. Private to knowledge/.
 *
 *   {"level":"tỉnh","code","name","type","abbr","formed_from"[]}         a province
 *   {"level":"xã","code","name","type","province_code",…}                 a commune; its province comes first
 *   {"old","old_name","new_code","old_type","old_district",               a name of before and where it is today; that
 *    "partial","note","unchanged",…}                                      unit comes first
 * All may have "source" and "date"; a row without them leaves those of before. */
#ifndef MOTCUA_UNIT_IMPORT_H
#define MOTCUA_UNIT_IMPORT_H

#include "knowledge/kdb.h"
#include "knowledge/record_json.h"

struct unit_row {
	const char *code;     /* of today's unit */
	const char *province; /* a commune's; NULL: a province, or a name of before */
	const char *type, *name, *abbr;
	const char **formed_from;
	size_t formed_count;
	const char *old; /* as printed; NULL: a unit of today */
	const char *district, *note;
	bool partial, unchanged;
	const char *source, *source_date;
};

enum unit_done { UNIT_UNCHANGED, UNIT_ADDED, UNIT_CHANGED };

bool unit_row_is(const cJSON *object);

/* Strings in `a`. ERR_FORMAT with the flaw, or ERR_NOMEM. */
enum err unit_row_read(struct arena *a, const cJSON *object, struct unit_row *ret_row, struct flaw *flaw);

/* Inside a transaction. ERR_FORMAT when it names a unit that is not there. */
enum err unit_put(struct kdb *k, struct arena *a, const struct unit_row *row, enum unit_done *ret_done,
	struct flaw *flaw);

#endif
