#include "knowledge/rank.h"

#include "daemon/base/share.h"

#include <stdlib.h>
#include <string.h>

enum { OTHERS = 6, WEIGHTS = FEATURE_COUNT + SURE_COUNT + VAGUE_COUNT + OTHERS };

/* Where the weight of that name goes; NULL: there is no such feature. */
static float *weight_place(struct rank_weights *w, const char *name)
{
	const struct {
		const char *name;
		float *value;
	} others[OTHERS] = {{"sure_bias", &w->sure_bias}, {"vague_bias", &w->vague_bias},
		{"answer_at", &w->answer_at}, {"choices_at", &w->choices_at}, {"vague_at", &w->vague_at},
		{"bodies_below", &w->bodies_below}};

	for (size_t i = 0; i < FEATURE_COUNT; i++)
		if (strcmp(name, feature_names[i]) == 0)
			return &w->of[i];
	for (size_t i = 0; i < SURE_COUNT; i++)
		if (strcmp(name, sure_names[i]) == 0)
			return &w->sure[i];
	for (size_t i = 0; i < VAGUE_COUNT; i++)
		if (strcmp(name, vague_names[i]) == 0)
			return &w->vague[i];
	for (size_t i = 0; i < OTHERS; i++)
		if (strcmp(name, others[i].name) == 0)
			return others[i].value;
	return NULL;
}

static enum err weights_read(struct rank_weights *w, char *text, struct why *why)
{
	size_t number = 0, set = 0;

	for (char *line = text, *next; line; line = next) {
		char *value, *end;
		float *place;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		if (line[0] == '#' || line[0] == '\0')
			continue;
		value = strchr(line, ' ');
		if (value)
			*value++ = '\0';
		place = value ? weight_place(w, line) : NULL;
		if (!place)
			return why_set(why, ERR_FORMAT,
				"could not read \"knowledge/rank.weights\", line %zu: no such feature",
				number);
		*place = strtof(value, &end);
		if (end == value || *end)
			return why_set(why, ERR_FORMAT,
				"could not read \"knowledge/rank.weights\", line %zu: no number", number);
		set++;
	}
	if (set != WEIGHTS)
		return why_set(why, ERR_FORMAT,
			"could not read \"knowledge/rank.weights\": %zu weights instead of %d", set,
			(int)WEIGHTS);
	return OK;
}

enum err rank_weights_load(struct rank_weights *ret_weights, struct why *why)
{
	struct rank_weights w = {0};
	struct bytes text = {0};
	const char *path = NULL;
	struct arena a;
	char *copy;
	enum err err;

	arena_init(&a, 1 << 18);
	err = share_path(&a, "knowledge/rank.weights", &path, why);
	if (err == OK)
		err = share_read_file(&a, path, 1 << 16, &text, why);
	if (err == OK) {
		copy = arena_copy(&a, text.ptr, text.len);
		err = copy ? weights_read(&w, copy, why) : ERR_NOMEM;
	}
	if (err == OK)
		*ret_weights = w;
	arena_release(&a);
	return err;
}
