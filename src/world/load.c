/* Opens a world: read every table, resolve ids, assemble, expand recipes and trade, check. One pass finds everything
 * that is wrong. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/file.h"
#include "world/loader.h"

const char *lode_table_file(const lode_loader *loader, lode_table_id id) {
    return loader->tables[id].file;
}

bool lode_report_once(lode_loader *loader, const char *key) {
    return lode_idmap_put(loader->reported, key, 1) != 1;
}

void lode_world_free(lode_world *world) {
    if (!world)
        return;
    lode_idmap_free(world->region_ids);
    lode_idmap_free(world->commodity_ids);
    lode_idmap_free(world->ore_ids);
    lode_idmap_free(world->process_ids);
    lode_idmap_free(world->asset_ids);
    lode_idmap_free(world->segment_ids);
    lode_idmap_free(world->parameter_ids);
    lode_idmap_free(world->source_ids);
    lode_arena_free(world->arena);
    free(world);
}

lode_world *lode_loader_world(const char *path) {
    lode_world *world = calloc(1, sizeof *world);
    if (!world)
        return NULL;
    world->arena = lode_arena_new();
    world->path = world->arena ? lode_arena_strdup(world->arena, path) : NULL;
    world->name = world->default_scenario = world->levers = world->parameters_path = "";
    world->controlling_region = -1;
    if (!world->path) {
        lode_world_free(world);
        return NULL;
    }
    return world;
}

void lode_loader_free(lode_loader *loader) {
    for (int id = 0; id < LODE_TABLE_COUNT; id++) {
        free(loader->tables[id].rows);
        free(loader->tables[id].pending);
        lode_idmap_free(loader->tables[id].ids);
    }
    lode_idmap_free(loader->reported);
}

lode_code lode_loader_read(lode_loader *loader) {
    lode_code code = lode_find_parent(loader);
    for (int id = 0; id < LODE_TABLE_COUNT && !code; id++)
        code = lode_load_table(loader, (lode_table_id)id);
    if (!code)
        code = lode_load_datapackage(loader);
    return code ? code : lode_check_folder(loader);
}

lode_code lode_loader_build(lode_loader *loader) {
    typedef lode_code step(lode_loader *);
    static step *const steps[] = {lode_resolve_references, lode_assemble_world, lode_index_demand,
                                  lode_parse_recipes,      lode_fill_contents,  lode_expand_trade,
                                  lode_modes_expand,       lode_check_mass,     lode_check_rows,
                                  lode_check_overrides,    lode_check_behaviour};
    lode_code code = LODE_OK;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && !code; i++)
        code = steps[i](loader);
    return code;
}

static lode_code load(lode_loader *loader) {
    const lode_code code = lode_loader_read(loader);
    return code ? code : lode_loader_build(loader);
}

/* The code of the first error that was added from `from` on; LODE_NOMEM if a finding was lost. */
lode_code lode_loader_error(const lode_diags *diags, size_t from) {
    const size_t count = lode_diags_count(diags);
    if (count > from && lode_diags_get(diags, count - 1)->code == LODE_NOMEM)
        return LODE_NOMEM;
    return lode_diags_first_code(diags, from);
}

static lode_code check_path(const char *path, lode_diags *diags) {
    struct stat info;
    if (stat(path, &info))
        return lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, path, 0, 0,
                             "name the folder that holds sources.csv, regions.csv and so on", "there is no such world");
    if (!S_ISDIR(info.st_mode))
        return lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, path, 0, 0,
                             "name the folder that holds sources.csv, regions.csv and so on",
                             "a world is a folder, this is not one");
    return LODE_OK;
}

lode_code lode_world_open_with(lode_world **out, const char *path, lode_overrides *overrides, lode_diags *diags) {
    *out = NULL;
    lode_diags *own = diags ? NULL : lode_diags_new(); /* errors decide, so someone must count them */
    lode_diags *list = diags ? diags : own;
    if (!list)
        return LODE_NOMEM;
    size_t before = lode_diags_count(list);
    lode_loader loader = {.diags = list, .overrides = overrides, .reported = lode_idmap_new()};
    lode_code code = check_path(path, list);
    if (!code) {
        loader.world = lode_loader_world(path);
        code = loader.world && loader.reported ? load(&loader) : LODE_NOMEM;
    }
    if (!code)
        code = lode_loader_error(list, before);
    if (!code)
        code = lode_check_reach(&loader);
    if (code)
        lode_world_free(loader.world);
    else
        *out = loader.world;
    lode_loader_free(&loader);
    lode_diags_free(own);
    return code;
}

lode_code lode_world_open(lode_world **out, const char *path, lode_diags *diags) {
    return lode_world_open_with(out, path, NULL, diags);
}
