#include "tests/support/program.h"

#include <arpa/inet.h>
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT_FIRST                                                                                           \
	20000U /* below the ports that the kernel gives to calls out, so that a restart finds it free */
#define PORTS 12000U
#define STOP_MS 10000

extern char **environ;

static bool is_free(unsigned port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool free = bind(fd, (struct sockaddr *)&address, sizeof address) == 0;

	close(fd);
	return free;
}

void program_open(struct program *p)
{
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);

	assert(len > 0);
	exe[len] = '\0';
	for (int up = 0; up < 3; up++) /* build/tests/fault/test_x -> build */
		*strrchr(exe, '/') = '\0';
	*p = (struct program){.folder = "/tmp/motcua-program-XXXXXX"};
	assert(mkdtemp(p->folder));
	assert(snprintf(p->path, sizeof p->path, "%s/motcua", exe) < (int)sizeof p->path);
	p->port = PORT_FIRST + (unsigned)getpid() % PORTS;
	while (!is_free(p->port))
		p->port = PORT_FIRST + (p->port + 1 - PORT_FIRST) % PORTS;
}

void program_close(struct program *p)
{
	DIR *folder = opendir(p->folder);
	char name[512];

	program_kill(p);
	for (struct dirent *e = readdir(folder); e; e = readdir(folder)) {
		snprintf(name, sizeof name, "%s/%s", p->folder, e->d_name);
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlink(name);
	}
	closedir(folder);
	rmdir(p->folder);
}

void program_write(const struct program *p, const char *name, const char *text)
{
	char path[512];
	FILE *file;
	int fd;

	snprintf(path, sizeof path, "%s/%s", p->folder, name);
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	file = fdopen(fd, "w");
	assert(file);
	fputs(text, file);
	fclose(file);
}

void program_start(struct program *p, const char *const *arguments)
{
	posix_spawn_file_actions_t files;
	char log[512];
	char *argv[16] = {p->path};

	for (size_t i = 0; arguments[i] && i < 14; i++)
		argv[i + 1] = (char *)(uintptr_t)arguments[i];
	snprintf(log, sizeof log, "%s/log", p->folder);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log, O_CREAT | O_APPEND | O_WRONLY, 0600);
	posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
	assert(!p->pid && posix_spawn(&p->pid, p->path, &files, NULL, argv, environ) == 0);
	posix_spawn_file_actions_destroy(&files);
}

void program_kill(struct program *p)
{
	if (!p->pid)
		return;
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
	p->pid = 0;
}

int program_stop(struct program *p)
{
	int status = 0;
	pid_t ended = 0;

	kill(p->pid, SIGTERM);
	for (int waited = 0; waited < STOP_MS && ended == 0; waited += 10) {
		usleep(10000);
		ended = waitpid(p->pid, &status, WNOHANG);
	}
	if (ended == 0) {
		program_kill(p);
		return -1;
	}
	p->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool program_runs(struct program *p)
{
	if (p->pid && waitpid(p->pid, NULL, WNOHANG) == p->pid)
		p->pid = 0;
	return p->pid != 0;
}

bool program_has(const struct program *p, const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", p->folder, name);
	return access(path, F_OK) == 0;
}

bool program_logged(const struct program *p, const char *words)
{
	static char text[64 * 1024 + 1];
	char path[512];
	FILE *file;
	size_t len;

	snprintf(path, sizeof path, "%s/log", p->folder);
	file = fopen(path, "r");
	if (!file)
		return false;
	fseek(file, 1 - (long)sizeof text, SEEK_END); /* a shorter one: from its start, where it is */
	len = fread(text, 1, sizeof text - 1, file);
	text[len] = '\0';
	fclose(file);
	return strstr(text, words) != NULL;
}

void program_show_log(const struct program *p, size_t bytes)
{
	char path[512], text[4096];
	FILE *file;
	size_t n;

	snprintf(path, sizeof path, "%s/log", p->folder);
	file = fopen(path, "r");
	if (!file)
		return;
	fseek(file, -(long)bytes, SEEK_END);
	while ((n = fread(text, 1, sizeof text, file)) > 0)
		fwrite(text, 1, n, stderr);
	fclose(file);
}
