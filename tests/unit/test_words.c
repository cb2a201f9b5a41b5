#include "knowledge/question.h"
#include "knowledge/words_internal.h"
#include "tests/support/fault.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <dirent.h>
#include <sys/stat.h>

/* A share folder of our own: small lists beside the real syllables and synonyms. */
static char folder[PATH_MAX] = "/tmp/test_words.XXXXXX";

static const struct {
	const char *name, *text;
} good[] = {
	{"classes.tsv", "# comment\nmany\tmấy | bao nhiêu\tloose\ncost\tmất | ~hết | !tốn | trả giá\n"},
	{"facets.tsv", "# comment\n\nlệ phí\tfee\tnames\nbao nhiêu tiền\tfee\tasks\nmai táng phí\t-\tasks\n"
		       "<cost> .. <many> <tiền|xu>\tfee\tasks\nnộp <giùm|hộ>? chỗ nào\tplace\tasks\n"},
	{"utterances.tsv", "giấy\t@paper\ncháy nhà\temergency\tany\t\tpaper\ncái đầu\tchoice:1\twhole\n"},
	{"stopwords.tsv", "ạ\tfiller\nbạn\tfiller\tplain\ngì\twhat\n"},
	{"teencode.tsv", "bn\tbao nhiêu\t\ttiền,tien\nbn\tbạn\nk\tnghìn đồng\t#\nk\tkhông\n"},
	{"abbreviations.tsv", "cccd\tcăn cước công dân\n"},
	{"dialect.tsv", "chi\tgì\t\t!nhánh,cục\n"},
};
#define GOOD (sizeof good / sizeof *good)

static void write_list(const char *name, const char *text)
{
	char path[PATH_MAX + 64];
	FILE *file;

	snprintf(path, sizeof path, "%s/knowledge/words/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void read_file(const char *path, char *text, size_t room)
{
	FILE *file = fopen(path, "r");
	size_t len;

	assert_non_null(file);
	len = fread(text, 1, room - 1, file);
	fclose(file);
	assert_true(len < room - 1);
	text[len] = '\0';
}

static void write_good_lists(void)
{
	for (size_t i = 0; i < GOOD; i++)
		write_list(good[i].name, good[i].text);
}

static bool is_ours(const char *name)
{
	for (size_t i = 0; i < GOOD; i++)
		if (strcmp(name, good[i].name) == 0)
			return true;
	return false;
}

static int make_folder(void **state)
{
	char real[PATH_MAX], path[PATH_MAX + 512], target[PATH_MAX + 512];
	struct dirent *entry;
	DIR *dir;

	(void)state;
	if (!mkdtemp(folder) || !realpath("knowledge/words", real) || !(dir = opendir(real)))
		return -1;
	snprintf(path, sizeof path, "%s/knowledge", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/knowledge/words", folder);
	mkdir(path, 0700);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || is_ours(entry->d_name))
			continue;
		snprintf(target, sizeof target, "%s/%s", real, entry->d_name);
		snprintf(path, sizeof path, "%s/knowledge/words/%s", folder, entry->d_name);
		if (symlink(target, path) != 0)
			return -1;
	}
	closedir(dir);
	return setenv("MOTCUA_SHARE", folder, 1);
}

static int remove_folder(void **state)
{
	char path[PATH_MAX + 512], words[PATH_MAX + 32];
	struct dirent *entry;
	DIR *dir;

	(void)state;
	snprintf(words, sizeof words, "%s/knowledge/words", folder);
	if (!(dir = opendir(words)))
		return -1;
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof path, "%s/%s", words, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	closedir(dir);
	rmdir(words);
	snprintf(path, sizeof path, "%s/knowledge", folder);
	rmdir(path);
	return rmdir(folder);
}

static void broken_list_is_refused_with_file_and_line(void **state)
{
	static const struct {
		const char *name, *text, *why;
	} table[] = {
		{"facets.tsv", "lệ phí\tfees\tnames\n", "facets.tsv:1: unknown facet: \"fees\""},
		{"facets.tsv", "# x\n\nlệ phí\tfee\n", "facets.tsv:3: unknown strength: \"\""},
		{"facets.tsv", "lệ phí\tfee\tasks\tmore\n", "facets.tsv:1: too many columns: \"more\""},
		{"facets.tsv", "\tfee\tasks\n", "facets.tsv:1: a phrase is missing"},
		{"facets.tsv", "lệ phí\tfee\tasks\nlệ  phí\tfee\tasks\n",
			"facets.tsv:2: said twice: \"lệ  phí\""},
		{"facets.tsv", "a b c d e f g h i k l m n o p q r\tfee\tasks\n",
			"facets.tsv:1: phrase is too long"},
		{"classes.tsv", "cost\tmất\ttight\n", "classes.tsv:1: unknown rule: \"tight\""},
		{"classes.tsv", "cost\tmất | \n", "classes.tsv:1: a phrase is missing"},
		{"classes.tsv", "cost\tmất\ncost\tmất\n", "classes.tsv:2: said twice: \"cost\""},
		{"facets.tsv", "<costs> gì\tfee\tasks\n", "facets.tsv:1: unknown class: \"costs"},
		{"facets.tsv", "<cost gì\tfee\tasks\n", "facets.tsv:1: a > is missing"},
		{"facets.tsv", "<cost>? gì\tfee\tasks\n",
			"facets.tsv:1: a pattern begins and ends with a word"},
		{"facets.tsv", ".. gì\tfee\tasks\n", "facets.tsv:1: a pattern begins and ends with a word"},
		{"facets.tsv", "gì ..\tfee\tasks\n", "facets.tsv:1: a pattern begins and ends with a word"},
		{"facets.tsv", "a .. b .. c .. d .. e .. g .. h .. i .. k\tfee\tasks\n",
			"facets.tsv:1: pattern is too long"},
		{"utterances.tsv", "alo\thello\twhole\n", "utterances.tsv:1: unknown utterance: \"hello\""},
		{"utterances.tsv", "alo\tgreeting\tsometimes\n",
			"utterances.tsv:1: unknown rule: \"sometimes\""},
		{"utterances.tsv", "cháy\temergency\tany\t\tpapper\n",
			"utterances.tsv:1: unknown group: \"papper\""},
		{"utterances.tsv", "giấy\t@\n", "utterances.tsv:1: a group's name is missing"},
		{"utterances.tsv", "một\tchoice:0\twhole\n",
			"utterances.tsv:1: unknown choice: \"choice:0\""},
		{"utterances.tsv", "một\tchoice:1x\twhole\n",
			"utterances.tsv:1: unknown choice: \"choice:1x\""},
		{"stopwords.tsv", "ạ\tfiler\n", "stopwords.tsv:1: unknown kind: \"filer\""},
		{"stopwords.tsv", "ạ\tfiller\tonce\n", "stopwords.tsv:1: unknown rule: \"once\""},
		{"teencode.tsv", "bn\n", "teencode.tsv:1: a phrase is missing"},
		{"dialect.tsv", "chi\tgì\t,a\n", "dialect.tsv:1: a hint is empty: \"chi\""},
		{"abbreviations.tsv", NULL, "abbreviations.tsv"},
	};
	struct words *words = NULL;
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char path[PATH_MAX + 64];

		write_good_lists();
		snprintf(path, sizeof path, "%s/knowledge/words/%s", folder, table[i].name);
		if (table[i].text)
			write_list(table[i].name, table[i].text);
		else
			unlink(path);
		assert_int_not_equal(words_load(&words, &why), OK);
		assert_null(words);
		if (!strstr(why.text, table[i].why))
			fail_msg("\"%s\" is not in \"%s\"", table[i].why, why.text);
	}
	write_good_lists();
}

static const struct word_entry *find(const struct words *w, const char *first, const char *second)
{
	uint32_t node = words_step(w, 0, words_syllable(w, first));

	if (second)
		node = words_step(w, node, words_syllable(w, second));
	return node ? words_entries(w, node) : NULL;
}

static void phrases_are_found_by_their_folded_syllables(void **state)
{
	const struct word_entry *e;
	struct words *w;
	struct why why;

	(void)state;
	write_good_lists();
	assert_int_equal(words_load(&w, &why), OK);
	e = find(w, "le", "phi");
	assert_non_null(e);
	assert_int_equal(e->list, LIST_FACETS);
	assert_int_equal(e->value, FACET_FEE);
	assert_int_equal(e->kind, FACET_NAMES);
	assert_string_equal(e->phrase[1].marked, "phí");
	assert_null(find(w, "phi", NULL));
	assert_int_equal(words_syllable(w, "lệ"), 0);
	e = find(w, "bn", NULL);
	assert_string_equal(e->to[0].marked, "bao");
	assert_non_null(e->before.ids);
	assert_string_equal(e->next->to[0].marked, "bạn");
	assert_null(e->next->before.ids);
	e = find(w, "chay", "nha");
	assert_int_equal(e->value, SAY_EMERGENCY);
	assert_int_equal(e->unless, find(w, "giay", NULL)->group);
	words_free(w);
}

static unsigned facets_heard(const struct words *w, const char *text)
{
	struct question q;
	struct arena a;

	arena_init(&a, (size_t)1 << 20);
	assert_int_equal(question_parse(w, &a, text, &q), OK);
	arena_release(&a);
	return q.facets;
}

static void patterns_are_found_by_class_with_gaps_and_marks(void **state)
{
	static const struct {
		const char *text;
		unsigned facets;
	} table[] = {
		{"mất mấy tiền", 1u << FACET_FEE},
		{"mất ba bốn năm mấy tiền", 1u << FACET_FEE}, /* three between: the gap */
		{"mất ba bốn năm sáu mấy tiền", 0},           /* four: too far */
		{"mất mấy ba tiền", 0},                       /* no gap there */
		{"mất mấy ạ tiền", 1u << FACET_FEE},          /* but small words may stand anywhere */
		{"trả giá bao nhiêu xu", 1u << FACET_FEE},    /* classes of several words */
		{"mấy tiền mất", 0},                          /* in that order */
		{"het may xu", 1u << FACET_FEE},              /* ~: counts without its marks */
		{"mat may xu", 0},                            /* one syllable of a class that is not loose */
		{"tra gia may xu", 1u << FACET_FEE},          /* two syllables do */
		{"tốn mấy xu", 1u << FACET_FEE},
		{"ton may xu", 0}, /* !: never without */
		{"nộp chỗ nào", 1u << FACET_WHERE},
		{"nộp hộ chỗ nào", 1u << FACET_WHERE},
		{"nộp giúp chỗ", 0},
	};
	struct words *w;
	struct why why;

	(void)state;
	write_good_lists();
	assert_int_equal(words_load(&w, &why), OK);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (facets_heard(w, table[i].text) != table[i].facets)
			fail_msg("%s", table[i].text);
	words_free(w);
}

/* Every pattern begins here, and none ends: the tries at one place are bounded. */
static void message_that_keeps_patterns_busy_is_read_to_its_end(void **state)
{
	static char text[16 * 1024];
	struct words *w;
	struct why why;
	char *at = text;

	(void)state;
	while (at + 8 < text + sizeof text)
		at = stpcpy(at, "mất ");
	write_list("facets.tsv",
		"<cost> ... <cost> ... <cost> ... <cost> ... <cost> ... <cost> ... xu\tfee\tasks\n");
	assert_int_equal(words_load(&w, &why), OK);
	assert_int_equal(facets_heard(w, text), 0);
	words_free(w);
	write_good_lists();
}

/* A name nobody calls is a slip of the pen. */
static void every_class_is_called_by_a_pattern(void **state)
{
	static char text[1 << 20], lists[2][1 << 20];
	static const char *const files[] = {"facets", "utterances"};
	char path[64], call[80];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "knowledge/words/%s.tsv", files[i]);
		read_file(path, lists[i], sizeof lists[i]);
	}
	read_file("knowledge/words/classes.tsv", text, sizeof text);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (*line == '#')
			continue;
		snprintf(call, sizeof call, "<%.*s>", (int)strcspn(line, "\t"), line);
		if (!strstr(lists[0], call) && !strstr(lists[1], call))
			fail_msg("%s", call);
	}
}

static void marks_that_were_typed_are_held_against_the_list(void **state)
{
	static const struct {
		const char *typed, *list;
		bool strict, agree;
	} table[] = {
		{"thuế", "thuế", true, true},
		{"thuê", "thuế", true, false},
		{"thue", "thuế", true, false},
		{"thue", "thuế", false, true},
		{"thuê", "thuế", false, true}, /* the tone was left out */
		{"thuế", "thuê", false, false},
		{"thuể", "thuế", false, false},
		{"nghiêp", "nghiệp", false, true},
		{"dất", "đất", false, true},
		{"đất", "dất", false, false},
		{"dat", "đất", false, true},
		{"phí", "phi", false, false},
		{"phi", "phi", true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (words_marks_agree(table[i].typed, table[i].list, table[i].strict) != table[i].agree)
			fail_msg("%s against %s", table[i].typed, table[i].list);
}

static void lack_of_memory_loads_nothing_and_leaks_nothing(void **state)
{
	struct words *w = NULL;
	struct why why;
	bool happened = true;

	(void)state;
	write_good_lists();
	for (unsigned n = 1; happened; n++) {
		enum err err;

		fault_alloc_after(n);
		err = words_load(&w, &why);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		if (err == OK) {
			words_free(w);
			w = NULL;
		} else {
			assert_true(happened);
			assert_null(w);
			assert_true(why.text[0] != '\0');
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_list_is_refused_with_file_and_line),
		cmocka_unit_test(phrases_are_found_by_their_folded_syllables),
		cmocka_unit_test(patterns_are_found_by_class_with_gaps_and_marks),
		cmocka_unit_test(message_that_keeps_patterns_busy_is_read_to_its_end),
		cmocka_unit_test(every_class_is_called_by_a_pattern),
		cmocka_unit_test(marks_that_were_typed_are_held_against_the_list),
		cmocka_unit_test(lack_of_memory_loads_nothing_and_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
