#include "daemon/cli/archive.h"
#include "tests/support/store_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct box {
	char folder[64], a[96], b[96], tar[96], back_a[96], back_b[96];
};

static void put(const char *path, const char *byte, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (size_t i = 0; i < len; i++)
		fputc(byte[i % strlen(byte)], file);
	assert_int_equal(fclose(file), 0);
}

static size_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

static int up(void **state)
{
	struct box *x = calloc(1, sizeof *x);

	assert_non_null(x);
	store_fixture_folder(x->folder);
	snprintf(x->a, sizeof x->a, "%s/a", x->folder);
	snprintf(x->b, sizeof x->b, "%s/b", x->folder);
	snprintf(x->tar, sizeof x->tar, "%s/tar", x->folder);
	snprintf(x->back_a, sizeof x->back_a, "%s/back_a", x->folder);
	snprintf(x->back_b, sizeof x->back_b, "%s/back_b", x->folder);
	put(x->a, "một cửa ", 200000);
	put(x->b, "x", 512);
	*state = x;
	return 0;
}

static int down(void **state)
{
	struct box *x = *state;

	store_fixture_remove(x->folder);
	free(x);
	return 0;
}

static enum err pack(struct box *x)
{
	const struct archive_file files[] = {{"state.db", x->a, false}, {"knowledge.db", x->b, false}};
	struct why why = {""};

	return archive_write(x->tar, files, 2, &why);
}

static enum err unpack(struct box *x, struct archive_file files[2], struct why *why)
{
	files[0] = (struct archive_file){"state.db", x->back_a, false};
	files[1] = (struct archive_file){"knowledge.db", x->back_b, false};
	return archive_read(x->tar, files, 2, why);
}

static void same(const char *left, const char *right)
{
	FILE *a = fopen(left, "r"), *b = fopen(right, "r");
	int c;

	assert_true(a && b);
	do {
		c = fgetc(a);
		assert_int_equal(c, fgetc(b));
	} while (c != EOF);
	fclose(a);
	fclose(b);
}

static void files_come_back_as_they_were(void **state)
{
	struct box *x = *state;
	struct archive_file files[2];
	struct why why = {""};
	struct stat st;

	assert_int_equal(pack(x), OK);
	assert_int_equal(unpack(x, files, &why), OK);
	assert_true(files[0].there && files[1].there);
	same(x->a, x->back_a);
	same(x->b, x->back_b);
	assert_int_equal(stat(x->tar, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size % 512, 0);
}

static void any_changed_byte_is_noticed(void **state)
{
	struct box *x = *state;
	struct archive_file files[2];
	struct why why = {""};
	/* the sums' header and text, the first file's header and content */
	static const long places[] = {0, 130, 148, 512, 540, 1024, 1024 + 124, 1536, 100000, 1536 + 199999};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char byte;
		int fd;

		assert_int_equal(pack(x), OK);
		fd = open(x->tar, O_RDWR);
		assert_int_equal(pread(fd, &byte, 1, places[i]), 1);
		byte = (char)(byte ^ 1);
		assert_int_equal(pwrite(fd, &byte, 1, places[i]), 1);
		close(fd);
		assert_int_equal(unpack(x, files, &why), ERR_FORMAT);
	}
}

static void archive_cut_off_anywhere_is_refused(void **state)
{
	struct box *x = *state;
	struct archive_file files[2];
	struct why why = {""};
	size_t size;

	assert_int_equal(pack(x), OK);
	size = size_of(x->tar);
	for (size_t left = size - 1024; left > 0; left -= left > 2048 ? 1777 : 100 < left ? 100 : left) {
		assert_int_equal(truncate(x->tar, (off_t)left), 0);
		assert_int_equal(unpack(x, files, &why), ERR_FORMAT);
	}
	assert_int_equal(truncate(x->tar, 0), 0);
	assert_int_equal(unpack(x, files, &why), ERR_FORMAT);
}

static void archive_with_a_foreign_file_is_refused(void **state)
{
	struct box *x = *state;
	const struct archive_file theirs[] = {{"evil", x->a, false}};
	struct archive_file files[2];
	struct why why = {""};

	assert_int_equal(archive_write(x->tar, theirs, 1, &why), OK);
	assert_int_equal(unpack(x, files, &why), ERR_FORMAT);
	assert_int_equal(access(x->back_a, F_OK), -1);
}

static void failed_writing_leaves_the_former_archive(void **state)
{
	struct box *x = *state;
	const struct archive_file gone[] = {{"state.db", "/nonexistent/state.db", false}};
	struct archive_file files[2];
	struct why why = {""};

	assert_int_equal(pack(x), OK);
	assert_int_equal(archive_write(x->tar, gone, 1, &why), ERR_IO);
	assert_non_null(strstr(why.text, "/nonexistent/state.db"));
	assert_int_equal(unpack(x, files, &why), OK);
}

static void any_tar_can_read_it(void **state)
{
	struct box *x = *state;
	char command[512];

	assert_int_equal(pack(x), OK);
	snprintf(command, sizeof command,
		"cd %s && tar xf tar && sha256sum --quiet -c SHA256SUMS >/dev/null 2>&1", x->folder);
	if (access("/bin/tar", X_OK) != 0 || access("/usr/bin/sha256sum", X_OK) != 0)
		skip();
	assert_int_equal(system(command), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
	const struct CMUnitTest tests[] = {
		TEST(files_come_back_as_they_were),
		TEST(any_changed_byte_is_noticed),
		TEST(archive_cut_off_anywhere_is_refused),
		TEST(archive_with_a_foreign_file_is_refused),
		TEST(failed_writing_leaves_the_former_archive),
		TEST(any_tar_can_read_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
