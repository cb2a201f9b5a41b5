#include "daemon/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t ceiling)
{
	*b = (struct buf){.ceiling = ceiling};
}

void buf_release(struct buf *b)
{
	free(b->ptr);
	buf_init(b, b->ceiling);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->ptr)
		b->ptr[0] = '\0';
}

/* Makes room for `more` bytes and the NUL behind them. */
static bool buf_grow(struct buf *b, size_t more)
{
	size_t need, room = b->room ? b->room : 256;
	char *ptr;

	if (b->failed || more > b->ceiling || b->len > b->ceiling - more) {
		b->failed = true;
		return false;
	}
	need = b->len + more + 1;
	if (need <= b->room)
		return true;
	while (room < need)
		room *= 2;
	ptr = realloc(b->ptr, room);
	if (!ptr) {
		b->failed = true;
		return false;
	}
	b->ptr = ptr;
	b->room = room;
	return true;
}

void buf_add(struct buf *b, const void *ptr, size_t len)
{
	if (!buf_grow(b, len))
		return;
	if (len)
		memcpy(b->ptr + b->len, ptr, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

void buf_add_string(struct buf *b, const char *s)
{
	if (s)
		buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len < 0)
		b->failed = true;
	else if (buf_grow(b, (size_t)len)) {
		vsnprintf(b->ptr + b->len, (size_t)len + 1, format, again);
		b->len += (size_t)len;
	}
	va_end(again);
	va_end(args);
}

const char *buf_text(const struct buf *b)
{
	return b->ptr ? b->ptr : "";
}
