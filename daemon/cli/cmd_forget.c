/* cmd_forget.c - motcua forget: what is kept of one citizen is erased, as "xóa dữ liệu của tôi" in the chat does. Works beside the
 * running daemon (store_edit). */
#include "daemon/base/clock.h"
#include "daemon/cli/cli.h"
#include "daemon/store/store_forget.h"

#include <stdio.h>
#include <string.h>

static const char usage[] = "forget --user ID --account ID [--channel zalo|facebook] [-c FILE] [--data DIR]";
static const char help[] = "Erases what is kept of a citizen on one account (OA or page id): messages, "
			   "questions, cases, codes,\n"
			   "ratings, consent and the id itself. Prints a receipt; the audit trail says that "
			   "it was done, not whom it was about.";

struct forgetting {
	struct citizen_key citizen;
	struct forgotten forgotten;
};

static enum err forget_job(struct store_tx *tx, void *arg)
{
	struct forgetting *f = arg;
	enum err err = store_forget(tx, &f->citizen, clock_now_ms(), &f->forgotten);

	return err ? err : cli_audit(tx, "citizen.forget", NULL, NULL);
}

static int forget(const char *path, const struct citizen_key *citizen)
{
	struct forgetting f = {.citizen = *citizen};
	struct why why = {""};
	enum err err = store_edit(path, forget_job, &f, &why);

	if (err) {
		if (!why.text[0])
			why_set(&why, err, "could not erase: %s", err_words(err));
		return cli_fail(&why);
	}
	printf("erased: %lld messages, %lld replies, %lld questions, %lld codes, %lld cases, %lld ratings, "
	       "%lld lines of consent\n",
		(long long)f.forgotten.messages, (long long)f.forgotten.replies,
		(long long)f.forgotten.questions, (long long)f.forgotten.waits, (long long)f.forgotten.cases,
		(long long)f.forgotten.ratings, (long long)f.forgotten.consents);
	return EXIT_DONE;
}

int cmd_forget(int argc, char **argv)
{
	const char *config = NULL, *data = NULL, *path, *words[1];
	struct citizen_key citizen = {.channel = "zalo"};
	bool done;
	const struct cli_option options[] = {
		{"--user", "ID", "the citizen's id on the platform, for that account", &citizen.user, NULL},
		{"--account", "ID", "the OA id or page id", &citizen.account, NULL},
		{"--channel", "NAME", "zalo (default) or facebook", &citizen.channel, NULL},
		{"-c", "FILE", "configuration", &config, NULL},
		{"--data", "DIR", "folder of state.db, instead of a configuration", &data, NULL},
		{0},
	};
	struct arena arena;
	size_t count;
	int code;

	cli_parse_words(argc, argv, usage, help, options, words, 1, &count, &done, &code);
	if (done)
		return code;
	if (count || !citizen.user || !citizen.account)
		return cli_wrong_usage(usage, count ? "it takes options only" : "whom, on which account?");
	arena_init(&arena, 1 << 16);
	path = cli_state(config, data, &arena);
	code = path ? forget(path, &citizen) : EXIT_USAGE;
	arena_release(&arena);
	return code;
}
