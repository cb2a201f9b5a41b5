/* program.h - the real program as a process of its own, with a configuration and a folder that outlive its deaths. */
#ifndef MOTCUA_TEST_PROGRAM_H
#define MOTCUA_TEST_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct program {
	char folder[64]; /* made by program_open(); configuration, secrets, databases, log */
	char path[256];  /* of the program: beside the tests */
	unsigned port;   /* where it is to listen: free when it was chosen */
	pid_t pid;       /* 0: not running */
};

void program_open(struct program *p);
void program_close(struct program *p); /* kills it when it runs; the folder goes, too */

void program_write(const struct program *p, const char *name, const char *text); /* a file of mode 0600 */
void program_start(
	struct program *p, const char *const *arguments); /* ends with NULL; stderr goes to "log" */
void program_kill(struct program *p);                     /* SIGKILL, and waits */
int program_stop(struct program *p);  /* SIGTERM: its exit code; -1: killed after ten seconds */
bool program_runs(struct program *p); /* false as well when it ended by itself */
bool program_has(const struct program *p, const char *name);     /* a file of that name in its folder */
bool program_logged(const struct program *p, const char *words); /* among the last 64 KiB of its log */
void program_show_log(const struct program *p, size_t bytes);    /* its end, on stderr */

#endif
