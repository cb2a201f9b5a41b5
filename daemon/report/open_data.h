/* open_data.h - counts of a month for everybody: CSV with one line a unit and figure. From what is kept (report.h), so that a month's
 * file does not change any more; none before the daemon kept it.
 *
 * De-identified: every count is told to the nearest multiple of OPEN_DATA_STEP, as statistical offices do, so that no sum or
 * difference of what is told leads to a small number; of a unit with fewer people than REPORT_FEW all values are empty.
 * A province is told of by its communes where there are any. */
#ifndef MOTCUA_OPEN_DATA_H
#define MOTCUA_OPEN_DATA_H

#include "daemon/base/buf.h"
#include "daemon/report/report.h"

#define OPEN_DATA_STEP 5

/* Appends to `out`. ERR_NOT_FOUND: it is no month, or is not kept. */
enum err open_data_write(const struct report_source *source, const struct period *period, struct arena *a, struct buf *out);

#endif
