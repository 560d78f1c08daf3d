/* datapackage.json: the world's name, base year, default scenario and file of levers. The rest of it is for other tools. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "world/loader.h"

#define SIZE_LIMIT ((size_t)16 << 20)

static void wrong(lode_loader *loader, const char *key, const char *fix, const char *why) {
    lode_diag_add(loader->diags, LODE_ERROR, LODE_BAD_TYPE, loader->datapackage, 0, 0, fix, "%s %s", key, why);
}

static lode_code read_text(lode_loader *loader, const json_t *root, const char *key, const char **out) {
    const json_t *value = json_object_get(root, key);
    if (!value || json_is_null(value))
        return LODE_OK;
    if (!json_is_string(value) || strlen(json_string_value(value)) != json_string_length(value)) {
        wrong(loader, key, "write a text", "is not a text");
        return LODE_OK;
    }
    *out = lode_arena_strdup(loader->world->arena, json_string_value(value));
    return *out ? LODE_OK : LODE_NOMEM;
}

static void read_year(lode_loader *loader, const json_t *root) {
    const json_t *value = json_object_get(root, "base_year");
    if (!value || json_is_null(value))
        return;
    json_int_t year = json_is_integer(value) ? json_integer_value(value) : 0;
    if (year < 1 || year > 9999)
        wrong(loader, "base_year", "write a year, as in 2024 without quotes", "is not a year");
    else
        loader->world->base_year = (int32_t)year;
}

static lode_code read_root(lode_loader *loader, const json_t *root) {
    lode_world *world = loader->world;
    const char *scenario = "", *levers = "";
    if (!json_is_object(root)) {
        wrong(loader, "the file", "see the Frictionless data package specification", "is not a JSON object");
        return LODE_OK;
    }
    read_year(loader, root);
    lode_code code = read_text(loader, root, "name", &world->name);
    if (!code)
        code = read_text(loader, root, "default_scenario", &scenario);
    if (!code)
        code = read_text(loader, root, "levers", &levers);
    if (scenario[0])
        world->default_scenario = lode_path_join(world->arena, world->path, scenario);
    if (levers[0])
        world->levers = lode_path_join(world->arena, world->path, levers);
    return world->default_scenario && world->levers ? code : LODE_NOMEM;
}

lode_code lode_load_datapackage(lode_loader *loader) {
    char *data;
    size_t length;
    loader->datapackage = lode_path_join(loader->world->arena, loader->world->path, "datapackage.json");
    lode_code code = loader->datapackage ? lode_file_read(&data, &length, loader->datapackage, SIZE_LIMIT) : LODE_NOMEM;
    if (code == LODE_NOMEM)
        return code;
    if (code) {
        bool absent = code == LODE_NOT_FOUND;
        lode_diag_add(loader->diags, absent ? LODE_WARNING : LODE_ERROR, absent ? LODE_NO_DATAPACKAGE : code,
                      loader->datapackage, 0, 0,
                      absent ? "add one with name and base_year, so that other tools read the world too"
                             : "check that it is a file of at most 16 MiB and may be read",
                      absent ? "the world has no datapackage.json" : "the file cannot be read");
        return LODE_OK;
    }
    json_error_t error;
    json_t *root = json_loadb(data, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    free(data);
    if (root)
        code = read_root(loader, root);
    else
        lode_diag_add(loader->diags, LODE_ERROR, LODE_SYNTAX, loader->datapackage, error.line > 0 ? error.line : 0,
                      error.column > 0 ? error.column : 0, "correct the JSON", "not JSON: %s", error.text);
    json_decref(root);
    return code;
}
