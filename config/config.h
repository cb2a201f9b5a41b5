/* config.h - motcua.conf → struct config; complaints with file, line and key. Only daemon/cli reads it.
 * Keys, defaults and help: keys.def. Secrets are read from files that nobody but their owner may read. */
#ifndef MOTCUA_CONFIG_H
#define MOTCUA_CONFIG_H

#include "adapters/adapter.h"
#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct config {
	struct arena arena; /* owns every string */
	const char *path;
	/* [daemon] */
	const char *data_dir, *listen, *log_level, *monitoring, *domain_check_file, *domain_check_meta;
	int64_t workers, queue_max, body_max, connections_max;
	int64_t conversation_age_ms, burst_wait_ms, staff_pause_ms;
	int64_t case_days;
	/* [outbox] */
	int64_t in_flight_max, per_second_max, timeout_ms, unknown_wait_ms, answer_max_age_ms;
	bool resend_unknown;
	/* [console] */
	bool console_enabled, two_persons;
	const char *origin; /* NULL: not set */
	int64_t session_idle_ms, session_absolute_ms;
	struct {
		int64_t month_begins, monthly_by, longer_by, remind_days; /* days */
		const char *parent_agency, *agency, *symbol, *place, *signer; /* NULL: not set */
		bool open_data;
	} report;
	/* [zalo …], [facebook …] */
	struct accounts accounts;

	const char *state_path, *knowledge_path, *uploads_dir; /* in data_dir */
};

/* On failure `why` names file, line and key. `need_secrets` false: secret files are not opened (ask, import, export). */
enum err config_load(const char *path, bool need_secrets, struct config **ret_config, struct why *why);
void config_free(struct config *c); /* wipes the secrets; NULL is fine */

#endif
