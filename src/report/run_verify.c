/* Is a run folder whole, and is it what the same command would write again (declared in lodestone/run.h)? For `--resume`.
 *
 * Whole: every file that the manifest names is there with its SHA-256. The same: version, verb, runs, and the SHA-256 of every file that
 * would be read now. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "insight/programme.h"
#include "lodestone/run.h"
#include "report/run_folder.h"
#include "store/disk.h"

typedef struct {
    const char *folder;
    json_t *manifest;
    const json_t *inputs; /* of the manifest */
    size_t met;           /* inputs of today */
} verification;

static lode_code refuse(const verification *v, lode_diags *diags, const char *why, const char *what) {
    return lode_diag_add(diags, LODE_ERROR, LODE_EXISTS, v->folder, 0, 0,
                         "name another folder, or remove this one to run again", "%s cannot be taken up: %s%s",
                         v->folder, why, what);
}

/* Whether the file is there and has the hash. */
static lode_code compare_hash(bool *same, const lode_run_input *file, const json_t *hash, lode_diags *diags) {
    char found[LODE_HASH_TEXT];
    const char *expected = json_string_value(hash);
    *same = false;
    if (!expected || !(file->text || lode_disk_exists(file->path)))
        return LODE_OK;
    const lode_code code = lode_run_input_hash(found, file, diags);
    *same = code == LODE_OK && strcmp(found, expected) == 0;
    return code;
}

static lode_code load_manifest(verification *v, lode_diags *diags) {
    char *path = lode_disk_join(v->folder, "manifest.json");
    if (!path)
        return LODE_NOMEM;
    v->manifest = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    free(path);
    v->inputs = json_object_get(v->manifest, "inputs");
    if (!json_is_object(v->inputs) || !json_is_object(json_object_get(v->manifest, "outputs")))
        return refuse(v, diags, "it is not a run folder", "");
    return LODE_OK;
}

/* The files of the folder that the manifest lists under `key`. */
static lode_code check_files(const verification *v, const char *key, lode_diags *diags) {
    const char *name;
    json_t *hash;
    json_object_foreach(json_object_get(v->manifest, key), name, hash) {
        bool same = false;
        char *path = lode_disk_join(v->folder, name);
        lode_code code = path ? compare_hash(&same, &(lode_run_input){.path = path}, hash, diags) : LODE_NOMEM;
        free(path);
        if (code == LODE_OK && !same)
            code = refuse(v, diags, "it is not whole; this file is missing or was changed: ", name);
        if (code != LODE_OK)
            return code;
    }
    return LODE_OK;
}

static lode_code check_input(void *context, const lode_run_input *input, lode_diags *diags) {
    verification *v = context;
    bool same = false;
    lode_code code = compare_hash(&same, input, json_object_get(v->inputs, input->name), diags);
    v->met++;
    if (code == LODE_OK && !same)
        code = refuse(v, diags, "it was made from another ", input->name);
    return code;
}

static lode_code check_inputs(verification *v, const lode_scenario *scenario, lode_diags *diags) {
    lode_code code = lode_run_inputs(scenario, check_input, v, diags);
    if (code == LODE_OK && v->met != json_object_size(v->inputs))
        code = refuse(v, diags, "it was made from more files than there are now", "");
    return code;
}

static bool has_text(const json_t *object, const char *key, const char *text) {
    const char *value = json_string_value(json_object_get(object, key));
    return value && strcmp(value, text) == 0;
}

/* What the same command would make. */
typedef struct {
    const char *kind;
    const char *const *shocks;
    size_t shock_count;
    bool bare; /* the shocks also without the programme */
    const int *years;
    size_t year_count;
} wanted_runs;

static bool is_named(const json_t *run, const char *prefix, const char *name) {
    const char *text = json_string_value(json_object_get(run, "run"));
    return text && strncmp(text, prefix, strlen(prefix)) == 0 && strcmp(text + strlen(prefix), name) == 0;
}

/* The reference, then the shocks in their order, from the run at `first` on. */
static bool same_battery(const json_t *runs, size_t first, const char *prefix, const wanted_runs *wanted) {
    bool same = is_named(json_array_get(runs, first), prefix, "reference");
    for (size_t s = 0; same && s < wanted->shock_count; s++)
        same = is_named(json_array_get(runs, first + 1 + s), prefix, wanted->shocks[s]);
    return same;
}

static bool same_runs(const json_t *runs, const wanted_runs *wanted) {
    const size_t battery = 1 + wanted->shock_count;
    return json_array_size(runs) == battery * (wanted->bare ? 2 : 1) && same_battery(runs, 0, "", wanted) &&
           (!wanted->bare || same_battery(runs, battery, LODE_BARE_PREFIX, wanted));
}

/* The years of resilience that were asked for, in whatever order. */
static bool same_years(const json_t *years, const wanted_runs *wanted) {
    bool same = json_array_size(years) == wanted->year_count;
    for (size_t i = 0; i < wanted->year_count; i++) {
        bool any = false;
        for (size_t k = 0; k < json_array_size(years); k++)
            any = any || json_integer_value(json_array_get(years, k)) == wanted->years[i];
        same = same && any;
    }
    return same;
}

static lode_code check_command(const verification *v, const wanted_runs *wanted, lode_diags *diags) {
    const char *command = json_string_value(json_object_get(v->manifest, "command"));
    if (!has_text(v->manifest, "kind", wanted->kind))
        return refuse(v, diags, "another command made it: ", command ? command : "unknown");
    if (!has_text(v->manifest, "lodestone", LODE_VERSION))
        return refuse(v, diags, "another version of lodestone made it", "");
    if (!same_runs(json_object_get(v->manifest, "runs"), wanted))
        return refuse(v, diags, "it holds other shocks, or was asked for the programme only", "");
    if (!same_years(json_object_get(v->manifest, "years"), wanted))
        return refuse(v, diags, "it was asked for other years of resilience", "");
    return LODE_OK;
}

/* The names of the battery; caller frees the array. */
static const char **battery_names(const lode_scenario *scenario) {
    const char **names = calloc((size_t)scenario->battery_count + 1, sizeof *names);
    for (int32_t s = 0; names && s < scenario->battery_count; s++)
        names[s] = scenario->battery[s].name;
    return names;
}

static lode_code verify(verification *v, const wanted_runs *wanted, const lode_scenario *scenario, lode_diags *diags) {
    lode_code code = load_manifest(v, diags);
    if (code == LODE_OK)
        code = check_command(v, wanted, diags);
    if (code == LODE_OK)
        code = check_inputs(v, scenario, diags);
    if (code == LODE_OK)
        code = check_files(v, "inputs", diags);
    return code == LODE_OK ? check_files(v, "outputs", diags) : code;
}

lode_code lode_run_verify(const char *folder, const char *kind, const lode_scenario *scenario,
                          const char *const *shocks, size_t shock_count, bool programme_only, const int *years,
                          size_t year_count, lode_diags *diags) {
    verification v = {.folder = folder};
    const bool is_stress = strcmp(kind, "stress") == 0, whole_battery = is_stress && !shocks;
    const char **battery = whole_battery ? battery_names(scenario) : NULL;
    if (whole_battery && !battery)
        return LODE_NOMEM;
    const wanted_runs wanted = {.kind = kind,
                                .shocks = battery ? battery : shocks,
                                .shock_count = battery ? (size_t)scenario->battery_count : shock_count,
                                .years = years,
                                .year_count = year_count,
                                .bare = is_stress && !programme_only && lode_scenario_has_programme(scenario)};
    lode_code code = verify(&v, &wanted, scenario, diags);
    json_decref(v.manifest);
    free(battery);
    return code;
}
