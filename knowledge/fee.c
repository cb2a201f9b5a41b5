/* fee.c - what a fee text of the portal says, in numbers.
 *
 *   "20.000 đồng (Theo …)"  "8.000 đồng/bản"  "02 triệu đồng"  "3.000.000-5.000.000 Đồng"  → the first amount
 * in đồng "Miễn phí"  "Không có."                                                             → free "5
 * (không rõ đơn vị tiền)"  "Phí: 1.600.000"  "0"                                   → unclear, no amount "155
 * USD"  "Theo quy định của Bộ Tài chính"                                         → no amount
 *
 * Numbers of laws and dates have no currency behind them and are passed over. So are bounds ("tối
 * đa 10.000.000 đồng", "giá trị dưới 2 tỷ đồng", "20% của 11.000.000 đồng") and zeros beside other amounts:
 * they are not what one pays. A text with one amount of unknown currency is unclear as a whole. */
#include "knowledge/record.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define AMOUNT_MAX ((int64_t)1000 * 1000 * 1000 * 1000)

static const char unknown_currency[] = "không rõ đơn vị tiền";
static const char *const free_phrases[] = {"miễn phí", "miễn lệ phí", "không", "không có", "không thu phí",
	"không thu lệ phí", "không mất phí", NULL};
static const char *const bounds[] = {
	"dưới", "trên", "quá", "tối đa", "đa", "tối thiểu", "của", "≤", "<", ">", NULL};
static const char *const dong[] = {"đồng", "Đồng", "ĐỒNG", "vnđ", "vnĐ", "vnd", "đ", "Đ", NULL};
static const char *const foreign[] = {"usd", "đô la", "đôla", "$", "euro", "eur", NULL};
static const struct {
	const char *word;
	int64_t times;
} multipliers[] = {{"triệu", 1000000}, {"nghìn", 1000}, {"ngàn", 1000}, {"tỷ", 0}, {"tỉ", 0}};

enum currency { CURRENCY_NONE, CURRENCY_DONG, CURRENCY_FOREIGN, CURRENCY_BOUND };

struct amount {
	const char *at, *end; /* of the digits */
	int64_t value;        /* in đồng, once the unit is read; -1: no whole number of đồng */
	int64_t thousandths;  /* decimals behind the comma: "2,5 triệu" */
	bool grouped;         /* written as an amount is: "1.600.000" */
	bool garbled;         /* "10.000.0000": nobody knows which digit is too many */
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c) /* of a word: ASCII, or any byte of a letter beyond it */
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static const char *skip_blanks(const char *s)
{
	for (;; s++) {
		if (strncmp(s, "\xC2\xA0", 2) == 0)
			s++;
		else if (*s != ' ' && *s != '\t' && *s != '\n')
			return s;
	}
}

/* Behind one of `words` when it stands at `s` as a whole word, else NULL. */
static const char *behind_word(const char *s, const char *const *words)
{
	for (; *words; words++) {
		size_t len = strlen(*words);

		if (strncasecmp(s, *words, len) == 0 && (!letter(s[len]) || !letter(s[len - 1])))
			return s + len;
	}
	return NULL;
}

/* Does one of `words` end right before `at`, blanks apart? */
static bool word_before(const char *text, const char *at, const char *const *words)
{
	while (at > text && (at[-1] == ' ' || at[-1] == ':'))
		at--;
	for (; *words; words++) {
		size_t len = strlen(*words);

		if ((size_t)(at - text) >= len && strncasecmp(at - len, *words, len) == 0 &&
			((size_t)(at - text) == len || !letter(at[-(ptrdiff_t)len - 1]) || !letter(**words)))
			return true;
	}
	return false;
}

static int64_t add_digit(int64_t value, char c)
{
	return value < 0 || value > AMOUNT_MAX ? -1 : value * 10 + (c - '0');
}

/* "1.600.000", "1,500,000", "20000", "17,5": groups of three digits are thousands, anything else decimals. */
static void read_digits(const char *s, struct amount *amount)
{
	*amount = (struct amount){.at = s};
	while (digit(*s))
		amount->value = add_digit(amount->value, *s++);
	while ((*s == '.' || *s == ',') && digit(s[1]) && digit(s[2]) && digit(s[3]) && !digit(s[4])) {
		for (int i = 1; i <= 3; i++)
			amount->value = add_digit(amount->value, s[i]);
		amount->grouped = true;
		s += 4;
	}
	if (*s == ',' && digit(s[1])) {
		int64_t place = 100;

		for (s++; digit(*s); s++, place /= 10)
			amount->thousandths += (*s - '0') * place;
	}
	while ((*s == '.' || *s == ',') && digit(s[1])) {
		amount->garbled = true;
		for (s++; digit(*s);)
			s++;
	}
	amount->end = s;
}

/* "05 (năm) triệu": the number in words says the same again. */
static const char *skip_in_words(const char *s)
{
	const char *close = *s == '(' ? strchr(s, ')') : NULL;

	if (!close || close - s > 24)
		return s;
	for (const char *c = s + 1; c < close; c++)
		if (!letter(*c) && *c != ' ')
			return s;
	return skip_blanks(close + 1);
}

/* "3.000.000-5.000.000 Đồng", "từ 20.000 đến 50.000 đồng": the first has the unit of the second. */
static const char *skip_range(const char *s)
{
	static const char *const to[] = {"-", "–", "đến", "tới", NULL};
	const char *next = behind_word(s, to);
	struct amount upper;

	if (!next)
		return s;
	next = skip_blanks(next);
	if (!digit(*next))
		return s;
	read_digits(next, &upper);
	return skip_blanks(upper.end);
}

/* Reads the unit behind the digits and puts `value` into đồng. */
static enum currency read_unit(struct amount *amount)
{
	const char *s = skip_blanks(skip_in_words(skip_range(skip_blanks(amount->end))));
	int64_t times = 1;

	for (size_t i = 0; i < sizeof multipliers / sizeof *multipliers; i++) {
		size_t len = strlen(multipliers[i].word);

		if (strncasecmp(s, multipliers[i].word, len) != 0 || letter(s[len]))
			continue;
		if (multipliers[i].times == 0)
			return CURRENCY_BOUND; /* nobody pays a fee in billions: a value the fee depends on */
		times = multipliers[i].times;
		s = skip_blanks(s + len);
	}
	if (behind_word(s, foreign))
		return CURRENCY_FOREIGN;
	if (!behind_word(s, dong) && times == 1)
		return CURRENCY_NONE;
	if (amount->value < 0 || amount->value > AMOUNT_MAX / times || amount->thousandths * times % 1000)
		amount->value = -1;
	else
		amount->value = amount->value * times + amount->thousandths * times / 1000;
	return CURRENCY_DONG;
}

/* A bare number that can only be money: "1.600.000", "100000", or alone in the text; no year, date, law or
 * percentage. */
static bool looks_like_money(const char *text, const struct amount *amount)
{
	const char *next = skip_blanks(amount->end);
	bool alone = skip_blanks(text) == amount->at && (*next == '\0' || *next == '(' || *next == ';');
	bool large = amount->grouped || amount->end - amount->at >= 5;

	if (amount->garbled || *next == '%' || letter(*next) ||
		(amount->at > text && (amount->at[-1] == '/' || amount->at[-1] == '.')))
		return false;
	if (*amount->end == '/')
		return large && !digit(amount->end[1]);
	return alone || large;
}

static bool says_free(const char *text)
{
	const char *s = text;
	size_t len;

	while (*s == '-' || *s == '+' || *s == ' ')
		s++;
	len = strlen(s);
	while (len && (s[len - 1] == '.' || s[len - 1] == ';' || s[len - 1] == ' '))
		len--;
	for (const char *const *phrase = free_phrases; *phrase; phrase++)
		if (strlen(*phrase) == len && strncasecmp(s, *phrase, len) == 0)
			return true;
	return false;
}

struct fee fee_parse(const char *text)
{
	struct fee fee = {.amount_vnd = -1};
	bool bare = false, zero = false, abroad = false;
	struct amount amount;

	if (!text)
		return fee;
	if (strstr(text, unknown_currency)) {
		fee.unclear = true;
		return fee;
	}
	if (says_free(text))
		return (struct fee){.free = true};
	for (const char *s = text; *s; s++) {
		if (!digit(*s) || (s > text && letter(s[-1])))
			continue;
		read_digits(s, &amount);
		switch (read_unit(&amount)) {
		case CURRENCY_DONG:
			if (amount.garbled)
				return (struct fee){.amount_vnd = -1, .unclear = true};
			if (amount.value > 0 && !word_before(text, s, bounds)) {
				fee.amount_vnd = amount.value;
				return fee;
			}
			zero |= amount.value == 0;
			break;
		case CURRENCY_FOREIGN: abroad = true; break;
		case CURRENCY_NONE: bare |= looks_like_money(text, &amount); break;
		case CURRENCY_BOUND: break;
		}
		s = amount.end - 1;
	}
	fee.unclear = bare && !abroad;
	fee.free = zero && !bare && !abroad;
	fee.amount_vnd = fee.free ? 0 : -1;
	return fee;
}
