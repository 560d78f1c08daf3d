/* A world of an episode, WORLD/backtests/NAME, may differ from WORLD in everything but behaviour: it reads WORLD/parameters.csv and may
 * neither have that file of its own nor fill the columns of segments.csv that stand in for its rows. So one set of behavioural
 * parameters meets every episode (docs/validation.md). */
#define _XOPEN_SOURCE 700 /* realpath */

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/file.h"
#include "world/loader.h"

#define PARENT "../.."

static bool is_file(lode_loader *loader, const char *folder, const char *name, bool *nomem) {
    char *path = lode_path_join(loader->world->arena, folder, name);
    struct stat info;
    *nomem = *nomem || !path;
    return path && stat(path, &info) == 0;
}

/* True if the last folder but one of a resolved path is `backtests`. */
static bool is_below_backtests(const char *resolved) {
    const char *end = strrchr(resolved, '/');
    static const char name[] = "/backtests";
    size_t length = end ? (size_t)(end - resolved) : 0;
    return length >= sizeof name - 1 && strncmp(end - (sizeof name - 1), name, sizeof name - 1) == 0;
}

lode_code lode_find_parent(lode_loader *loader) {
    lode_world *world = loader->world;
    char *resolved = realpath(world->path, NULL);
    bool below = resolved && is_below_backtests(resolved), nomem = false;
    free(resolved);
    if (!below)
        return LODE_OK;
    const char *parent = lode_path_join(world->arena, world->path, PARENT);
    if (!parent)
        return LODE_NOMEM;
    if (!is_file(loader, parent, "sources.csv", &nomem)) /* every world has one */
        return nomem ? LODE_NOMEM : LODE_OK;
    const char *path = lode_path_join(world->arena, parent, "parameters.csv");
    if (path)
        world->parameters_path = path;
    return path ? LODE_OK : LODE_NOMEM;
}

static void check_own_file(lode_loader *loader, bool *nomem) {
    const lode_world *world = loader->world;
    if (!is_file(loader, world->path, "parameters.csv", nomem))
        return;
    char *own = lode_path_join(world->arena, world->path, "parameters.csv");
    *nomem = *nomem || !own;
    if (own)
        lode_diag_add(
            loader->diags, LODE_ERROR, LODE_CONFLICT, own, 0, 0,
            "delete it; what differs between episodes is events, in the scenario",
            "a world below `backtests` takes its behaviour from %s and may not have parameters.csv of its own",
            world->parameters_path);
}

static void check_column(lode_loader *loader, const lode_segment_slice *slice, const char *column, double value) {
    if (isnan(value))
        return;
    LODE_ROW_ERROR(loader, LODE_TABLE_SEGMENTS, slice, LODE_CONFLICT, "leave the column empty",
                   "segment `%s` sets %s, but a world below `backtests` takes its behaviour from %s", slice->id, column,
                   loader->world->parameters_path);
}

lode_code lode_check_behaviour(lode_loader *loader) {
    const lode_world *world = loader->world;
    bool nomem = false;
    if (!world->parameters_path[0])
        return LODE_OK;
    check_own_file(loader, &nomem);
    for (int32_t i = 0; i < world->slice_count; i++) {
        const lode_segment_slice *slice = &world->slices[i];
        if (slice->row.failed)
            continue;
        check_column(loader, slice, "elasticity", slice->elasticity);
        check_column(loader, slice, "long_run_elasticity", slice->long_run_elasticity);
        check_column(loader, slice, "choke", slice->choke);
        check_column(loader, slice, "cover_days", slice->cover_days > 0 ? slice->cover_days : NAN);
    }
    return nomem ? LODE_NOMEM : LODE_OK;
}
