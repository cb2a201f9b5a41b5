/* fault_sqlite.h - the failing n-th disk call under SQLite, as a VFS in front of the usual one.
 * Counted: open, read, write, truncate, sync, delete, mapping of shared memory; all threads together. */
#ifndef MOTCUA_FAULT_SQLITE_H
#define MOTCUA_FAULT_SQLITE_H

#include <stdbool.h>

enum fault_sqlite {
	FAULT_ONCE,      /* the n-th call fails with an I/O error, the ones after it work */
	FAULT_DISK_FULL, /* from the n-th on, writing fails for want of space until fault_sqlite_off() */
	FAULT_DISK_GONE, /* from the n-th on, every call fails until fault_sqlite_off() */
};

void fault_sqlite_install(void);                             /* once, before anything is opened */
void fault_sqlite_after(enum fault_sqlite kind, unsigned n); /* n: 1… */
bool fault_sqlite_off(void);                                 /* did anything fail? */
unsigned fault_sqlite_syncs(void); /* how often this thread waited for the disk since it last asked */

#endif
