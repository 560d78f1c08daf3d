/* What the sections of a page share among themselves (report/page.h is what others call). */
#ifndef LODE_REPORT_PAGE_PARTS_H
#define LODE_REPORT_PAGE_PARTS_H

#include "base/text.h"
#include "report/page.h"

#define LODE_PAGE_REFERENCE "reference"

/* To four significant digits. */
double lode_page_rounded(double value);
/* A text from a table, in which bytes that are not UTF-8 become U+FFFD. NULL when out of memory. */
json_t *lode_page_text(const char *text);
/* The array `section` of `part`, made if it is not there; borrowed. NULL when out of memory. */
json_t *lode_page_list(json_t *part, const char *section);
/* Adds an id in SQL's quotes, behind a comma unless the text is empty or ends with an opening bracket. */
void lode_page_add_id(lode_text *sql, const char *id);
/* Runs statements that give no rows, in their order, up to the first that fails. LODE_IO with a finding. */
lode_code lode_page_execute(const lode_page_source *source, const char *const *statements, size_t count);
/* Per region: the controlling one, and the four allied ones whose use is worth most at reference prices in the base year. Caller frees *out. O(demand
 * rows x regions). */
lode_code lode_page_main_regions(bool **out, const lode_world *world);

/* An id in words: "light separation" of "light_separation". */
void lode_page_add_words(lode_text *text, const char *id);
/* The instrument of the scenario, or else of the shock that the run meets, whose id is the first `length` letters of `id`; NULL. O(instruments). */
const lode_instrument *lode_page_instrument(const lode_page_source *source, const char *run, const char *id,
                                            size_t length);
/* What people read of an instrument of that run: its title; of one without, the title of the shock that is made of it alone; else its id in words. */
void lode_page_add_instrument(lode_text *text, const lode_page_source *source, const char *run,
                              const lode_instrument *it);

/* Appends {run, first, values, KEY...} to a section. */
typedef struct {
    const char *section, *run;
    const char *const *keys, *const *names; /* of the further fields; keys NULL-terminated, at most six */
    int32_t first, count;
    const double *values; /* NaN: null */
} lode_page_line;
lode_code lode_page_add_line(json_t *part, const lode_page_line *line);

#endif
