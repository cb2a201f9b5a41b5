/* text.h - Unicode chores that every layer needs. Pure; any thread. Built on utf8proc. */
#ifndef MOTCUA_TEXT_H
#define MOTCUA_TEXT_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>
#include <stdint.h>

bool text_is_utf8(const char *s, size_t len);

/* Any bytes → valid UTF-8 in NFC: broken bytes become U+FFFD, control characters but \n and \t go, CRLF becomes \n. */
enum err text_clean(struct arena *a, const char *s, size_t len, const char **ret_text);

/* Next code point at *s (valid UTF-8), *s moves behind it; 0 at the end. */
uint32_t text_next(const char **s);

/* UTF-16 code units of a valid UTF-8 string: what the platforms count at most. */
size_t text_utf16_len(const char *s, size_t len);

/* Longest prefix of `s` with at most `units` UTF-16 units that does not cut a grapheme; its length in bytes. */
size_t text_utf16_prefix(const char *s, size_t units);

#endif
