#include "insight/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/say.h"
#include "sim/run.h"

static const double NO_LOSS = 0.01;       /* a cell that loses less is not explained */
static const double LEAST_RELIEF = 0.001; /* share of the loss below which a candidate relieves nothing */

/* Tonnes that the target's segment got from period `first` to `last`. */
static double served_t(const lode_record *record, const lode_demand_line *lines, const lode_target *target,
                       int32_t first, int32_t last) {
    double t = 0;
    for (int32_t l = 0; l < record->lines; l++)
        if (lines[l].segment == target->segment && lines[l].region == target->region)
            t += lode_sum_over(record->line_served, record->lines, l, first, last);
    return t;
}

static lode_code step_to(lode_run *run, int32_t period, lode_pool *pool) {
    lode_code code = LODE_OK;
    while (code == LODE_OK && lode_run_period(run) <= period) {
        code = lode_run_step(run);
        if (code == LODE_OK && !lode_pool_step(pool, 0))
            code = LODE_INTERRUPTED;
    }
    return code;
}

static double price_at(const lode_record *record, int32_t node, int32_t period) {
    return record->node_price[(size_t)period * (size_t)record->nodes + (size_t)node];
}

/* What the variant `again` relieves. */
static void compare(lode_binding *binding, const lode_record *again, const lode_pair *pair, const lode_target *target) {
    const lode_view *view = pair->run;
    const int32_t first = lode_view_period(view, pair->shock), last = target->period;
    if (target->segment >= 0) {
        binding->relieved_t = served_t(again, view->lines, target, first, last) -
                              served_t(view->record, view->lines, target, first, last);
        binding->in_period_t =
            served_t(again, view->lines, target, last, last) - served_t(view->record, view->lines, target, last, last);
        return;
    }
    const int32_t node = lode_view_price_node(view, lode_view_trade_site(view, target->commodity, target->region));
    binding->price_fall = price_at(view->record, node, last) - price_at(again, node, last);
}

lode_code lode_explain_confirm_one(lode_binding *binding, const lode_run *start, const lode_pair *pair,
                                   const lode_target *target, lode_pool *pool) {
    lode_run *again;
    lode_code code = lode_run_copy(&again, start);
    if (code != LODE_OK)
        return code;
    const lode_relaxation tenth = {.kind = binding->kind, .index = binding->index, .t = binding->tenth_t};
    lode_run_relax(again, &tenth);
    code = step_to(again, target->period, pool);
    if (code == LODE_OK)
        compare(binding, lode_run_record(again), pair, target);
    lode_run_free(again);
    /* a variant that cannot be certified tells nothing; the explanation goes on without it */
    return code == LODE_CERTIFICATE || code == LODE_SOLVER ? LODE_OK : code;
}

static double relief(const lode_binding *binding) {
    const double value = isnan(binding->price_fall) ? binding->relieved_t : binding->price_fall;
    return isnan(value) ? -INFINITY : value;
}

static int by_relief(const void *left, const void *right) {
    const lode_binding *a = left, *b = right;
    const double x = relief(a), y = relief(b);
    if (x > y || x < y)
        return x > y ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

void lode_explain_sort(lode_binding *bindings, int32_t count) {
    if (count > 0)
        qsort(bindings, (size_t)count, sizeof *bindings, by_relief);
}

bool lode_worth_explaining(const lode_loss *cell) {
    return cell && cell->loss >= NO_LOSS;
}

lode_code lode_explain_confirm(lode_binding *bindings, int32_t count, const lode_run *start, const lode_pair *pair,
                               const lode_target *target, lode_pool *pool) {
    lode_code code = LODE_OK;
    int32_t done = 0;
    for (; done < count && done < LODE_EXPLAIN_CANDIDATES && code == LODE_OK; done++) {
        code = lode_explain_confirm_one(&bindings[done], start, pair, target, pool);
        if (code == LODE_OK && !lode_pool_step(pool, 1))
            code = LODE_INTERRUPTED;
    }
    if (code == LODE_OK && !lode_pool_step(pool, LODE_EXPLAIN_CANDIDATES - done))
        code = LODE_INTERRUPTED;
    lode_explain_sort(bindings, done);
    return code;
}

/* ---- words ---- */

/* Three significant digits, without an exponent and without digits that nobody reads. */
void lode_explain_number(lode_text *text, double value) {
    const double size = fabs(value);
    lode_text_addf(text, "%.*f",
                   size >= 100 || size < 5e-4 ? 0
                   : size >= 10               ? 1
                   : size >= 1                ? 2
                                              : 3,
                   size < 5e-4 ? 0 : value);
}

/* Tonnes; kilograms where it is little. */
void lode_explain_tonnes(lode_text *text, double t) {
    const bool little = fabs(t) < 0.1 && fabs(t) >= 1e-6;
    lode_explain_number(text, little ? 1000 * t : t);
    lode_text_add(text, little ? " kg" : " t");
}

void lode_explain_months(lode_text *text, const lode_view *view, int32_t first, int32_t last) {
    char from[11], to[11];
    lode_view_period_name(view, first, from);
    lode_view_period_name(view, last, to);
    if (first == last)
        lode_text_addf(text, "in %s", from);
    else
        lode_text_addf(text, "from %s to %s", from, to);
}

static const char *holder_name(int32_t use) {
    switch (use) {
    case LODE_USE_DEFENCE:
        return "defence users";
    case LODE_USE_ESSENTIAL:
        return "essential users";
    case LODE_USE_INDUSTRIAL:
        return "industrial users";
    case LODE_USE_CONSUMER:
        return "makers of consumer goods";
    default:
        return "traders and plants";
    }
}

/* True if licensed goods moved over the link while it bound: then only what is free was bounded. */
static bool licensed_goods_moved(const lode_view *view, const lode_binding *binding) {
    const lode_record *record = view->record;
    for (int32_t p = binding->first; p <= binding->last; p++)
        if (record->arc_flow[((size_t)p * (size_t)record->arcs + (size_t)binding->index) * LODE_CHANNEL_COUNT +
                             LODE_CHANNEL_LICENSED] > 0)
            return true;
    return false;
}

/* The title of the instrument that a policy row is of; NULL. */
static const char *title_of_row(const lode_view *view, const char *name) {
    const char *id;
    const size_t length = (size_t)lode_row_instrument(&id, name);
    for (int32_t i = 0; view->plan && i < view->plan->count; i++) {
        const lode_instrument_common *it = &view->plan->instruments[i]->common;
        if (strlen(it->id) == length && strncmp(it->id, id, length) == 0)
            return it->title;
    }
    return NULL;
}

void lode_explain_object(lode_text *text, const lode_view *view, const lode_binding *binding) {
    const lode_world *world = view->world;
    switch (binding->kind) {
    case LODE_RELAX_ASSET:
        lode_say_plant(text, world, binding->index);
        lode_text_add(text, " runs full");
        break;
    case LODE_RELAX_LIMIT: {
        const char *name = view->limits[binding->index].name;
        lode_say_row(text, world, name, title_of_row(view, name));
        break;
    }
    case LODE_RELAX_ARC: {
        const lode_arc *arc = &world->arcs[binding->index];
        lode_say_link(text, world, arc->commodity, arc->from, arc->to);
        lode_text_add(text, licensed_goods_moved(view, binding) ? " without a licence" : "");
        break;
    }
    case LODE_RELAX_STOCK: {
        const lode_site *site = &view->sites[binding->index];
        lode_text_add(text, "The stock of ");
        lode_say_good(text, world, site->commodity);
        lode_text_addf(text, " that %s hold in %s%s is out", holder_name(site->use),
                       lode_region_article(world, site->region), lode_region_name(world, site->region));
        break;
    }
    case LODE_RELAX_PLANTS:
    case LODE_RELAX_NONE:
        break;
    }
}

void lode_explain_binding(lode_text *text, const lode_view *view, const lode_binding *binding) {
    char peak[11];
    lode_view_period_name(view, binding->dual_period, peak);
    lode_explain_object(text, view, binding);
    lode_text_add(text, " ");
    lode_explain_months(text, view, binding->first, binding->last);
    lode_text_addf(text, ". A further kilogram was worth %s", binding->kind == LODE_RELAX_STOCK ? "" : "up to ");
    lode_explain_number(text, binding->dual);
    lode_text_addf(text, " USD (%s).", peak);
}

const char *lode_explain_step(const lode_view *view) {
    const long months = lround(12 * view->dt);
    return months == 1 ? "month" : months == 12 ? "year" : "quarter";
}

static void add_binding(lode_text *text, const lode_view *view, const lode_binding *binding) {
    lode_explain_binding(text, view, binding);
    lode_text_add(text, " A tenth more (");
    lode_explain_tonnes(text, binding->tenth_t);
    if (binding->kind == LODE_RELAX_STOCK)
        lode_text_add(text, " when the shock came) relieves ");
    else
        lode_text_addf(text, " a %s) relieves ", lode_explain_step(view));
    lode_explain_tonnes(text, binding->relieved_t);
    lode_text_add(text, ".");
}

static void add_cell(lode_text *text, const lode_view *view, const lode_loss *cell) {
    char window[11], month[11];
    lode_view_period_name(view, cell->window, window);
    lode_view_period_name(view, cell->worst_period, month);
    lode_text_addf(text,
                   "%s in %s%s (%s use): a loss of %.0f%% of what would have been used in the 12 months from %s, ",
                   lode_segment_name(view->world, cell->segment), lode_region_article(view->world, cell->region),
                   lode_region_name(view->world, cell->region), lode_use_name(cell->use), 100 * cell->loss, window);
    lode_explain_tonnes(text, cell->lost_t);
    lode_text_addf(text, ", most in %s.", month);
    const bool dear = 100 * cell->rationed >= 0.5;
    if (dear)
        lode_text_addf(text, " %.0f points of it are bought less because it is dear.", 100 * cell->rationed);
    if (100 * cell->unserved >= 0.5)
        lode_text_addf(text, " %.0f points%s are not to be had at the highest price that users would pay.",
                       100 * cell->unserved, dear ? "" : " of it");
}

static bool relieves(const lode_binding *binding, const lode_loss *cell) {
    return binding->relieved_t > LEAST_RELIEF * cell->lost_t; /* false for NaN */
}

const char *lode_explain_kind(lode_relax_kind kind) {
    switch (kind) {
    case LODE_RELAX_ASSET:
        return "capacity";
    case LODE_RELAX_LIMIT:
        return "licence";
    case LODE_RELAX_ARC:
        return "link";
    case LODE_RELAX_STOCK:
        return "stock";
    case LODE_RELAX_PLANTS:
    case LODE_RELAX_NONE:
        break;
    }
    return "";
}

static void add_id(lode_text *text, const lode_view *view, const lode_binding *binding) {
    const lode_world *world = view->world;
    if (binding->kind == LODE_RELAX_ASSET)
        lode_text_add(text, world->assets[binding->index].id);
    if (binding->kind == LODE_RELAX_LIMIT)
        lode_text_add(text, view->limits[binding->index].name);
    if (binding->kind == LODE_RELAX_ARC) {
        const lode_arc *arc = &world->arcs[binding->index];
        lode_text_addf(text, "%s:%s>%s", world->commodities[arc->commodity].id, world->regions[arc->from].id,
                       world->regions[arc->to].id);
    }
    if (binding->kind == LODE_RELAX_STOCK) {
        const lode_site *site = &view->sites[binding->index];
        lode_text_addf(text, "%s:%s:%s", world->commodities[site->commodity].id, world->regions[site->region].id,
                       site->use < 0 ? "trade" : lode_use_name((lode_use)site->use));
    }
}

lode_code lode_binding_label_of(lode_binding_label *out, const lode_view *view, const lode_binding *binding) {
    *out = (lode_binding_label){.id = {0}};
    lode_view_period_name(view, binding->first, out->first);
    lode_view_period_name(view, binding->last, out->last);
    add_id(&out->id, view, binding);
    lode_explain_object(&out->words, view, binding);
    return out->id.failed || out->words.failed ? LODE_NOMEM : LODE_OK;
}

void lode_binding_label_release(lode_binding_label *label) {
    lode_text_free(&label->id);
    lode_text_free(&label->words);
}

void lode_explain_text(lode_text *text, const lode_pair *pair, const lode_loss *cell, const lode_binding *bindings,
                       int32_t count) {
    const lode_view *view = pair->run;
    if (!lode_worth_explaining(cell)) {
        lode_text_add(text, "Nobody in the regions hit loses as much as 1% over 12 months.");
        return;
    }
    add_cell(text, view, cell);
    const int32_t tried = count < LODE_EXPLAIN_CANDIDATES ? count : LODE_EXPLAIN_CANDIDATES;
    int32_t helpful = 0;
    for (int32_t i = 0; i < tried; i++) {
        if (!relieves(&bindings[i], cell))
            continue;
        lode_text_add(
            text, helpful++ ? " " : " What binds behind it, each confirmed by solving again up to the worst month: ");
        lode_text_addf(text, "(%d) ", (int)helpful);
        add_binding(text, view, &bindings[i]);
    }
    if (count == 0)
        lode_text_add(text, " Nothing upstream is full or used up: the price alone rations.");
    else if (helpful == 0)
        lode_text_addf(text,
                       " Of %d things that bind upstream, a tenth more of any one of the %d most valuable relieves "
                       "nothing by itself: "
                       "several bind at once. First among them: ",
                       (int)count, (int)tried);
    if (count > 0 && helpful == 0) {
        lode_explain_object(text, view, &bindings[0]);
        lode_text_add(text, ".");
    }
}
