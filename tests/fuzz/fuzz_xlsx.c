/* Whatever a workbook holds, its sheets are read to their ends, or it is refused with a reason. The first byte says what the
 * rest is: a whole file, or one of the parts of a sound one. */
#include "knowledge/xlsx.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#define NS " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""

static const struct {
	const char *name, *text;
} parts[] = {
	{"xl/worksheets/sheet1.xml", "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" "
				     "t=\"s\"><v>0</v></c></row></sheetData></worksheet>"},
	{"xl/sharedStrings.xml", "<sst><si><t>x</t></si></sst>"},
	{"xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId=\"14\"/></cellXfs></styleSheet>"},
	{"xl/workbook.xml",
		"<workbook" NS "><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"},
	{"xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" "
				       "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"b\" "
				       "Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship "
				       "Id=\"c\" Type=\"x/styles\" "
				       "Target=\"styles.xml\"/></Relationships>"},
};
#define PART_COUNT (sizeof parts / sizeof *parts)

/* A sound workbook but for the part `which`, stored so that it is the XML that is fuzzed. */
static void write_book(int fd, size_t which, const uint8_t *data, size_t size)
{
	zip_source_t *out = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = out ? zip_open_from_source(out, ZIP_TRUNCATE, NULL) : NULL;
	char room[4096];
	zip_int64_t got;

	if (!zip)
		abort();
	zip_source_keep(out);
	for (size_t i = 0; i < PART_COUNT; i++) {
		const void *text = i == which ? (const void *)data : parts[i].text;
		zip_source_t *s = zip_source_buffer(zip, text, i == which ? size : strlen(parts[i].text), 0);
		zip_int64_t at = zip_file_add(zip, parts[i].name, s, 0);

		if (at < 0 || zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0) != 0)
			abort();
	}
	if (zip_close(zip) != 0 || zip_source_open(out) != 0)
		abort();
	while ((got = zip_source_read(out, room, sizeof room)) > 0)
		if (write(fd, room, (size_t)got) != got)
			abort();
	zip_source_close(out);
	zip_source_free(out);
}

static enum err read_sheet(struct xlsx *x, size_t sheet, struct why *why)
{
	struct table_row row = {0};
	size_t before = 0;
	enum err err = xlsx_choose(x, sheet, why);

	while (err == OK) {
		err = xlsx_next(x, &row, why);
		if (err != OK || !row.number)
			break;
		if (row.number <= before || row.count > TABLE_COLUMNS_MAX)
			abort();
		for (size_t i = 0; i < row.count; i++)
			if (!row.cells[i].text)
				abort();
		before = row.number;
	}
	return err;
}

static void read_book(const char *path)
{
	const struct xlsx_sheet_name *names;
	struct xlsx *x = NULL;
	struct why why = {""};
	enum err err = xlsx_open(path, &x, &why);
	size_t count = err == OK ? xlsx_sheets(x, &names) : 0;

	for (size_t i = 0; i < count && i < 4 && err == OK; i++)
		err = read_sheet(x, i, &why);
	if (err != OK && !*why.text)
		abort();
	xlsx_close(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("xlsx", MFD_CLOEXEC);
	size_t which = size ? data[0] % (PART_COUNT + 1) : 0;
	char path[64];

	if (fd < 0)
		abort();
	if (!size)
		return close(fd);
	if (which < PART_COUNT)
		write_book(fd, which, data + 1, size - 1);
	else if (write(fd, data + 1, size - 1) != (ssize_t)(size - 1))
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	read_book(path);
	close(fd);
	return 0;
}
