/* fault.h - the failing n-th allocation. The test programs are linked with --wrap=malloc,calloc,realloc. */
#ifndef MOTCUA_FAULT_H
#define MOTCUA_FAULT_H

#include <stdbool.h>

/* From now on the n-th allocation (1…) of this thread returns NULL, once; 0 switches off. */
void fault_alloc_after(unsigned n);
/* Around what a test does itself: its own allocations neither count nor fail. */
void fault_alloc_pause(bool pause);
/* Before the first use of either: allocations of cJSON and SQLite fail too. */
bool fault_alloc_everywhere(void);

bool fault_alloc_happened(void); /* since the last fault_alloc_after() */

#endif
