#include "knowledge/encoding.h"

#include "daemon/base/text.h"

#include <string.h>

/* Each has its own byte for đ, which nearly every sentence holds, and Windows-1258 writes tones behind their letter. */
const char *encoding_guess(const char *text, size_t len)
{
	size_t windows = 0, tcvn3 = 0, vni = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];
		bool tone = byte == 0xCC || byte == 0xD2 || byte == 0xDE || byte == 0xEC || byte == 0xF2;
		unsigned char before = i ? (unsigned char)text[i - 1] : 0;

		windows += byte == 0xF0 ||
			   (tone && strchr("aeiouy\xE2\xEA\xF4\xE3\xF5\xFD", before ? before : ' '));
		tcvn3 += byte == 0xAE || byte == 0xA7 || byte == 0xA8 || byte == 0xAC;
		vni += byte == 0xF1 || byte == 0xD1;
	}
	if (windows > tcvn3 && windows > vni)
		return "Windows-1258";
	if (tcvn3 > vni)
		return "TCVN3 (ABC)";
	return vni ? "VNI" : "another encoding";
}

static bool is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_vietnamese(uint32_t c) /* letters that TCVN3 text seen as Unicode never has */
{
	return (c >= 0x1EA0 && c <= 0x1EF9) || c == 0x110 || c == 0x111 || c == 0x102 || c == 0x103 ||
	       c == 0x1A0 || c == 0x1A1 || c == 0x1AF || c == 0x1B0;
}

/* Signs that stand for letters there and beside letters nowhere else: ® đ, § Đ, ¨ ă, © â, ª ê, « ô, ¬ ơ, µ à, ¸ á, ¹ ạ, ¶ ả. */
bool encoding_is_tcvn3(const char *text)
{
	static const uint32_t signs[] = {0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAE, 0xB5, 0xB6, 0xB8, 0xB9};
	uint32_t before = ' ', c;
	size_t found = 0;

	while ((c = text_next(&text))) {
		if (is_vietnamese(c))
			return false;
		for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
			const char *ahead = text;

			if (c == signs[i] && (is_letter(before) || is_letter(text_next(&ahead))))
				found++;
		}
		before = c;
	}
	return found >= 2;
}
