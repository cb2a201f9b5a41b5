/* day.h - calendar days as text: "2026-11-21". Pure; any thread. */
#ifndef MOTCUA_DAY_H
#define MOTCUA_DAY_H

#include <stdbool.h>

bool day_is(const char *text); /* a day there is, from 1900 on, and nothing else; false for NULL */

/* Days since 1970-01-01; `day` must be one. */
int day_number(const char *day);
void day_text(int number, char ret_day[11]);

int day_weekday(int number); /* 0 Sunday … 6 Saturday */

#endif
