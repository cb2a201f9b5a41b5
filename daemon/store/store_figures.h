/* store_figures.h - every figure of the reports and how it is counted: FIGURE(id, KIND, predicate). Their names and definitions for
 * people are in daemon/report/report.vi under the same ids.
 *
 * The predicate is SQL over one row, and the only one there is: counting puts it into FILTER (WHERE …), listing the rows a figure
 * was counted from puts it into WHERE …, so that both always speak of the same rows. `kind`:
 *   ROWS      so many rows
 *   PEOPLE    so many citizens: rows of one citizen count once
 *   MEDIAN, P95  of the milliseconds between a message and the reply to it (the value at that rank, none in between)
 * In predicates ?1 is the first moment, ?2 the one behind the last, ?6 the first day behind the last or today, whichever is first. */
#ifndef MOTCUA_STORE_FIGURES_H
#define MOTCUA_STORE_FIGURES_H

/* Of turns (t) whose message was received within the period. */
#define TURN_QUESTION "t.outcome = 'answer' OR t.outcome = 'choices' OR t.outcome = 'unresolved'"
#define TURN_FIGURES(FIGURE)                                                                                 \
	FIGURE(contacts, ROWS, "t.outcome <> 'silent'")                                                      \
	FIGURE(citizens, PEOPLE, "t.outcome <> 'silent'")                                                    \
	FIGURE(questions, ROWS, TURN_QUESTION)                          \
	FIGURE(answered, ROWS, "t.outcome = 'answer'")                                                       \
	FIGURE(asked_back, ROWS, "t.outcome = 'choices'")                                                    \
	FIGURE(unresolved, ROWS, "t.outcome = 'unresolved'")                                                 \
	FIGURE(other_contacts, ROWS, "t.outcome <> 'silent' AND NOT (" TURN_QUESTION ")")       \
	FIGURE(replied, ROWS, "t.outcome <> 'silent' AND t.replied_ms IS NOT NULL")                          \
	FIGURE(reply_median, MEDIAN, "t.outcome <> 'silent' AND t.replied_ms IS NOT NULL")                   \
	FIGURE(reply_p95, P95, "t.outcome <> 'silent' AND t.replied_ms IS NOT NULL")

/* Of ratings (t) given within the period. */
#define RATING_FIGURES(FIGURE)                                                                               \
	FIGURE(ratings, ROWS, "t.good IN (0, 1)")                                                            \
	FIGURE(helpful, ROWS, "t.good = 1")                                                                  \
	FIGURE(unhelpful, ROWS, "t.good = 0")

/* Of unresolved questions (t) that came within the period. */
#define QUESTION_FIGURES(FIGURE)                                                                             \
	FIGURE(handed, ROWS, "t.id > 0")                                                                     \
	FIGURE(handed_people, PEOPLE, "t.id > 0")                                                            \
	FIGURE(handed_done, ROWS, "t.state = 'done'")                                                        \
	FIGURE(handed_open, ROWS, "t.state = 'open'")

/* Of citizens who were given a code for their question (t) within the period, as they stand now. */
#define WAIT_FIGURES(FIGURE)                                                                                 \
	FIGURE(waits, ROWS, "t.state <> 'withdrawn'")                                                        \
	FIGURE(waits_answered, ROWS, "t.state <> 'withdrawn' AND t.answered_ms IS NOT NULL")                 \
	FIGURE(waits_told, ROWS, "t.state = 'told'")                                                         \
	FIGURE(waits_fetched, ROWS, "t.state = 'fetched'")                                                   \
	FIGURE(waits_unreachable, ROWS, "t.state = 'unreachable'")                                           \
	FIGURE(waits_open, ROWS, "t.state IN ('open', 'ready', 'due', 'telling')")

/* Of reflections and suggestions (t) received before the period's end. */
#define CASE_CLOSED "t.state IN ('answered', 'rejected') AND t.answered_ms >= ?1 AND t.answered_ms < ?2"
#define CASE_OPEN "(t.state IN ('new', 'working') OR t.state IN ('answered', 'rejected') AND t.answered_ms >= ?2)"
#define CASE_ANSWERED_DAY "date(t.answered_ms / 1000, 'unixepoch', '+7 hours')"
#define CASE_FIGURES(FIGURE)                                                                                 \
	FIGURE(cases_received, ROWS, "t.received_ms >= ?1")                                                  \
	FIGURE(cases_reflections, ROWS, "t.received_ms >= ?1 AND t.kind = 'reflection'")                     \
	FIGURE(cases_suggestions, ROWS, "t.received_ms >= ?1 AND t.kind = 'suggestion'")                     \
	FIGURE(cases_closed, ROWS, CASE_CLOSED)                                                              \
	FIGURE(cases_on_time, ROWS, CASE_CLOSED " AND " CASE_ANSWERED_DAY " <= t.due")                       \
	FIGURE(cases_late, ROWS, CASE_CLOSED " AND " CASE_ANSWERED_DAY " > t.due")                           \
	FIGURE(cases_open, ROWS, CASE_OPEN)                                                                  \
	FIGURE(cases_overdue, ROWS, CASE_OPEN " AND t.due < ?6")

#define STORE_FIGURES(FIGURE)                                                                                \
	TURN_FIGURES(FIGURE) RATING_FIGURES(FIGURE) QUESTION_FIGURES(FIGURE) WAIT_FIGURES(FIGURE) CASE_FIGURES(FIGURE)

#endif
