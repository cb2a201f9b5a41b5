/* split.h - a long reply in parts (platforms.md 1.9), and buttons as a numbered menu. Pure; both adapters use it. */
#ifndef MOTCUA_SPLIT_H
#define MOTCUA_SPLIT_H

#include "daemon/base/message.h"

/* Cuts `reply->text` (made NFC first) into parts of at most `limit` UTF-16 units: at a paragraph, else a line, else a
 * sentence, else a blank; never inside a grapheme, a URL or a number such as "1.200.000". Blanks around a cut go.
 * The last part has room for the buttons' numbered menu; if it has not, the menu gets a part of its own. */
enum err split_reply(struct arena *a, const struct reply *reply, size_t limit, struct parts *ret_parts);

/* "text\n\n1. Giấy tờ\n2. Nơi nộp": the part as FORM_PLAIN sends it. URL and phone buttons show their value; a
 * button whose line stands in the text already ("1. Giấy tờ", as in a list of choices) is not written again. */
enum err split_menu_text(struct arena *a, const struct part *part, const char **ret_text);

#endif
