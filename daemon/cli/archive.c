/* archive.c - tar (ustar), the few fields of it that two files need.
 *   write: SHA256SUMS, then each file, then two empty blocks; fsync; rename
 *   read:  SHA256SUMS is believed first, then each file must have the sum it says */
#include "daemon/cli/archive.h"

#include "daemon/base/buf.h"
#include "daemon/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#define BLOCK 512
#define SUMS "SHA256SUMS"
#define SUMS_MAX 4096
#define SUM_HEX (2 * crypto_hash_sha256_BYTES + 1)

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type, link[100], magic[8];
	char rest[BLOCK - 265];
};
_Static_assert(sizeof(struct header) == BLOCK, "a tar header is one block");

static unsigned header_sum(const struct header *h)
{
	struct header blank = *h;
	unsigned sum = 0;

	memset(blank.sum, ' ', sizeof blank.sum);
	for (size_t i = 0; i < BLOCK; i++)
		sum += ((const unsigned char *)&blank)[i];
	return sum;
}

static void header_fill(struct header *h, const char *name, uint64_t size)
{
	memset(h, 0, sizeof *h);
	snprintf(h->name, sizeof h->name, "%s", name);
	memcpy(h->mode, "0000600", 8);
	memcpy(h->uid, "0000000", 8);
	memcpy(h->gid, "0000000", 8);
	snprintf(h->size, sizeof h->size, "%011" PRIo64, size);
	snprintf(h->mtime, sizeof h->mtime, "%011" PRIo64, (uint64_t)clock_now_ms() / 1000);
	h->type = '0';
	memcpy(h->magic,
		"ustar\0"
		"00",
		8);
	snprintf(h->sum, sizeof h->sum, "%06o", header_sum(h));
	h->sum[7] = ' ';
}

static bool octal(const char *field, size_t len, uint64_t *ret_value)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < len && field[i] >= '0' && field[i] <= '7'; i++)
		value = value << 3 | (uint64_t)(field[i] - '0');
	*ret_value = value;
	return i > 0 && (i == len || field[i] == '\0' || field[i] == ' ');
}

static bool header_valid(const struct header *h, uint64_t *ret_size)
{
	uint64_t sum;

	return memcmp(h->magic, "ustar", 5) == 0 && (h->type == '0' || h->type == '\0') &&
	       memchr(h->name, '\0', sizeof h->name) && octal(h->sum, sizeof h->sum, &sum) &&
	       sum == header_sum(h) && octal(h->size, sizeof h->size, ret_size);
}

static enum err fail(struct why *why, const char *what, const char *path)
{
	return why_set(why, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO, "could not %s \"%s\": %s", what, path,
		strerror(errno));
}

/* Copies `size` bytes; `out` NULL only sums them. *ret_hex: their SHA-256. */
static bool pour(FILE *in, FILE *out, uint64_t size, char ret_hex[SUM_HEX])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	char chunk[65536];

	crypto_hash_sha256_init(&state);
	while (size > 0) {
		size_t len = size < sizeof chunk ? (size_t)size : sizeof chunk;

		if (fread(chunk, 1, len, in) != len || (out && fwrite(chunk, 1, len, out) != len))
			return false;
		crypto_hash_sha256_update(&state, (const unsigned char *)chunk, len);
		size -= len;
	}
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(ret_hex, SUM_HEX, digest, sizeof digest);
	return true;
}

static bool pad(FILE *out, uint64_t size)
{
	static const char empty[BLOCK];
	size_t rest = (size_t)(size % BLOCK);

	return rest == 0 || fwrite(empty, 1, BLOCK - rest, out) == BLOCK - rest;
}

static enum err size_of(const char *path, uint64_t *ret_size, struct why *why)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return fail(why, "read", path);
	if (st.st_size >= (off_t)1 << 33)
		return why_set(why, ERR_LIMIT, "cannot put \"%s\" into a tar: larger than 8 GiB", path);
	*ret_size = (uint64_t)st.st_size;
	return OK;
}

/* Adds "HEX  NAME\n" to `sums` when `out` is NULL; else writes header and content. */
static enum err add_file(FILE *out, const struct archive_file *file, struct buf *sums, struct why *why)
{
	char hex[SUM_HEX];
	struct header h;
	uint64_t size = 0;
	enum err err = size_of(file->path, &size, why);
	FILE *in = err ? NULL : fopen(file->path, "rbe");

	if (err || !in)
		return err ? err : fail(why, "read", file->path);
	header_fill(&h, file->name, size);
	if (out && fwrite(&h, 1, BLOCK, out) != BLOCK)
		err = fail(why, "write the archive with", file->path);
	if (!err && !pour(in, out, size, hex))
		err = fail(why, "copy", file->path);
	if (!err && out && !pad(out, size))
		err = fail(why, "write the archive with", file->path);
	if (!err && !out)
		buf_printf(sums, "%s  %s\n", hex, file->name);
	fclose(in);
	return err;
}

static enum err write_all(
	FILE *out, const char *part, const struct archive_file *files, size_t count, struct why *why)
{
	static const char end[2 * BLOCK];
	struct header h;
	struct buf sums;
	enum err err = OK;

	buf_init(&sums, SUMS_MAX);
	for (size_t i = 0; i < count && !err; i++)
		err = add_file(NULL, &files[i], &sums, why);
	if (!err && sums.failed)
		err = why_set(why, ERR_NOMEM, "could not write \"%s\": out of memory", part);
	header_fill(&h, SUMS, sums.len);
	if (!err && (fwrite(&h, 1, BLOCK, out) != BLOCK || fwrite(sums.ptr, 1, sums.len, out) != sums.len ||
			    !pad(out, sums.len)))
		err = fail(why, "write", part);
	buf_release(&sums);
	for (size_t i = 0; i < count && !err; i++)
		err = add_file(out, &files[i], NULL, why);
	if (!err && (fwrite(end, 1, sizeof end, out) != sizeof end || fflush(out) != 0 ||
			    fsync(fileno(out)) != 0))
		err = fail(why, "write", part);
	return err;
}

static FILE *open_private(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "wb");

	if (fd >= 0 && !out)
		close(fd);
	return out;
}

enum err archive_write(const char *to, const struct archive_file *files, size_t count, struct why *why)
{
	char part[4096];
	enum err err;
	FILE *out;

	if (snprintf(part, sizeof part, "%s.part", to) >= (int)sizeof part)
		return why_set(why, ERR_LIMIT, "cannot write \"%s\": the path is too long", to);
	out = open_private(part);
	if (!out)
		return fail(why, "write", part);
	err = write_all(out, part, files, count, why);
	if (fclose(out) != 0 && !err)
		err = fail(why, "write", part);
	if (!err && rename(part, to) != 0)
		err = fail(why, "write", to);
	if (err)
		unlink(part);
	return err;
}

/* --- Reading ----------------------------------------------------------------------------------------- */

static enum err damaged(struct why *why, const char *from, const char *how)
{
	return why_set(why, ERR_FORMAT, "cannot use \"%s\": %s", from, how);
}

/* The next member's header. *ret_end: the archive's proper end instead. */
static enum err next_header(
	FILE *in, const char *from, struct header *h, uint64_t *ret_size, bool *ret_end, struct why *why)
{
	static const struct header empty;

	*ret_end = false;
	if (fread(h, 1, BLOCK, in) != BLOCK)
		return damaged(why, from, "it is cut off");
	if (memcmp(h, &empty, BLOCK) == 0) {
		*ret_end = true;
		return OK;
	}
	return header_valid(h, ret_size) ? OK : damaged(why, from, "it is no backup of this program");
}

static enum err skip_padding(FILE *in, const char *from, uint64_t size, struct why *why)
{
	char rest[BLOCK];
	size_t len = (size_t)(-size % BLOCK);

	return fread(rest, 1, len, in) == len ? OK : damaged(why, from, "it is cut off");
}

static enum err read_sums(FILE *in, const char *from, char ret_sums[SUMS_MAX + 1], struct why *why)
{
	struct header h;
	uint64_t size = 0;
	bool end;
	enum err err = next_header(in, from, &h, &size, &end, why);

	if (err)
		return err;
	if (end || strcmp(h.name, SUMS) != 0 || size > SUMS_MAX)
		return damaged(why, from, "it is no backup of this program");
	if (fread(ret_sums, 1, (size_t)size, in) != size)
		return damaged(why, from, "it is cut off");
	ret_sums[size] = '\0';
	return skip_padding(in, from, size, why);
}

static enum err extract(FILE *in, const char *from, const struct archive_file *file, uint64_t size,
	const char *sums, struct why *why)
{
	char hex[SUM_HEX], line[SUM_HEX + 128];
	FILE *out = open_private(file->path);
	bool poured, closed;

	if (!out)
		return fail(why, "write", file->path);
	poured = pour(in, out, size, hex);
	closed = fclose(out) == 0;
	if (!poured && feof(in))
		return damaged(why, from, "it is cut off");
	if (!poured || !closed)
		return fail(why, "write", file->path);
	snprintf(line, sizeof line, "%s  %s\n", hex, file->name);
	if (!strstr(sums, line))
		return damaged(why, from, "a file in it is not what was saved (SHA-256 differs)");
	return skip_padding(in, from, size, why);
}

static struct archive_file *wanted(struct archive_file *files, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(files[i].name, name) == 0 && !files[i].there)
			return &files[i];
	return NULL;
}

enum err archive_read(const char *from, struct archive_file *files, size_t count, struct why *why)
{
	FILE *in = fopen(from, "rbe");
	char sums[SUMS_MAX + 1];
	bool end = false;
	enum err err;

	if (!in)
		return fail(why, "read", from);
	err = read_sums(in, from, sums, why);
	while (!err && !end) {
		struct archive_file *file;
		struct header h;
		uint64_t size = 0;

		err = next_header(in, from, &h, &size, &end, why);
		if (err || end)
			break;
		file = wanted(files, count, h.name);
		err = file ? extract(in, from, file, size, sums, why)
			   : damaged(why, from, "it holds a file this program did not save");
		if (!err)
			file->there = true;
	}
	fclose(in);
	return err;
}
