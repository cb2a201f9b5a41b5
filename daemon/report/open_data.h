/* open_data.h - counts of a month for everybody: CSV with one line a unit and figure. From what is kept (report.h), so that a month's
 * file does not change any more; none before the daemon kept it.
 *
 * De-identified: a number from 1 to REPORT_FEW - 1 is told as an empty value, also a whole unit with fewer people than that; and
 * when one unit's alone would be missing from a figure, the next smallest is left out too, so that none can be had by subtraction.
 * A province is told of by its communes where there are any. */
#ifndef MOTCUA_OPEN_DATA_H
#define MOTCUA_OPEN_DATA_H

#include "daemon/base/buf.h"
#include "daemon/report/report.h"

/* Appends to `out`. ERR_NOT_FOUND: it is no month, or is not kept. */
enum err open_data_write(const struct report_source *source, const struct period *period, struct arena *a, struct buf *out);

#endif
