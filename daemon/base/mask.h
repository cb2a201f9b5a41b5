/* mask.h - personal numbers out of a text, before anything is written (Law 91/2025/QH15 on personal data; product.md 6).
 *
 * Masked: 9- and 12-digit identity numbers, phone numbers, vehicle plates, bank accounts, social-insurance and
 * tax codes, e-mail addresses; also when written with blanks, dots, dashes, commas, slashes or line ends between
 * the digits, in words ("không chín một hai …"), in digits of another script or with characters between them that nobody sees
 * (such digits and gaps come out in ASCII). Each becomes "[số định danh]",
 * "[điện thoại]", "[biển số]", "[số tài khoản]", "[mã bảo hiểm]", "[mã số thuế]", "[email]" (words in mask.c's table,
 * they are stored, not spoken).
 * Not masked: dossier codes (H19.8-241112-0003), procedure codes (1.004194), decision numbers (123/2025/NĐ-CP),
 * fees ("1.200.000 đồng"), dates, years, hotlines (1900 xxxx, 1800 xxxx, 113 …). When in doubt between a fee and an
 * account number, context words decide; when nothing decides, it is masked. */
#ifndef MOTCUA_MASK_H
#define MOTCUA_MASK_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

/* `text` is any bytes; broken UTF-8 passes through. *ret_masked is `text` itself when it holds no digit, no '@',
 * no number in words and nothing but ASCII and Vietnamese letters.
 * *ret_count (may be NULL) says how many places were masked. ERR_NOMEM only. */
enum err mask_text(struct arena *a, const char *text, const char **ret_masked, unsigned *ret_count);

#endif
