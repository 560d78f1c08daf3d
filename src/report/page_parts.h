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
/* An array of `count` members of `size` bytes with room for one more: `items` or where they lie now, *room as many as fit. NULL when out of memory:
 * `items` are as they were. Amortised O(1). */
void *lode_page_grow(void *items, size_t count, size_t *room, size_t size);
/* Runs statements that give no rows, in their order, up to the first that fails. LODE_IO with a finding. */
lode_code lode_page_execute(const lode_page_source *source, const char *const *statements, size_t count);
/* The same with all goods that a page tells of: separated oxides, metals of magnets, magnets. O(goods). */
void lode_page_add_goods(lode_text *sql, const lode_world *world);
/* The same with the regions that it tells of: the controlling one, and the four allied ones whose use is worth most at reference prices in the base
 * year. O(demand rows x regions). */
void lode_page_add_main_regions(lode_text *sql, const lode_world *world);

/* The elements that a page tells of one by one: what people ask for, and for which users pay. The first are asked for most. */
enum { LODE_PAGE_ELEMENTS = 5 };
extern const lode_element lode_page_elements[LODE_PAGE_ELEMENTS];
/* Whether any good of the world holds the element. O(goods). */
bool lode_page_holds(const lode_world *world, lode_element element);
/* The instrument of the scenario, or else of the shock that the run meets, whose id is the first `length` letters of `id`; NULL. O(instruments). */
const lode_instrument *lode_page_instrument(const lode_page_source *source, const char *run, const char *id,
                                            size_t length);
/* The title of an instrument of that run; of one without, that of the shock which is made of it alone; else NULL. Borrowed from the scenario. */
const char *lode_page_title(const lode_page_source *source, const char *run, const lode_instrument *it);

/* Appends {run, first, values, KEY...} to a section. */
typedef struct {
    const char *section, *run;
    const char *const *keys, *const *names; /* of the further fields; keys NULL-terminated, at most six */
    int32_t first, count;
    const double *values; /* NaN: null */
} lode_page_line;
lode_code lode_page_add_line(json_t *part, const lode_page_line *line);

#endif
