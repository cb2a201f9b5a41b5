#include "knowledge/day.h"
#include "knowledge/hours.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct holidays *holidays;

static int load(void **state)
{
	struct why why = {""};

	(void)state;
	return holidays_load(&holidays, &why) != OK;
}

static int unload(void **state)
{
	(void)state;
	holidays_free(holidays);
	return 0;
}

/* "0: 1: 450-690,810-1020 …", days without spans left out. */
static const char *shown(const char *text)
{
	static char all[512];
	struct hours h;
	size_t len = 0;

	if (!hours_read(text, &h))
		return "not understood";
	if (h.always)
		return "always";
	all[0] = '\0';
	for (int d = 0; d < 7; d++)
		for (size_t i = 0; i < h.counts[d]; i++)
			len += (size_t)snprintf(all + len, sizeof all - len, "%s%d %d:%02d-%d:%02d",
				len ? "; " : "", d, h.spans[d][i].from / 60, h.spans[d][i].from % 60,
				h.spans[d][i].to / 60, h.spans[d][i].to % 60);
	return all;
}

#define WEEK                                                                                                 \
	"1 7:30-11:30; 1 13:30-17:00; 2 7:30-11:30; 2 13:30-17:00; 3 7:30-11:30; 3 13:30-17:00; "            \
	"4 7:30-11:30; 4 13:30-17:00; 5 7:30-11:30; 5 13:30-17:00"

static void hours_are_read_as_offices_print_them(void **state)
{
	static const char *const week[] = {"7:30–11:30, 13:30–17:00, thứ 2 đến thứ 6",
		"Thứ 2–6: 7:30–11:30, 13:30–17:00", "Thứ Hai – thứ Sáu: 7h30-11h30 và 13h30-17h",
		"T2-T6: sáng 07:30 - 11:30, chiều 13:30 - 17:00",
		"Từ thứ 2 đến thứ 6: sáng từ 7 giờ 30 đến 11 giờ 30; chiều từ 13 giờ 30 đến 17 giờ 00",
		"Các ngày làm việc: 7g30–11g30, 13g30–17g00 (trừ ngày lễ, Tết)",
		"Thứ 2, 3, 4, 5, 6: 7:30–11:30, 13:30–17:00; thứ 7, chủ nhật nghỉ",
		"Thứ 2 đến thứ 6: 7:30–11:30, 13:30–17:00. Nghỉ thứ 7, chủ nhật"};

	(void)state;
	for (size_t i = 0; i < sizeof week / sizeof *week; i++)
		if (strcmp(shown(week[i]), WEEK) != 0)
			fail_msg("%s: %s", week[i], shown(week[i]));
	assert_string_equal(
		shown("Thứ 2–6: 7:30–11:30, 13:30–17:00; sáng thứ 7: 7:30–11:30"), WEEK "; 6 7:30-11:30");
	assert_string_equal(shown("Chủ nhật 8h–10h"), "0 8:00-10:00");
	assert_string_equal(shown("Thứ 7 và CN: 8:00–24:00"), "0 8:00-24:00; 6 8:00-24:00");
	assert_string_equal(shown("24/7"), "always");
	assert_string_equal(shown("24/24"), "always");
	assert_string_equal(shown("Cả ngày đêm"), "always");
}

static void what_leaves_a_doubt_is_not_understood(void **state)
{
	static const char *const texts[] = {"", "giờ hành chính", "7:30–11:30", "Thứ 2–6", "Thứ 2–6: 7:30",
		"Thứ 2–6: 11:30–7:30", "Thứ 2–6: 7:30–11:30; chiều 1:30–5:00",
		"Thứ 2–6: 7:30–11:30, 10:00–12:00", "Thứ 2–6: 7:30–25:00",
		"Thứ 2–6: 7:30–11:30; thứ 3: 8:00–9:00", "Thứ 2–6: 7:30–11:30 hoặc theo hẹn",
		"Thứ 2–6: 7:30–11:30 *", "mùa hè: thứ 2–6: 7:00–11:00", "tuần đầu tháng", "nghỉ", "thứ",
		"24/24 thứ 2", "Thứ 2-6 7.30-11.30", "Thứ 2–6: 7:30–11:30; 13:30–17:00, thứ 7"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strcmp(shown(texts[i]), "not understood") != 0)
			fail_msg("%s: %s", texts[i], shown(texts[i]));
	assert_false(hours_read(NULL, &(struct hours){false}));
}

/* "open until 11:30", "shut until 7:30 of 2026-11-23 (1)", "?" */
static const char *at(const char *text, const char *day, int hour, int minute)
{
	static char said[160];
	struct hours h;
	struct hours_state s;
	int64_t now = ((int64_t)day_number(day) * 1440 + hour * 60 + minute - 7 * 60) * 60000;

	assert_true(hours_read(text, &h));
	if (!hours_now(&h, holidays, now, &s))
		return "?";
	if (s.open)
		snprintf(said, sizeof said, "open until %s", s.clock);
	else
		snprintf(said, sizeof said, "shut until %s of %s (%d)%s%s", s.clock, s.day, s.days,
			s.holiday ? ", " : "", s.holiday ? s.holiday : "");
	return said;
}

#define OFFICE "Thứ 2–6: 7:30–11:30, 13:30–17:00"

static void office_is_open_within_its_spans_only(void **state)
{
	(void)state;
	assert_string_equal(at(OFFICE, "2026-11-20", 7, 29), "shut until 7:30 of 2026-11-20 (0)");
	assert_string_equal(at(OFFICE, "2026-11-20", 7, 30), "open until 11:30");
	assert_string_equal(at(OFFICE, "2026-11-20", 11, 29), "open until 11:30");
	assert_string_equal(at(OFFICE, "2026-11-20", 11, 30), "shut until 13:30 of 2026-11-20 (0)");
	assert_string_equal(at(OFFICE, "2026-11-20", 17, 0), "shut until 7:30 of 2026-11-23 (3)");
	assert_string_equal(at(OFFICE, "2026-11-22", 9, 0), "shut until 7:30 of 2026-11-23 (1)");
	assert_string_equal(at("24/7", "2026-02-17", 3, 0), "open until ");
}

static void holidays_and_swapped_days_count(void **state)
{
	(void)state;
	assert_string_equal(at(OFFICE, "2026-02-13", 18, 0), "shut until 7:30 of 2026-02-23 (10)");
	assert_string_equal(
		at(OFFICE, "2026-02-18", 9, 0), "shut until 7:30 of 2026-02-23 (5), Tết Nguyên đán Bính Ngọ");
	assert_string_equal(
		at(OFFICE, "2026-08-22", 9, 0), "open until 11:30"); /* a Saturday worked for a Monday */
	assert_string_equal(at(OFFICE, "2026-08-31", 9, 0),
		"shut until 7:30 of 2026-09-03 (3), nghỉ hoán đổi dịp Quốc khánh");
	assert_string_equal(at(OFFICE, "2026-08-29", 9, 0), "shut until 7:30 of 2026-09-03 (5)");
}

static void nothing_is_said_of_days_nobody_is_sure_of(void **state)
{
	(void)state;
	assert_string_equal(at(OFFICE, "2026-11-24", 9, 0), "?");
	assert_string_equal(at(OFFICE, "2026-11-23", 18, 0), "shut until  of  (0)");
	assert_string_equal(at(OFFICE, "2026-12-31", 18, 0), "shut until  of  (0)");
	assert_string_equal(at(OFFICE, "2027-03-01", 9, 0), "?");
}

static void list_is_complete_for_its_years_and_in_order(void **state)
{
	static const char *const off[] = {"2025-01-01", "2025-01-29", "2025-04-07", "2025-04-30",
		"2025-05-01", "2025-09-02", "2026-01-01", "2026-02-17", "2026-04-27", "2026-04-30",
		"2026-05-01", "2026-09-02"};
	const struct holiday *h;
	size_t found = 0, worked = 0, given = 0;

	(void)state;
	for (size_t i = 0; (h = holidays_at(holidays, i)); i++) {
		for (size_t k = 0; k < sizeof off / sizeof *off; k++)
			found += strcmp(h->day, off[k]) == 0 && h->kind == HOLIDAY_OFF;
		worked += h->kind == HOLIDAY_WORK;
		given += strstr(h->name, "hoán đổi") != NULL;
		assert_true(*h->name && *h->source);
		if (h->kind == HOLIDAY_WORK)
			assert_true(day_weekday(day_number(h->day)) == 6 &&
				    day_weekday(day_number(h->as)) % 6 != 0);
	}
	assert_int_equal(found, sizeof off / sizeof *off);
	assert_int_equal(worked, given); /* each swap is two days */
	assert_string_equal(holidays_until(holidays), "2026-12-31");
}

static void days_are_counted_as_the_calendar_does(void **state)
{
	char text[11];

	(void)state;
	assert_int_equal(day_number("1970-01-01"), 0);
	assert_int_equal(day_number("2000-03-01"), 11017);
	assert_int_equal(day_weekday(day_number("2026-11-22")), 0);
	for (int n = -25000; n < 60000; n++) {
		day_text(n, text);
		assert_int_equal(day_number(text), n);
		assert_true(n < -25567 || day_is(text));
	}
	assert_false(day_is("2026-02-29") || day_is("2026-13-01") || day_is("2026-1-01") ||
		     day_is("2026-01-01x") || day_is(NULL) || day_is("") || day_is("hôm qua"));
	assert_true(day_is("2028-02-29"));
}

/* Worked out by hand on the calendars the Ministry of Home Affairs published for 2025 and 2026. */
static void deadlines_follow_the_published_calendar_over_holidays_and_swapped_days(void **state)
{
	static const struct {
		const char *from;
		unsigned days;
		const char *due;
	} rows[] = {
		{"2025-01-06", 0, "2025-01-06"},
		{"2025-01-06", 1, "2025-01-07"},
		{"2025-01-20", 5, "2025-02-03"},  /* Tết Ất Tỵ: 27 to 31 January */
		{"2025-01-24", 10, "2025-02-14"},
		{"2025-04-04", 1, "2025-04-08"},  /* Giỗ Tổ on Monday, 7 April */
		{"2025-04-25", 1, "2025-04-26"},  /* a Saturday worked for 2 May */
		{"2025-04-25", 3, "2025-04-29"},
		{"2025-04-25", 4, "2025-05-05"},
		{"2025-04-25", 10, "2025-05-13"},
		{"2025-08-29", 1, "2025-09-03"},  /* Quốc khánh: 1 and 2 September */
		{"2025-08-29", 10, "2025-09-16"},
		{"2025-12-31", 1, "2026-01-05"},  /* 1 and 2 January */
		{"2025-12-31", 6, "2026-01-10"},  /* a Saturday worked for 2 January */
		{"2025-12-31", 10, "2026-01-15"},
		{"2026-02-12", 10, "2026-03-05"}, /* Tết Bính Ngọ: 16 to 20 February */
		{"2026-02-14", 1, "2026-02-23"},  /* received on a Saturday */
		{"2026-04-24", 1, "2026-04-28"},  /* Giỗ Tổ on a Sunday, made up for on Monday */
		{"2026-04-24", 4, "2026-05-05"},
		{"2026-08-21", 1, "2026-08-22"},  /* a Saturday worked for 31 August */
		{"2026-08-21", 7, "2026-09-03"},
		{"2026-11-20", 2, "2026-11-25"},  /* nobody is sure of 24 November */
		{"2026-11-22", 10, "2026-12-07"}, /* received on a Sunday */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char due[11];

		working_days_after(holidays, rows[i].from, rows[i].days, due);
		if (strcmp(due, rows[i].due) != 0)
			fail_msg("%s and %u working days: %s", rows[i].from, rows[i].days, due);
		assert_int_equal(working_days_between(holidays, rows[i].from, due), (int)rows[i].days);
		assert_int_equal(working_days_between(holidays, due, rows[i].from), -(int)rows[i].days);
	}
	assert_int_equal(working_days_between(holidays, "2024-12-31", "2025-12-31"), 261 - 12 + 1);
	assert_int_equal(working_days_between(holidays, "2025-12-31", "2026-12-31"), 261 - 14 + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_are_read_as_offices_print_them),
		cmocka_unit_test(what_leaves_a_doubt_is_not_understood),
		cmocka_unit_test(office_is_open_within_its_spans_only),
		cmocka_unit_test(holidays_and_swapped_days_count),
		cmocka_unit_test(nothing_is_said_of_days_nobody_is_sure_of),
		cmocka_unit_test(list_is_complete_for_its_years_and_in_order),
		cmocka_unit_test(days_are_counted_as_the_calendar_does),
		cmocka_unit_test(deadlines_follow_the_published_calendar_over_holidays_and_swapped_days),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
