/* log.h - one event, one line: keys before prose, to standard error (journald adds the time).
 *   level=info turn=8f21 adapter=zalo end=replied procedure=1.004194 ms=14
 * error: someone must act. warning: we carried on, and how. info: a start, or the end of a turn. debug: the rest.
 * Ids and counts go in; what citizens wrote, tokens, secrets and phone numbers stay out. Any thread. */
#ifndef MOTCUA_LOG_H
#define MOTCUA_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_set_level(enum log_level level); /* default: info */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
