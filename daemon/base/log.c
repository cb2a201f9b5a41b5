#include "daemon/base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static _Atomic int threshold = LOG_LEVEL_INFO;
static const char *const level_words[] = {"error", "warning", "info", "debug"};

void log_set_level(enum log_level level)
{
	atomic_store(&threshold, (int)level);
}

void log_line(enum log_level level, const char *format, ...)
{
	char line[2048];
	int len, more;
	va_list args;

	if ((int)level > atomic_load(&threshold))
		return;
	len = snprintf(line, sizeof line, "level=%s ", level_words[level]);
	va_start(args, format);
	more = vsnprintf(line + len, sizeof line - (size_t)len - 1, format, args);
	va_end(args);
	if (more < 0)
		return;
	len += more;
	if (len > (int)sizeof line - 2)
		len = (int)sizeof line - 2;
	for (int i = 0; i < len; i++)
		if (line[i] == '\n' || line[i] == '\r')
			line[i] = ' '; /* one event, one line, whatever a platform sent */
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		return; /* nowhere left to say it */
}
