#include "daemon/base/mask.h"
#include "daemon/base/text.h"
#include "tests/support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
	const char *text, *want; /* want NULL: stays as it is */
};

static unsigned check(const struct row *rows, size_t count)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < count; i++) {
		const char *want = rows[i].want ? rows[i].want : rows[i].text, *got;
		struct arena a;
		unsigned masked;

		arena_init(&a, 1 << 20);
		assert_int_equal(mask_text(&a, rows[i].text, &got, &masked), OK);
		if (strcmp(got, want) != 0 || (masked > 0) != (rows[i].want != NULL)) {
			print_error("%s\n  want %s\n  got  %s (%u)\n", rows[i].text, want, got, masked);
			wrong++;
		}
		arena_release(&a);
	}
	return wrong;
}

#define CHECK(rows) assert_int_equal(check(rows, sizeof rows / sizeof *rows), 0)

static void identity_numbers_are_masked(void **state)
{
	static const struct row rows[] = {
		{"CCCD của tôi là 001099012345", "CCCD của tôi là [số định danh]"},
		{"cccd 001 099 012 345 nhé", "cccd [số định danh] nhé"},
		{"so can cuoc: 0010.9901.2345", "so can cuoc: [số định danh]"},
		{"căn cước 001-099-012-345", "căn cước [số định danh]"},
		{"cccd 0 0 1 0 9 9 0 1 2 3 4 5", "cccd [số định danh]"},
		{"001099012345", "[số định danh]"},
		{"em tên Lan 036188001234 quê Nam Định", "em tên Lan [số định danh] quê Nam Định"},
		{"cmnd 123456789 cấp ngày 12/05/2010", "cmnd [số định danh] cấp ngày 12/05/2010"},
		{"CMND số 123.456.789", "CMND số [số định danh]"},
		{"chung minh thu 123 456 789 mat roi", "chung minh thu [số định danh] mat roi"},
		{"chứng minh nhân dân cũ: 012345678", "chứng minh nhân dân cũ: [số định danh]"},
		{"cmnd123456789", "cmnd[số định danh]"},
		{"cmnd 123456789 hộ khẩu Hà Nội", "cmnd [số định danh] hộ khẩu Hà Nội"},
		{"123456789 k biết còn hạn không", "[số định danh] k biết còn hạn không"},
		{"hộ chiếu B1234567 hết hạn", "hộ chiếu B[số định danh] hết hạn"},
		{"passport C12345678", "passport C[số định danh]"},
		{"bằng lái 790123456789 bị mất", "bằng lái [số định danh] bị mất"},
		{"mã định danh của con 001323012345", "mã định danh của con [số định danh]"},
		{"số cccd vợ tôi 001190012345, của tôi 001088012345",
			"số cccd vợ tôi [số định danh], của tôi [số định danh]"},
	};

	(void)state;
	CHECK(rows);
}

static void phone_numbers_are_masked(void **state)
{
	static const struct row rows[] = {
		{"sđt 0912345678", "sđt [điện thoại]"},
		{"gọi tôi 0912 345 678", "gọi tôi [điện thoại]"},
		{"0912.345.678", "[điện thoại]"},
		{"0912-345-678 chị Hoa", "[điện thoại] chị Hoa"},
		{"09 12 34 56 78", "[điện thoại]"},
		{"lh 0 912 345 678", "lh [điện thoại]"},
		{"+84912345678", "[điện thoại]"},
		{"+84 912 345 678", "[điện thoại]"},
		{"(+84) 912 345 678", "[điện thoại]"},
		{"+84 (0) 912 345 678", "[điện thoại]"},
		{"84912345678", "[điện thoại]"},
		{"0084 912345678", "[điện thoại]"},
		{"số bàn 024 3825 1234", "số bàn [điện thoại]"},
		{"(024) 3825 1234", "[điện thoại]"},
		{"(0912345678)", "([điện thoại])"},
		{"02203 825 123", "[điện thoại]"},
		{"0220.3825.123 là của xã", "[điện thoại] là của xã"},
		{"dt nha 38251234", "dt nha [điện thoại]"},
		{"số cũ 01234567890", "số cũ [điện thoại]"},
		{"sdt0386123456", "sdt[điện thoại]"},
		{"0386123456zalo", "[điện thoại]zalo"},
		{"sinh năm 1990 0912345678", "sinh năm 1990 [điện thoại]"},
		{"năm 2024. 0912345678 là số em", "năm 2024. [điện thoại] là số em"},
		{"0912345678 0987654321", "[điện thoại] [điện thoại]"},
		{"0912 345 678 5 ngày rồi", "[điện thoại] 5 ngày rồi"},
		{"ngày 01.02.2024 0912.345.678", "ngày 01.02.2024 [điện thoại]"},
		{"0912\xC2\xA0"
		 "345\xC2\xA0"
		 "678",
			"[điện thoại]"},
		{"0912–345–678", "[điện thoại]"},
		{"zalo 912345678", "zalo [điện thoại]"},
		{"mã hồ sơ 0912345678", "mã hồ sơ [điện thoại]"},
		{"phí 50.000 đồng, gọi 0912345678", "phí 50.000 đồng, gọi [điện thoại]"},
		{"tổ 15. 0912 345 678", "tổ 15. [điện thoại]"},
		{"0912  345    678", "[điện thoại]"},
		{"0912...345...678", "[điện thoại]"},
		{"#a0912345678", "#a[điện thoại]"},
		{"#tt:0912345678", "#tt:[điện thoại]"},
	};

	(void)state;
	CHECK(rows);
}

static void digits_of_other_scripts_and_unseen_gaps_hide_nothing(void **state)
{
	static const struct row rows[] = {
		{"gọi ０９１２３４５６７８ nhé", "gọi [điện thoại] nhé"},
		{"０９１２-345-678", "[điện thoại]"},
		{"٠٩١٢٣٤٥٦٧٨", "[điện thoại]"},
		{"០៩១២៣៤៥៦៧៨", "[điện thoại]"},
		{"⓪⑨①②③④⑤⑥⑦⑧", "[điện thoại]"},
		{"𝟎𝟗𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "[điện thoại]"},
		{"0️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "[điện thoại]"},
		{"cccd 0012\u200b0300\u200b4567", "cccd [số định danh]"},
		{"09\u00ad12345678", "[điện thoại]"},
		{"0912\u2011345\u2011678", "[điện thoại]"},
		{"0912—345—678", "[điện thoại]"},
		{"0912\u2009345\u202f678", "[điện thoại]"},
		{"0912•345•678", "[điện thoại]"},
		{"giai đoạn xin chào – 😀 “khai sinh”", NULL},
	};

	(void)state;
	CHECK(rows);
}

static void commas_slashes_and_lines_hide_nothing(void **state)
{
	static const struct row rows[] = {
		{"sđt 0912,345,678", "sđt [điện thoại]"},
		{"0912, 345, 678 nhé", "[điện thoại] nhé"},
		{"0912/345/678", "[điện thoại]"},
		{"0912 / 345 / 678", "[điện thoại]"},
		{"0912_345_678", "[điện thoại]"},
		{"0912\n345\n678", "[điện thoại]"},
		{"số em 0912\r\n345 678", "số em [điện thoại]"},
		{"0,9,1,2,3,4,5,6,7,8", "[điện thoại]"},
		{"0/9/1/2/3/4/5/6/7/8", "[điện thoại]"},
		{"0\n9\n1\n2\n3\n4\n5\n6\n7\n8", "[điện thoại]"},
		{"09,12,34,56,78", "[điện thoại]"},
		{"+84,912,345,678", "[điện thoại]"},
		{"0912:345:678", "[điện thoại]"},
		{"0912;345;678", "[điện thoại]"},
		{"0912*345*678", "[điện thoại]"},
		{"001,099,012,345", "[số định danh]"},
		{"cccd 001099/012345", "cccd [số định danh]"},
		{"cccd 0010\n9901\n2345", "cccd [số định danh]"},
		{"cmnd 123,456,789", "cmnd [số định danh]"},
		{"stk 1023,456,789 vietcombank", "stk [số tài khoản] vietcombank"},
		{"0912345678, 0987654321", "[điện thoại], [điện thoại]"},
		{"0912345678/0987654321", "[điện thoại]/[điện thoại]"},
		{"phí 1,200,000 đồng hay 1,500,000", NULL},
		{"mức 500,000 / 200,000 / 100,000", NULL},
		{"150,000,000", NULL},
		{"05/06/2024, 07/08/2024", NULL},
		{"từ 03/04/2024 đến 05/06/2024", NULL},
		{"ngày 05/06, 07/08, 09/10 và 11/12", NULL},
		{"nghỉ 30/4,1/5,2/9", NULL},
		{"nộp 03/2024, 05/2024, 07/2024", NULL},
		{"60/2014/QĐ-TTg, 123/2015/NĐ-CP, 04/2020/TT-BTP", NULL},
		{"thủ tục 1.001193, 2.000815, 1.004194", NULL},
		{"1.001193\n2.000815\n1.004194", NULL},
		{"gọi 113,114,115", NULL},
		{"gọi 113/114/115", NULL},
		{"tổng đài 1900,1234", NULL},
		{"lớp 10, 11, 12 năm 2023, 2024, 2025", NULL},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n10", NULL},
		{"1,2,3,4,5,6,7,8,9,10", NULL},
		{"thửa 120, 121, 122 tờ 05, diện tích 120,5 m2", NULL},
		{"số nhà 12/34/56 ngõ 7/8", NULL},
		{"0,5% hay 1,5%", NULL},
		{"8:00:00 đến 11:30:00, 13:30 đến 17:00", NULL},
		{"tỷ lệ 1/500, 1/2000, 1/5000", NULL},
	};

	(void)state;
	CHECK(rows);
}

static void numbers_in_words_are_numbers(void **state)
{
	static const struct row rows[] = {
		{"không chín một hai ba bốn năm sáu bảy tám", "[điện thoại]"},
		{"gọi em khong chin mot hai ba bon nam sau bay tam nha", "gọi em [điện thoại] nha"},
		{"Không chín một, hai ba bốn, năm sáu bảy tám", "[điện thoại]"},
		{"không chín một hai 345 678", "[điện thoại]"},
		{"số là 09 một hai ba bốn năm sáu bảy tám", "số là [điện thoại]"},
		{"không-chín-một-hai-ba-bốn-năm-sáu-bảy-tám", "[điện thoại]"},
		{"cccd không không một không chín chín không một hai ba bốn năm", "cccd [số định danh]"},
		{"không ba sáu một tám tám không không một hai ba bốn", "[số định danh]"},
		{"stk một không hai ba bốn năm sáu bảy tám chín", "stk [số tài khoản]"},
		{"nhà em có năm sáu bảy con", NULL},
		{"một hai ba bốn năm sáu bảy tám chín mười", NULL}, /* counting */
		{"không năm một không", NULL},
		{"ba ba em năm mươi tám tuổi", NULL},
		{"hai mươi ba tháng bảy năm hai nghìn không trăm linh chín", NULL},
		{"em không có ba một năm nay rồi", NULL},
	};

	(void)state;
	CHECK(rows);
}

static void accounts_taxes_and_insurance_are_masked(void **state)
{
	static const struct row rows[] = {
		{"stk 0123456789 vietcombank", "stk [số tài khoản] vietcombank"},
		{"số tài khoản của tôi ở ngân hàng Vietcombank là 0071001234567",
			"số tài khoản của tôi ở ngân hàng Vietcombank là [số tài khoản]"},
		{"so tai khoan 1234 5678 90", "so tai khoan [số tài khoản]"},
		{"tk 123456 nh Agribank", "tk [số tài khoản] nh Agribank"},
		{"ck vào 19001234567", "ck vào [số tài khoản]"},
		{"stk 19001234", "stk [số tài khoản]"},
		{"stk 150.000.000", "stk [số tài khoản]"},
		{"thẻ 4111 1111 1111 1111", "thẻ [số tài khoản]"},
		{"9704361234567890123", "[số tài khoản]"},
		{"mst 0101234567", "mst [mã số thuế]"},
		{"mã số thuế 0312345678", "mã số thuế [mã số thuế]"},
		{"ma so thue 0101234567-001", "ma so thue [mã số thuế]"},
		{"0101234567-001", "[mã số thuế]"},
		{"mst 1900123456 ở Bạc Liêu", "mst [mã số thuế] ở Bạc Liêu"},
		{"MST: 8012345678", "MST: [mã số thuế]"},
		{"sổ bhxh 7916123456", "sổ bhxh [mã bảo hiểm]"},
		{"mã bảo hiểm xã hội 0116 123 456", "mã bảo hiểm xã hội [mã bảo hiểm]"},
		{"thẻ bhyt GD 4 79 79 12345678", "thẻ bhyt GD [mã bảo hiểm]"},
		{"GD4797912345678", "GD[mã bảo hiểm]"},
		{"stk 12345678 2 triệu", "stk [số tài khoản] 2 triệu"},
		{"1234567890 là số gì", "[mã số thuế] là số gì"},
		{"chuyển tiền vào 123456789 giúp em", "chuyển tiền vào [số định danh] giúp em"},
	};

	(void)state;
	CHECK(rows);
}

static void plates_are_masked(void **state)
{
	static const struct row rows[] = {
		{"29A-123.45", "[biển số]"},
		{"xe 51F1-12345", "xe [biển số]"},
		{"biển 29-B1 123.45", "biển [biển số]"},
		{"30K12345", "[biển số]"},
		{"30k12345 bị phạt nguội", "[biển số] bị phạt nguội"},
		{"bien so 29a 12345", "bien so [biển số]"},
		{"biển số xe 15A 1234", "biển số xe [biển số]"},
		{"59X1 123.45", "[biển số]"},
		{"29MĐ1-123.45", "[biển số]"},
		{"29Đ1 12345", "[biển số]"},
		{"80A-12345", "[biển số]"},
		{"29LD-12345", "[biển số]"},
		{"51F112345", "[biển số]"},
		{"bks 34B 67890", "bks [biển số]"},
		{"89C - 123.45", "[biển số]"},
	};

	(void)state;
	CHECK(rows);
}

static void addresses_are_masked(void **state)
{
	static const struct row rows[] = {
		{"lan.nguyen@gmail.com", "[email]"},
		{"gửi kết quả về lan_90@yahoo.com.vn giúp em", "gửi kết quả về [email] giúp em"},
		{"mail 0912345678@gmail.com", "mail [email]"},
		{"(a@b.vn)", "([email])"},
		{"a@b.vn, c@d.vn.", "[email], [email]."},
		{"nguyễn@gmail.com", "[email]"},
		{"lan.nguyen @ gmail.com", "[email]"},
		{"lan_90@ gmail.com nhé", "[email] nhé"},
		{"gửi lan90 @gmail.com", "gửi [email]"},
		{"lan90@gmail . com", "[email]"},
		{"lan90 @ gmail . com . vn", "[email]"},
		{"lan90 @ gmail", "[email]"},
		{"họp 8h @ hội trường", NULL},
		{"hẹn gặp @ quán. cảm ơn", NULL},
		{"@ gmail.com", NULL},
	};

	(void)state;
	CHECK(rows);
}

static void public_numbers_stay(void **state)
{
	static const struct row rows[] = {
		{"Thủ tục khai sinh cần gì?", NULL},
		{"hồ sơ H19.8-241112-0003 đến đâu rồi", NULL},
		{"000.00.19.H26-240101-0001", NULL},
		{"mã h19.8-241112-0003", NULL},
		{"G22.99.01-250701-000123", NULL},
		{"thủ tục 1.004194", NULL},
		{"mã 2.000815 và 1.001193.000.00.00.H19", NULL},
		{"mã hồ sơ 123456789", NULL},
		{"số biên nhận 202411120003", NULL},
		{"Nghị định 123/2025/NĐ-CP", NULL},
		{"quyết định số 1234/QĐ-UBND ngày 12/11/2024", NULL},
		{"Luật 91/2025/QH15", NULL},
		{"phí 8.000 đồng", NULL},
		{"lệ phí 1.200.000 đồng", NULL},
		{"1.200.000đ", NULL},
		{"150.000.000 đồng", NULL},
		{"150 000 000 VNĐ", NULL},
		{"150000000 đồng", NULL},
		{"mức lương 150000000 một năm", NULL},
		{"giá trị 150.000.000", NULL},
		{"vốn 10.000.000.000", NULL},
		{"12.345.678.900", NULL},
		{"1,200,000,000 đồng", NULL},
		{"phạt 1.500.000.000 VND", NULL},
		{"500k", NULL},
		{"50k 12000 đồng", NULL},
		{"ngày 12/11/2024", NULL},
		{"12-11-2024 15:30", NULL},
		{"12.11.2024 15 30 20", NULL},
		{"01 02 2024 15 giờ", NULL},
		{"2024-11-12 08 30 00", NULL},
		{"sinh 1990", NULL},
		{"2020 2021 2022", NULL},
		{"gọi 113, 114, 115 hay 111", NULL},
		{"tổng đài 1022", NULL},
		{"1900 1234", NULL},
		{"gọi 19001234", NULL},
		{"1800 6999", NULL},
		{"1900 54 54 54", NULL},
		{"19009068 rồi", NULL},
		{"điều 12a 2024", NULL},
		{"mẫu 12b-2015", NULL},
		{"thửa 123 tờ 45 diện tích 120,5 m2", NULL},
		{"tổ 12 khu 3 phường 4", NULL},
		{"50m2 1000", NULL},
		{"từ 7h30 đến 11h30", NULL},
		{"mấy cái 1 2 3 4 5 6 7 8 9 10", NULL},
		{"@ubnd", NULL},
		{"giá @ 5", NULL},
		{"3 bản sao, 2 ảnh 4x6", NULL},
		{"Thông tư 12/2025/TT-BCA, mẫu CT01", NULL},
		{"", NULL},
	};

	(void)state;
	CHECK(rows);
}

static void text_without_digits_is_not_copied(void **state)
{
	const char *text = "đăng ký kết hôn", *masked;
	struct arena a;
	unsigned count = 7;

	(void)state;
	arena_init(&a, 0);
	assert_int_equal(mask_text(&a, text, &masked, &count), OK);
	assert_ptr_equal(masked, text);
	assert_int_equal(count, 0);
	arena_release(&a);
}

static void masking_twice_changes_nothing_more(void **state)
{
	const char *text = "cccd 001099012345, sđt 0912 345 678, 29A-123.45, a@b.vn", *once, *twice;
	struct arena a;
	unsigned count;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(mask_text(&a, text, &once, &count), OK);
	assert_int_equal(count, 4);
	assert_int_equal(mask_text(&a, once, &twice, &count), OK);
	assert_string_equal(once, twice);
	assert_int_equal(count, 0);
	arena_release(&a);
}

static void a_long_row_of_numbers_fits_and_is_masked(void **state)
{
	static char text[200001];
	const char *masked;
	struct arena a;
	unsigned count;

	(void)state;
	for (size_t i = 0; i + 7 < sizeof text; i += 7)
		memcpy(text + i, "1234 56", 7);
	arena_init(&a, 1 << 24);
	assert_int_equal(mask_text(&a, text, &masked, &count), OK);
	for (size_t i = 0; i + 8 < sizeof text; i += 8)
		memcpy(text + i, "tk123456", 8);
	assert_int_equal(mask_text(&a, text, &masked, &count), OK);
	assert_true(count > 0);
	arena_release(&a);
}

static void a_limit_never_falls_into_a_letter(void **state)
{
	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		char text[300] = "aaaa";
		const char *masked;
		struct arena a;

		text[shift] = '\0';
		for (int i = 0; i < 60; i++)
			strcat(text, "\xE1\xBB\x87");
		strcat(text, "@x.vn");
		arena_init(&a, 1 << 20);
		assert_int_equal(mask_text(&a, text, &masked, NULL), OK);
		assert_true(text_is_utf8(masked, strlen(masked)));
		arena_release(&a);
	}
}

static void broken_bytes_pass_through(void **state)
{
	static const struct row rows[] = {
		{"\xFF\xC3 0912345678 \xE1", "\xFF\xC3 [điện thoại] \xE1"},
		{"\xF0\x9F stk\xCC 123456", "\xF0\x9F stk\xCC [số tài khoản]"},
	};

	(void)state;
	CHECK(rows);
}

static void no_memory_is_reported(void **state)
{
	const char *masked = NULL;
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	fault_alloc_after(1);
	assert_int_equal(mask_text(&a, "0912345678", &masked, NULL), ERR_NOMEM);
	fault_alloc_after(0);
	assert_null(masked);
	assert_int_equal(mask_text(&a, "0912345678", &masked, NULL), OK);
	assert_string_equal(masked, "[điện thoại]");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identity_numbers_are_masked),
		cmocka_unit_test(phone_numbers_are_masked),
		cmocka_unit_test(digits_of_other_scripts_and_unseen_gaps_hide_nothing),
		cmocka_unit_test(commas_slashes_and_lines_hide_nothing),
		cmocka_unit_test(numbers_in_words_are_numbers),
		cmocka_unit_test(accounts_taxes_and_insurance_are_masked),
		cmocka_unit_test(plates_are_masked),
		cmocka_unit_test(addresses_are_masked),
		cmocka_unit_test(public_numbers_stay),
		cmocka_unit_test(text_without_digits_is_not_copied),
		cmocka_unit_test(masking_twice_changes_nothing_more),
		cmocka_unit_test(a_long_row_of_numbers_fits_and_is_masked),
		cmocka_unit_test(a_limit_never_falls_into_a_letter),
		cmocka_unit_test(broken_bytes_pass_through),
		cmocka_unit_test(no_memory_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
