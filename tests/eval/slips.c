/* slips.c - labelled questions typed badly, one slip of one kind at a time: what the speller does for the search.
 *
 *   build/tests/eval/slips [-l KIND] DATA_DIR FILE...
 *
 * Each question is stripped of its marks; one of its words, drawn by a fixed seed, gets the slip. Columns: questions; top-1
 * without the slip; top-1 with it; share of them read as if there were no slip. -l lists what is lost by one kind. */
#include "knowledge/kb.h"
#include "tests/support/slip.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 3, KINDS_MAX = 32 };

/* --- Asking ------------------------------------------------------------------------------------------- */

static struct {
	struct words *words;
	struct kb *kb;
	struct arena arena;
	const char *list;
	struct tally {
		unsigned n, right, right_slip, same;
	} tallies[KINDS_MAX];
} all;

static void die(const char *what, const struct why *why)
{
	fprintf(stderr, "slips: %s %s\n", what, why ? why->text : "");
	exit(1);
}

/* Whether the first answer is one of `gold`; what was read goes to `folded`. */
static bool ask(const char *text, const cJSON *gold, char *folded)
{
	struct search_scope scope = {0};
	struct answers answers = {0};
	struct question q;
	const cJSON *g;
	bool right = false;

	arena_reset(&all.arena);
	if (question_parse(all.words, &all.arena, text, &q) != OK ||
		kb_search(all.kb, &all.arena, &q, &scope, &answers) != OK)
		die("could not ask", NULL);
	cJSON_ArrayForEach(g, gold) right |=
		answers.count && strcmp(answers.items[0].id, g->valuestring) == 0;
	snprintf(folded, SLIP_ROOM, "%s", q.folded);
	return right;
}

static void ask_slipped(
	const struct slip_sentence *s, size_t kind, bool right, const char *meant, const cJSON *gold)
{
	static char text[SLIP_ROOM], folded[SLIP_ROOM];
	static struct slip_sentence slipped;
	struct tally *t = &all.tallies[kind];
	size_t at;
	bool right_slip;

	if (!slip_once(&slip_kinds[kind], s, &slipped, &at))
		return;
	slip_write(&slipped, text);
	right_slip = ask(text, gold, folded);
	t->n++;
	t->right += right;
	t->right_slip += right_slip;
	t->same += strcmp(folded, meant) == 0;
	if (all.list && strcmp(all.list, slip_kinds[kind].name) == 0 && strcmp(folded, meant) != 0)
		printf("%s\t%s\t%s\t%s\n", right && !right_slip ? "LOST" : "", s->words[at].plain, text,
			folded);
}

static void ask_row(const cJSON *row)
{
	static char plain[SLIP_ROOM], meant[SLIP_ROOM];
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(row, "q"));
	const char *beh = cJSON_GetStringValue(cJSON_GetObjectItem(row, "beh"));
	const cJSON *gold = cJSON_GetObjectItem(row, "gold"), *first = cJSON_GetArrayItem(gold, 0);
	static struct slip_sentence s;
	bool right;

	if (!text || !first || strncmp(first->valuestring, "faq:", 4) == 0 ||
		(beh && strcmp(beh, "answer") != 0))
		return;
	slip_split(text, &s);
	slip_write(&s, plain);
	right = ask(plain, gold, meant);
	slip_seed(text);
	for (size_t kind = 0; kind < slip_kind_count; kind++)
		for (int round = 0; round < ROUNDS; round++)
			ask_slipped(&s, kind, right, meant, gold);
}

static void read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	if (!file)
		die("could not open", NULL);
	while (getline(&line, &room, file) > 0) {
		cJSON *row = cJSON_Parse(line);

		ask_row(row);
		cJSON_Delete(row);
	}
	free(line);
	fclose(file);
}

static void print(void)
{
	puts("slip              n  top1  slip   read");
	for (size_t i = 0; i < slip_kind_count; i++) {
		const struct tally *t = &all.tallies[i];

		if (t->n)
			printf("%-13s %5u %.3f %.3f  %.3f\n", slip_kinds[i].name, t->n,
				(double)t->right / t->n, (double)t->right_slip / t->n,
				(double)t->same / t->n);
	}
}

int main(int argc, char **argv)
{
	struct why why = {""};
	char path[4096];
	int at = 1;

	if (argc > 2 && strcmp(argv[1], "-l") == 0) {
		all.list = argv[2];
		at = 3;
	}
	if (slip_kind_count > KINDS_MAX)
		die("more kinds than tallies", NULL);
	if (argc < at + 2)
		die("usage: slips [-l KIND] DATA_DIR FILE...", NULL);
	snprintf(path, sizeof path, "%s/knowledge.db", argv[at]);
	if (words_load(&all.words, &why) != OK || kb_open(path, all.words, &all.kb, &why) != OK)
		die("could not start:", &why);
	arena_init(&all.arena, (size_t)64 << 20);
	while (++at < argc)
		read_file(argv[at]);
	print();
	arena_release(&all.arena);
	kb_close(all.kb);
	words_free(all.words);
	return 0;
}
