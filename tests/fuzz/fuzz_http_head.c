/* Whatever the head check accepts, llhttp must read as exactly one head of that length, or refuse. */
#include "daemon/net/http_head.h"

#include <llhttp.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct seen {
	int begun, heads, headers;
};

static int begun(llhttp_t *parser)
{
	((struct seen *)parser->data)->begun++;
	return 0;
}

static int header_came(llhttp_t *parser, const char *at, size_t len)
{
	(void)at, (void)len;
	((struct seen *)parser->data)->headers++;
	return 0;
}

static int head_came(llhttp_t *parser)
{
	((struct seen *)parser->data)->heads++;
	parser->upgrade = 0;
	return 0;
}

static int request_came(llhttp_t *parser)
{
	(void)parser;
	return HPE_PAUSED;
}

static int lines_of(const char *ptr, size_t len)
{
	int lines = 0;

	for (size_t i = 0; i < len; i++)
		lines += ptr[i] == '\n';
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const llhttp_settings_t settings = {
		.on_message_begin = begun,
		.on_header_field = header_came,
		.on_headers_complete = head_came,
		.on_message_complete = request_came,
	};
	const char *text = (const char *)data;
	long len = http_head_check(text, size);
	struct seen seen = {0};
	llhttp_t parser;
	llhttp_errno_t code;

	if (len < 0 && len != -400 && len != -431 && len != -505)
		abort();
	if (len <= 0)
		return 0;
	llhttp_init(&parser, HTTP_REQUEST, &settings);
	parser.data = &seen;
	code = llhttp_execute(&parser, text, (size_t)len);
	if (code != HPE_OK && code != HPE_PAUSED)
		return 0; /* refused: a method it does not know, for one */
	if (seen.begun != 1 || seen.heads != 1 || seen.headers != lines_of(text, (size_t)len) - 2)
		abort();
	if (code == HPE_PAUSED && llhttp_get_error_pos(&parser) != text + len)
		abort();
	return 0;
}
