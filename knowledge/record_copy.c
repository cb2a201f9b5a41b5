/* record_copy.c - a record into another arena. What is not text or a list of texts is copied with the struct. */
#include "knowledge/record.h"

#include <stddef.h>
#include <string.h>

static bool copy_text(struct arena *a, const char **text)
{
	if (*text)
		*text = arena_string(a, *text);
	return *text != NULL;
}

/* The texts that stand at `members` of one struct: absent ones stay absent. */
static bool copy_texts(struct arena *a, void *of, const size_t *members, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char **text = (const char **)((char *)of + members[i]);

		if (*text && !copy_text(a, text))
			return false;
	}
	return true;
}

static bool copy_list(struct arena *a, const char ***list, size_t count)
{
	const char **copy = *list ? arena_array(a, count, sizeof *copy) : NULL;

	for (size_t i = 0; copy && i < count; i++) {
		copy[i] = (*list)[i];
		if (!copy_text(a, &copy[i]))
			return false;
	}
	if (*list && !copy)
		return false;
	*list = copy;
	return true;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool copy_submissions(struct arena *a, struct record *r)
{
	static const size_t members[] = {offsetof(struct submission, mode),
		offsetof(struct submission, time_limit), offsetof(struct submission, fee),
		offsetof(struct submission, note), offsetof(struct submission, fee_until)};
	struct submission *copy = arena_array(a, r->submission_count, sizeof *copy);

	for (size_t i = 0; copy && i < r->submission_count; i++) {
		copy[i] = r->submissions[i];
		if (!copy_texts(a, &copy[i], members, COUNT(members)))
			return false;
	}
	r->submissions = copy;
	return copy != NULL;
}

static bool copy_documents(struct arena *a, struct record *r)
{
	static const size_t members[] = {offsetof(struct document, group), offsetof(struct document, name),
		offsetof(struct document, form)};
	struct document *copy = arena_array(a, r->document_count, sizeof *copy);

	for (size_t i = 0; copy && i < r->document_count; i++) {
		copy[i] = r->documents[i];
		if (!copy_texts(a, &copy[i], members, COUNT(members)))
			return false;
	}
	r->documents = copy;
	return copy != NULL;
}

enum err record_copy(struct arena *a, const struct record *record, struct record *ret_record)
{
#define MEMBER(name) offsetof(struct record, name)
	static const size_t members[] = {MEMBER(id), MEMBER(code), MEMBER(name), MEMBER(everyday),
		MEMBER(field), MEMBER(agency), MEMBER(authority), MEMBER(address), MEMBER(applicant),
		MEMBER(result), MEMBER(conditions), MEMBER(steps), MEMBER(decision), MEMBER(url),
		MEMBER(email), MEMBER(scope), MEMBER(hours), MEMBER(text), MEMBER(valid_from),
		MEMBER(valid_to), MEMBER(decision_no), MEMBER(decision_date), MEMBER(source),
		MEMBER(source_date), MEMBER(change), MEMBER(replaced_by)};
#undef MEMBER
	struct record copy = *record;

	if (!copy_texts(a, &copy, members, COUNT(members)) || !copy_list(a, &copy.levels, copy.level_count) ||
		!copy_list(a, &copy.legal_basis, copy.legal_count) ||
		!copy_list(a, &copy.phones, copy.phone_count) || !copy_submissions(a, &copy) ||
		!copy_documents(a, &copy))
		return ERR_NOMEM;
	*ret_record = copy;
	return OK;
}
