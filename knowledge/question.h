/* question.h - what a citizen typed → what is asked. Words decide, and they live in knowledge/words; no
 * clock, no state. Used for `ask`, `eval` and webhooks alike. */
#ifndef MOTCUA_QUESTION_H
#define MOTCUA_QUESTION_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* FACET(name, word): what can be asked of a procedure. The word is in payloads, --json and the tables. */
#define FACETS(FACET)                                                                                        \
	FACET(FEE, "fee")                                                                                    \
	FACET(TIME, "time")                                                                                  \
	FACET(DOCUMENTS, "documents")                                                                        \
	FACET(FORMS, "forms")                                                                                \
	FACET(WHERE, "place")                                                                                \
	FACET(ONLINE, "online")                                                                              \
	FACET(POSTAL, "postal")                                                                              \
	FACET(STEPS, "steps")                                                                                \
	FACET(CONDITIONS, "conditions")                                                                      \
	FACET(LEGAL, "legal_basis")                                                                          \
	FACET(RESULT, "result")                                                                              \
	FACET(AGENCY, "agency")                                                                              \
	FACET(HOTLINE, "hotline")

#define FACET_ENUM(name, word) FACET_##name,
enum facet { FACETS(FACET_ENUM) FACET_COUNT, FACET_NONE = FACET_COUNT };
const char *facet_word(enum facet facet); /* "fee"; NULL for FACET_NONE */
enum facet facet_from(const char *word);  /* FACET_NONE when unknown */

enum utterance {      /* what kind of thing was said */
	SAY_QUESTION, /* about a procedure, hotline, guide: search */
	SAY_GREETING,
	SAY_THANKS,
	SAY_BYE,
	SAY_WHO,
	SAY_ABUSE,
	SAY_PRAISE,
	SAY_EMPTY,
	SAY_EMERGENCY, /* fire, accident, robbery: 113, 114, 115 first */
	SAY_CASE,      /* phản ánh, kiến nghị */
	SAY_COMPLAINT, /* khiếu nại, tố cáo */
	SAY_STATUS,    /* how far is my dossier */
	SAY_STAFF,     /* wants a person */
	SAY_NOT_THAT,  /* "không phải cái đó" */
	SAY_MORE,      /* "xem tiếp" */
	SAY_YES,
	SAY_CHOICE, /* a bare number or "cái thứ 2": `choice` says which */
	SAY_PRIVACY_SHOW,
	SAY_PRIVACY_ERASE,
	SAY_PRIVACY_REFUSE,
	SAY_PRIVACY_WITHDRAW, /* no messages beyond answers any more */
	SAY_WRONG,            /* "sai rồi": of an answer just given; else the same as SAY_NOT_THAT */
	SAY_UNIT,             /* "xã tôi giờ thuộc đâu" */
	SAY_OTHER,            /* outside what offices do: weather, football, prompt injection */
};

enum nuance { /* what is asked beside a facet that is the office's */
	NUANCE_NONE,
	NUANCE_DUE,    /* FACET_TIME: until when the citizen must come: "trong bao lâu phải khai sinh" */
	NUANCE_AMOUNT, /* FACET_FEE: what the citizen is paid: "mai táng được bao nhiêu" */
	NUANCE_TERM,   /* FACET_TIME: for how long: "được hưởng mấy tháng" */
	NUANCE_VALID,  /* FACET_RESULT: how long the paper is good for: "giấy dùng được bao lâu" */
	NUANCE_COUNT
};

struct case_words;
struct words; /* the loaded word lists; read-only once loaded, any thread */
struct term;  /* private to knowledge/ */

enum err words_load(struct words **ret_words, struct why *why); /* from share_path("knowledge/words/…") */
void words_free(struct words *w);

/* Whether "Miễn phí" in that field of records is said of the filing alone, because taxes or duties are due beside it. */
const struct case_words *words_cases(const struct words *w); /* case_words.h; as long as the words */
bool words_filing_only(const struct words *w, const char *field);

struct question {
	const char *text;   /* cleaned, NFC, as typed */
	const char *folded; /* lower case, no marks, repaired: for logs and tests */
	const char *topic;  /* the same without what is no matter: facets, fillers, "quay lại cái" */
	enum utterance says;
	int choice; /* SAY_CHOICE: 1…; SAY_QUESTION: a choice that is explained ("cái thứ hai, bản sao thôi"), or 0 */
	unsigned facets;    /* bit (1u << enum facet) for each thing asked, in any number */
	enum nuance nuance; /* beside one of `facets` */
	bool weak_facets; /* asked by words that may stand for what was asked before: "còn khai tử thì sao" */
	bool how;         /* asked how to go about it: whoever asks so wants to know what to bring as well */
	bool only_facets; /* nothing but facets and function words: applies to the procedure in hand */
	bool follows;     /* leans on what went before: "thế còn …", "cái đó", "quay lại …" */
	bool back;        /* to what was talked about before: "quay lại cái đầu, nộp ở đâu" */
	bool anew;        /* begins another matter: "thôi vậy", "nhân tiện cho hỏi" */
	bool detail;      /* asks whether something is needed: "có cần khám sức khỏe không" */
	bool tells;       /* about somebody, and wants nothing by itself: "em 19 tuổi được chưa" */
	bool state; /* tells by a word that also names matters: "em 45 tuổi độc thân", "hộ khẩu hai đứa khác tỉnh" */
	bool wants; /* to do it: "em muốn làm hộ chiếu", "bị rách xin cấp lại" */
	bool denies; /* says first what is not meant: "không phải mất, bị rách thôi"; facets and terms are of the rest */
	const char *dossier;      /* a dossier code in it (H19.8-241112-0003); NULL */
	const char *code;         /* a procedure code in it (1.004194); NULL */
	const struct term *terms; /* what kb_search() looks for */
	size_t term_count;
};

/* `text` is what the platform sent, masked; any bytes, at most 16 KiB are looked at. ERR_NOMEM only. */
enum err question_parse(
	const struct words *w, struct arena *a, const char *text, struct question *ret_question);

#endif
