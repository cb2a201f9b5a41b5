#include "daemon/base/err.h"

#include <stdarg.h>
#include <stdio.h>

#define ERR(name, words) words,
static const char *const words_of[] = {
#include "daemon/base/err.def"
};
#undef ERR

const char *err_words(enum err err)
{
	return (unsigned)err < ERR_COUNT ? words_of[err] : "unknown error";
}

enum err why_set(struct why *why, enum err err, const char *format, ...)
{
	if (why) {
		va_list args;

		va_start(args, format);
		vsnprintf(why->text, sizeof why->text, format, args);
		va_end(args);
	}
	return err;
}
