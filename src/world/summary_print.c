/* The summary of a world as text of 80 columns, as JSON and as CSV. */
#include <math.h>
#include <stdio.h>

#include "world/summary.h"

#define LISTED 20 /* lines of a list in the text form */

/* ---- text ---- */

static void text_counts(lode_text *out, const lode_summary *s) {
    int shown = 0;
    for (int i = 0; i < s->count_count; i++)
        if (s->counts[i].count)
            lode_text_addf(out, "%s%-17s %6d", shown++ % 3 ? "   " : "\n  ", s->counts[i].name,
                           (int)s->counts[i].count);
    lode_text_add(out, "\n");
}

static void text_unreachable(lode_text *out, const lode_summary *s) {
    const lode_world *w = s->world;
    if (!s->unreachable_count)
        return;
    lode_text_addf(out, "\nDemand of %d that nothing can reach: %d\n", (int)s->demand_year, (int)s->unreachable_count);
    for (int32_t i = 0; i < s->unreachable_count && i < LISTED; i++) {
        const lode_demand *d = &w->demands[s->unreachable[i]];
        lode_text_addf(out, "  %-30s %-8s %-24s", w->segments[d->segment].id, w->regions[d->region].id,
                       w->commodities[d->commodity].id);
        if (!isnan(d->quantity_t))
            lode_text_addf(out, " %9.6g t", d->quantity_t);
        lode_text_add(out, "\n");
    }
    if (s->unreachable_count > LISTED)
        lode_text_addf(out, "  and %d more\n", (int)s->unreachable_count - LISTED);
}

static void text_unfed(lode_text *out, const lode_summary *s) {
    const lode_world *w = s->world;
    if (!s->unfed_count)
        return;
    lode_text_addf(out, "\nAssets without feed: %d\n", (int)s->unfed_count);
    for (int32_t i = 0; i < s->unfed_count && i < LISTED; i++) {
        int32_t missing[1];
        lode_reach_missing(s->reach, s->unfed[i], missing, 1);
        const lode_asset *asset = &w->assets[s->unfed[i]];
        lode_text_addf(out, "  %-36s %-8s lacks %s\n", asset->id, w->regions[asset->region].id,
                       w->commodities[missing[0]].id);
    }
    if (s->unfed_count > LISTED)
        lode_text_addf(out, "  and %d more\n", (int)s->unfed_count - LISTED);
}

static void text_share(lode_text *out, double part, double whole) {
    if (whole > 0)
        lode_text_addf(out, " %8.0f%%", 100 * part / whole);
    else
        lode_text_addf(out, " %9s", "-");
}

static void text_shares(lode_text *out, const char *title, const lode_share shares[LODE_STAGE_COUNT]) {
    for (int stage = 0; stage < LODE_STAGE_COUNT; stage++) {
        const lode_share *share = &shares[stage];
        if (!share->rows)
            continue;
        lode_text_addf(out, "  %-7s %-17s %6d %12.0f", title, lode_stage_name((lode_stage)stage), (int)share->rows,
                       share->tonnes);
        text_share(out, share->assumed_tonnes, share->tonnes);
        lode_text_addf(out, " %11.0f", share->value_musd);
        text_share(out, share->assumed_value_musd, share->value_musd);
        lode_text_add(out, "\n");
    }
}

void lode_summary_text(lode_text *out, const lode_summary *s) {
    const lode_world *w = s->world;
    lode_text_addf(out, "World %s%s%s%s", w->path, w->name[0] ? " (" : "", w->name, w->name[0] ? ")" : "");
    if (w->base_year)
        lode_text_addf(out, ", base year %d", (int)w->base_year);
    text_counts(out, s);
    text_unreachable(out, s);
    text_unfed(out, s);
    lode_text_addf(out, "\n%-26s %6s %12s %9s %11s %9s\n", "Share that is assumed", "rows", "t a year", "assumed",
                   "million USD", "assumed");
    text_shares(out, "supply", s->supply);
    text_shares(out, "demand", s->demand);
}

/* ---- JSON ---- */

static void json_ratio(lode_text *out, const char *key, double part, double whole) {
    lode_text_addf(out, ", \"%s\": ", key);
    lode_text_add_real(out, whole > 0 ? part / whole : NAN);
}

static void json_shares(lode_text *out, const char *side, const lode_share shares[LODE_STAGE_COUNT],
                        const char **comma) {
    for (int stage = 0; stage < LODE_STAGE_COUNT; stage++) {
        const lode_share *share = &shares[stage];
        if (!share->rows)
            continue;
        lode_text_addf(out, "%s\n    {\"side\": \"%s\", \"stage\": \"%s\", \"rows\": %d, \"assumed_rows\": %d, \"t\": ",
                       *comma, side, lode_stage_name((lode_stage)stage), (int)share->rows, (int)share->assumed_rows);
        lode_text_add_real(out, share->tonnes);
        json_ratio(out, "assumed_share_t", share->assumed_tonnes, share->tonnes);
        lode_text_add(out, ", \"value_musd\": ");
        lode_text_add_real(out, share->value_musd);
        json_ratio(out, "assumed_share_value", share->assumed_value_musd, share->value_musd);
        lode_text_add(out, "}");
        *comma = ",";
    }
}

static void json_unreachable(lode_text *out, const lode_summary *s) {
    const lode_world *w = s->world;
    lode_text_add(out, "  \"unreachable\": [");
    for (int32_t i = 0; i < s->unreachable_count; i++) {
        const lode_demand *d = &w->demands[s->unreachable[i]];
        lode_text_addf(out, "%s\n    {\"segment\": \"%s\", \"region\": \"%s\", \"commodity\": \"%s\", \"quantity_t\": ",
                       i ? "," : "", w->segments[d->segment].id, w->regions[d->region].id,
                       w->commodities[d->commodity].id);
        lode_text_add_real(out, d->quantity_t);
        lode_text_add(out, "}");
    }
    lode_text_add(out, "],\n");
}

static void json_unfed(lode_text *out, const lode_summary *s) {
    const lode_world *w = s->world;
    lode_text_add(out, "  \"without_feed\": [");
    for (int32_t i = 0; i < s->unfed_count; i++) {
        int32_t missing[8];
        int count = lode_reach_missing(s->reach, s->unfed[i], missing, 8);
        const lode_asset *asset = &w->assets[s->unfed[i]];
        lode_text_addf(out, "%s\n    {\"asset\": \"%s\", \"region\": \"%s\", \"missing\": [", i ? "," : "", asset->id,
                       w->regions[asset->region].id);
        for (int k = 0; k < count && k < 8; k++)
            lode_text_addf(out, "%s\"%s\"", k ? ", " : "", w->commodities[missing[k]].id);
        lode_text_add(out, "]}");
    }
    lode_text_add(out, "],\n");
}

void lode_summary_json(lode_text *out, const lode_summary *s) {
    lode_text_add(out, "{\n  \"path\": ");
    lode_text_add_json(out, s->world->path);
    lode_text_add(out, ",\n  \"name\": ");
    lode_text_add_json(out, s->world->name);
    if (s->world->base_year)
        lode_text_addf(out, ",\n  \"base_year\": %d", (int)s->world->base_year);
    else
        lode_text_add(out, ",\n  \"base_year\": null");
    lode_text_add(out, ",\n  \"counts\": {");
    for (int i = 0; i < s->count_count; i++) {
        lode_text_add(out, i ? ", " : "");
        lode_text_add_json(out, s->counts[i].name);
        lode_text_addf(out, ": %d", (int)s->counts[i].count);
    }
    lode_text_add(out, "},\n");
    json_unreachable(out, s);
    json_unfed(out, s);
    lode_text_add(out, "  \"assumed\": [");
    const char *comma = "";
    json_shares(out, "supply", s->supply, &comma);
    json_shares(out, "demand", s->demand, &comma);
    lode_text_add(out, "]\n}\n");
}

/* ---- CSV: the shares, one row for each side and stage ---- */

static void csv_real(lode_text *out, double value) {
    lode_text_add(out, ",");
    if (!isnan(value))
        lode_text_add_real(out, value);
}

static void csv_shares(lode_text *out, const char *side, const lode_share shares[LODE_STAGE_COUNT]) {
    for (int stage = 0; stage < LODE_STAGE_COUNT; stage++) {
        const lode_share *share = &shares[stage];
        if (!share->rows)
            continue;
        lode_text_addf(out, "%s,%s,%d,%d", side, lode_stage_name((lode_stage)stage), (int)share->rows,
                       (int)share->assumed_rows);
        csv_real(out, share->tonnes);
        csv_real(out, share->tonnes > 0 ? share->assumed_tonnes / share->tonnes : NAN);
        csv_real(out, share->value_musd);
        csv_real(out, share->value_musd > 0 ? share->assumed_value_musd / share->value_musd : NAN);
        lode_text_add(out, "\n");
    }
}

void lode_summary_csv(lode_text *out, const lode_summary *s) {
    lode_text_add(out, "side,stage,rows,assumed_rows,t,assumed_share_t,value_musd,assumed_share_value\n");
    csv_shares(out, "supply", s->supply);
    csv_shares(out, "demand", s->demand);
}
