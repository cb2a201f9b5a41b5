/* test_reload.c - SIGHUP: the real program takes up a new configuration, or goes on with the one it has. */
#include "tests/support/program.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE 3000 /* looks, ten milliseconds apart */

static int set_up(void **state)
{
	struct program *p = calloc(1, sizeof *p);

	program_open(p);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	program_close(*state);
	free(*state);
	return 0;
}

static void configure(const struct program *p, const char *listen, const char *more)
{
	char text[512];

	snprintf(text, sizeof text,
		"[daemon]\ndata_dir = .\nlisten = unix:%s/%s\n%s[console]\nenabled = off\n", p->folder,
		listen, more);
	program_write(p, "motcua.conf", text);
}

/* Does the daemon answer at that socket? */
static bool answers(const struct program *p, const char *name)
{
	static const char request[] = "GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char answer[64] = "";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", p->folder, name) <
		    (int)sizeof address.sun_path);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
		send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0)
		while (strlen(answer) < 12 &&
			read(fd, answer + strlen(answer), sizeof answer - 1 - strlen(answer)) > 0)
			;
	close(fd);
	return strncmp(answer, "HTTP/1.1 200", 12) == 0;
}

static void until_answers(struct program *p, const char *name)
{
	for (int looks = 0; !answers(p, name); looks++) {
		if (looks == PATIENCE || !program_runs(p)) {
			program_show_log(p, 2000);
			fail_msg("nobody answers at %s", name);
		}
		usleep(10000);
	}
}

static void until_logged(struct program *p, const char *words)
{
	for (int looks = 0; !program_logged(p, words); looks++) {
		if (looks == PATIENCE || !program_runs(p)) {
			program_show_log(p, 2000);
			fail_msg("the log never says \"%s\"", words);
		}
		usleep(10000);
	}
}

static void begin(struct program *p)
{
	static char conf[96];

	configure(p, "a.sock", "");
	snprintf(conf, sizeof conf, "%s/motcua.conf", p->folder);
	program_start(p, (const char *const[]){"serve", "-c", conf, NULL});
	until_answers(p, "a.sock");
}

static void new_configuration_is_taken_up(void **state)
{
	struct program *p = *state;

	begin(p);
	configure(p, "b.sock", "");
	kill(p->pid, SIGHUP);
	until_answers(p, "b.sock");
	assert_false(answers(p, "a.sock"));
	assert_int_equal(program_stop(p), 0);
}

static void mistake_in_the_configuration_changes_nothing(void **state)
{
	struct program *p = *state;

	begin(p);
	configure(p, "b.sock", "no_such_key = 1\n");
	kill(p->pid, SIGHUP);
	until_logged(p, "the configuration stays as it was");
	assert_true(answers(p, "a.sock"));
	assert_int_equal(program_stop(p), 0);
}

static void configuration_that_cannot_be_opened_is_given_up(void **state)
{
	struct program *p = *state;

	begin(p);
	configure(p, "nowhere/b.sock", "");
	kill(p->pid, SIGHUP);
	until_logged(p, "going on with the configuration from before");
	until_answers(p, "a.sock");
	assert_int_equal(program_stop(p), 0);
}

static void signals_may_come_one_upon_the_other(void **state)
{
	struct program *p = *state;

	begin(p);
	for (int i = 0; i < 50; i++) {
		configure(p, i % 2 ? "a.sock" : "b.sock", "");
		kill(p->pid, SIGHUP);
		usleep((useconds_t)(i * 200));
	}
	until_answers(p, "a.sock");
	assert_int_equal(program_stop(p), 0);
}

static void signal_before_the_daemon_listens_does_no_harm(void **state)
{
	struct program *p = *state;
	char conf[96];

	configure(p, "a.sock", "");
	snprintf(conf, sizeof conf, "%s/motcua.conf", p->folder);
	program_start(p, (const char *const[]){"serve", "-c", conf, NULL});
	while (!program_has(p, "state.db") && program_runs(p)) /* long past its first step */
		usleep(1000);
	kill(p->pid, SIGHUP);
	until_answers(p, "a.sock");
	assert_int_equal(program_stop(p), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(new_configuration_is_taken_up),
		TEST(mistake_in_the_configuration_changes_nothing),
		TEST(configuration_that_cannot_be_opened_is_given_up),
		TEST(signals_may_come_one_upon_the_other),
		TEST(signal_before_the_daemon_listens_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
