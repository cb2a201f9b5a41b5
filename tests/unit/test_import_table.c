/* What people make of tables: titles above, columns of their own, numbers and days as they type them, files that are none. */
#include "daemon/base/buf.h"
#include "knowledge/export.h"
#include "knowledge/refusals.h"
#include "knowledge/sheet_look.h"
#include "tests/support/knowledge.h"
#include "tests/support/workbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BODY "SELECT body FROM version WHERE record = '1.000001' AND state = 'published' AND valid_to IS NULL"
#define WHOLE                                                                                                 \
	"{\"code\":\"1.000001\",\"name\":\"Cấp giấy\",\"field\":\"Hộ "                                  \
	"tịch\",\"level\":[\"xã\"],\"steps\":\"Bước 1\","                                               \
	"\"submission\":[{\"mode\":\"trực tuyến\",\"time_limit\":\"5 ngày\",\"fee\":\"8.000 đồng\"}," \
	"{\"mode\":\"trực tiếp\",\"time_limit\":\"5 ngày\",\"fee\":\"8.000 đồng\"}],"                 \
	"\"documents\":[{\"name\":\"Tờ khai\",\"originals\":1,\"copies\":0}],\"other\":7}\n"

/* What row_cb said: "sheet!row what id [member: before > after]…" a line. */
static struct buf told;

static void tell_row(void *arg, const struct import_report *r)
{
	static const char *const words[] = {"added", "changed", "unchanged", "ended", "skipped"};

	(void)arg;
	buf_printf(&told, "%s%s%zu %s%s %s", r->sheet, *r->sheet ? "!" : "", r->row, words[r->what],
		r->hidden ? " hidden" : "", r->id);
	for (size_t i = 0; i < r->change_count; i++)
		buf_printf(&told, " [%s: %s > %s]", r->changes[i].member, r->changes[i].before,
			r->changes[i].after);
	buf_add(&told, "\n", 1);
}

static int setup(void **state)
{
	struct knowledge *k;
	int failed = knowledge_setup(state);

	k = *state;
	buf_init(&told, (size_t)1 << 20);
	k->options.row_cb = tell_row;
	return failed;
}

static int teardown(void **state)
{
	buf_release(&told);
	return knowledge_teardown(state);
}

static enum err csv(struct knowledge *k, const char *text)
{
	buf_clear(&told);
	return knowledge_import_table(k, text, strlen(text));
}

static enum err again(struct knowledge *k)
{
	buf_clear(&told);
	return knowledge_import_again(k);
}

static void assert_ok(struct knowledge *k, enum err err)
{
	if (err != OK)
		fail_msg("%s; %s", k->why.text, k->refusal_count ? k->refusals[0] : "");
}

/* The sentence that a curator reads. */
static void assert_said(const char *english, const char *vietnamese)
{
	struct refusals *r = NULL;
	struct why why = {""};
	struct arena a;

	if (refusals_open(&r, &why) != OK)
		fail_msg("%s", why.text);
	arena_init(&a, 1 << 16);
	if (!strstr(refusals_say(r, &a, english), vietnamese) || refusals_say(r, &a, english) == english)
		fail_msg("\"%s\" is said as \"%s\"", english, refusals_say(r, &a, english));
	arena_release(&a);
	refusals_close(r);
}

/* The file is refused as a whole, for this reason. */
static void assert_file_refused(
	struct knowledge *k, enum err err, const char *english, const char *vietnamese)
{
	assert_int_equal(err, ERR_FORMAT);
	if (!strstr(k->why.text, english))
		fail_msg("\"%s\" does not hold \"%s\"", k->why.text, english);
	assert_int_equal(k->refusal_count, 0);
	assert_said(k->why.text, vietnamese);
}

/* The only refusal is this, and nothing was kept. */
static void assert_row_refused(struct knowledge *k, enum err err, const char *refusal, const char *vietnamese)
{
	const char *reason;

	assert_int_equal(err, ERR_FORMAT);
	assert_int_equal(k->refusal_count, 1);
	assert_string_equal(k->refusals[0], refusal);
	reason = strstr(strchr(k->refusals[0], ':') + 2, ": ");
	assert_said(reason + 2, vietnamese);
	assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM version"), "0");
}

/* --- What people write ------------------------------------------------------------------------------------- */

static void headers_are_known_as_offices_write_them(void **state)
{
	struct knowledge *k = *state;

	assert_ok(k, csv(k, "UBND XÃ\n\nDANH MỤC THỦ TỤC HÀNH CHÍNH;;;;\n"
			    "STT;Mã số TTHC;TÊN THỦ TỤC HÀNH CHÍNH;Thời hạn giải quyết (ngày làm việc);Phí, "
			    "lệ phí (nếu có);Ghi chú nội bộ\n"
			    "(1);(2);(3);(4);(5);(6)\n"
			    ";I. LĨNH VỰC HỘ TỊCH;;;;\n"
			    "1;1.000001;Cấp giấy;5;70.000 đ/lần;x\n"
			    "2;1.000002;Đổi giấy;Trong ngày;70000;\n"));
	assert_int_equal(k->counts.added, 2);
	assert_int_equal(k->counts.skipped, 2);
	assert_string_equal(buf_text(&told), "5 skipped \n6 skipped \n7 added 1.000001\n8 added 1.000002\n");
	assert_string_equal(knowledge_sql(k, BODY),
		"{\"code\":\"1.000001\",\"name\":\"Cấp giấy\",\"submission\":"
		"[{\"time_limit\":\"5 ngày làm việc\",\"fee\":\"70.000 đ/lần\"}]}");
	assert_string_equal(knowledge_sql(k, "SELECT json_extract(body, '$.submission[0].fee') FROM version "
					     "WHERE record = '1.000002'"),
		"70.000 đồng");
	assert_string_equal(
		knowledge_sql(k, "SELECT json_extract(body, '$.submission[0].time_limit') FROM version"
				 " WHERE record = '1.000002'"),
		"Trong ngày");
	knowledge_assert_index(k);
}

static void separators_quotes_and_line_ends_are_read(void **state)
{
	static const char *const files[] = {
		"\xEF\xBB\xBFMã TTHC,Tên,Trình tự\r\n1.000001,\"Giấy \"\"A\"\", B\",\"một\r\nhai\"\r\n",
		"Mã TTHC;Tên;Trình tự\n1.000001;Giấy \"A\", B;\"một\nhai\"\n",
		"Mã TTHC\tTên\tTrình tự\n1.000001\tGiấy \"A\", B\t\"một\nhai\"",
		"sep=|\r\nMã TTHC|Tên|Trình tự\r\n1.000001|Giấy \"A\", B|\"một\nhai\"\r\n",
	};
	struct knowledge *k = *state;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		assert_ok(k, csv(k, files[i]));
		assert_int_equal(k->counts.added + k->counts.unchanged, 1);
		assert_string_equal(knowledge_sql(k, BODY),
			"{\"code\":\"1.000001\",\"name\":\"Giấy \\\"A\\\", B\",\"steps\":\"một\\nhai\"}");
	}
}

static void codes_and_days_are_put_right(void **state)
{
	struct knowledge *k = *state;

	assert_ok(k, csv(k, "Mã,Tên,Ngày hiệu lực,Hết hiệu lực\n1.0001,a,1/7/2026,\n1001193,b,ngày 01 tháng "
			    "7 năm 2026,\n"
			    "1.000003,c,2026-07-01,31.12.2026\n"));
	assert_string_equal(knowledge_sql(k, "SELECT group_concat(record || ' ' || valid_from || ' ' || "
					     "ifnull(valid_to, '-'), ', ')"
					     " FROM (SELECT * FROM version ORDER BY record)"),
		"1.000003 2026-07-01 2026-12-31, 1.000100 2026-07-01 -, 1.001193 2026-07-01 -");
}

static void text_in_parts_of_letters_is_composed(void **state)
{
	struct knowledge *k = *state;

	assert_ok(k, csv(k, "Mã,Tên\n1.000001,  Ca\xCC\x82\xCC\x81p gia\xCC\x82\xCC\x81y\xC2\xA0\n"));
	assert_string_equal(knowledge_sql(k, BODY), "{\"code\":\"1.000001\",\"name\":\"Cấp giấy\"}");
}

static void members_without_a_column_stay_and_empty_cells_clear(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, WHOLE), OK);
	knowledge_day(k, 1);
	assert_ok(k, csv(k, "Mã,Tên,Lĩnh vực,Lệ phí\n1.000001,Cấp giấy,,9.000 đồng\n"));
	assert_string_equal(buf_text(&told),
		"2 changed 1.000001 [field: Hộ tịch > ] [submission.direct.fee: 8.000 đồng > 9.000 đồng]"
		" [submission.online.fee: 8.000 đồng > 9.000 đồng]\n");
	assert_string_equal(
		knowledge_sql(k, "SELECT json_extract(body, '$.submission') || json_extract(body, "
				 "'$.documents[0].name')"
				 " || json_extract(body, '$.other') FROM version WHERE valid_to IS NULL"),
		"[{\"mode\":\"trực tuyến\",\"time_limit\":\"5 ngày\",\"fee\":\"9.000 đồng\"},"
		"{\"mode\":\"trực tiếp\",\"time_limit\":\"5 ngày\",\"fee\":\"9.000 đồng\"}]Tờ khai7");
	assert_ok(k, again(k));
	assert_int_equal(k->counts.unchanged, 1);
	assert_string_equal(buf_text(&told), "2 unchanged 1.000001\n");
	knowledge_assert_index(k);
}

static void first_day_copied_from_the_former_version_is_no_day_of_the_change(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, WHOLE), OK);
	knowledge_day(k, 3);
	assert_ok(k, csv(k, "Mã,Tên,Hiệu lực từ\n1.000001,Cấp giấy mới,21/11/2026\n"));
	assert_int_equal(k->counts.changed, 1);
	assert_string_equal(knowledge_sql(k, "SELECT group_concat(valid_from || ' ' || ifnull(valid_to, '-') "
					     "|| ' ' || state, ', ')"
					     " FROM version"),
		"2026-11-21 2026-11-24 published, 2026-11-24 - published");
}

/* A table from before a change, edited elsewhere: what it would undo is shown against what holds now. */
static void old_table_is_held_against_what_holds_now(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, WHOLE), OK);
	knowledge_day(k, 3);
	assert_ok(k, csv(k, "Mã,Tên,Lĩnh vực\n1.000001,Cấp giấy,Dân cư\n"));
	knowledge_day(k, 5);
	assert_ok(k, csv(k, "Mã,Tên,Lĩnh vực,Hiệu lực từ\n1.000001,Cấp giấy,Hộ tịch,21/11/2026\n"));
	assert_int_equal(k->counts.unchanged, 1);
	assert_ok(k, csv(k, "Mã,Tên,Lĩnh vực,Hiệu lực từ\n1.000001,Cấp thẻ,Hộ tịch,21/11/2026\n"));
	assert_string_equal(
		buf_text(&told), "2 changed 1.000001 [name: Cấp giấy > Cấp thẻ] [field: Dân cư > Hộ tịch]\n");
}

static void source_stays_until_another_is_named(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, "{\"code\":\"1.000001\",\"name\":\"a\",\"source\":\"Sở\","
					     "\"source_date\":\"2026-07-01\"}\n"),
		OK);
	knowledge_day(k, 1);
	assert_ok(k, csv(k, "Mã,Tên\n1.000001,b\n"));
	assert_string_equal(
		knowledge_sql(k, "SELECT source || source_date FROM version WHERE valid_to IS NULL"),
		"Sở2026-07-01");
	knowledge_day(k, 2);
	assert_ok(k, csv(k, "Mã,Tên,Nguồn\n1.000001,c,UBND\n"));
	assert_string_equal(knowledge_sql(k, "SELECT source FROM version WHERE valid_to IS NULL"), "UBND");
}

static void import_for_a_later_day_is_planned(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, WHOLE), OK);
	k->options.valid_from = "2027-01-01";
	assert_ok(k, csv(k, "Mã,Tên\n1.000001,Cấp giấy mới\n"));
	assert_string_equal(
		knowledge_sql(k,
			"SELECT group_concat(valid_from || ' ' || ifnull(valid_to, '-'), ', ') FROM version"),
		"2026-11-21 2027-01-01, 2027-01-01 -");
	k->options.valid_from = "2027-13-01";
	assert_int_equal(csv(k, "Mã,Tên\n1.000001,x\n"), ERR_FORMAT);
	assert_said(k->why.text, "không phải là một ngày");
}

static void ended_rows_are_told(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, WHOLE), OK);
	knowledge_day(k, 1);
	assert_ok(k, csv(k, "Mã,Tên,Tình trạng\n1.000001,Cấp giấy,Bãi bỏ\n"));
	assert_int_equal(k->counts.ended, 1);
	assert_string_equal(buf_text(&told), "2 ended 1.000001 [change: Ban hành mới > Bãi bỏ]\n");
}

static void mapping_of_the_caller_stands_before_the_words(void **state)
{
	static const struct import_mapping mapping[] = {
		{"Ma so ho so noi bo", "code"}, {"Tên", ""}, {"Tiêu đề", "name"}};
	struct knowledge *k = *state;

	k->options.mapping = mapping;
	k->options.mapping_count = 3;
	assert_ok(k, csv(k, "Mã số hồ sơ nội bộ,Tên,Tiêu đề\n1.000001,khác,Cấp giấy\n"));
	assert_string_equal(knowledge_sql(k, BODY), "{\"code\":\"1.000001\",\"name\":\"Cấp giấy\"}");
}

static void rows_of_ways_of_asking_and_of_units_are_told_by_their_columns(void **state)
{
	struct knowledge *k = *state;

	assert_ok(k, csv(k, "Mã TTHC,Tên thường gọi,Cách hỏi\n\"1.000001, 1.000002\",Làm giấy,\"hỏi một\nhỏi "
			    "hai\"\n"));
	assert_int_equal(k->counts.asks_added, 6);
	assert_string_equal(
		buf_text(&told), "2 changed 1.000001 [everyday:  > Làm giấy] [ask:  > hỏi một\nhỏi hai]\n");
	assert_ok(k, csv(k, "Mã đơn vị,Tên,Loại đơn vị,Mã tỉnh,Hợp thành từ\n01,Hà Nội,thành phố,,Hà "
			    "Nội\n00004,Ba Đình,phường,01,\n"));
	assert_int_equal(k->counts.added, 2);
	assert_ok(k, csv(k, "Đơn vị cũ,Tên cũ,Loại đơn vị cũ,Mã đơn vị mới\nPhường Quán Thánh,Quán "
			    "Thánh,phường,00004\n"));
	assert_int_equal(k->counts.added, 1);
	assert_string_equal(
		knowledge_sql(k, "SELECT province || type FROM unit WHERE code = '00004'"), "01phường");
}

static void unit_says_only_what_it_has_a_column_for(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, WHOLE), OK);
	assert_ok(k, csv(k, "Mã đơn vị,Tên,Loại đơn vị,Mã tỉnh,Hợp thành từ\n01,Hà Nội,thành phố,,Hà "
			    "Nội\n00004,Ba Đình,phường,01,\n"));
	k->options.unit = "00004";
	assert_ok(k, csv(k, "Mã,Địa chỉ tiếp nhận\n1.000001,Số 1\n"));
	assert_string_equal(knowledge_sql(k, "SELECT inherits || body FROM version WHERE unit = '00004'"),
		"1{\"address\":\"Số 1\"}");
	assert_string_equal(buf_text(&told), "2 changed 1.000001 [address:  > Số 1]\n");
	assert_ok(k, again(k));
	assert_int_equal(k->counts.unchanged, 1);
	knowledge_assert_index(k);
}

static void rows_become_drafts_in_review(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, WHOLE), OK);
	k->options.as_drafts = true;
	assert_ok(k, csv(k, "Mã,Tên\n1.000001,Cấp giấy mới\n1.000002,Khác\n"));
	assert_int_equal(k->counts.changed, 1);
	assert_int_equal(k->counts.added, 1);
	assert_string_equal(knowledge_sql(k, "SELECT group_concat(record || state || change || valid_from || "
					     "ifnull(base, ''), ', ')"
					     " FROM version"),
		"1.000001publishednew2026-11-21, 1.000001reviewamended1, 1.000002reviewnew");
	assert_int_equal(again(k), ERR_FORMAT);
	assert_string_equal(k->refusals[0],
		"2: : there is a draft of this record already: publish it or give it up first");
	assert_ok(k, csv(k, "Mã,Tên,Lĩnh vực\n1.000001,Cấp giấy,Hộ tịch\n"));
	assert_int_equal(k->counts.unchanged, 1);
	knowledge_assert_index(k);
}

static void refused_row_refuses_all_and_names_its_cell(void **state)
{
	static const struct {
		const char *cells, *refusal, *vietnamese;
	} rows[] = {
		{"1.000001,a,2026,,,,", "C2: valid_from: must be a day like 21/11/2026", "ngày có thật"},
		{"1.000001,a,31/02/2026,,,,", "C2: valid_from: must be a day like 21/11/2026",
			"ngày có thật"},
		{"1.000001,a,,5,,,",
			"D2: submission.time_limit: \"5\" says no unit: write 5 ngày làm việc, 70.000 đồng",
			"đơn vị"},
		{"1.000001,a,,,70,,",
			"E2: submission.fee: \"70\" says no unit: write 5 ngày làm việc, 70.000 đồng",
			"đơn vị"},
		{"1.000001,a,,,,email,", "F2: submission: must be trực tiếp, trực tuyến or bưu chính",
			"trực tiếp"},
		{"1.000001,a,,,,,huyện", "G2: level: holds a word that is not known here", "bộ, tỉnh, xã"},
		{"1.000001,,,,,,xã", "B2: name: is missing", "Còn trống"},
		{",a,,,,,xã", "A2: code: neither code nor id is there", "Thiếu mã"},
		{"1.000001,\xC2\xA7\xC2\xA8ng k\xC3\xBD gi\xC2\xB8,,,,,",
			"B2: name: is typed with a font of the old encoding TCVN3 (.VnTime): change it to "
			"Unicode",
			"Unicode"},
	};
	struct knowledge *k = *state;
	char text[1024];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(text, sizeof text,
			"Mã,Tên,Hiệu lực từ,Thời hạn,Phí,Hình thức nộp,Cấp\n%s\n1.000009,x,,,,,\n",
			rows[i].cells);
		assert_row_refused(k, csv(k, text), rows[i].refusal, rows[i].vietnamese);
	}
	assert_row_refused(k, csv(k, "Mã,Tên\n1.000001,a\n1.000001,b\n"),
		"A3: code: stands twice in this import", "dòng khác");
	assert_row_refused(
		k, csv(k, "Mã,Tên\n1.000001,\"a\n"), "2: : opens a quote that is never closed", "ngoặc kép");
}

/* --- Files that are none --------------------------------------------------------------------------------- */

static void what_is_no_table_is_told(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *english, *vietnamese;
	} files[] = {
		{"", 0, "it is empty", "trống"},
		{" \r\n", 3, "it is empty", "trống"},
		{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 W\0o\0r\0k\0b\0o\0o\0k", 24, "old Excel file", ".xlsx"},
		{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 41,
			"password", "mật khẩu"},
		{"\xFF\xFEM\0a\0", 6, "UTF-16", "UTF-16"},
		{"\xFE\xFF\0M\0a", 6, "UTF-16", "UTF-16"},
		{"%PDF-1.4 x", 10, "PDF", "PDF"},
		{"\n<html><table>", 14, "web page", "trang web"},
		{"{\\rtf1 x}", 9, "RTF", "văn bản"},
		{"M\0a\0,\0", 6, "neither .xlsx nor CSV", "Không nhận ra"},
		{"PK\3\4 and nothing else", 21, "damaged or was not copied whole", "hỏng"},
		{"M\xE3,T\xEAn\n1.000001,Ph\xED \xF0\xE3ng k\xFD\n", 28, "Windows-1258", "Windows-1258"},
		{"M\xB7,T\xAAn\n1.000001,\xA7\xA8ng k\xFD \xAE\xCAt\n", 28, "TCVN3", "TCVN3"},
		{"Ma,Ten,Ten TTHC\n1,2,3\n", 22, "columns B and C are both \"Tên\"", "Cột B và cột C"},
		{"a,b\nc,d\n", 8, "none of its first 30 rows", "dòng tiêu đề"},
		{"Ma,Ngay\n1,2\n", 12, "none of its first 30 rows", "\"Mã thủ tục\""},
	};
	struct knowledge *k = *state;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		enum err err = knowledge_import_table(k, files[i].bytes, files[i].len);

		assert_file_refused(k, err, files[i].english, files[i].vietnamese);
		assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM version"), "0");
	}
}

static void mended_cells_are_read_in_the_place_of_the_files(void **state)
{
	struct knowledge *k = *state;
	static const char table[] =
		"Mã,Tên,Phí trực tiếp\n1.000001,Cấp giấy,7\n,Thiếu mã,Miễn phí\n1.000003,x,5 đồng\n";
	static const struct import_mend mends[] = {{"", 2, "C", "7.000 đồng"}, {"", 3, "A", "1.000002"},
		{"", 4, "", ""}, {"B", 4, "B", "other sheet"}, {"", 3, "ZZ", "no such column"}};

	assert_int_equal(csv(k, table), ERR_FORMAT);
	assert_int_equal(k->counts.refused, 2);
	k->options.mends = mends;
	k->options.mend_count = sizeof mends / sizeof *mends;
	assert_ok(k, again(k));
	assert_int_equal(k->counts.added, 2);
	assert_int_equal(k->counts.skipped, 1);
	assert_string_equal(buf_text(&told), "2 added 1.000001\n3 added 1.000002\n4 skipped \n");
	assert_non_null(strstr(knowledge_sql(k, BODY), "7.000 đồng"));
	k->options.mends = NULL;
	k->options.mend_count = 0;
}

static void file_beyond_the_ceiling_is_refused(void **state)
{
	struct knowledge *k = *state;
	FILE *file = fopen(k->table, "w");

	assert_non_null(file);
	for (int i = 0; i < 1000; i++)
		fputs("Mã,Tên\n", file);
	assert_int_equal(fseek(file, (64L << 20) + 1, SEEK_SET), 0);
	putc('\n', file);
	fclose(file);
	assert_file_refused(k, again(k), "larger than 64 MB", "64 MB");
}

static void row_beyond_the_ceiling_is_refused_and_the_rest_is_checked(void **state)
{
	struct knowledge *k = *state;
	size_t len = (size_t)3 << 20;
	char *text = malloc(len + 100);

	assert_non_null(text);
	memset(text, 'a', len);
	memcpy(text, "Ma,Ten\n1.000001,", 16);
	strcpy(text + len, "\n1.000002,b\n,c\n");
	assert_int_equal(csv(k, text), ERR_FORMAT);
	assert_int_equal(k->counts.rows, 3);
	assert_string_equal(k->refusals[0], "2: : is longer than 1048576 bytes");
	assert_int_equal(k->counts.refused, 1);
	assert_int_equal(k->counts.skipped, 1);
	free(text);
}

/* --- Workbooks -------------------------------------------------------------------------------------------- */

#define SHEET_HEAD                                                                                           \
	"<row r=\"3\"><c r=\"B3\" t=\"s\"><v>0</v></c><c r=\"C3\" t=\"s\"><v>1</v></c><c r=\"D3\" "          \
	"t=\"inlineStr\"><is><t>Hiệu lực từ</t></is></c>"                                              \
	"<c r=\"E3\" t=\"str\"><v>Lĩnh vực</v></c><c r=\"F3\" t=\"inlineStr\"><is><t>Lệ "               \
	"phí</t></is></c></row>"
#define STRINGS                                                                                              \
	"<si><t>Mã TTHC</t></si><si><r><rPr><b/></rPr><t>Tên</t></r><r><t xml:space=\"preserve\"> thủ "  \
	"tục</t></r><rPh sb=\"0\" eb=\"1\"><t>đọc</t></rPh></si>"                                       \
	"<si><t>Cấp giấy_x000D_</t></si>"
#define STYLES                                                                                               \
	"<styleSheet" WORKBOOK_NS                                                                            \
	"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"dd\\/mm\\/yyyy;@\"/></numFmts>"         \
	"<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf "                \
	"numFmtId=\"164\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"

static void cells_of_all_kinds_are_read(void **state)
{
	struct knowledge *k = *state;

	workbook_write(k->table,
		"<sheetData><row r=\"1\"><c r=\"B1\" t=\"inlineStr\"><is><t>DANH "
		"MỤC</t></is></c></row>" SHEET_HEAD "<row r=\"4\"><c r=\"B4\"><v>1.0001</v></c><c r=\"C4\" "
		"t=\"s\"><v>2</v></c><c r=\"D4\" s=\"1\"><v>46204</v></c>"
		"<c r=\"E4\" t=\"inlineStr\"><is><t>Hộ tịch</t></is></c><c "
		"r=\"F4\"><f>7*10000</f><v>70000</v></c></row>"
		"<row r=\"5\" hidden=\"1\"><c r=\"B5\" t=\"inlineStr\"><is><t>1.000002</t></is></c><c "
		"r=\"C5\" t=\"inlineStr\"><is><t>Hai</t></is></c>"
		"<c r=\"D5\" t=\"inlineStr\"><is><t>01/07/2026</t></is></c></row>"
		"<row r=\"9\"><c r=\"B9\" t=\"str\"><f>\"1.\"&amp;\"000003\"</f><v>1.000003</v></c><c "
		"r=\"C9\" t=\"inlineStr\"><is><t>Ba</t></is></c>"
		"<c r=\"D9\"><v>46204</v></c><c r=\"F9\" t=\"inlineStr\"><is><t>Miễn "
		"phí</t></is></c></row></sheetData>"
		"<mergeCells><mergeCell ref=\"E4:E5\"/><mergeCell ref=\"B1:F1\"/></mergeCells>",
		STRINGS, STYLES);
	assert_ok(k, again(k));
	assert_string_equal(
		buf_text(&told), "S!4 added 1.000100\nS!5 added hidden 1.000002\nS!9 added 1.000003\n");
	assert_string_equal(knowledge_sql(k, "SELECT group_concat(record || valid_from || body, ' ') FROM "
					     "(SELECT * FROM version ORDER BY record)"),
		"1.0000022026-07-01{\"code\":\"1.000002\",\"name\":\"Hai\",\"field\":\"Hộ tịch\"} "
		"1.0000032026-07-01{\"code\":\"1.000003\",\"name\":\"Ba\",\"submission\":[{\"fee\":\"Miễn "
		"phí\"}]} "
		"1.0001002026-07-01{\"code\":\"1.000100\",\"name\":\"Cấp giấy\",\"field\":\"Hộ "
		"tịch\",\"submission\":[{\"fee\":\"70.000 đồng\"}]}");
}

static void headers_in_two_rows_are_one(void **state)
{
	struct knowledge *k = *state;

#define TEXT(ref, text) "<c r=\"" ref "\" t=\"inlineStr\"><is><t>" text "</t></is></c>"
	workbook_write(k->table,
		"<sheetData><row r=\"1\">" TEXT("A1", "Mã") TEXT("B1", "Tên") TEXT("C1",
			"Phí, lệ phí") "</row>"
				       "<row r=\"2\">" TEXT("C2", "Trực tiếp") TEXT("D2",
					       "Trực tuyến (nghìn đồng)") "</row>"
									  "<row r=\"3\">" TEXT(
										  "A3", "1.000001") TEXT("B3",
										  "a") TEXT("C3",
										  "Miễn phí") "<c "
											      "r=\"D3\"><v>8<"
											      "/v></c></"
											      "row></"
											      "sheetData>"
											      "<mergeCells><"
											      "mergeCell "
											      "ref=\"A1:A2\"/"
											      "><mergeCell "
											      "ref=\"B1:B2\"/"
											      "><mergeCell "
											      "ref=\"C1:D1\"/"
											      "></"
											      "mergeCells>",
		NULL, NULL);
	assert_ok(k, again(k));
	assert_string_equal(knowledge_sql(k, BODY), "{\"code\":\"1.000001\",\"name\":\"a\",\"submission\":[{"
						    "\"mode\":\"trực tiếp\",\"fee\":\"Miễn phí\"},"
						    "{\"mode\":\"trực tuyến\",\"fee\":\"8.000 đồng\"}]}");
}

static void visible_sheets_with_known_headers_are_read(void **state)
{
	static const char *const notes[] = {"Cách điền\tGhi chú", "x\ty", NULL};
	static const char *const first[] = {"Mã\tTên", "1.000001\ta", NULL};
	static const char *const hidden[] = {"Mã\tTên", "1.000001\tb", NULL};
	struct knowledge *k = *state;

	workbook_of_rows(k->table, notes, first, hidden);
	assert_ok(k, again(k));
	assert_string_equal(buf_text(&told), "A!0 skipped \nB!2 added 1.000001\n");
	k->options.sheet = "C";
	knowledge_day(k, 1);
	assert_ok(k, again(k));
	assert_string_equal(buf_text(&told), "C!2 changed 1.000001 [name: a > b]\n");
	k->options.sheet = "D";
	assert_file_refused(k, again(k), "no sheet \"D\"", "\"D\"");
	k->options.sheet = NULL;
	workbook_of_rows(k->table, first, first, NULL);
	assert_int_equal(again(k), ERR_FORMAT);
	assert_string_equal(k->refusals[0], "B!A2: code: stands twice in this import");
	workbook_of_rows(k->table, notes, notes, first);
	assert_file_refused(k, again(k), "none of its first", "dòng tiêu đề");
}

static void cells_without_a_value_are_refused(void **state)
{
	struct knowledge *k = *state;

	workbook_write(k->table,
		"<sheetData>" SHEET_HEAD
		"<row r=\"4\"><c r=\"B4\" t=\"inlineStr\"><is><t>1.000001</t></is></c>"
		"<c r=\"C4\" t=\"e\"><v>#N/A</v></c></row></sheetData>",
		STRINGS, NULL);
	assert_row_refused(k, again(k), "S!C4: name: holds the error #N/A", "#N/A");
	workbook_write(k->table,
		"<sheetData>" SHEET_HEAD
		"<row r=\"4\"><c r=\"B4\" t=\"inlineStr\"><is><t>1.000001</t></is></c>"
		"<c r=\"C4\"><f>A1</f></c></row></sheetData>",
		STRINGS, NULL);
	assert_row_refused(k, again(k),
		"S!C4: name: is a formula without its result: open the file in a spreadsheet program and "
		"save it",
		"công thức");
}

static void document_types_and_entities_are_refused(void **state)
{
	static const char bomb[] =
		"<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><sst" WORKBOOK_NS
		"><si><t>&b;</t></si></sst>";
	static const char outside[] =
		"<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><worksheet" WORKBOOK_NS
		"><sheetData><row><c t=\"inlineStr\"><is><t>&a;</t></is></c></row></sheetData></worksheet>";
	const struct workbook_part parts[] = {
		{"xl/workbook.xml",
			"<workbook" WORKBOOK_NS
			"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
			0, NULL},
		{"xl/_rels/workbook.xml.rels",
			"<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"s.xml\"/>"
			"<Relationship Id=\"r2\" Type=\"x/sharedStrings\" Target=\"t.xml\"/></Relationships>",
			0, NULL},
		{"xl/s.xml", outside, 0, NULL},
		{"xl/t.xml", bomb, 0, NULL},
	};
	struct knowledge *k = *state;

	workbook_zip(k->table, parts, 4);
	assert_file_refused(k, again(k), "declares a document type", "không an toàn");
	workbook_zip(k->table, parts, 3);
	assert_file_refused(k, again(k), "declares a document type", "không an toàn");
}

static void zip_bombs_are_refused(void **state)
{
	struct knowledge *k = *state;
	size_t len = (size_t)32 << 20;
	char *sheet = malloc(len + 1);

	assert_non_null(sheet);
	memset(sheet, ' ', len);
	sheet[len] = '\0';
	workbook_write(k->table, sheet, NULL, NULL);
	assert_file_refused(k, again(k), "packed like a zip bomb", "nén bất thường");
	free(sheet);
}

static void password_and_other_archives_are_told(void **state)
{
	const struct workbook_part locked[] = {{"xl/workbook.xml", "<workbook/>", 0, "mật"}};
	const struct workbook_part others[][1] = {{{"xl/workbook.bin", "x", 0, NULL}},
		{{"word/document.xml", "x", 0, NULL}}, {{"content.xml", "x", 0, NULL}},
		{{"a.txt", "x", 0, NULL}}, {{"xl/workbook.xml", "<workbook><she", 0, NULL}},
		{{"xl/workbook.xml", "<workbook/>", 0, NULL}}};
	static const char *const says[][2] = {{".xlsb", ".xlsb"}, {"Word", "Word"}, {".ods", ".ods"},
		{"no spreadsheet", "tệp nén"}, {"damaged", "hỏng"},
		{"no sheet with cells", "không có trang"}};
	struct knowledge *k = *state;

	workbook_zip(k->table, locked, 1);
	assert_file_refused(k, again(k), "password", "mật khẩu");
	for (size_t i = 0; i < 6; i++) {
		workbook_zip(k->table, others[i], 1);
		assert_file_refused(k, again(k), says[i][0], says[i][1]);
	}
}

/* Cut at any length it is refused as a whole, or reads as it was. */
static void workbook_cut_short_is_refused(void **state)
{
	static const char *const rows[] = {"Mã\tTên", "1.000001\ta", NULL};
	struct knowledge *k = *state;
	char bytes[8192];
	size_t len;
	FILE *file;

	workbook_of_rows(k->table, rows, NULL, NULL);
	file = fopen(k->table, "r");
	assert_non_null(file);
	len = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	assert_true(len > 1000 && len < sizeof bytes);
	for (size_t cut = 4; cut < len; cut += 37) {
		assert_int_equal(knowledge_import_table(k, bytes, cut), ERR_FORMAT);
		assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM version"), "0");
	}
}

/* --- Before the import ------------------------------------------------------------------------------------ */

static void templates_are_read_as_they_come(void **state)
{
	static const char *const kinds[] = {
		"procedure", "hotline", "office", "guide", "faq", "asks", "unit", "old_unit"};
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, "{\"level\":\"tỉnh\",\"code\":\"01\",\"name\":\"Hà "
					     "Nội\",\"type\":\"thành phố\",\"formed_from\":[\"Hà Nội\"]}\n"),
		OK);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		for (enum export_format format = EXPORT_CSV; format <= EXPORT_XLSX; format++) {
			FILE *out = fopen(k->table, "w");

			assert_non_null(out);
			assert_int_equal(export_template(format, kinds[i], out, &k->why), OK);
			fclose(out);
			assert_ok(k, again(k));
			assert_int_equal(k->counts.rows, 1);
			assert_int_equal(k->counts.added + k->counts.asks_added > 0, format == EXPORT_CSV);
		}
	}
	assert_int_equal(export_template(EXPORT_JSONL, NULL, stdout, &k->why), ERR_FORMAT);
	assert_int_equal(export_template(EXPORT_CSV, "x", stdout, &k->why), ERR_FORMAT);
}

static void look_says_what_each_column_is(void **state)
{
	static const char *const notes[] = {"Cách điền\tGhi chú", NULL};
	static const char *const rows[] = {
		"DANH MỤC", "STT\tMã TTHC\tTên\tCột lạ", "1\t1.000001\tCấp giấy\tx", NULL};
	struct knowledge *k = *state;
	struct sheet_look look;
	struct arena a;

	arena_init(&a, 1 << 20);
	workbook_of_rows(k->table, notes, rows, rows);
	assert_int_equal(sheet_look(&a, k->table, NULL, NULL, 0, &look, &k->why), OK);
	assert_string_equal(look.format, "xlsx");
	assert_int_equal(look.sheet_count, 3);
	assert_true(look.sheets[2].hidden && !look.sheets[1].hidden);
	assert_string_equal(look.sheet, "B");
	assert_int_equal(look.row, 2);
	assert_int_equal(look.column_count, 4);
	assert_string_equal(look.columns[1].member, "code");
	assert_string_equal(look.columns[1].letters, "B");
	assert_string_equal(look.columns[2].samples[0], "Cấp giấy");
	assert_string_equal(look.columns[3].member, "");
	assert_int_equal(sheet_look(&a, k->table, "A", NULL, 0, &look, &k->why), OK);
	assert_int_equal(look.row, 0);
	assert_string_equal(look.columns[0].header, "Cách điền");
	assert_int_equal(sheet_look(&a, k->table, "x", NULL, 0, &look, &k->why), ERR_FORMAT);
	arena_release(&a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(headers_are_known_as_offices_write_them),
		TEST(separators_quotes_and_line_ends_are_read),
		TEST(codes_and_days_are_put_right),
		TEST(text_in_parts_of_letters_is_composed),
		TEST(members_without_a_column_stay_and_empty_cells_clear),
		TEST(first_day_copied_from_the_former_version_is_no_day_of_the_change),
		TEST(old_table_is_held_against_what_holds_now),
		TEST(source_stays_until_another_is_named),
		TEST(import_for_a_later_day_is_planned),
		TEST(ended_rows_are_told),
		TEST(mapping_of_the_caller_stands_before_the_words),
		TEST(rows_of_ways_of_asking_and_of_units_are_told_by_their_columns),
		TEST(unit_says_only_what_it_has_a_column_for),
		TEST(rows_become_drafts_in_review),
		TEST(refused_row_refuses_all_and_names_its_cell),
		TEST(what_is_no_table_is_told),
		TEST(mended_cells_are_read_in_the_place_of_the_files),
		TEST(file_beyond_the_ceiling_is_refused),
		TEST(row_beyond_the_ceiling_is_refused_and_the_rest_is_checked),
		TEST(cells_of_all_kinds_are_read),
		TEST(headers_in_two_rows_are_one),
		TEST(visible_sheets_with_known_headers_are_read),
		TEST(cells_without_a_value_are_refused),
		TEST(document_types_and_entities_are_refused),
		TEST(zip_bombs_are_refused),
		TEST(password_and_other_archives_are_told),
		TEST(workbook_cut_short_is_refused),
		TEST(templates_are_read_as_they_come),
		TEST(look_says_what_each_column_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
