/* Taking over the goods of a run whose network keeps other classes of goods apart.
 *
 * Sites do not depend on classes, nodes do. Goods of a class that the new network does not keep apart go where that class is counted
 * there; a class that it keeps apart for the first time begins empty, at the price of the goods it was part of (sim/provenance.c then
 * says what was covered). */
#include <stdlib.h>

#include "sim/parts.h"

static bool same_site(const lode_site *a, const lode_site *b) {
    return a->commodity == b->commodity && a->region == b->region && a->use == b->use;
}

/* For each node of `other`: the node of `n` that its class is counted at. */
static int32_t *nodes_in(const lode_network *n, const lode_network *other, bool *identical) {
    int32_t count = lode_network_node_count(other), *map = malloc(((size_t)count + 1) * sizeof *map);
    const lode_node *nodes = lode_network_nodes(other);
    for (int32_t k = 0; map && k < count; k++) {
        map[k] = lode_network_node(n, nodes[k].site, nodes[k].class_);
        *identical = *identical && map[k] == k && lode_network_nodes(n)[k].class_ == nodes[k].class_;
    }
    return map;
}

lode_code lode_branch_maps(const lode_network *to, const lode_network *from, int32_t **into, int32_t **of) {
    int32_t count = lode_network_site_count(to);
    bool same = count == lode_network_site_count(from);
    for (int32_t s = 0; s < count && same; s++) {
        same = same_site(&lode_network_sites(to)[s], &lode_network_sites(from)[s]);
    }
    if (!same) {
        return LODE_INTERNAL;
    }
    bool identical = lode_network_node_count(to) == lode_network_node_count(from);
    *into = nodes_in(to, from, &identical);
    *of = nodes_in(from, to, &identical);
    if (!*into || !*of || identical) {
        lode_code code = *into && *of ? LODE_OK : LODE_NOMEM;
        free(*into);
        free(*of);
        *into = *of = NULL;
        return code;
    }
    return LODE_OK;
}
