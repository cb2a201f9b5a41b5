/* compose_quote.c - what citizens ask beside the office's fee and time limit: until when they must come, what they are paid, for how
 * long, how long a paper is good for. No field holds it; where a sentence of the record does, that sentence is quoted as it stands.
 * A sentence that may mean the office's own work is not taken: to say that it is not written down is better than a wrong day. */
#include "daemon/turn/compose.h"

#include <string.h>

#define SENTENCES 3
#define SENTENCE_MAX 400 /* bytes: a longer one is a chapter */
#define WORDS 24

/* A sentence fits when it has a number, one of `about`, one of `says`, and none of `not_of`. */
struct quote {
	enum facet facet; /* the facet that was heard */
	const char *name; /* phrase */
	const char *about[WORDS], *says[WORDS], *not_of[WORDS];
};

#define OFFICE                                                                                               \
	{                                                                                                    \
		"nhận được", "nhận đủ", "tiếp nhận", "cấp giấy", "cấp Giấy", "trả kết quả", "xác minh",      \
			"Cơ quan", "cơ quan đăng ký", "Ủy ban nhân dân cấp", "có văn bản", "thẩm định",      \
			"phê duyệt", "giải quyết", "công chức", "hợp lệ", "cơ quan", "không thuộc"        \
	}

static const struct quote quotes[NUANCE_COUNT] = {
	[NUANCE_DUE] = {FACET_TIME, "name_due",
		{"kể từ", "trước khi", "trước ngày", "chậm nhất", "hậm nhất", "rong thời hạn",
			"trước ít nhất", "hời hạn nộp"},
		{"có trách nhiệm đăng ký", "có trách nhiệm khai", "có trách nhiệm làm", "phải đăng ký",
			"phải làm thủ tục", "phải nộp", "phải khai", "phải thông báo", "nộp hồ sơ",
			"nộp đủ hồ sơ", "nộp 01", "gửi hồ sơ", "hời hạn nộp"},
		OFFICE},
	[NUANCE_AMOUNT] = {FACET_FEE, "name_amount", {"mức", "Mức", "trợ cấp", "hỗ trợ"},
		{"0 đồng", "0đ", "0 VNĐ"}, {"lệ phí", "thu phí", "Phí", "Nghị định"}},
	[NUANCE_TERM] = {FACET_TIME, "name_term", {"hời gian hưởng"}, {" tháng", " năm"},
		{"nộp", "ngày làm việc", "rong thời hạn", "Nghị định"}},
	[NUANCE_VALID] = {FACET_RESULT, "name_valid",
		{"có giá trị trong", "có giá trị sử dụng trong", "hời hạn sử dụng là", "hời hạn sử dụng của"},
		{" tháng", " năm", " ngày"},
		{"hồ sơ", "tiếp nhận", "Luật", "Nghị định", "Thông tư", "Quyết định", "nhận được"}},
};

static bool has_any(const char *sentence, size_t len, const char *const *words)
{
	for (size_t i = 0; i < WORDS && words[i]; i++)
		if (memmem(sentence, len, words[i], strlen(words[i])))
			return true;
	return false;
}

static bool has_digit(const char *sentence, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (sentence[i] >= '0' && sentence[i] <= '9')
			return true;
	return false;
}

static bool fits(const struct quote *q, const char *sentence, size_t len)
{
	return len <= SENTENCE_MAX && has_digit(sentence, len) && has_any(sentence, len, q->about) &&
	       has_any(sentence, len, q->says) && !has_any(sentence, len, q->not_of);
}

/* Length of the sentence: to the end of the line, a semicolon, or a full stop before a blank. */
static size_t sentence_length(const char *text)
{
	size_t len = 0;

	while (text[len] && text[len] != '\n' && text[len] != ';' &&
		!(text[len] == '.' && (text[len + 1] == ' ' || text[len + 1] == '\n')))
		len++;
	return len;
}

static bool is_said(const struct passages *p, const char *sentence, size_t len)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].len == len && memcmp(p->items[i].text, sentence, len) == 0)
			return true;
	return false;
}

static void sentences_add(struct passages *p, const struct quote *q, const char *text)
{
	while (text && *text) {
		size_t skip = strspn(text, " -+*\t\r"), len = sentence_length(text + skip);
		const char *sentence = text + skip;

		if (p->count < SENTENCES && fits(q, sentence, len) && !is_said(p, sentence, len))
			passages_add(p, (struct passage){.text = sentence, .len = len, .item = true});
		text = sentence + len + (sentence[len] != '\0');
	}
}

enum nuance compose_nuance(const struct say *s, enum facet facet)
{
	enum nuance nuance = s->turn->question.nuance;

	return quotes[nuance].name && quotes[nuance].facet == facet ? nuance : NUANCE_NONE;
}

const char *compose_nuance_name(struct say *s, enum nuance nuance)
{
	return say_phrase_text(s, quotes[nuance].name);
}

bool compose_quote(struct say *s, enum nuance nuance, const struct facet_room *room)
{
	static const struct lead lead = {"quoted", "quoted_also"};
	const struct record *r = &s->turn->record;
	const struct quote *q = &quotes[nuance];
	struct passages p = {.arena = &s->turn->arena};

	sentences_add(&p, q, r->conditions);
	sentences_add(&p, q, r->steps);
	for (size_t i = 0; i < r->submission_count; i++)
		sentences_add(&p, q, r->submissions[i].note);
	s->failed |= p.failed;
	if (!p.count)
		return false;
	compose_pages(s, &lead, &p, q->facet, room);
	return true;
}
