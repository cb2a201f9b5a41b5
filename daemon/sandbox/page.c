/* page.c - the files of the sandbox's page, read anew for each request: whoever edits them reloads and sees. */
#include "daemon/base/share.h"
#include "daemon/sandbox/sandbox_internal.h"

#include <string.h>

enum { FILE_MAX = 1024 * 1024 };

static const struct {
	const char *path, *file, *type;
} files[] = {
	{"/", "daemon/sandbox/web/index.html", "text/html; charset=utf-8"},
	{"/sandbox.css", "daemon/sandbox/web/sandbox.css", "text/css; charset=utf-8"},
	{"/sandbox.js", "daemon/sandbox/web/sandbox.js", "text/javascript; charset=utf-8"},
};

static void file_answer(size_t i, struct http_exchange *x)
{
	static const struct http_header headers[] = {
		{"Cache-Control", "no-cache"},
		{"Content-Security-Policy",
			"default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"},
		{"X-Content-Type-Options", "nosniff"},
	};
	struct bytes text = {NULL, 0};
	struct why why = {""};
	const char *path;
	struct arena a;

	arena_init(&a, 2 * FILE_MAX);
	if (share_path(&a, files[i].file, &path, &why) == OK &&
		share_read_file(&a, path, FILE_MAX, &text, &why) == OK)
		http_answer(x, 200, files[i].type, text, headers, sizeof headers / sizeof *headers);
	else
		http_answer_text(x, 500, why.text);
	arena_release(&a);
}

void page_routes(void *arg, const struct http_request *req, struct http_exchange *x)
{
	(void)arg;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (strcmp(files[i].path, req->path) == 0) {
			file_answer(i, x);
			return;
		}
	http_answer_text(x, 404, "not found");
}
