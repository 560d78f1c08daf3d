/* A property: something that must hold of any world. It is given a draft, writes it into `folder` (its own to use: what is there is
 * replaced) and looks. */
#ifndef TEST_PROPERTY_PROPERTY_H
#define TEST_PROPERTY_PROPERTY_H

#include "draft.h"
#include "random_world.h"

typedef enum {
    HOLDS,
    FAILS,
    UNSOLVED, /* the market could not be cleared: the business of the properties on certificates and cuts, not of the others */
    INVALID /* not a world */
} verdict;

#define WHY_ROOM 512

typedef struct {
    const draft *world;
    uint64_t seed;
    const char *folder;
    char why[WHY_ROOM]; /* what was seen; the text before its first colon is the kind of failure */
} trial;

typedef struct {
    const char *name;
    world_kind kind;
    int share; /* one seed in `share` is tried: dear properties see fewer worlds */
    verdict (*look)(trial *t);
    const char *known_failure; /* why it is known to fail today, and so only reported; NULL */
} property;

/* Fills in `why` and says FAILS. */
verdict fails(trial *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The draft as a folder `name` below the trial's, written anew; the path is in the draft's arena. */
const char *write_draft(const trial *t, draft *d, const char *name);

/* Each ends with a NULL name. */
extern const property self_test_properties[], market_properties[], order_properties[], stockpile_properties[],
    economics_properties[], run_properties[];

/* The smallest draft found for which `look` still fails in the same way. `looks` counts what was tried, at most `budget`. */
draft *shrink(const property *p, const draft *from, uint64_t seed, const char *folder, int budget, int *looks);

#endif
