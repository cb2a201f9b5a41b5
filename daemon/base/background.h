/* background.h - work nobody waits for gives way to work somebody waits for. */
#ifndef MOTCUA_BACKGROUND_H
#define MOTCUA_BACKGROUND_H

/* From now on the calling thread gets the processor when the others of the machine leave some. It cannot be taken back, so only a
 * thread made for such work calls it: an import, a catalog made anew. */
void background_thread(void);

#endif
