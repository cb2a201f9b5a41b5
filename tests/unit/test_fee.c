#include "knowledge/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct expected {
	const char *text;
	int64_t amount;
	bool free, unclear;
};

static void check(const struct expected *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fee fee = fee_parse(rows[i].text);

		if (fee.amount_vnd != rows[i].amount || fee.free != rows[i].free ||
			fee.unclear != rows[i].unclear)
			fail_msg("\"%s\" gives %lld free=%d unclear=%d", rows[i].text,
				(long long)fee.amount_vnd, fee.free, fee.unclear);
	}
}

static void first_amount_in_dong_is_the_fee(void **state)
{
	static const struct expected rows[] = {
		{"20.000 đồng", 20000, false, false},
		{"20.000 đồng (Theo khoản 1 Điều 3 Thông tư số 172/2010/TT-BTC ngày 02/11/2010)", 20000,
			false, false},
		{"8.000 đồng/bản", 8000, false, false},
		{"40.000đồng/lần; cấp lại 20.000 đồng", 40000, false, false},
		{"Phí : 100000 VNĐ (nộp một lần)", 100000, false, false},
		{"50,000 vnđ /tờ khai", 50000, false, false},
		{"25.000đ/tem", 25000, false, false},
		{"250.000 đ/lần Đồng", 250000, false, false},
		{"02 triệu đồng/Giấy chứng nhận", 2000000, false, false},
		{"2,5 triệu đồng", 2500000, false, false},
		{"05 (năm) triệu đồng", 5000000, false, false},
		{"10 nghìn đồng", 10000, false, false},
		{"Miễn phí; 500.000 đồng (lệ phí)", 500000, false, false},
		{"Phí : 0 Đồng (công bố: 100.000 đồng/lần)", 100000, false, false},
		{"Kể từ ngày 01/7/2025 đến hết ngày 31/12/2026: 115.000 đồng/lần", 115000, false, false},
	};

	(void)state;
	check(rows, sizeof rows / sizeof *rows);
}

static void a_range_begins_with_its_lower_end(void **state)
{
	static const struct expected rows[] = {
		{"3.000.000-5.000.000 Đồng", 3000000, false, false},
		{"từ 20.000 đến 50.000 đồng", 20000, false, false},
		{"500.000 – 1.000.000 đồng", 500000, false, false},
	};

	(void)state;
	check(rows, sizeof rows / sizeof *rows);
}

static void free_is_what_the_portal_calls_free(void **state)
{
	static const struct expected rows[] = {
		{"Miễn phí", 0, true, false},
		{"miễn lệ phí.", 0, true, false},
		{"Không", 0, true, false},
		{"- Không có.", 0, true, false},
		{"Không thu phí", 0, true, false},
		{"0 đồng", 0, true, false},
		{"Miễn phí đối với hộ nghèo", -1, false, false},
		{"Không quy định", -1, false, false},
		{"Mức thu do Hội đồng nhân dân quyết định. Miễn lệ phí cho người khuyết tật.", -1, false,
			false},
	};

	(void)state;
	check(rows, sizeof rows / sizeof *rows);
}

static void an_amount_of_unknown_currency_is_unclear(void **state)
{
	static const struct expected rows[] = {
		{"5 (không rõ đơn vị tiền) (Đăng ký khai sinh)", -1, false, true},
		{"800 (không rõ đơn vị tiền); 100.000 đồng", -1, false, true},
		{"0", -1, false, true},
		{"200", -1, false, true},
		{"Mức phí giảm 20%: 1.600.000", -1, false, true},
		{"15000000/lần Đồng", -1, false, true},
		{"Từ 500000-150000000", -1, false, true},
		{"10.000.0000 đồng (cấp lần đầu)", -1, false, true},
	};

	(void)state;
	check(rows, sizeof rows / sizeof *rows);
}

static void other_numbers_are_no_fee(void **state)
{
	static const struct expected rows[] = {
		{NULL, -1, false, false},
		{"", -1, false, false},
		{"155 USD (thẻ có thời hạn 05 năm: 155 USD/thẻ)", -1, false, false},
		{"10USD/giấy", -1, false, false},
		{"Theo Thông tư số 172/2010/TT-BTC ngày 02/11/2010", -1, false, false},
		{"Ngày 30.6.2025, Điều 8 Nghị quyết 28", -1, false, false},
		{"75% mức thu phí cấp lần đầu", -1, false, false},
		{"20% của 11.000.000 đồng", -1, false, false},
		{"Tính theo giá trị, tối đa 10.000.000 đồng", -1, false, false},
		{"Giá trị giao dịch dưới 2,1 tỷ đồng", -1, false, false},
		{"Tàu từ 3.000 GT trở lên", -1, false, false},
		{"99999999999999999999 đồng", -1, false, false},
		{"9999999999999 triệu đồng", -1, false, false},
	};

	(void)state;
	check(rows, sizeof rows / sizeof *rows);
}

static void a_fee_names_the_last_day_it_holds(void **state)
{
	static const struct {
		const char *text, *day; /* NULL: none */
	} rows[] = {
		{"50.000 đồng; từ 01/7/2025 đến hết ngày 31/12/2026 thu bằng 50%", "2026-12-31"},
		{"Miễn phí từ ngày 07/4/2026 đến 30/6/2026", "2026-06-30"},
		{"đến ngày 1-2-2025 là 10.000 đồng, đến hết 31.12.2024 là 5.000 đồng", "2025-02-01"},
		{"từ 20.000 đến 50.000 đồng", NULL},
		{"đến hết ngày 45/13/2026", NULL},
		{"20.000 đồng (Thông tư ban hành ngày 31/12/2026)", NULL},
		{"đến", NULL},
		{"", NULL},
		{NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char day[11] = "";

		assert_int_equal(fee_last_day(rows[i].text, day), rows[i].day != NULL);
		assert_string_equal(day, rows[i].day ? rows[i].day : "");
	}
}

static void only_what_holds_on_the_day_is_left_of_a_fee(void **state)
{
	static const struct {
		const char *text, *as_of, *left; /* NULL: nothing holds any more */
	} rows[] = {
		{"8.000 đồng/bản", "2026-11-21", "8.000 đồng/bản"},
		{"50.000 đồng; từ 01/7/2025 đến hết 31/12/2026 thu bằng 50%", "2026-11-21",
			"50.000 đồng; từ 01/7/2025 đến hết 31/12/2026 thu bằng 50%"},
		{"50.000 đồng; từ 01/7/2025 đến hết 31/12/2026 thu bằng 50%", "2026-12-31",
			"50.000 đồng; từ 01/7/2025 đến hết 31/12/2026 thu bằng 50%"},
		{"50.000 đồng; từ 01/7/2025 đến hết 31/12/2026 thu bằng 50%", "2027-01-01", "50.000 đồng;"},
		{"2.000.000 đồng (mỗi lần (Miễn kể từ ngày 07/4/2026 đến 30/6/2026 theo Thông tư X))",
			"2026-11-21", "2.000.000 đồng (mỗi lần )"},
		{"160.000 đồng (+ hỏng: 320.000đ (áp dụng đến hết ngày 31/12/2023 theo Thông tư X).)",
			"2026-11-21", NULL},
		{"Lệ phí: 135.000 đồng/lần. Trường hợp nộp trực tuyến: Kể từ ngày 01/12/2023 đến hết ngày "
		 "31/12/2025, "
		 "áp dụng mức thu 115.000 đồng/lần.",
			"2026-11-21", "Lệ phí: 135.000 đồng/lần."},
		{"Miễn phí từ ngày 07/4/2026 đến 30/6/2026", "2026-11-21", NULL},
		{"70.000 đồng (- Cấp lại: 70.000 đồng/thẻ. Kể từ ngày 01/01/2025 đến hết ngày 31/12/2025, "
		 "mức thu trực tuyến "
		 "bằng 50%. - Từ ngày 01/7/2025 đến hết ngày 31/12/2026 mức thu bằng 50% mức nêu trên.)",
			"2026-11-21",
			"70.000 đồng (- Cấp lại: 70.000 đồng/thẻ. - Từ ngày 01/7/2025 đến hết ngày "
			"31/12/2026 mức thu bằng "
			"50% mức nêu trên.)"},
		{"5.000 đồng (Miễn từ ngày 01/01/2025 đến 31/12/2025 và từ ngày 01/01/2026 đến 31/12/2026)",
			"2026-11-21",
			"5.000 đồng (Miễn từ ngày 01/01/2025 đến 31/12/2025 và từ ngày 01/01/2026 đến "
			"31/12/2026)"},
		{"từ 20.000 đến 50.000 đồng", "2026-11-21", "từ 20.000 đến 50.000 đồng"},
		{"15.000.000 đồng (sân bay (nhỏ) Miễn phí từ ngày 07/4/2026 đến 30/6/2026)", "2026-11-21",
			"15.000.000 đồng (sân bay (nhỏ) Miễn phí từ ngày 07/4/2026 đến 30/6/2026)"},
		{"Mức một đến hết 31/12/2025. Mức hai đến hết 31/12/2030", "2026-11-21", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena a;
		const char *left = "untouched";

		arena_init(&a, 1 << 16);
		assert_int_equal(fee_on(&a, rows[i].text, rows[i].as_of, &left), OK);
		if (rows[i].left)
			assert_string_equal(left, rows[i].left);
		else
			assert_null(left);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_amount_in_dong_is_the_fee),
		cmocka_unit_test(a_range_begins_with_its_lower_end),
		cmocka_unit_test(free_is_what_the_portal_calls_free),
		cmocka_unit_test(an_amount_of_unknown_currency_is_unclear),
		cmocka_unit_test(other_numbers_are_no_fee),
		cmocka_unit_test(a_fee_names_the_last_day_it_holds),
		cmocka_unit_test(only_what_holds_on_the_day_is_left_of_a_fee),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
