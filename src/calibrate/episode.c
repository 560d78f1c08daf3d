/* Reading an episode. See episode.h. */
#include "calibrate/episode.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "calibrate/guess.h"
#include "lodestone/nearest.h"
#include "sim/clock.h"
#include "store/disk.h"

#define COUNT(rows) ((int32_t)(sizeof(rows) / sizeof(rows)[0]))

/* ---- what a person writes ---- */

typedef struct {
    lode_when from, to;
} window_keys;

typedef struct {
    const char *path, *why;
    double start, low, high;
} fitted_keys;

typedef struct {
    const char *name, *metric, *group;
    int32_t measure, from, to;
    lode_index_list commodities, assets;
    double weight;
} series_keys;

typedef struct {
    const char *title, *note, *scenario, *world;
    window_keys shown, fit, judge;
    lode_when shock;
    double prior;
    lode_list fitted, series;
} episode_keys;

#define AT(field) offsetof(window_keys, field)
static const lode_key window_rows[] = {
    {.name = "from", .kind = LODE_KEY_WHEN, .required = true, .offset = AT(from), .doc = "first month, YYYY-MM"},
    {.name = "to", .kind = LODE_KEY_WHEN, .required = true, .offset = AT(to), .doc = "last month"},
};
#undef AT
static const lode_key_table window_table = {"window", sizeof(window_keys), COUNT(window_rows), window_rows};

#define AT(field) offsetof(fitted_keys, field)
static const lode_key fitted_rows[] = {
    {.name = "path",
     .kind = LODE_KEY_TEXT,
     .required = true,
     .offset = AT(path),
     .doc = "where the number stands in the scenario, as in shocks.april_2025.groups.magnets.decided.last"},
    {.name = "start",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .min = -INFINITY,
     .fallback = NAN,
     .offset = AT(start),
     .doc = "where the search begins and what the prior pulls to"},
    {.name = "low",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .min = -INFINITY,
     .fallback = NAN,
     .offset = AT(low),
     .doc = "least value"},
    {.name = "high",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .min = -INFINITY,
     .fallback = NAN,
     .offset = AT(high),
     .doc = "largest value"},
    {.name = "why",
     .kind = LODE_KEY_TEXT,
     .required = true,
     .offset = AT(why),
     .doc = "why it is fitted, and what its range rests on"},
};
#undef AT
static const lode_key_table fitted_table = {"fitted number", sizeof(fitted_keys), COUNT(fitted_rows), fitted_rows};

#define AT(field) offsetof(series_keys, field)
static const lode_key series_rows[] = {
    {.name = "name", .kind = LODE_KEY_TEXT, .offset = AT(name), .doc = "of a series of exports or output"},
    {.name = "measure",
     .kind = LODE_KEY_CHOICE,
     .required = true,
     .choices = "inside|fob|outside|volume_weighted|exports|output",
     .fallback = NAN,
     .offset = AT(measure),
     .doc = "which price, or exports in t a month, or output of plants in t a year"},
    {.name = "commodities",
     .kind = LODE_KEY_COMMODITIES,
     .offset = AT(commodities),
     .doc = "one series of a price for each; exports: all of them together"},
    {.name = "assets", .kind = LODE_KEY_ASSETS, .offset = AT(assets), .doc = "output: of these plants together"},
    {.name = "from",
     .kind = LODE_KEY_REGION,
     .offset = AT(from),
     .doc = "exports: whose (default: the controlling region's); output: the region of its observations"},
    {.name = "to",
     .kind = LODE_KEY_REGION,
     .offset = AT(to),
     .doc = "exports: where to (default: everywhere); outside: where"},
    {.name = "metric",
     .kind = LODE_KEY_TEXT,
     .offset = AT(metric),
     .doc = "exports, output: metric of observations.csv"},
    {.name = "group",
     .kind = LODE_KEY_TEXT,
     .offset = AT(group),
     .doc = "series of one picture (default: the commodity)"},
    {.name = "weight",
     .kind = LODE_KEY_NUMBER,
     .fallback = 1,
     .max = 100,
     .offset = AT(weight),
     .doc = "in the fit; 0: only judged. Output is only judged"},
};
#undef AT
static const lode_key_table series_table = {"series", sizeof(series_keys), COUNT(series_rows), series_rows};

#define AT(field) offsetof(episode_keys, field)
static const lode_key episode_rows[] = {
    {.name = "title", .kind = LODE_KEY_TEXT, .required = true, .offset = AT(title), .doc = "what people read"},
    {.name = "note", .kind = LODE_KEY_TEXT, .offset = AT(note), .doc = "anything worth saying"},
    {.name = "scenario",
     .kind = LODE_KEY_TEXT,
     .offset = AT(scenario),
     .doc = "the file with its events (default: scenario.yaml)"},
    {.name = "world",
     .kind = LODE_KEY_TEXT,
     .offset = AT(world),
     .doc = "episode whose world it runs on (default: its own where it has tables, else the parent's)"},
    {.name = "shown",
     .kind = LODE_KEY_MAP,
     .required = true,
     .nested = &window_table,
     .offset = AT(shown),
     .doc = "months that are printed"},
    {.name = "fit",
     .kind = LODE_KEY_MAP,
     .required = true,
     .nested = &window_table,
     .offset = AT(fit),
     .doc = "months that numbers are fitted to"},
    {.name = "judge",
     .kind = LODE_KEY_MAP,
     .required = true,
     .nested = &window_table,
     .offset = AT(judge),
     .doc = "months that are predicted"},
    {.name = "shock",
     .kind = LODE_KEY_WHEN,
     .required = true,
     .offset = AT(shock),
     .doc = "first month of what happened"},
    {.name = "prior",
     .kind = LODE_KEY_NUMBER,
     .fallback = 0.1,
     .max = 100,
     .offset = AT(prior),
     .doc = "weight of (value - start) / (high - low), squared, beside one squared log error"},
    {.name = "fitted",
     .kind = LODE_KEY_LIST,
     .nested = &fitted_table,
     .offset = AT(fitted),
     .doc = "numbers that `calibrate --episode` fits, eight at most"},
    {.name = "series",
     .kind = LODE_KEY_LIST,
     .required = true,
     .nested = &series_table,
     .offset = AT(series),
     .doc = "what is printed"},
};
#undef AT
static const lode_key_table episode_table = {"episode", sizeof(episode_keys), COUNT(episode_rows), episode_rows};

/* ---- from keys to an episode ---- */

static lode_day month_of(const lode_when *when) {
    int year, month;
    if (!when->given)
        return LODE_NO_DAY;
    lode_day_to(when->day, &year, &month, NULL);
    return lode_day_from(year, month, 1);
}

static lode_window window_of(const window_keys *keys) {
    return (lode_window){month_of(&keys->from), month_of(&keys->to)};
}

static const char *price_name(lode_episode *e, const series_keys *keys, int32_t commodity) {
    static const char *const ends[] = {"inside", "fob", "outside", "volume_weighted"};
    return lode_arena_printf(e->arena, "%s_%s", e->world->commodities[commodity].id, ends[keys->measure]);
}

static lode_code add_prices(lode_episode *e, const series_keys *keys) {
    for (int32_t i = 0; i < keys->commodities.count; i++) {
        int32_t commodity = keys->commodities.items[i];
        lode_track track = {.unit = "USD/kg",
                            .kind = (lode_measure_kind)keys->measure,
                            .commodity = commodity,
                            .from = e->world->controlling_region,
                            .to = keys->to,
                            .weight = keys->weight};
        track.name = price_name(e, keys, commodity);
        track.group = keys->group ? keys->group : e->world->commodities[commodity].id;
        if (!track.name)
            return LODE_NOMEM;
        e->tracks[e->track_count++] = track;
    }
    return LODE_OK;
}

static void add_exports(lode_episode *e, const series_keys *keys) {
    e->tracks[e->track_count++] = (lode_track){.name = keys->name ? keys->name : "exports",
                                               .unit = "t",
                                               .group = keys->group ? keys->group : "exports",
                                               .kind = LODE_MEASURE_EXPORTS,
                                               .commodity = -1,
                                               .goods = keys->commodities,
                                               .from = keys->from >= 0 ? keys->from : e->world->controlling_region,
                                               .to = keys->to,
                                               .metric = keys->metric ? keys->metric : "exports",
                                               .weight = keys->weight};
}

static void add_output(lode_episode *e, const series_keys *keys) {
    e->tracks[e->track_count++] = (lode_track){.name = keys->name ? keys->name : "output",
                                               .unit = "t a year",
                                               .group = "output",
                                               .kind = LODE_MEASURE_OUTPUT,
                                               .commodity = -1,
                                               .assets = keys->assets,
                                               .from = keys->from,
                                               .to = -1,
                                               .metric = keys->metric ? keys->metric : "output"};
}

/* What is wrong with a series; NULL: nothing. Series by year have a picture of their own. */
static const char *wrong_with(const lode_episode *e, const series_keys *keys) {
    if (keys->measure != LODE_MEASURE_OUTPUT)
        return keys->commodities.count == 0                        ? "a series of prices or exports needs `commodities`"
               : keys->group && strcmp(keys->group, "output") == 0 ? "the group `output` is that of yearly output"
                                                                   : NULL;
    if (keys->assets.count == 0 || keys->from < 0)
        return "a series of output needs `assets` and `from`, the region of its observations";
    return lode_episode_years(e) == 0 ? "no calendar year is shown whole, and output is by year" : NULL;
}

static void check_series(const lode_episode *e, const series_keys *keys, lode_diags *diags) {
    const char *wrong = wrong_with(e, keys);
    if (wrong)
        lode_diag_add(diags, LODE_ERROR, LODE_MISSING_VALUE, e->path, 0, 0, "see docs/validation.md", "%s", wrong);
}

static lode_code take_series(lode_episode *e, const lode_list *list, lode_diags *diags) {
    const series_keys *all = list->items;
    int32_t room = 0;
    for (int32_t i = 0; i < list->count; i++)
        room += 1 + all[i].commodities.count;
    e->tracks = lode_arena_alloc(e->arena, (size_t)room + 1, sizeof *e->tracks);
    lode_code code = e->tracks ? LODE_OK : LODE_NOMEM;
    for (int32_t i = 0; i < list->count && code == LODE_OK; i++) {
        check_series(e, &all[i], diags);
        if (all[i].measure == LODE_MEASURE_EXPORTS)
            add_exports(e, &all[i]);
        else if (all[i].measure == LODE_MEASURE_OUTPUT)
            add_output(e, &all[i]);
        else
            code = add_prices(e, &all[i]);
    }
    return code;
}

static lode_code take_fitted(lode_episode *e, const lode_list *list) {
    const fitted_keys *all = list->items;
    e->fitted = lode_arena_alloc(e->arena, (size_t)list->count + 1, sizeof *e->fitted);
    for (int32_t i = 0; e->fitted && i < list->count; i++)
        if (all[i].path)
            e->fitted[e->fitted_count++] = (lode_fitted_number){.path = all[i].path,
                                                                .why = all[i].why ? all[i].why : "",
                                                                .start = all[i].start,
                                                                .low = all[i].low,
                                                                .high = all[i].high,
                                                                .value = NAN};
    return e->fitted ? LODE_OK : LODE_NOMEM;
}

static lode_code read_root(const lode_yaml_node **root, lode_episode *e, lode_diags *diags) {
    lode_code code = lode_yaml_read(root, e->path, e->arena, diags);
    if (code == LODE_OK && !*root)
        code = lode_diag_add(diags, LODE_ERROR, LODE_MISSING_VALUE, e->path, 0, 0, "see docs/validation.md",
                             "the episode `%s` says nothing", e->name);
    return code;
}

static lode_code read_keys(lode_episode *e, const lode_yaml_node *root, const char **scenario, lode_diags *diags) {
    episode_keys keys;
    const lode_key_table *table = &episode_table;
    void *out = &keys;
    memset(&keys, 0, sizeof keys);
    lode_reader reader = {.world = e->world, .arena = e->arena, .diags = diags, .file = e->path};
    lode_keys_read(&reader, root, &table, &out, 1);
    if (reader.failed)
        return LODE_NOMEM;
    e->title = keys.title ? keys.title : e->name;
    e->note = keys.note ? keys.note : "";
    e->shown = window_of(&keys.shown);
    e->fit = window_of(&keys.fit);
    e->judge = window_of(&keys.judge);
    e->shock = month_of(&keys.shock);
    e->prior = keys.prior;
    *scenario = keys.scenario ? keys.scenario : "scenario.yaml";
    lode_code code = take_fitted(e, &keys.fitted);
    return code == LODE_OK ? take_series(e, &keys.series, diags) : code;
}

/* ---- the numbers that were fitted ---- */

static lode_fitted_number *find_fitted(lode_episode *e, const char *path) {
    for (int32_t i = 0; i < e->fitted_count; i++)
        if (strcmp(e->fitted[i].path, path) == 0)
            return &e->fitted[i];
    return NULL;
}

/* fitted.yaml may set what episode.yaml lists and nothing else, so that every fitted number is printed. */
static lode_code read_stored(lode_episode *e, lode_diags *diags) {
    const lode_yaml_node *root, *set;
    if (!lode_disk_exists(e->fitted_path))
        return LODE_OK;
    lode_code code = lode_yaml_read(&root, e->fitted_path, e->arena, diags);
    set = code == LODE_OK ? lode_yaml_get(root, "set") : NULL;
    for (const lode_yaml_node *one = set ? set->first : NULL; one; one = one->next) {
        lode_fitted_number *number = find_fitted(e, one->key);
        if (!number)
            code = lode_yaml_error(diags, LODE_UNKNOWN_KEY, one, "list it under `fitted` in episode.yaml, or remove it",
                                   "`%.160s` is not among the fitted numbers of the episode", one->key);
        else
            number->stored =
                lode_yaml_real(one, one->key, number->low, number->high, &number->value, diags) || number->stored;
    }
    return code;
}

/* The scenario with the stored numbers; `plain` where there are none. */
static lode_code open_stored(lode_episode *e, lode_diags *diags) {
    const char *paths[LODE_MOST_FITTED];
    double values[LODE_MOST_FITTED];
    lode_scenario_numbers numbers = {.paths = paths, .values = values};
    for (int32_t i = 0; i < e->fitted_count && numbers.count < LODE_MOST_FITTED; i++)
        if (e->fitted[i].stored) {
            paths[numbers.count] = e->fitted[i].path;
            values[numbers.count++] = e->fitted[i].value;
        }
    e->scenario = e->plain;
    return numbers.count > 0 ? lode_scenario_open_with(&e->scenario, e->world, e->plain->path, &numbers, diags)
                             : LODE_OK;
}

/* ---- opening ---- */

/* The folder of the world: that of the episode, or of the one that `world` names. NULL: no memory. */
static const char *world_folder(const lode_episode *e, const lode_world *parent, const char *shared) {
    return shared ? lode_arena_printf(e->arena, "%s/backtests/%s", lode_world_path(parent), shared) : e->folder;
}

static lode_code open_world(lode_episode *e, const lode_world *parent, const lode_yaml_node *root, lode_diags *diags) {
    const lode_yaml_node *key = lode_yaml_get(root, "world");
    const char *shared = key && key->kind == LODE_YAML_SCALAR ? key->text : NULL;
    const char *folder = world_folder(e, parent, shared);
    char *package = folder ? lode_path_join(e->arena, folder, "datapackage.json") : NULL;
    e->world = parent;
    if (!package)
        return LODE_NOMEM;
    if (!lode_disk_exists(package))
        return shared
                   ? lode_yaml_error(diags, LODE_UNKNOWN_ID, key, "name a folder beside it that has a datapackage.json",
                                     "there is no world `%.80s`", shared)
                   : LODE_OK;
    lode_code code = lode_world_open(&e->own_world, folder, diags);
    e->world = e->own_world;
    return code;
}

static lode_code open_scenario(lode_episode *e, const char *name, lode_diags *diags) {
    char *path = lode_path_join(e->arena, e->folder, name);
    lode_code code = path ? lode_scenario_open(&e->plain, e->world, path, diags) : LODE_NOMEM;
    if (code == LODE_OK)
        e->world = e->plain->world;
    return code;
}

static lode_code open_parts(lode_episode *e, const lode_world *parent, lode_diags *diags) {
    const char *scenario = NULL;
    const lode_yaml_node *root;
    size_t before = lode_diags_error_count(diags);
    lode_code code = read_root(&root, e, diags);
    if (code == LODE_OK)
        code = open_world(e, parent, root, diags);
    if (code == LODE_OK)
        code = read_keys(e, root, &scenario, diags);
    if (code == LODE_OK && lode_diags_error_count(diags) == before)
        code = open_scenario(e, scenario, diags);
    if (code == LODE_OK && e->plain) {
        lode_episode_check(e, diags);
        code = read_stored(e, diags);
    }
    if (code == LODE_OK && lode_diags_error_count(diags) > before)
        code = LODE_CONFLICT;
    return code == LODE_OK ? open_stored(e, diags) : code;
}

static lode_code no_such_episode(const lode_world *world, const char *name, lode_arena *arena, lode_diags *diags) {
    const char **names;
    int32_t count;
    char fix[400];
    lode_nearest nearest;
    lode_code code = lode_episode_names(&names, &count, world, arena);
    if (code != LODE_OK)
        return code;
    lode_nearest_begin(&nearest, name);
    for (int32_t i = 0; i < count; i++)
        lode_nearest_offer(&nearest, names[i]);
    if (lode_nearest_format(&nearest, fix, sizeof fix) == 0)
        snprintf(fix, sizeof fix, "%s%.300s", count ? "one of its episodes is " : "add backtests/NAME/episode.yaml",
                 count ? names[0] : "");
    return lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, lode_world_path(world), 0, 0, fix,
                         "the world has no episode `%.80s`", name);
}

lode_code lode_episode_open(lode_episode **out, const lode_world *parent, const char *name, lode_diags *diags) {
    *out = NULL;
    lode_arena *arena = lode_arena_new();
    lode_episode *e = arena ? lode_arena_alloc(arena, 1, sizeof *e) : NULL;
    if (!e) {
        lode_arena_free(arena);
        return LODE_NOMEM;
    }
    e->arena = arena;
    e->name = lode_arena_strdup(arena, name);
    e->folder = lode_arena_printf(arena, "%s/backtests/%s", lode_world_path(parent), name);
    e->path = e->folder ? lode_path_join(arena, e->folder, "episode.yaml") : NULL;
    e->fitted_path = e->folder ? lode_path_join(arena, e->folder, "fitted.yaml") : NULL;
    lode_code code = e->name && e->path && e->fitted_path ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK && (strchr(name, '/') || !lode_disk_exists(e->path)))
        code = no_such_episode(parent, name, arena, diags);
    if (code == LODE_OK)
        code = open_parts(e, parent, diags);
    if (code != LODE_OK) {
        lode_episode_free(e);
        return code;
    }
    *out = e;
    return LODE_OK;
}

void lode_episode_free(lode_episode *e) {
    if (!e)
        return;
    if (e->scenario != e->plain)
        lode_scenario_free(e->scenario);
    lode_scenario_free(e->plain);
    lode_world_free(e->own_world);
    lode_arena_free(e->arena);
}

/* ---- names ---- */

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_episode(const char *folder, const char *name, lode_arena *arena, bool *nomem) {
    char *path = name[0] == '.' ? NULL : lode_arena_printf(arena, "%s/%s/episode.yaml", folder, name);
    *nomem = *nomem || (!path && name[0] != '.');
    return path && lode_disk_exists(path);
}

lode_code lode_episode_names(const char ***out, int32_t *count, const lode_world *world, lode_arena *arena) {
    enum { MOST = 256 };
    char *folder = lode_path_join(arena, lode_world_path(world), "backtests");
    const char **names = lode_arena_alloc(arena, MOST, sizeof *names);
    bool nomem = !folder || !names;
    *count = 0;
    *out = names;
    DIR *entries = nomem ? NULL : opendir(folder);
    for (struct dirent *entry; entries && *count < MOST && (entry = readdir(entries));)
        if (is_episode(folder, entry->d_name, arena, &nomem) && !nomem) {
            names[*count] = lode_arena_strdup(arena, entry->d_name);
            nomem = !names[(*count)++];
        }
    if (entries)
        closedir(entries);
    if (!nomem)
        qsort(names, (size_t)*count, sizeof *names, by_name);
    return nomem ? LODE_NOMEM : LODE_OK;
}

/* ---- months and money ---- */

int32_t lode_episode_months(const lode_episode *e) {
    return lode_months_between(e->shown.from, e->shown.to) + 1;
}

lode_day lode_episode_month(const lode_episode *e, int32_t month) {
    return lode_day_add_months(e->shown.from, month);
}

static int first_year(const lode_episode *e) {
    int year, month;
    lode_day_to(e->shown.from, &year, &month, NULL);
    return month == 1 ? year : year + 1;
}

int32_t lode_episode_years(const lode_episode *e) {
    int year, month;
    if (e->shown.from == LODE_NO_DAY || e->shown.to == LODE_NO_DAY)
        return 0;
    lode_day_to(e->shown.to, &year, &month, NULL);
    int32_t years = year - first_year(e) + (month == 12);
    return years > 0 ? years : 0;
}

lode_day lode_episode_year(const lode_episode *e, int32_t year) {
    return lode_day_from(first_year(e) + year, 1, 1);
}
