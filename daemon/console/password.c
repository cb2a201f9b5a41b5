#include "daemon/console/password.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#define OPS 2
#define MEMORY ((size_t)19 << 20)

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

enum err password_hash(const char *password, char ret_hash[PASSWORD_HASH_SIZE])
{
	int code;

	_Static_assert(PASSWORD_HASH_SIZE >= crypto_pwhash_STRBYTES, "a hash fits");
	pthread_mutex_lock(&one_at_a_time);
	code = sodium_init() < 0 ? -1 : crypto_pwhash_str(ret_hash, password, strlen(password), OPS, MEMORY);
	pthread_mutex_unlock(&one_at_a_time);
	return code == 0 ? OK : ERR_NOMEM;
}

bool password_fits(const char *hash, const char *password)
{
	/* Of no password: only the work counts. */
	static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
				     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	int code;

	pthread_mutex_lock(&one_at_a_time);
	code = sodium_init() < 0 ? -1
				 : crypto_pwhash_str_verify(hash ? hash : nobody, password, strlen(password));
	pthread_mutex_unlock(&one_at_a_time);
	return code == 0 && hash;
}

void password_one_time(char ret_password[ONE_TIME_SIZE])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";

	for (size_t i = 0; i < ONE_TIME_SIZE - 1; i++)
		ret_password[i] = i % 5 == 4 ? '-' : letters[randombytes_uniform(sizeof letters - 1)];
	ret_password[ONE_TIME_SIZE - 1] = '\0';
}

static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static bool one_letter_only(const char *text)
{
	return strspn(text, (char[]){text[0], '\0'}) == strlen(text);
}

const char *password_refused(const char *name, const char *password)
{
	if (characters(password) < PASSWORD_MIN)
		return "password_short";
	if (strlen(password) > PASSWORD_MAX)
		return "password_long";
	if (strstr(password, name) || one_letter_only(password))
		return "password_easy";
	return NULL;
}
