/* The world's calibration terms, looked up once: per mode, per link, per node (reference price) and per finishing step.
 *
 *   asset:ID[:ORE][:VARIANT]   c(x) = engineering + term + s ln(max(x, x0/20)/x0)
 *   arc:COMMODITY:FROM:TO      the same with freight and levies
 *   price:COMMODITY:REGION     reference price there less the commodity's ref_price
 *   finish:COMMODITY:REGION    term on the finishing cost */
#include <stdlib.h>
#include <string.h>

#include "market/network_internal.h"
#include "world/mode_object.h"

static lode_idmap *index_terms(const lode_world *w) {
    lode_idmap *map = lode_idmap_new();
    for (int32_t t = 0; map && t < w->term_count; t++)
        if (lode_idmap_put(map, w->terms[t].object, t) < 0) {
            lode_idmap_free(map);
            return NULL;
        }
    return map;
}

static lode_code mode_terms(lode_network *n, const lode_idmap *map) {
    const lode_world *w = n->world;
    size_t size = lode_object_size(w);
    char *name = malloc(size);
    if (!name)
        return LODE_NOMEM;
    for (int32_t m = 0; m < w->mode_count; m++) {
        lode_mode_object(w, m, name, size);
        int32_t t = lode_idmap_get(map, name);
        if (t < 0 || !(w->terms[t].base_t > 0))
            continue;
        n->has_term[m] = true;
        n->term[m] = w->terms[t].term_usd_per_kg;
        n->term_slope[m] = w->terms[t].slope;
        n->term_base[m] = w->terms[t].base_t;
    }
    free(name);
    return LODE_OK;
}

static lode_code arc_terms(lode_network *n, const lode_idmap *map) {
    const lode_world *w = n->world;
    size_t size = lode_object_size(w);
    char *name = malloc(size);
    if (!name)
        return LODE_NOMEM;
    for (int32_t a = 0; a < w->arc_count; a++) {
        lode_arc_object(w, a, name, size);
        int32_t t = lode_idmap_get(map, name);
        if (t < 0 || !(w->terms[t].base_t > 0))
            continue;
        n->arc_has_term[a] = true;
        n->arc_term[a] = w->terms[t].term_usd_per_kg;
        n->arc_slope[a] = w->terms[t].slope;
        n->arc_base[a] = w->terms[t].base_t;
    }
    free(name);
    return LODE_OK;
}

/* `KIND:COMMODITY:REGION` -> its slot, or -1. */
static int64_t node_slot(const lode_world *w, const char *object, const char *kind) {
    size_t length = strlen(kind);
    if (strncmp(object, kind, length) != 0)
        return -1;
    const char *colon = strchr(object + length, ':');
    if (!colon)
        return -1;
    int32_t region = lode_idmap_get(w->region_ids, colon + 1);
    size_t width = (size_t)(colon - object) - length;
    for (int32_t c = 0; c < w->commodity_count && region >= 0; c++)
        if (strncmp(w->commodities[c].id, object + length, width) == 0 && w->commodities[c].id[width] == '\0')
            return (int64_t)c * w->region_count + region;
    return -1;
}

static void node_terms(lode_network *n) {
    const lode_world *w = n->world;
    for (int32_t t = 0; t < w->term_count; t++) {
        int64_t price = node_slot(w, w->terms[t].object, "price:"),
                finish = node_slot(w, w->terms[t].object, "finish:");
        if (price >= 0)
            n->price_term[price] = w->terms[t].term_usd_per_kg;
        if (finish >= 0)
            n->finish_term[finish] = w->terms[t].term_usd_per_kg;
    }
}

lode_code lode_terms_build(lode_network *n) {
    const lode_world *w = n->world;
    size_t modes = (size_t)w->mode_count + 1, arcs = (size_t)w->arc_count + 1;
    size_t places = (size_t)w->commodity_count * (size_t)w->region_count + 1;
    n->term = calloc(modes, sizeof(double));
    n->term_slope = calloc(modes, sizeof(double));
    n->term_base = calloc(modes, sizeof(double));
    n->has_term = calloc(modes, sizeof(bool));
    n->arc_term = calloc(arcs, sizeof(double));
    n->arc_slope = calloc(arcs, sizeof(double));
    n->arc_base = calloc(arcs, sizeof(double));
    n->arc_has_term = calloc(arcs, sizeof(bool));
    n->price_term = calloc(places, sizeof(double));
    n->finish_term = calloc(places, sizeof(double));
    if (!n->term || !n->term_slope || !n->term_base || !n->has_term || !n->arc_term || !n->arc_slope || !n->arc_base ||
        !n->arc_has_term || !n->price_term || !n->finish_term)
        return LODE_NOMEM;
    if (!n->spec.use_terms || w->term_count == 0)
        return LODE_OK;
    lode_idmap *map = index_terms(w);
    if (!map)
        return LODE_NOMEM;
    lode_code code = mode_terms(n, map);
    if (code == LODE_OK)
        code = arc_terms(n, map);
    node_terms(n);
    lode_idmap_free(map);
    return code;
}
