/* Properties of the tests themselves: random worlds are worlds, seeds are stable, and shrinking shrinks. */
#include <string.h>

#include "books.h"

static verdict look_at_generator(trial *t) {
    lode_diags *diags;
    lode_world *world;
    verdict v = open_world(t, t->world, "world", &diags, &world);
    lode_world_free(world);
    lode_diags_free(diags);
    return v;
}

/* False on purpose. */
static verdict no_link_takes_three_months(trial *t) {
    lode_diags *diags;
    lode_world *world;
    verdict v = open_world(t, t->world, "world", &diags, &world);
    for (int32_t a = 0; v == HOLDS && a < world->arc_count; a++) {
        if (world->arcs[a].transit_months == 3) {
            v = fails(t, "three months: %s", world->commodities[world->arcs[a].commodity].id);
        }
    }
    lode_world_free(world);
    lode_diags_free(diags);
    return v;
}

static const property broken = {"no link takes three months", WORLD_ANY, 1, no_link_takes_three_months, NULL};

/* What is left of a world with such a link is the link, its two regions, its good, and nothing to be had without it. */
static verdict look_at_shrinking(trial *t) {
    int looks = 0;
    trial first = *t;
    if (no_link_takes_three_months(&first) != FAILS) {
        return HOLDS; /* nothing to shrink here */
    }
    draft *small = shrink(&broken, t->world, t->seed, t->folder, 1500, &looks);
    int32_t links = small->tables[LODE_TABLE_TRADE].rows, regions = small->tables[LODE_TABLE_REGIONS].rows;
    const char *transit = draft_get(small, LODE_TABLE_TRADE, 0, "transit_months");
    if (links != 1 || regions != 2 || strcmp(transit, "3") != 0 || draft_row_count(small) > 6) {
        return fails(t, "not shrunk: %d links, %d regions, %d rows, %s months", (int)links, (int)regions,
                     (int)draft_row_count(small), transit);
    }
    return HOLDS;
}

const property self_test_properties[] = {
    {"a random world is a world", WORLD_ANY, 1, look_at_generator, NULL},
    {"a random linear world is a world", WORLD_LINEAR, 1, look_at_generator, NULL},
    {"a random world for runs is a world", WORLD_SIMULATED, 1, look_at_generator, NULL},
    {"a false property shrinks to one link", WORLD_ANY, 4, look_at_shrinking, NULL},
    {0},
};
