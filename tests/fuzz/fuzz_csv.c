/* Whatever a CSV holds, it is read to its end row by row, and its headers are looked for, or it is refused with a reason. */
#include "knowledge/book.h"
#include "knowledge/heading.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct columns *words;

static void check_row(const struct table_row *row, size_t before)
{
	if (row->number <= before || row->count > TABLE_COLUMNS_MAX)
		abort();
	for (size_t i = 0; i < row->count; i++)
		if (!row->cells[i].text || (row->cells[i].kind == VALUE_NONE) != !*row->cells[i].text)
			abort();
}

static enum err read_rows(struct book *b, struct why *why)
{
	struct table_row row = {0};
	size_t before = 0;
	enum err err;

	do {
		err = book_next(b, &row, why);
		if (err == OK && row.number)
			check_row(&row, before);
		before = row.number;
	} while (err == OK && row.number);
	return err;
}

static void read_file(const char *path, struct arena *a)
{
	static struct heading heading;
	enum book_format format = BOOK_CSV;
	struct book *b = NULL;
	struct why why = {""};
	enum err err = book_format_of(path, &format, &why);

	if (err == OK && format != BOOK_CSV)
		return;
	if (err == OK)
		err = book_open(path, format, &b, &why);
	if (err == OK)
		err = book_choose(b, 0, &why);
	if (err == OK)
		err = heading_find(words, a, b, NULL, 0, &heading, &why);
	if (err == OK)
		err = read_rows(b, &why);
	if (err != OK && !*why.text)
		abort();
	book_close(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("csv", MFD_CLOEXEC);
	struct arena a;
	char path[64];

	if (!words && columns_open(&words, NULL) != OK)
		abort();
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	arena_init(&a, (size_t)4 << 20);
	read_file(path, &a);
	arena_release(&a);
	close(fd);
	return 0;
}
