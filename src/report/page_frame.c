/* What of a page does not depend on a run: horizon, scenario, world, names, sources, units; and the list of runs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/say.h"
#include "measure/view.h"
#include "report/page_parts.h"
#include "world/attributes.h"

/* A member of an object; false when out of memory (also of a `value` of NULL). */
static bool set(json_t *object, const char *key, json_t *value) {
    return json_object_set_new(object, key, value) == 0;
}

static json_t *text_or_empty(const char *text) {
    return json_string(text ? text : "");
}

/* ---- horizon ---- */

static json_t *horizon(const lode_page_source *source) {
    json_t *periods = json_array();
    char name[11];
    for (int32_t p = 0; p < source->periods; p++) {
        lode_page_period_name(source, p, name);
        if (json_array_append_new(periods, json_string(name)) != 0) {
            json_decref(periods);
            return NULL;
        }
    }
    lode_page_period_name(source, 0, name);
    return json_pack("{s:s, s:i, s:o}", "from", name, "step_months", (int)source->step_months, "periods", periods);
}

/* ---- the world ---- */

/* The assumed shares that `lodestone check` tells. */
static json_t *assumed_shares(const lode_world *world) {
    char *text = NULL;
    json_t *shares = json_array(), *whole = NULL, *row;
    size_t i;
    bool ok = shares && lode_world_summary(&text, world, "json") == LODE_OK && text;
    if (ok)
        whole = json_loads(text, 0, NULL);
    ok = ok && whole;
    json_array_foreach(json_object_get(whole, "assumed"), i, row) {
        static const char *const keys[] = {"side", "stage", "assumed_share_t", "assumed_share_value"};
        json_t *share = json_object();
        for (size_t k = 0; k < sizeof keys / sizeof keys[0] && ok; k++) {
            json_t *value = json_object_get(row, keys[k]);
            ok = set(share, keys[k],
                     json_is_number(value) ? lode_page_number(json_number_value(value)) : json_copy(value));
        }
        ok = json_array_append_new(shares, share) == 0 && ok;
    }
    json_decref(whole);
    free(text);
    if (!ok) {
        json_decref(shares);
        return NULL;
    }
    return shares;
}

static json_t *world_json(const lode_world *world) {
    json_t *shares = assumed_shares(world);
    const char *controlling = world->controlling_region < 0 ? "" : world->regions[world->controlling_region].id;
    return shares ? json_pack("{s:s, s:i, s:o, s:s}", "name", world->name, "base_year", (int)world->base_year,
                              "assumed", shares, "controlling", controlling)
                  : NULL;
}

/* ---- names ---- */

typedef json_t *describe_row(const lode_world *world, int32_t index);

static json_t *region_json(const lode_world *world, int32_t index) {
    const lode_region *row = &world->regions[index];
    return json_pack("{s:s, s:s, s:o, s:o}", "name", lode_region_name(world, index), "bloc", lode_bloc_names[row->bloc],
                     "lat", lode_page_number(row->lat), "lon", lode_page_number(row->lon));
}

static json_t *commodity_json(const lode_world *world, int32_t index) {
    const lode_commodity *row = &world->commodities[index];
    if (row->crude_of >= 0)
        return NULL;
    return json_pack("{s:s, s:s, s:s, s:s}", "name", lode_commodity_name(world, index), "stage",
                     lode_stage_name(row->stage), "element", row->element ? row->element : "", "unit", row->unit);
}

static json_t *segment_json(const lode_world *world, int32_t index) {
    const lode_segment *row = &world->segments[index];
    return json_pack("{s:s, s:s}", "name", lode_segment_name(world, index), "class", lode_use_name(row->criticality));
}

static json_t *asset_json(const lode_world *world, int32_t index) {
    const lode_asset *row = &world->assets[index];
    const lode_region *region = &world->regions[row->region];
    const bool placed = isfinite(row->lat) && isfinite(row->lon);
    char start[11] = "";
    if (row->start != LODE_NO_DAY)
        lode_day_format(row->start, start);
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:s, s:s, s:o, s:s, s:s}", "name",
                     lode_asset_name(world, index), "region", region->id, "stage",
                     lode_stage_name(world->processes[row->process].stage), "status", lode_status_names[row->status],
                     "lat", lode_page_number(placed ? row->lat : region->lat), "lon",
                     lode_page_number(placed ? row->lon : region->lon), "placed", placed, "start", start, "owner",
                     row->owner, "capacity_t", lode_page_number(row->capacity_t_per_year), "source",
                     row->row.source < 0 ? "" : world->sources[row->row.source].id, "confidence",
                     lode_confidence_names[row->row.confidence]);
}

static const char *region_id(const lode_world *world, int32_t index) {
    return world->regions[index].id;
}

/* Inner goods (crude oxides) are nobody's business. */
static const char *commodity_id(const lode_world *world, int32_t index) {
    return world->commodities[index].crude_of >= 0 ? NULL : world->commodities[index].id;
}

static const char *segment_id(const lode_world *world, int32_t index) {
    return world->segments[index].id;
}

static const char *asset_id(const lode_world *world, int32_t index) {
    return world->assets[index].id;
}

static json_t *table_of(const lode_world *world, int32_t count, const char *(*id)(const lode_world *, int32_t),
                        describe_row *describe) {
    json_t *table = json_object();
    for (int32_t i = 0; table && i < count; i++)
        if (id(world, i) && !set(table, id(world, i), describe(world, i))) {
            json_decref(table);
            return NULL;
        }
    return table;
}

/* Those of which there is an oxide to buy. */
static json_t *elements(const lode_world *world) {
    json_t *list = json_array();
    bool ok = list;
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++)
        for (int32_t c = 0; c < world->commodity_count; c++)
            if (world->commodities[c].crude_of < 0 && lode_is_rare_earth_oxide(world, c) &&
                world->commodities[c].content[e] > 0.99) {
                ok = json_array_append_new(list, json_string(lode_element_name((lode_element)e))) == 0 && ok;
                break;
            }
    if (!ok) {
        json_decref(list);
        return NULL;
    }
    return list;
}

static json_t *names(const lode_world *world) {
    json_t *all = json_object();
    const bool ok = all && set(all, "regions", table_of(world, world->region_count, region_id, region_json)) &&
                    set(all, "commodities", table_of(world, world->commodity_count, commodity_id, commodity_json)) &&
                    set(all, "segments", table_of(world, world->segment_count, segment_id, segment_json)) &&
                    set(all, "assets", table_of(world, world->asset_count, asset_id, asset_json)) &&
                    set(all, "elements", elements(world));
    if (!ok) {
        json_decref(all);
        return NULL;
    }
    return all;
}

/* ---- sources ---- */

static void mark_list(bool *used, const lode_world *world, const lode_text_list *list) {
    for (int32_t i = 0; i < list->count; i++) {
        const int32_t index = lode_idmap_get(world->source_ids, list->items[i]);
        if (index >= 0)
            used[index] = true;
    }
}

static void mark_instruments(bool *used, const lode_world *world, lode_instrument *const *instruments, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        mark_list(used, world, &instruments[i]->common.source);
}

/* What assets, the scenario's instruments and its battery name. */
static void mark_sources(bool *used, const lode_page_source *source) {
    const lode_world *world = source->world;
    const lode_scenario *scenario = source->scenario;
    for (int32_t a = 0; a < world->asset_count; a++)
        if (world->assets[a].row.source >= 0)
            used[world->assets[a].row.source] = true;
    mark_instruments(used, world, scenario->instruments, scenario->count);
    for (int32_t b = 0; b < scenario->battery_count; b++) {
        mark_list(used, world, &scenario->battery[b].source);
        mark_instruments(used, world, scenario->battery[b].instruments, scenario->battery[b].count);
    }
}

static json_t *source_json(const lode_world *world, int32_t index) {
    const lode_source *row = &world->sources[index];
    return json_pack("{s:s, s:s, s:s, s:s}", "title", row->title, "publisher", row->publisher, "year", row->year, "url",
                     row->url);
}

static json_t *sources(const lode_page_source *source) {
    const lode_world *world = source->world;
    json_t *table = json_object();
    bool *used = calloc((size_t)world->source_count + 1, sizeof *used), ok = table && used;
    if (ok)
        mark_sources(used, source);
    for (int32_t i = 0; i < world->source_count && ok; i++)
        ok = !used[i] || set(table, world->sources[i].id, source_json(world, i));
    free(used);
    if (!ok) {
        json_decref(table);
        return NULL;
    }
    return table;
}

/* ---- units ---- */

static json_t *units(void) {
    static const char *const rows[][2] = {
        {"prices.values", "USD/kg, real; docs/results.md, prices"},
        {"supply.values", "t in the period; docs/page-document.md, supply"},
        {"cover.values", "months of use at normal times; docs/page-document.md, cover"},
        {"loss.values", "share of what users would have used; docs/results.md, loss"},
        {"matrix.loss", "share, worst year of the worst end use; docs/results.md, loss"},
        {"matrix.first_short_months", "months from the shock; docs/results.md, first_short"},
        {"matrix.last_short_months", "months from the shock; docs/results.md, last_short"},
        {"matrix.peak_price", "times the price without the shock; docs/results.md, peak_price_inside"},
        {"matrix.policy_cost_musd", "million USD, nominal; docs/ledger.md"},
        {"matrix.projects_lost", "plants; docs/ledger.md"},
        {"flows.t", "t of rare-earth oxide equivalent in the year; docs/page-document.md, flows"},
        {"diagrams.links", "t of rare-earth oxide equivalent in the year; docs/page-document.md, flows"},
        {"shipments.t", "t in the year; docs/results.md, flows"},
        {"output.t", "t in the year; docs/results.md, production"},
        {"output.utilisation", "share of capacity; docs/results.md, production"},
        {"projects.capacity_t", "t a year; docs/results.md, projects"},
        {"money.outlay", "million USD, nominal; docs/ledger.md"},
        {"money.receipts", "million USD, nominal; docs/ledger.md"},
        {"money.contingent", "million USD, nominal; docs/ledger.md"},
        {"bindings.usd_per_kg", "USD/kg, real; docs/results.md, bindings"},
        {"line_stops.share", "share of draws; docs/ensembles-results.md"},
        {"names.assets.capacity_t", "t a year of the plant's main good"},
        {"world.assumed.assumed_share_t", "share of tonnes"},
        {"world.assumed.assumed_share_value", "share of value at reference prices"},
    };
    json_t *table = json_object();
    for (size_t i = 0; table && i < sizeof rows / sizeof rows[0]; i++)
        if (!set(table, rows[i][0], json_string(rows[i][1]))) {
            json_decref(table);
            return NULL;
        }
    return table;
}

/* ---- all of it ---- */

static const char *scenario_note(const lode_scenario *scenario) {
    const lode_yaml_node *note = lode_yaml_get(scenario->file->root, "note");
    return note && note->text ? note->text : "";
}

lode_code lode_page_frame(json_t *part, const lode_page_source *source) {
    const lode_scenario *scenario = source->scenario;
    const bool ok = set(part, "scenario",
                        json_pack("{s:s, s:s, s:s}", "name", scenario->name, "title", scenario->title, "note",
                                  scenario_note(scenario))) &&
                    set(part, "world", world_json(source->world)) && set(part, "horizon", horizon(source)) &&
                    set(part, "names", names(source->world)) && set(part, "sources", sources(source)) &&
                    set(part, "units", units());
    return ok ? LODE_OK : LODE_NOMEM;
}

/* ---- runs ---- */

static bool has_text(const json_t *list, const char *text) {
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)list, i, item) {
        if (strcmp(json_string_value(item), text) == 0)
            return true;
    }
    return false;
}

/* Those of a list that are not there yet. */
static bool add_texts(json_t *to, const lode_text_list *list) {
    bool ok = to;
    for (int32_t i = 0; ok && i < list->count; i++)
        ok = has_text(to, list->items[i]) || json_array_append_new(to, json_string(list->items[i])) == 0;
    return ok;
}

/* Of a shock and of what it is made of; of the reference, none: its instruments are many. */
static json_t *run_sources(const lode_battery_entry *entry) {
    json_t *all = json_array();
    bool ok = all && (!entry || add_texts(all, &entry->source));
    for (int32_t i = 0; entry && ok && i < entry->count; i++)
        ok = add_texts(all, &entry->instruments[i]->common.source);
    if (!ok) {
        json_decref(all);
        return NULL;
    }
    return all;
}

static json_t *hit_list(const lode_world *world, const lode_index_list *hits) {
    json_t *all = json_array();
    for (int32_t i = 0; all && hits && i < hits->count; i++)
        if (json_array_append_new(all, json_string(world->regions[hits->items[i]].id)) != 0) {
            json_decref(all);
            return NULL;
        }
    return all;
}

static bool is_assumed(const lode_battery_entry *entry) {
    bool assumed = entry->assumed;
    for (int32_t i = 0; i < entry->count; i++)
        assumed = assumed || entry->instruments[i]->common.assumed;
    return assumed;
}

lode_code lode_page_add_run(json_t *part, const lode_page_source *source, int32_t shock, int32_t first, int32_t end) {
    const lode_battery_entry *entry = shock < 0 ? NULL : &source->scenario->battery[shock];
    json_t *list = lode_page_list(part, "runs"), *run = json_object();
    const bool ok = list && run && set(run, "run", json_string(entry ? entry->name : LODE_PAGE_REFERENCE)) &&
                    set(run, "title", json_string(entry ? entry->title : source->scenario->title)) &&
                    set(run, "note", text_or_empty(entry ? entry->note : scenario_note(source->scenario))) &&
                    set(run, "first", json_integer(first)) && set(run, "end", json_integer(end)) &&
                    set(run, "pair", json_string(entry ? LODE_PAGE_REFERENCE : "")) &&
                    set(run, "hits", hit_list(source->world, entry ? &entry->hits : NULL)) &&
                    set(run, "assumed", json_boolean(entry && is_assumed(entry))) &&
                    set(run, "source", run_sources(entry));
    if (!ok) {
        json_decref(run);
        return LODE_NOMEM;
    }
    return json_array_append_new(list, run) == 0 ? LODE_OK : LODE_NOMEM;
}
