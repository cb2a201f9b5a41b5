#include "adapters/sign.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

void sign_hmac(const char *key, struct bytes data, unsigned char ret_mac[SIGN_BYTES])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)key, strlen(key));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)data.ptr, data.len);
	crypto_auth_hmacsha256_final(&state, ret_mac);
	sodium_memzero(&state, sizeof state);
}

void sign_hex(const unsigned char mac[SIGN_BYTES], char ret_hex[SIGN_HEX])
{
	sodium_bin2hex(ret_hex, SIGN_HEX, mac, SIGN_BYTES);
}

bool sign_read(const char *header, const char *prefix, unsigned char ret_mac[SIGN_BYTES])
{
	unsigned char mac[SIGN_BYTES];
	size_t len;

	if (!header)
		return false;
	if (strncasecmp(header, prefix, strlen(prefix)) == 0)
		header += strlen(prefix);
	if (strlen(header) != SIGN_HEX - 1 ||
		sodium_hex2bin(mac, sizeof mac, header, SIGN_HEX - 1, NULL, &len, NULL) != 0 ||
		len != sizeof mac)
		return false;
	memcpy(ret_mac, mac, sizeof mac);
	return true;
}

bool sign_equal(const unsigned char a[SIGN_BYTES], const unsigned char b[SIGN_BYTES])
{
	return sodium_memcmp(a, b, SIGN_BYTES) == 0;
}

void sign_proof(const char *app_secret, const char *access_token, char ret_hex[SIGN_HEX])
{
	unsigned char mac[SIGN_BYTES];

	sign_hmac(app_secret, (struct bytes){access_token, strlen(access_token)}, mac);
	sign_hex(mac, ret_hex);
}
