/* page.h - the files of the pages, from daemon/console/web: read anew for each request, so whoever edits them reloads and
 * sees. Only plain names of known types; nothing outside of the folder, whatever the path or a link says. */
#ifndef MOTCUA_CONSOLE_PAGE_H
#define MOTCUA_CONSOLE_PAGE_H

#include "daemon/console/console.h"

/* `path` behind "/console/"; "" is index.html. Fills status, type, body and the cache's headers. */
void page_answer(const char *web_dir, const char *path, const struct http_request *in, struct console_answer *answer);

#endif
