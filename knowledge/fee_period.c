/* fee_period.c - fees that hold only until a day: "… đến hết ngày 31/12/2026 thu bằng 50% mức này".
 * The day stands behind "đến", "đến hết", "đến ngày", "đến hết ngày" as day/month/year; the last one counts, because a text
 * that names several says what holds after each. */
#include "knowledge/record.h"

#include <stdio.h>
#include <string.h>

static const char *skip(const char *s, const char *word)
{
	size_t len = strlen(word);

	while (*s == ' ')
		s++;
	return strncmp(s, word, len) == 0 ? s + len : s;
}

/* "31/12/2026" → "2026-12-31"; false for anything else. */
static bool read_day(const char *s, char ret_day[11])
{
	int day, month, year, len = 0;

	while (*s == ' ')
		s++;
	if (sscanf(s, "%2d%*[/.-]%2d%*[/.-]%4d%n", &day, &month, &year, &len) != 3 || len == 0)
		return false;
	if (day < 1 || day > 31 || month < 1 || month > 12 || year < 1990 || year > 2100)
		return false;
	snprintf(ret_day, 11, "%04d-%02d-%02d", year, month, day);
	return true;
}

bool fee_last_day(const char *text, char ret_day[11])
{
	bool found = false;

	for (const char *s = text ? strstr(text, "đến") : NULL; s; s = strstr(s + 1, "đến")) {
		char day[11];

		if (!read_day(skip(skip(s + strlen("đến"), "hết"), "ngày"), day))
			continue;
		if (!found || strcmp(day, ret_day) > 0)
			memcpy(ret_day, day, sizeof day);
		found = true;
	}
	return found;
}
