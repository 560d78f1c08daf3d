/* An engine without a model, for tests of the server: it answers at once or slowly, fails, or tells more than anybody reads, as its levers say.
 *
 *   months   how many months an answer has (default 12)
 *   huge     kilobytes that each part is padded with
 *   fail     the month, from 1, in which solving fails
 *   deaf     months that go by before it notices that it is to stop
 *   waits    months of the reference that it waits for before it begins
 */
#ifndef LODE_TESTS_FAKE_ENGINE_H
#define LODE_TESTS_FAKE_ENGINE_H

#include "engine.h"

typedef struct {
    int month_ms;         /* how long a month takes */
    int reference_months; /* of the reference */
    int reference_fails;  /* the month, from 1, in which it fails; 0: it does not */
    int draw_ms;
    int page_ms;         /* how long a page of a folder takes */
    int world;           /* which: another one has another identity */
    const char *touched; /* a file: as soon as it is there the inputs are others; NULL: they never are */
} fake_options;

/* Borrows `options`. */
serve_engine fake_engine(const fake_options *options);

#endif
