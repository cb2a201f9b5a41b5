/* change_figures.h - how many records began, changed and ended: FIGURE(id, KIND, predicate) as in daemon/store/store_figures.h, over
 * published versions (v). ?1 is the first day, ?2 the first one behind the last. */
#ifndef MOTCUA_CHANGE_FIGURES_H
#define MOTCUA_CHANGE_FIGURES_H

#define CHANGE_WITHIN "v.valid_from >= ?1 AND v.valid_from < ?2"
#define CHANGE_FIGURES(FIGURE)                                                                               \
	FIGURE(content_new, ROWS, "v.change = 'new' AND " CHANGE_WITHIN)                                     \
	FIGURE(content_amended, ROWS, "v.change = 'amended' AND " CHANGE_WITHIN)                             \
	FIGURE(content_ended, ROWS, "v.change IN ('replaced', 'abolished') AND " CHANGE_WITHIN)              \
	FIGURE(content_expired, ROWS,                                                                        \
		"v.valid_to >= ?1 AND v.valid_to < ?2 AND v.change IN ('new', 'amended') AND NOT EXISTS ("   \
		"SELECT 1 FROM version AS n WHERE n.record = v.record AND n.unit = v.unit AND "              \
		"n.state = 'published' AND n.valid_from = v.valid_to)")

#endif
