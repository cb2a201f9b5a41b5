/* encoding.h - which of the old Vietnamese encodings a text is in, for saying so. Pure. */
#ifndef MOTCUA_ENCODING_H
#define MOTCUA_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that are not UTF-8 → "Windows-1258", "TCVN3 (ABC)", "VNI" or "another encoding". */
const char *encoding_guess(const char *text, size_t len);

/* Valid UTF-8 typed with a TCVN3 font (.VnTime): "§¨ng ký" where "Đăng ký" is meant. */
bool encoding_is_tcvn3(const char *text);

#endif
