/* Like with like across spelling, marks and wording; what is put stays where it is. */
#include "daemon/report/cluster.h"
#include "tests/support/partition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS_MAX = 200, ORDERS = 6 };

struct fixture {
	struct words *words;
	struct arena arena;
	struct clusters *clusters;
	int64_t next;
};

static int up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct why why;

	*state = f;
	if (!f || words_load(&f->words, &why))
		return -1;
	arena_init(&f->arena, (size_t)64 << 20);
	return 0;
}

static int down(void **state)
{
	struct fixture *f = *state;

	clusters_close(f->clusters);
	arena_release(&f->arena);
	words_free(f->words);
	free(f);
	return 0;
}

static struct cluster_asked asked_near(struct fixture *f, const char *text, const char *nearest)
{
	struct cluster_asked asked;

	assert_int_equal(cluster_asked_of(f->words, &f->arena, text, nearest, NULL, &asked), OK);
	arena_reset(&f->arena);
	return asked;
}

static struct cluster_asked asked_of(struct fixture *f, const char *text)
{
	return asked_near(f, text, NULL);
}

static void begin(struct fixture *f)
{
	clusters_close(f->clusters);
	f->clusters = NULL;
	assert_int_equal(clusters_open(&f->clusters), OK);
	f->next = 1;
}

static int64_t put(struct fixture *f, const struct cluster_asked *asked)
{
	int64_t id = clusters_find(f->clusters, asked);

	id = id ? id : f->next++;
	assert_int_equal(clusters_put(f->clusters, id, asked), OK);
	return id;
}

static int64_t put_text(struct fixture *f, const char *text)
{
	struct cluster_asked asked = asked_of(f, text);

	return put(f, &asked);
}

static void spelling_and_marks_change_nothing(void **state)
{
	struct fixture *f = *state;
	int64_t id;

	begin(f);
	id = put_text(f, "chặt cây xanh trước nhà phải xin phép ở đâu");
	assert_int_equal(put_text(f, "chat cay xanh truoc nha phai xin phep o dau"), id);
	assert_int_equal(put_text(f, "CHẶT CÂY XANH TRƯỚC NHÀ"), id);
	assert_int_equal(put_text(f, "chặt cay xnah truoc nha xin phép đâu z ad"), id);
	assert_int_not_equal(put_text(f, "thuê hội trường xã"), id);
}

static void everyday_and_official_name_are_one(void **state)
{
	struct fixture *f = *state;
	int64_t id;

	begin(f);
	id = put_text(f, "báo tử cho ông nội");
	assert_int_equal(put_text(f, "khai tử cho ông nội"), id);
}

static void another_act_is_another_matter(void **state)
{
	struct fixture *f = *state;
	int64_t id;

	begin(f);
	id = put_text(f, "đăng ký nuôi yến");
	assert_int_not_equal(put_text(f, "chấm dứt nuôi yến"), id);
}

static void near_records_bring_wordings_together(void **state)
{
	static const char near[] = "[{\"id\":\"1.1\",\"score\":9,\"confidence\":0.3,\"why\":\"unsure\"},"
				   "{\"id\":\"1.2\",\"score\":8,\"confidence\":0.1,\"why\":\"behind\"}]";
	static const char far[] = "[{\"id\":\"2.1\",\"score\":9,\"confidence\":0.9}]";
	struct fixture *f = *state;
	struct cluster_asked a = asked_near(f, "nhà em đóng tiền cho bé", near),
			     b = asked_near(f, "tiền trường của cháu", near),
			     c = asked_near(f, "tiền trường của cháu", far);

	assert_true(cluster_likeness(&a, &b) > cluster_likeness(&a, &c));
	begin(f);
	assert_int_equal(put(f, &a), put(f, &b));
	assert_int_not_equal(put(f, &a), put(f, &c));
}

/* What was cited is the nearest; the others stay as far behind it as their scores say. */
static void a_cited_record_leaves_the_others_their_distance(void **state)
{
	static const char nearest[] =
		"[{\"id\":\"a\",\"score\":21,\"confidence\":1},{\"id\":\"b\",\"score\":9,"
		"\"confidence\":0.1},{\"id\":\"c\",\"score\":8,\"confidence\":0.1}]";
	struct fixture *f = *state;
	struct cluster_asked found = asked_near(f, "trồng rau sạch", nearest), cited;

	assert_int_equal(cluster_asked_of(f->words, &f->arena, "trồng rau sạch", nearest, "a", &cited), OK);
	arena_reset(&f->arena);
	assert_int_equal(cited.first, found.first);
	assert_int_equal(cited.near_count, found.near_count);
	for (uint32_t i = 0; i < found.near_count; i++) {
		assert_int_equal(cited.near[i].key, found.near[i].key);
		assert_true(cited.near[i].weight == found.near[i].weight);
	}
}

static void broken_evidence_is_no_evidence(void **state)
{
	static const char *const broken[] = {"", "{", "7", "null", "[1,null,{}]", "{\"id\":3}", "[[\"id\"]]",
		"[{\"id\":{},\"score\":\"x\"}]"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct cluster_asked asked = asked_near(f, "thả diều", broken[i]);

		assert_int_equal(asked.near_count, 0);
		assert_int_equal(asked.first, 0);
	}
	begin(f);
	assert_int_equal(put_text(f, ""), put_text(f, "👍👍"));
	assert_int_not_equal(put_text(f, ""), put_text(f, "thả diều"));
}

static void what_is_forgotten_is_found_no_more(void **state)
{
	struct fixture *f = *state;
	struct cluster_asked asked = asked_of(f, "thả diều gần sân bay");
	int64_t id;

	begin(f);
	id = put(f, &asked);
	assert_int_equal(clusters_count(f->clusters), 1);
	clusters_forget(f->clusters, id);
	clusters_forget(f->clusters, id);
	assert_int_equal(clusters_count(f->clusters), 0);
	assert_int_equal(clusters_find(f->clusters, &asked), 0);
	assert_int_equal(clusters_put(f->clusters, id, &asked), OK);
	assert_int_equal(clusters_find(f->clusters, &asked), id);
}

static void memory_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct cluster_asked asked = asked_of(f, "thả diều");

	begin(f);
	for (int64_t id = 1; id <= CLUSTERS_MAX; id++) {
		asked.gist.words[0].key = (uint32_t)id * 7;
		assert_int_equal(clusters_put(f->clusters, id, &asked), OK);
	}
	assert_int_equal(clusters_put(f->clusters, CLUSTERS_MAX + 1, &asked), ERR_LIMIT);
	assert_int_equal(clusters_count(f->clusters), CLUSTERS_MAX);
}

static void a_cluster_has_so_many_examples_at_most(void **state)
{
	struct fixture *f = *state;
	struct cluster_asked asked = asked_of(f, "thả diều");

	begin(f);
	for (uint32_t i = 0; i < 3 * CLUSTER_EXAMPLES; i++) {
		assert_int_equal(clusters_is_full(f->clusters, 1), i >= CLUSTER_EXAMPLES);
		asked.first = i + 1;
		assert_int_equal(clusters_put(f->clusters, 1, &asked), OK);
	}
}

/* --- Labelled wordings ---------------------------------------------------------------------------------- */

struct labelled {
	int64_t matters[ROWS_MAX];
	struct cluster_asked asked[ROWS_MAX];
	size_t count;
};

static void labelled_read(struct fixture *f, struct labelled *l)
{
	FILE *file = fopen("tests/golden/clusters.tsv", "r");
	char line[512];

	assert_non_null(file);
	l->count = 0;
	while (fgets(line, sizeof line, file)) {
		char *tab = strchr(line, '\t');

		if (line[0] == '#' || !tab)
			continue;
		assert_true(l->count < ROWS_MAX);
		l->matters[l->count] = strtol(line, NULL, 10);
		l->asked[l->count++] = asked_of(f, tab + 1);
	}
	fclose(file);
}

/* The same for each seed; seed 0 leaves the order as it is. */
static void drawn_order(size_t count, uint64_t seed, size_t *order)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count; seed && i > 1; i--) {
		size_t k, before = order[i - 1];

		seed = seed * 6364136223846793005U + 1442695040888963407U;
		k = (size_t)(seed >> 33) % i;
		order[i - 1] = order[k];
		order[k] = before;
	}
}

static void wordings_of_a_matter_come_together_in_any_order(void **state)
{
	struct fixture *f = *state;
	struct labelled *l = calloc(1, sizeof *l);
	int64_t labels[ORDERS][ROWS_MAX];
	size_t order[ROWS_MAX];

	assert_non_null(l);
	labelled_read(f, l);
	assert_true(l->count >= 50);
	for (uint64_t k = 0; k < ORDERS; k++) {
		struct partition_score s;

		begin(f);
		drawn_order(l->count, k, order);
		for (size_t i = 0; i < l->count; i++)
			labels[k][order[i]] = put(f, &l->asked[order[i]]);
		s = partition_compare(labels[k], l->matters, l->count);
		print_message("F1 %.3f purity %.3f clusters %zu\n", s.f1, s.purity, s.clusters);
		assert_true(s.f1 >= 0.85);
		assert_true(s.purity >= 0.93);
		assert_true(partition_compare(labels[k], labels[0], l->count).ari >= 0.9);
	}
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spelling_and_marks_change_nothing),
		cmocka_unit_test(everyday_and_official_name_are_one),
		cmocka_unit_test(another_act_is_another_matter),
		cmocka_unit_test(near_records_bring_wordings_together),
		cmocka_unit_test(a_cited_record_leaves_the_others_their_distance),
		cmocka_unit_test(broken_evidence_is_no_evidence),
		cmocka_unit_test(what_is_forgotten_is_found_no_more),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(a_cluster_has_so_many_examples_at_most),
		cmocka_unit_test(wordings_of_a_matter_come_together_in_any_order),
	};

	return cmocka_run_group_tests(tests, up, down);
}
