/* cmd_eval.c - motcua eval: options, and one question laid open. */
#include "daemon/cli/cli.h"
#include "daemon/cli/eval.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int explain(struct eval *e, const char *text, struct why *why)
{
	struct search_scope scope = {0};
	struct candidate c[CANDIDATES_MAX];
	struct asked asked;
	struct question q;
	size_t count = 0;
	enum err err = question_parse(e->words, &e->arena, text, &q);

	if (err == OK)
		err = kb_candidates(e->kb, &q, &scope, &asked, c, &count);
	if (err != OK) {
		why_set(why, err, "could not search: %s", err_words(err));
		return cli_fail(why);
	}
	printf("says %d, facets %x: %s\n", (int)q.says, q.facets, q.folded);
	for (size_t i = 0; i < asked.count; i++)
		printf("  %s/%s role %d mass %.2f pair %.2f%s\n", q.terms[i].syllable.folded,
			q.terms[i].syllable.marked ? q.terms[i].syllable.marked : "", (int)q.terms[i].role,
			(double)asked.terms[i].mass, (double)asked.terms[i].pair_mass,
			asked.terms[i].synonym ? " synonym" : "");
	printf("acts %x variants %x\n", asked.acts, asked.variants);
	for (size_t i = 0; i < count && i < 6; i++) {
		printf("%s %.3f %s\n  ", kb_doc(e->kb, c[i].document)->id, (double)c[i].score,
			kb_doc(e->kb, c[i].document)->title);
		for (size_t k = 0; k < FEATURE_COUNT; k++)
			if (c[i].features[k] != 0)
				printf(" %s=%.2f", feature_names[k], (double)c[i].features[k]);
		putchar('\n');
	}
	return EXIT_DONE;
}

static int run(struct eval *e, char **files, int count, const char *question, bool json)
{
	struct why why = {""};

	if (question)
		return explain(e, question, &why);
	for (int i = 0; i < count; i++)
		if (eval_file(e, files[i], &why) != OK)
			return cli_fail(&why);
	if (json)
		eval_print_json(e);
	else
		eval_print_table(e);
	return EXIT_DONE;
}

static const char *database_path(struct arena *a, const char *data, const char *config_path)
{
	struct config *config;

	if (data)
		return arena_printf(a, "%s/knowledge.db", data);
	config = cli_config(config_path, false);
	return config ? config->knowledge_path : NULL;
}

/* Never over a file that is there: what is asked for and what is asked may be the only copy. */
static FILE *misses_open(const char *path, char **inputs, int count, struct why *why)
{
	FILE *file = NULL;

	for (int i = 0; i < count; i++)
		if (strcmp(inputs[i], path) == 0) {
			why_set(why, ERR_EXISTS, "cannot write \"%s\": it is read as well", path);
			return NULL;
		}
	file = fopen(path, "wxe");
	if (!file)
		why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	return file;
}

int cmd_eval(int argc, char **argv)
{
	const char *config = NULL, *data = NULL, *question = NULL, *misses = NULL, *path;
	bool json = false, done;
	const struct cli_option options[] = {{"-c", "FILE", "configuration", &config, NULL},
		{"--data", "DIR", "folder with knowledge.db, instead of a configuration", &data, NULL},
		{"--json", NULL, "figures as JSON", NULL, &json},
		{"--explain", "QUESTION", "show how one question is read and ranked", &question, NULL},
		{"--misses", "FILE", "write the questions whose first answer is wrong; a new file", &misses,
			NULL},
		{0}};
	struct eval e = {0};
	struct arena paths;
	struct why why = {""};
	int status = EXIT_FAILED;
	int first = cli_parse(argc, argv, "eval [--json] [--data DIR | -c FILE] [--explain QUESTION] FILE...",
		"Asks labelled questions and conversations as the daemon would be asked, and says how it "
		"did.\n"
		"A row is {\"q\",\"gold\":[ids],\"beh\",\"fields\":[facets],\"set\"} or "
		"{\"turns\":[rows],\"set\"}. Figures, by set:\n"
		"top1, top3, mrr of the search, also without marks and with one slip; precision and coverage "
		"of\n"
		"direct answers; \"reject\" rows answered nonetheless; each \"beh\": how many were "
		"understood as that\n"
		"(clarify: asked back with a right reading among the choices); record: turns of "
		"conversations that\n"
		"cite a right one; facets: rows whose \"fields\" were all asked; how often answers of about "
		"one\n"
		"confidence were right.",
		options, &done, &status);

	if (done)
		return status;
	arena_init(&paths, 1 << 16);
	arena_init(&e.arena, 8 << 20);
	path = database_path(&paths, data, config);
	if (!path)
		goto out;
	if (misses && !(e.misses = misses_open(misses, argv + first, argc - first, &why))) {
		status = cli_fail(&why);
	} else if (words_load(&e.words, &why) != OK || phrases_load(&e.phrases, &why) != OK ||
		   kb_open(path, e.words, &e.kb, &why) != OK) {
		status = cli_fail(&why);
	} else {
		status = run(&e, argv + first, argc - first, question, json);
	}
out:
	if (e.misses)
		fclose(e.misses);
	kb_close(e.kb);
	words_free(e.words);
	phrases_free(e.phrases);
	eval_release(&e);
	arena_release(&paths);
	return status;
}
