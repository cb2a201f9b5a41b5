/* flow.c - what is open between us and a citizen, and what a message means to it.
 *   "#w:K7M4XR:yes"        may be written to about that code; ":no": not
 *   "#up:17", "#down:17"   the answer to event 17 helped, or not; "#rate:17" asks which; "#why:17:hard" says why not
 *   "#send", "#skip", "#stop"  while a reflection is taken down
 * While a reflection is taken down, what is typed is part of it, unless it is clearly a question about a matter, or something that
 * must not wait: then the reflection is left. */
#include "daemon/turn/flow.h"
#include "daemon/turn/steps.h"

#include "daemon/base/code.h"
#include "daemon/base/text.h"
#include "daemon/store/store_case.h"
#include "daemon/store/store_wait.h"
#include "knowledge/case_words.h"

#include <stdlib.h>
#include <string.h>

#define SURE 0.7       /* from here on a message that asks something is a question about that matter */
#define ANOTHER 0.92   /* from here on one that asks nothing is as well */
#define MATTER_WORDS 2 /* syllables that say what happened */

/* --- Payloads ---------------------------------------------------------------------------------------- */

static const char *rest_of(const char *payload, const char *head)
{
	size_t len = strlen(head);

	return strncmp(payload, head, len) == 0 ? payload + len : NULL;
}

/* "K7M4XR:yes" */
static bool consent_payload(struct turn *t, const char *rest, enum err *ret_err)
{
	size_t len = strcspn(rest, ":");
	char code[CODE_SIZE];
	bool alone, yes = strcmp(rest + len, ":yes") == 0;

	if ((!yes && strcmp(rest + len, ":no") != 0) || !code_find(rest, code, &alone) || strlen(code) != len)
		return false;
	t->talk->open.code = arena_string(&t->arena, code);
	*ret_err = t->talk->open.code ? OK : ERR_NOMEM;
	t->flow = yes ? FLOW_CONSENT_YES : FLOW_CONSENT_NO;
	return true;
}

/* The event that was answered, a number of our own. */
static bool rated_read(struct turn *t, const char *rest, const char **ret_behind)
{
	char *end;
	long long id = rest ? strtoll(rest, &end, 10) : 0;

	if (id <= 0)
		return false;
	t->talk->open.rated = id;
	*ret_behind = end;
	return true;
}

static bool rating_payload(struct turn *t, const char *payload)
{
	static const struct {
		const char *head;
		enum flow flow;
	} heads[] = {{"#up:", FLOW_RATE_GOOD}, {"#down:", FLOW_RATE_BAD}, {"#rate:", FLOW_RATE}};
	const char *behind;

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (rated_read(t, rest_of(payload, heads[i].head), &behind) && !*behind) {
			t->flow = heads[i].flow;
			return true;
		}
	if (!rated_read(t, rest_of(payload, "#why:"), &behind) || *behind != ':')
		return false;
	t->deed.rating.reason = rating_reason_from(behind + 1);
	t->flow = FLOW_RATE_REASON;
	return t->deed.rating.reason != RATING_NONE;
}

/* What it says of the reflection being taken down; a button of one that was left long ago begins it anew. */
static void case_step(struct turn *t, enum case_says says)
{
	struct open *o = &t->talk->open;

	t->flow = FLOW_CASE;
	if (says == CASE_SAYS_CANCEL) {
		t->flow = FLOW_CASE_STOPPED;
	} else if (o->step == OPEN_CASE_SEND && says == CASE_SAYS_SEND) {
		t->flow = FLOW_CASE_SENT;
	} else if (says == CASE_SAYS_SKIP && o->step == OPEN_CASE_WHERE) {
		o->where = "";
	} else if (says == CASE_SAYS_SKIP && o->step == OPEN_CASE_WHEN) {
		o->when = "";
	}
}

static bool case_payload(struct turn *t, const char *payload)
{
	static const struct {
		const char *payload;
		enum case_says says;
	} fixed[] = {{"#send", CASE_SAYS_SEND}, {"#skip", CASE_SAYS_SKIP}, {"#stop", CASE_SAYS_CANCEL}};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (strcmp(payload, fixed[i].payload) == 0) {
			case_step(t, fixed[i].says);
			return true;
		}
	return false;
}

bool flow_payload(struct turn *t, const char *payload, enum err *ret_err)
{
	const char *rest = rest_of(payload, "#w:");
	bool taken = (rest && consent_payload(t, rest, ret_err)) || rating_payload(t, payload) ||
		     case_payload(t, payload);

	if (taken)
		t->question.text = payload;
	return taken;
}

/* --- Codes ------------------------------------------------------------------------------------------- */

static enum err owed_find(struct turn *t, const char *code, bool *ret_found)
{
	struct wait *owed = arena_alloc(&t->arena, sizeof *owed);
	struct case_file *filed = arena_alloc(&t->arena, sizeof *filed);
	enum err err = owed && filed ? store_wait_get(t->tools->reader, &t->arena, code, owed) : ERR_NOMEM;

	*ret_found = err == OK;
	if (!err && owed->case_id) {
		err = store_case_get(t->tools->reader, &t->arena, owed->case_id, filed);
		t->filed = err ? NULL : filed;
	}
	t->owed = *ret_found ? owed : NULL;
	return err == ERR_NOT_FOUND ? OK : err;
}

/* A record that answers what was waited for is shown as whenever it is asked for. */
static void owed_show(struct turn *t)
{
	if (t->owed && t->owed->record && t->owed->state != WAIT_WITHDRAWN)
		t->target = t->owed->record;
	t->page = 1;
}

static enum err code_take(struct turn *t, const char *text)
{
	char code[CODE_SIZE];
	bool alone, found = false;
	enum err err;

	if (!t->tools->reader || !code_find(text, code, &alone))
		return OK;
	err = owed_find(t, code, &found);
	if (err || (!found && !alone))
		return err;
	t->flow = FLOW_CODE;
	t->question.facets = 0;
	owed_show(t);
	t->talk->open.code = arena_string(&t->arena, code);
	t->talk->open.code_of = 0;
	return t->talk->open.code ? OK : ERR_NOMEM;
}

/* --- Reflections ------------------------------------------------------------------------------------- */

/* At most `max` bytes, cut at a blank. */
static enum err keep(struct turn *t, const char *text, size_t max, const char **ret_kept)
{
	size_t len = strlen(text);

	if (len > max)
		for (len = max; len && text[len] != ' ';)
			len--;
	*ret_kept = arena_copy(&t->arena, text, len);
	return *ret_kept ? OK : ERR_NOMEM;
}

static enum err case_add_matter(struct turn *t, const char *text)
{
	struct open *o = &t->talk->open;

	if (o->what && *o->what) {
		text = arena_printf(&t->arena, "%s\n%s", o->what, text);
		if (!text)
			return ERR_NOMEM;
	}
	return keep(t, text, OPEN_WHAT_BYTES, &o->what);
}

/* What it says of place and time need not be asked. A proposal has neither. */
static enum err case_matter(struct turn *t, const char *text, const struct case_told *told)
{
	struct open *o = &t->talk->open;
	enum err err = OK;

	o->suggestion |= told->suggestion;
	if (told->rest >= MATTER_WORDS)
		err = case_add_matter(t, text);
	if ((told->place && o->what) || o->suggestion)
		o->where = "";
	if ((told->time && o->what) || o->suggestion)
		o->when = "";
	t->flow = FLOW_CASE;
	return err;
}

static enum err case_answer(struct turn *t, const char *text, const struct case_told *told)
{
	struct open *o = &t->talk->open;

	t->flow = FLOW_CASE;
	if (told->says != CASE_SAYS_MATTER) {
		case_step(t, told->says);
		return OK;
	}
	switch (o->step) {
	case OPEN_CASE_WHERE:
		if (told->time && !o->when)
			o->when = "";
		return keep(t, text, OPEN_WHERE_BYTES, &o->where);
	case OPEN_CASE_WHEN: return keep(t, text, OPEN_WHERE_BYTES, &o->when);
	default: return case_matter(t, text, told);
	}
}

/* "bao giờ thì sửa xong" */
static bool asks_of_case(const struct turn *t, const struct case_told *told)
{
	const struct question *q = &t->question;

	return q->says == SAY_QUESTION && q->facets && !q->weak_facets && !told->place && !told->time &&
	       t->talk->open.step != OPEN_CASE_WHAT;
}

/* Says what we asked for. What happened may be told in any words. */
static bool is_wanted(enum open_step step, const struct case_told *told)
{
	return step == OPEN_CASE_WHAT || (step == OPEN_CASE_WHERE && told->place) ||
	       (step == OPEN_CASE_WHEN && told->time);
}

static bool is_in_hand(const struct turn *t, const struct answers *found)
{
	return t->talk->record && found->count && strcmp(found->items[0].id, t->talk->record) == 0;
}

/* A question about a matter, and sure enough to be one. */
static enum err asks_else(struct turn *t, bool *ret_asks)
{
	const struct search_scope scope = {.unit = t->unit, .as_of = t->as_of};
	const struct question *q = &t->question;
	struct answers found = {.decision = DECIDE_NONE};
	struct case_told told;
	enum err err = kb_search(t->tools->kb, &t->arena, q, &scope, &found);
	double best = !err && found.count ? found.items[0].confidence : 0;

	if (err)
		return turn_err(err);
	if (t->talk->open.step >= OPEN_RATE_REASON && is_in_hand(t, &found)) {
		*ret_asks = false; /* what is said of the answer that is being rated */
		return OK;
	}
	case_words_read(words_cases(t->tools->words), q->text, &told);
	*ret_asks = (found.decision == DECIDE_ANSWER && best >= SURE &&
			    ((q->facets && !q->weak_facets) || q->anew || q->how)) ||
		    (best >= ANOTHER && !is_wanted(t->talk->open.step, &told));
	return OK;
}

static enum err case_goes_on(struct turn *t, bool *ret_goes_on)
{
	bool asks = false;
	enum err err = OK;

	switch (t->question.says) {
	case SAY_EMERGENCY:
	case SAY_COMPLAINT:
	case SAY_STATUS:
	case SAY_STAFF:
	case SAY_PRIVACY_SHOW:
	case SAY_PRIVACY_ERASE:
	case SAY_PRIVACY_REFUSE:
	case SAY_PRIVACY_WITHDRAW:
	case SAY_WHO:
	case SAY_BYE: *ret_goes_on = false; return OK;
	case SAY_QUESTION: err = t->question.code ? OK : asks_else(t, &asks); break;
	default: break;
	}
	*ret_goes_on = !asks && !t->question.code && !t->question.dossier;
	return err;
}

/* "được", "không" to our question whether to send, or to one they cannot answer. */
static bool case_short(struct turn *t)
{
	enum open_step step = t->talk->open.step;
	enum utterance says = t->question.says;

	if (says == SAY_YES && step == OPEN_CASE_SEND)
		case_step(t, CASE_SAYS_SEND);
	else if (says == SAY_NOT_THAT && step == OPEN_CASE_SEND)
		case_step(t, CASE_SAYS_CANCEL);
	else if (says == SAY_NOT_THAT && (step == OPEN_CASE_WHERE || step == OPEN_CASE_WHEN))
		case_step(t, CASE_SAYS_SKIP);
	else if (says == SAY_EMPTY || says == SAY_YES || says == SAY_MORE || says == SAY_THANKS ||
		 says == SAY_GREETING || says == SAY_NOT_THAT)
		t->flow = FLOW_CASE; /* asks once more */
	else
		return false;
	return true;
}

static enum err case_take(struct turn *t, const char *text)
{
	struct case_told told;
	bool goes_on = true;
	enum err err;

	if (t->event.kind == EVENT_ATTACHMENT && !*text) {
		t->flow = FLOW_CASE_PHOTO;
		return OK;
	}
	case_words_read(words_cases(t->tools->words), text, &told);
	err = told.says == CASE_SAYS_MATTER ? case_goes_on(t, &goes_on) : OK;
	if (err)
		return err;
	if (!goes_on) {
		t->left = t->talk->open.what != NULL;
		open_case_end(&t->talk->open);
		return OK;
	}
	if (t->question.says == SAY_CHOICE && t->question.choice > 0 &&
		(size_t)t->question.choice <= t->talk->menu_count) {
		flow_payload(t, t->talk->menu[t->question.choice - 1].payload, &err);
		return err;
	}
	if (told.says == CASE_SAYS_MATTER && case_short(t))
		return OK;
	if (told.says == CASE_SAYS_MATTER && asks_of_case(t, &told)) {
		t->flow = FLOW_CASE_ASKED;
		return OK;
	}
	return case_answer(t, text, &told);
}

static enum err case_begin(struct turn *t, const char *text)
{
	struct case_told told;

	open_case_end(&t->talk->open);
	case_words_read(words_cases(t->tools->words), text, &told);
	return case_matter(t, text, &told);
}

/* --- Ratings ----------------------------------------------------------------------------------------- */

#define THUMB_UP "\xf0\x9f\x91\x8d"
#define THUMB_DOWN "\xf0\x9f\x91\x8e"

/* Nothing but that sign, perhaps several times and in a colour of skin. */
static bool is_thumb(const char *text, const char *sign)
{
	size_t count = 0;

	for (; *text; count++)
		if (strncmp(text, sign, 4) == 0 || strncmp(text, "\xf0\x9f\x8f", 3) == 0)
			text += 4;
		else if (*text == ' ' || *text == '\n')
			text++;
		else
			return false;
	return count > 0;
}

static void rating_take(struct turn *t, const char *text)
{
	bool up = is_thumb(text, THUMB_UP), down = is_thumb(text, THUMB_DOWN);

	if (!t->rated || t->flow)
		return;
	t->talk->open.rated = t->rated;
	if (up || t->question.says == SAY_PRAISE)
		t->flow = FLOW_RATE_GOOD;
	else if (down)
		t->flow = FLOW_RATE_BAD;
	else if (t->question.says == SAY_WRONG)
		t->wrong = true;
}

/* Why it was not good, or what is to be added; a question about a matter is neither. */
static enum err reason_take(struct turn *t, const char *text)
{
	bool asks = false;
	enum err err = OK;

	if (t->question.says == SAY_CHOICE && t->question.choice > 0 &&
		(size_t)t->question.choice <= t->talk->menu_count) {
		flow_payload(t, t->talk->menu[t->question.choice - 1].payload, &err);
		return err;
	}
	if (t->question.says != SAY_QUESTION || !*text)
		return OK;
	err = asks_else(t, &asks);
	if (!err && !asks) {
		t->flow = FLOW_RATE_TEXT;
		err = keep(t, text, OPEN_WHAT_BYTES, &t->deed.rating.text);
	}
	return err;
}

/* --- Consent ----------------------------------------------------------------------------------------- */

static void consent_take(struct turn *t, const char *text)
{
	struct case_told told;

	case_words_read(words_cases(t->tools->words), text, &told);
	if (t->question.says == SAY_YES)
		t->flow = FLOW_CONSENT_YES;
	else if (t->question.says == SAY_NOT_THAT || t->question.says == SAY_PRIVACY_REFUSE ||
		 told.says == CASE_SAYS_CANCEL)
		t->flow = FLOW_CONSENT_NO;
}

/* ----------------------------------------------------------------------------------------------------- */

/* A hand-over without a question is asked for one first (compose_talk.c). */
enum err flow_begin(struct turn *t)
{
	if (t->question.says == SAY_CASE)
		return case_begin(
			t, t->event.kind == EVENT_PAYLOAD || !t->event.text ? "" : t->question.text);
	if (t->question.says == SAY_STAFF && t->talk->asked && t->event.user)
		t->flow = FLOW_STAFF;
	if (t->question.says == SAY_PRIVACY_ERASE)
		t->flow = FLOW_FORGET;
	if (t->question.says == SAY_PRIVACY_WITHDRAW)
		t->flow = FLOW_WITHDRAW;
	return OK;
}

static enum err step_take(struct turn *t, const char *text)
{
	struct open *o = &t->talk->open;

	if (open_is_case(o))
		return case_take(t, text);
	if (o->step == OPEN_CONSENT)
		consent_take(t, text);
	if (o->step == OPEN_RATE_REASON || o->step == OPEN_RATE_TEXT)
		return reason_take(t, text);
	return OK;
}

enum err flow_take(struct turn *t, const char *text)
{
	enum err err = code_take(t, text);

	if (!err && !t->flow)
		err = step_take(t, text);
	if (!err)
		rating_take(t, text);
	if (!err && !t->flow)
		err = flow_begin(t);
	if (t->question.says == SAY_WRONG)
		t->question.says = SAY_NOT_THAT;
	return err;
}
