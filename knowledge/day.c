#include "knowledge/day.h"

#include <stddef.h>
#include <stdio.h>

/* Civil calendar ↔ days, counted from March so that the leap day comes last. */
static int number_of(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era_year = y % 400;
	int year_day = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return (y / 400) * 146097 + era_year * 365 + era_year / 4 - era_year / 100 + year_day - 719468;
}

static bool read(const char *text, int *year, int *month, int *day)
{
	for (int i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	return sscanf(text, "%4d-%2d-%2d", year, month, day) == 3;
}

bool day_is(const char *text)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day;
	bool leap;

	if (!text || !read(text, &year, &month, &day) || text[10] != '\0')
		return false;
	leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return year >= 1900 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= lengths[month - 1] + (month == 2 && leap);
}

int day_number(const char *day)
{
	int year = 1970, month = 1, of_month = 1;

	read(day, &year, &month, &of_month);
	return number_of(year, month, of_month);
}

void day_text(int number, char ret_day[11])
{
	int z = number + 719468;
	int era_day = z % 146097;
	int era_year = (era_day - era_day / 1460 + era_day / 36524 - era_day / 146096) / 365;
	int year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
	int m = (5 * year_day + 2) / 153;
	int month = m < 10 ? m + 3 : m - 9;
	int year = era_year + (z / 146097) * 400 + (month <= 2);

	snprintf(ret_day, 11, "%04d-%02d-%02d", year, month, year_day - (153 * m + 2) / 5 + 1);
}

int day_weekday(int number)
{
	return ((number + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}
