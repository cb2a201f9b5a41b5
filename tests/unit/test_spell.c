#include "knowledge/fold.h"
#include "knowledge/spell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static struct words *words;

static int load(void **state)
{
	struct why why;

	(void)state;
	return words_load(&words, &why) != OK;
}

static int unload(void **state)
{
	(void)state;
	words_free(words);
	return 0;
}

/* The repaired plain syllables of `text`, with a blank between. */
static const char *repaired(struct arena *a, const char *text)
{
	struct syllable *typed = arena_array(a, strlen(text) + 1, sizeof *typed), *out = NULL;
	struct fold f;
	struct fold_syllable s;
	size_t count = 0, n = 0;
	char *line = arena_alloc(a, 16 * strlen(text) + 64);

	fold_init(&f, text, strlen(text));
	while (fold_next(&f, &s)) {
		typed[count].folded = arena_string(a, s.plain);
		typed[count++].marked = s.has_marks ? arena_string(a, s.marked) : NULL;
	}
	assert_int_equal(spell_repair(words, a, typed, count, &out, &n), OK);
	for (size_t i = 0; i < n; i++) {
		if (i)
			strcat(line, " ");
		strcat(line, out[i].folded);
	}
	return line;
}

static void assert_repaired(const char *typed, const char *meant)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	assert_string_equal(repaired(&a, typed), meant);
	arena_release(&a);
}

static void telex_keys_become_letters(void **state)
{
	(void)state;
	assert_repaired("ddoori teen", "doi ten");
	assert_repaired("ddawng kys keest hoon", "dang ki ket hon");
	assert_repaired("mowis maats soor ddor", "moi mat so do");
	assert_repaired("giaays pheps lais xe", "giay phep lai xe");
	assert_repaired("nguwowif cao tuooir", "nguoi cao tuoi");
}

static void vni_keys_become_letters(void **state)
{
	(void)state;
	assert_repaired("d9o6i3 te6n", "doi ten");
	assert_repaired("khai tu73", "khai tu");
}

static void telex_brings_its_marks(void **state)
{
	struct syllable typed = {.folded = "ddoori"}, *out = NULL;
	struct arena a;
	size_t n = 0;

	(void)state;
	arena_init(&a, 1 << 16);
	assert_int_equal(spell_repair(words, &a, &typed, 1, &out, &n), OK);
	assert_int_equal(n, 1);
	assert_string_equal(out[0].marked, "đổi");
	arena_release(&a);
}

static void joined_words_are_parted(void **state)
{
	(void)state;
	assert_repaired("khaisinh", "khai sinh");
	assert_repaired("lkjhkhaisinh", "lkjhkhaisinh"); /* not every piece is known */
	assert_repaired("DANGKYTHUONGTRU", "dang ki thuong tru");
	assert_repaired("xin giayxacnhan doc than", "xin giay xac nhan doc than");
	assert_repaired("vneidmuc2", "vneid muc 2");
	assert_repaired("truong cap3", "truong cap 3");
}

static void slip_of_one_letter_is_put_right_by_its_neighbours(void **state)
{
	(void)state;
	assert_repaired("gaiy khai sinh", "giay khai sinh");
	assert_repaired("dang ky kte hon", "dang ki ket hon");
	assert_repaired("hop dnog mua ban", "hop dong mua ban");
	assert_repaired("nhug giay to", "nhung giay to");
	assert_repaired("ho khauu", "ho khau");
	assert_repaired("dang ky khia sinh", "dang ki khai sinh"); /* khía is a syllable, but not here */
	assert_repaired("pasport cho be", "passport cho be");
}

static void blanks_in_the_wrong_place_are_moved(void **state)
{
	(void)state;
	assert_repaired("dang k hai sinh", "dang khai sinh");
	assert_repaired("dang ki khais inh", "dang ki khai sinh");
	assert_repaired("gi ay khai sinh", "giay khai sinh");
	assert_repaired("ket ho n", "ket hon");
	assert_repaired("tam tr u", "tam tru");
}

static void joined_words_may_hold_a_slip_or_chat_spelling(void **state)
{
	(void)state;
	assert_repaired("dangkykhaisnih", "dang ki khai sinh");
	assert_repaired("mat lamcccd", "mat lam can cuoc cong dan");
	assert_repaired("hetbnhiu tien", "het bao nhieu tien");
	assert_repaired("ddawngkyskeetshooncaanfgif", "dang ki ket hon can gi");
	assert_repaired("doibanglaionl", "doi bang lai online");
}

static void letters_of_chat_and_of_the_ear_are_read(void **state)
{
	(void)state;
	assert_repaired("jay to nha dat", "giay to nha dat");
	assert_repaired("le fi", "le phi");
	assert_repaired("van fong dang ki", "van phong dang ki");
	assert_repaired("kai sih cho kon", "khai sinh cho con");
}

static void keys_that_are_left_over_are_dropped(void **state)
{
	(void)state;
	assert_repaired("khaij sinhr cho con", "khai sinh cho con");
	assert_repaired("dang65 ky1 ket hon", "dang ki ket hon");
	assert_repaired("muc2", "muc 2"); /* no tone goes with it: a number */
}

static void a_word_its_neighbours_know_is_never_touched(void **state)
{
	(void)state;
	assert_repaired("xin phep xay nha", "xin phep xay nha");
	assert_repaired("ban dat cho con gai", "ban dat cho con gai");
	assert_repaired("nguyen thi lan o hue", "nguyen thi lan o hue");
	assert_repaired("can giay to gi a", "can giay to gi a");
}

static void repairing_twice_changes_nothing_more(void **state)
{
	static const char *const typed[] = {
		"gaiy khia sinh", "ddawng kys keest hoon", "hetbnhiu tien", "gi ay to nha dat"};
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		const char *once = repaired(&a, typed[i]);

		assert_string_equal(repaired(&a, once), once);
	}
	arena_release(&a);
}

static void known_words_and_numbers_stay(void **state)
{
	(void)state;
	assert_repaired("đăng ký tạm trú cho em trai 19 tuổi", "dang ki tam tru cho em trai 19 tuoi");
	assert_repaired("facebook online karaoke visa", "facebook online karaoke visa");
	assert_repaired("hạng b2 mẫu ct01", "hang b2 mau ct01");
	assert_repaired("ông bà cụ kị", "ong ba cu ki");
}

static void what_nothing_explains_stays(void **state)
{
	(void)state;
	assert_repaired("qwrtp zzzzzz", "qwrtp zzzzzz");
	assert_repaired("", "");
}

static void marks_of_untouched_words_are_kept(void **state)
{
	struct syllable typed[] = {{.folded = "thue", .marked = "thuế"}, {.folded = "dta"}}, *out = NULL;
	struct arena a;
	size_t n = 0;

	(void)state;
	arena_init(&a, 1 << 16);
	assert_int_equal(spell_repair(words, &a, typed, 2, &out, &n), OK);
	assert_int_equal(n, 2);
	assert_string_equal(out[0].marked, "thuế");
	assert_string_equal(out[1].folded, "dat");
	assert_null(out[1].marked);
	arena_release(&a);
}

static void absurd_message_is_bounded(void **state)
{
	enum { WORDS = 5000 };
	struct syllable *typed, *out = NULL;
	struct arena a;
	size_t n = 0;

	(void)state;
	arena_init(&a, 4 << 20);
	typed = arena_array(&a, WORDS, sizeof *typed);
	for (size_t i = 0; i < WORDS; i++)
		typed[i].folded = "khaisinhkhaisinhkhaisinhkhaisinhkhaisinhkhaisinh";
	assert_int_equal(spell_repair(words, &a, typed, WORDS, &out, &n), OK);
	assert_true(n >= WORDS && n <= WORDS + 64 * 12);
	arena_release(&a);
}

static void out_of_memory_is_said(void **state)
{
	struct syllable typed = {.folded = "khaisinh"}, *out = NULL;
	struct arena a;
	size_t n = 77;

	(void)state;
	arena_init(&a, 16);
	assert_int_equal(spell_repair(words, &a, &typed, 1, &out, &n), ERR_NOMEM);
	assert_null(out);
	assert_int_equal(n, 77);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(telex_keys_become_letters),
		cmocka_unit_test(vni_keys_become_letters),
		cmocka_unit_test(telex_brings_its_marks),
		cmocka_unit_test(joined_words_are_parted),
		cmocka_unit_test(slip_of_one_letter_is_put_right_by_its_neighbours),
		cmocka_unit_test(blanks_in_the_wrong_place_are_moved),
		cmocka_unit_test(joined_words_may_hold_a_slip_or_chat_spelling),
		cmocka_unit_test(letters_of_chat_and_of_the_ear_are_read),
		cmocka_unit_test(keys_that_are_left_over_are_dropped),
		cmocka_unit_test(a_word_its_neighbours_know_is_never_touched),
		cmocka_unit_test(repairing_twice_changes_nothing_more),
		cmocka_unit_test(known_words_and_numbers_stay),
		cmocka_unit_test(what_nothing_explains_stays),
		cmocka_unit_test(marks_of_untouched_words_are_kept),
		cmocka_unit_test(absurd_message_is_bounded),
		cmocka_unit_test(out_of_memory_is_said),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
