/* sign.h - what the platforms' signatures are made of. Pure. */
#ifndef MOTCUA_SIGN_H
#define MOTCUA_SIGN_H

#include "daemon/base/arena.h"

#include <stdbool.h>

#define SIGN_BYTES 32
#define SIGN_HEX (2 * SIGN_BYTES + 1)

void sign_hmac(const char *key, struct bytes data, unsigned char ret_mac[SIGN_BYTES]); /* HMAC-SHA256 */
void sign_hex(const unsigned char mac[SIGN_BYTES], char ret_hex[SIGN_HEX]);

/* "mac=3f…" or "3f…", any letter case; false when it is nothing of the sort. */
bool sign_read(const char *header, const char *prefix, unsigned char ret_mac[SIGN_BYTES]);

bool sign_equal(const unsigned char a[SIGN_BYTES], const unsigned char b[SIGN_BYTES]); /* in constant time */

/* Facebook and Zalo: hex HMAC of the access token with the app secret as key. */
void sign_proof(const char *app_secret, const char *access_token, char ret_hex[SIGN_HEX]);

#endif
