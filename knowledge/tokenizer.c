/* tokenizer.c - fold.h as FTS5 sees it. Pairs do not reach across a full stop, a line end or a bracket: such
 * neighbours are no phrase. Fails only when SQLite's own callback does. */
#include "knowledge/tokenizer.h"

#include "knowledge/fold.h"

#include <string.h>

static int create(void *context, const char **args, int count, Fts5Tokenizer **ret_tokenizer)
{
	static char stateless; /* FTS5 wants a pointer */

	(void)context, (void)args, (void)count;
	*ret_tokenizer = (Fts5Tokenizer *)&stateless;
	return SQLITE_OK;
}

static void delete (Fts5Tokenizer *tokenizer)
{
	(void)tokenizer;
}

static bool breaks_phrase(const char *text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (strchr(".;:?!\n()[]", text[i]) && text[i])
			return true;
	return false;
}

struct sink {
	void *context;
	int (*token_cb)(void *, int, const char *, int, int, int);
};

static int emit_pair(
	const struct sink *sink, int flags, const struct fold_syllable *before, const struct fold_syllable *s)
{
	char pair[2 * FOLD_MAX + 1];

	memcpy(pair, before->plain, before->plain_len);
	pair[before->plain_len] = '_';
	memcpy(pair + before->plain_len + 1, s->plain, s->plain_len);
	return sink->token_cb(sink->context, flags, pair, (int)(before->plain_len + 1 + s->plain_len),
		(int)before->start, (int)s->end);
}

static int emit(const struct sink *sink, const struct fold_syllable *s)
{
	return sink->token_cb(sink->context, 0, s->plain, (int)s->plain_len, (int)s->start, (int)s->end);
}

static int tokenize_document(const struct sink *sink, const char *text, size_t len)
{
	struct fold f;
	struct fold_syllable two[2];
	const struct fold_syllable *before = NULL;
	int rc = SQLITE_OK;

	fold_init(&f, text, len);
	for (unsigned i = 0; rc == SQLITE_OK && fold_next(&f, &two[i]); i ^= 1) {
		const struct fold_syllable *s = &two[i];

		rc = emit(sink, s);
		if (rc == SQLITE_OK && before && !breaks_phrase(text, before->end, s->start))
			rc = emit_pair(sink, FTS5_TOKEN_COLOCATED, before, s);
		before = s;
	}
	return rc;
}

/* In a query "dang_ki" is one token, the pair. */
static int tokenize_query(const struct sink *sink, const char *text, size_t len)
{
	struct fold f;
	struct fold_syllable first, second;
	int rc = SQLITE_OK;

	fold_init(&f, text, len);
	while (rc == SQLITE_OK && fold_next(&f, &first)) {
		if (f.at < len && text[f.at] == '_' && fold_next(&f, &second))
			rc = emit_pair(sink, 0, &first, &second);
		else
			rc = emit(sink, &first);
	}
	return rc;
}

static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int len,
	int (*token_cb)(void *, int, const char *, int, int, int))
{
	struct sink sink = {context, token_cb};
	size_t size = len > 0 ? (size_t)len : 0;

	(void)tokenizer;
	return flags & FTS5_TOKENIZE_QUERY ? tokenize_query(&sink, text, size)
					   : tokenize_document(&sink, text, size);
}

static fts5_api *fts5_of(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	fts5_api *api = NULL;

	if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK &&
		sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL) == SQLITE_OK)
		sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return api;
}

enum err tokenizer_register(sqlite3 *db, const struct words *words)
{
	fts5_tokenizer vi = {create, delete, tokenize};
	fts5_api *api = fts5_of(db);

	(void)words;
	if (!api || api->xCreateTokenizer(api, "vi", NULL, &vi, NULL) != SQLITE_OK)
		return ERR_STORE;
	return OK;
}
