/* mask_mail.h - e-mail addresses in a text, also with blanks around '@' and dots. Pure. */
#ifndef MOTCUA_MASK_MAIL_H
#define MOTCUA_MASK_MAIL_H

#include "daemon/base/mask_shape.h"

/* The next address at or behind `s`, as begin and end; begin NULL when there is none. Blanks count only around a host that speaks
 * for itself: "8h @ hội trường" is none. */
struct group mask_mail_next(const char *s);

#endif
