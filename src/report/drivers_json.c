/* The drivers of one metric as JSON: all factors, most important first. */
#include "ensemble/design_parts.h"
#include "report/drivers_page.h"
#include "report/formats.h"

static json_t *interval(double value, double low, double high) {
    return json_pack("{s:o, s:o, s:o}", "value", lode_json_number(value), "low", lode_json_number(low), "high",
                     lode_json_number(high));
}

static json_t *dependence(const lode_driver *item) {
    json_t *list = json_array();
    for (int32_t b = 0; list && b < item->bins; b++)
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:o, s:I}", "input", lode_json_number(item->bin[b].input), "mean",
                                        lode_json_number(item->bin[b].mean), "standard_error",
                                        lode_json_number(item->bin[b].error), "draws", (json_int_t)item->bin[b].count));
    return list;
}

static json_t *measures(const lode_design *design, const lode_driver *item) {
    const lode_sobol_index *s = &item->sobol;
    const lode_morris_effect *m = &item->morris;
    switch (design->kind) {
    case LODE_DESIGN_SOBOL:
        return json_pack("{s:o, s:o, s:o}", "first_order", interval(s->first, s->first_low, s->first_high), "total",
                         interval(s->total, s->total_low, s->total_high), "dependence", dependence(item));
    case LODE_DESIGN_MORRIS:
        return json_pack("{s:o, s:o, s:o, s:i}", "mu_star", interval(m->mu_star, m->mu_star_low, m->mu_star_high), "mu",
                         lode_json_number(m->mu), "sigma", lode_json_number(m->sigma), "effects", (int)m->effects);
    case LODE_DESIGN_TORNADO:
        return json_pack("{s:o, s:o, s:o, s:o}", "input_low", lode_json_number(item->input_low), "input_high",
                         lode_json_number(item->input_high), "low", lode_json_number(item->bar.low), "high",
                         lode_json_number(item->bar.high));
    default:
        return json_pack("{s:o, s:o, s:o}", "first_order",
                         interval(item->given.first, item->given.low, item->given.high), "rank_correlation",
                         lode_json_number(item->given.rank_correlation), "dependence", dependence(item));
    }
}

static json_t *driver_json(const lode_drivers_page *page, const lode_driver *item) {
    json_t *json = measures(&page->design, item);
    if (json) {
        json_object_set_new(json, "name", json_string(page->names[item->factor]));
        json_object_set_new(json, "kind", json_string(item->factor < page->design.numbers ? "number" : "event"));
    }
    return json;
}

static json_t *correlation_json(const lode_drivers_page *page) {
    const lode_drivers *d = page->drivers;
    if (d->first < 0)
        return json_null();
    return json_pack("{s:[s, s], s:f}", "names", page->names[d->first], page->names[d->second], "rank_correlation",
                     d->correlation);
}

json_t *lode_drivers_json(const lode_drivers_page *page) {
    const lode_drivers *d = page->drivers;
    json_t *list = json_array();
    for (int32_t i = 0; list && i < d->count; i++)
        if (json_array_append_new(list, driver_json(page, &d->items[i])) != 0) {
            json_decref(list);
            list = NULL;
        }
    return json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "metric", page->metric->name, "unit",
                     page->metric->unit, "design", lode_design_names[page->design.kind], "draws", (json_int_t)d->draws,
                     "mean", lode_json_number(d->mean), "sd", lode_json_number(d->sd), "varies", (int)d->varies,
                     "noise", lode_json_number(d->noise), "at_median", lode_json_number(d->at_median), "correlated",
                     correlation_json(page), "drivers", list);
}
