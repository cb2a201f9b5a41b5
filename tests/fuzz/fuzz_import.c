/* Whatever import takes as a row reads back as a record, and its body goes round as a row of the same body. */
#include "knowledge/import_row.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void check_fee(const struct fee *fee)
{
	if (fee->amount_vnd < -1 || (fee->free && fee->amount_vnd != 0) ||
		(fee->unclear && fee->amount_vnd != -1))
		abort();
}

static void check_row(struct arena *a, const struct import_row *row)
{
	struct import_row again;
	struct record record;
	struct flaw flaw;

	if (record_parse(a, row->body, row->body_len, &record, NULL) != OK)
		abort();
	if (strcmp(record.id, row->ids[0]) != 0 || strcmp(record.name, row->record.name) != 0)
		abort();
	for (size_t i = 0; i < record.submission_count; i++)
		check_fee(&record.submissions[i].money);
	if (import_row_parse(a, row->body, row->body_len, &again, &flaw) != OK)
		abort();
	if (again.body_len != row->body_len || memcmp(again.body, row->body, row->body_len) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import_row row;
	struct flaw flaw = {"", ""};
	struct arena a;
	struct fee fee;
	char *line;

	arena_init(&a, 4 * ROW_ARENA_MAX);
	line = arena_copy(&a, (const char *)data, size);
	if (import_row_parse(&a, line, size, &row, &flaw) == OK) {
		if (!row.asks_only)
			check_row(&a, &row);
	} else if (!flaw.reason[0]) {
		abort();
	}
	fee = fee_parse(line);
	check_fee(&fee);
	arena_release(&a);
	return 0;
}
