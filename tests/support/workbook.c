#include "tests/support/workbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zip.h>

#define RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define ROOM 65536

void workbook_zip(const char *path, const struct workbook_part *parts, size_t count)
{
	int code = 0;
	zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);

	assert_non_null(zip);
	for (size_t i = 0; i < count; i++) {
		size_t len = parts[i].len ? parts[i].len : strlen(parts[i].text);
		zip_source_t *source = zip_source_buffer(zip, parts[i].text, len, 0);
		zip_int64_t at = zip_file_add(zip, parts[i].name, source, ZIP_FL_ENC_UTF_8);

		assert_true(at >= 0);
		if (parts[i].password)
			assert_int_equal(zip_file_set_encryption(
						 zip, (zip_uint64_t)at, ZIP_EM_AES_256, parts[i].password),
				0);
	}
	assert_int_equal(zip_close(zip), 0);
}

void workbook_write(const char *path, const char *sheet, const char *strings, const char *styles)
{
	char *sheet_xml = NULL, *strings_xml = NULL;
	struct workbook_part parts[] = {
		{"xl/workbook.xml",
			"<workbook" WORKBOOK_NS
			"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
			0, NULL},
		{"xl/_rels/workbook.xml.rels",
			"<Relationships><Relationship Id=\"r1\" Type=\"" RELS
			"/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"" RELS
			"/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/><Relationship Id=\"r3\" "
			"Type=\"" RELS "/styles\" Target=\"styles.xml\"/></Relationships>",
			0, NULL},
		{"xl/worksheets/sheet1.xml", NULL, 0, NULL},
		{"xl/sharedStrings.xml", NULL, 0, NULL},
		{"xl/styles.xml", styles ? styles : "<styleSheet" WORKBOOK_NS "/>", 0, NULL},
	};

	assert_true(asprintf(&sheet_xml,
			    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<worksheet" WORKBOOK_NS
			    ">%s</worksheet>",
			    sheet) > 0);
	assert_true(asprintf(&strings_xml, "<sst" WORKBOOK_NS ">%s</sst>", strings ? strings : "") > 0);
	parts[2].text = sheet_xml;
	parts[3].text = strings_xml;
	workbook_zip(path, parts, sizeof parts / sizeof *parts);
	free(sheet_xml);
	free(strings_xml);
}

static char *sheet_of(const char *const *rows)
{
	char *xml = malloc(ROOM), *at = xml;

	assert_non_null(xml);
	at += sprintf(at, "<worksheet" WORKBOOK_NS "><sheetData>");
	for (; rows && *rows; rows++) {
		const char *cell = *rows;

		at += sprintf(at, "<row>");
		for (;;) {
			size_t len = strcspn(cell, "\t");

			at += sprintf(at, "<c t=\"inlineStr\"><is><t>%.*s</t></is></c>", (int)len, cell);
			if (!cell[len])
				break;
			cell += len + 1;
		}
		at += sprintf(at, "</row>");
		assert_true(at - xml < ROOM / 2);
	}
	sprintf(at, "</sheetData></worksheet>");
	return xml;
}

void workbook_of_rows(const char *path, const char *const *a, const char *const *b, const char *const *c)
{
	char *sheets[] = {sheet_of(a), sheet_of(b), sheet_of(c)};
	const struct workbook_part parts[] = {
		{"xl/workbook.xml",
			"<workbook" WORKBOOK_NS "><sheets><sheet name=\"A\" sheetId=\"1\" "
						"r:id=\"r1\"/><sheet name=\"B\" sheetId=\"2\" "
			"r:id=\"r2\"/><sheet name=\"C\" sheetId=\"3\" state=\"hidden\" "
			"r:id=\"r3\"/></sheets></workbook>",
			0, NULL},
		{"xl/_rels/workbook.xml.rels",
			"<Relationships><Relationship Id=\"r1\" Type=\"" RELS
			"/worksheet\" Target=\"worksheets/a.xml\"/><Relationship Id=\"r2\" Type=\"" RELS
			"/worksheet\" Target=\"worksheets/b.xml\"/><Relationship Id=\"r3\" Type=\"" RELS
			"/worksheet\" Target=\"worksheets/c.xml\"/></Relationships>",
			0, NULL},
		{"xl/worksheets/a.xml", sheets[0], 0, NULL},
		{"xl/worksheets/b.xml", sheets[1], 0, NULL},
		{"xl/worksheets/c.xml", sheets[2], 0, NULL},
		{"xl/vbaProject.bin", "macros are never run", 0, NULL},
	};

	workbook_zip(path, parts, sizeof parts / sizeof *parts);
	for (size_t i = 0; i < 3; i++)
		free(sheets[i]);
}
