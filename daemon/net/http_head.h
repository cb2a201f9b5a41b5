/* http_head.h - what we refuse before llhttp reads it (architecture: request smuggling shapes llhttp 8.1 accepts).
 * Pure: bytes in, verdict out. */
#ifndef MOTCUA_HTTP_HEAD_H
#define MOTCUA_HTTP_HEAD_H

#include <stddef.h>

#define HTTP_HEAD_MAX ((size_t)16 * 1024)
#define HTTP_HEADERS_MAX 100

/* Looks at the bytes of a request head received so far.
 * Returns the length of the complete head including its empty line, 0 when more bytes are needed, or -STATUS (the
 * HTTP status to refuse with): 400 for folded lines, bare CR, LF or NUL, a Transfer-Encoding other than exactly
 * "chunked" or in HTTP/1.0, Content-Length together with Transfer-Encoding, repeated or odd Content-Length, a missing
 * (HTTP/1.1), second or odd Host, a malformed request line or a target that does not begin with "/"; 431 when longer
 * than HTTP_HEAD_MAX or with more than HTTP_HEADERS_MAX headers; 505 for a version other than HTTP/1.0 and 1.1. */
long http_head_check(const char *ptr, size_t len);

#endif
