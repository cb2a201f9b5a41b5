/* store_fixture.h - a state.db in a folder of its own, for one test. */
#ifndef MOTCUA_STORE_FIXTURE_H
#define MOTCUA_STORE_FIXTURE_H

#include "daemon/store/store.h"

struct store_fixture {
	char folder[64], path[96];
	struct store *store;
	struct store_reader *reader;
	struct arena arena;
};

/* cmocka set-up and tear-down; *state is a struct store_fixture. */
int store_fixture_up(void **state);
int store_fixture_down(void **state); /* removes the folder */

/* The daemon stops and starts again: the writer and the reader are opened anew. */
void store_fixture_reopen(struct store_fixture *f);

void store_fixture_folder(char ret_folder[64]); /* a new temporary folder */
void store_fixture_remove(const char *folder);  /* with the files in it */

#endif
