#include "insight/portfolio_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"
#include "policy/instrument.h"

static const double SUM_TOLERANCE = 1e-9;

/* ---- the key tables ---- */

#define LODE_X(c, name) "|" #name
static const char formula_names[] = LODE_CONTRACT_FORMULAS(LODE_X); /* begins with a bar */
#undef LODE_X

#define AT(field) offsetof(lode_supply_contract, field)
static const lode_key contract_rows[] = {
    {.name = "formula",
     .kind = LODE_KEY_CHOICE,
     .fallback = LODE_CONTRACT_FIXED,
     .choices = formula_names + 1,
     .offset = AT(formula),
     .doc = "fixed: `price`; index: the price where the supplier is, plus freight, duty and levies (default: fixed)"},
    {.name = "price",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD/kg",
     .fallback = (double)NAN,
     .max = 1e9,
     .offset = AT(price),
     .doc = "landed price, nominal unless `indexed`"},
    {.name = "indexed",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = AT(indexed),
     .doc = "the price follows inflation from the world's base year on"},
    {.name = "share",
     .kind = LODE_KEY_NUMBER,
     .fallback = 1,
     .max = 1,
     .offset = AT(share),
     .doc = "part of what this supplier delivers that is under the contract (default: all)"},
    {.name = "until",
     .kind = LODE_KEY_WHEN,
     .offset = AT(until),
     .doc = "first day after the contract; from then on the spot price is paid (default: no end)"},
};
#undef AT
static const lode_key_table contract_table = {"contract", sizeof(lode_supply_contract),
                                              sizeof contract_rows / sizeof contract_rows[0], contract_rows};

#define AT(field) offsetof(lode_supplier, field)
static const lode_key supplier_rows[] = {
    {.name = "name",
     .kind = LODE_KEY_TEXT,
     .offset = AT(name),
     .doc = "what people read (default: its region or plant)"},
    {.name = "region", .kind = LODE_KEY_REGION, .offset = AT(region), .doc = "where it makes the grade"},
    {.name = "asset", .kind = LODE_KEY_ASSETS, .offset = AT(assets), .doc = "or the plant of the world that makes it"},
    {.name = "share",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .max = 1,
     .offset = AT(share),
     .doc = "part of the grade's kg a year; what the shares leave is bought on the spot"},
    {.name = "contract",
     .kind = LODE_KEY_MAP,
     .nested = &contract_table,
     .offset = AT(contract),
     .doc = "its terms (default: none, the spot price is paid)"},
};
#undef AT
static const lode_key_table supplier_table = {"supplier", sizeof(lode_supplier),
                                              sizeof supplier_rows / sizeof supplier_rows[0], supplier_rows};

#define AT(field) offsetof(lode_grade, field)
static const lode_key grade_rows[] = {
    {.name = "id", .kind = LODE_KEY_TEXT, .offset = AT(id), .doc = "what the buyer calls it (default: the commodity)"},
    {.name = "commodity",
     .kind = LODE_KEY_COMMODITIES,
     .required = true,
     .offset = AT(commodities),
     .doc = "magnet, metal or oxide of the world"},
    {.name = "segment",
     .kind = LODE_KEY_SEGMENTS,
     .offset = AT(segments),
     .doc = "end use it goes into (default: none in particular)"},
    {.name = "region",
     .kind = LODE_KEY_REGION,
     .offset = AT(region),
     .doc = "where it is used (default: the region of the portfolio)"},
    {.name = "kg_per_year",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "kg",
     .min = 1e-3,
     .max = 1e12,
     .offset = AT(kg_per_year),
     .doc = "what the buyer needs a year"},
    {.name = "stock_kg",
     .kind = LODE_KEY_NUMBER,
     .unit = "kg",
     .max = 1e12,
     .offset = AT(stock_kg),
     .doc = "its own stock when a shock comes (default: none)"},
    {.name = "value_added_usd_per_kg",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD/kg",
     .fallback = (double)NAN,
     .max = 1e9,
     .offset = AT(value_added_usd_per_kg),
     .doc = "value added of what is made with a kilogram (default: the segment's)"},
    {.name = "suppliers",
     .kind = LODE_KEY_LIST,
     .nested = &supplier_table,
     .offset = AT(supplier_list),
     .doc = "who delivers (default: all is bought on the spot)"},
};
#undef AT
static const lode_key_table grade_table = {"grade", sizeof(lode_grade), sizeof grade_rows / sizeof grade_rows[0],
                                           grade_rows};

#define AT(field) offsetof(lode_portfolio_file, field)
static const lode_key portfolio_rows[] = {
    {.name = "name", .kind = LODE_KEY_TEXT, .offset = AT(name), .doc = "whose portfolio it is"},
    {.name = "note", .kind = LODE_KEY_TEXT, .offset = AT(note), .doc = "anything worth saying"},
    {.name = "region",
     .kind = LODE_KEY_REGION,
     .offset = AT(region),
     .doc = "where the grades are used that name no region"},
    {.name = "grades",
     .kind = LODE_KEY_LIST,
     .required = true,
     .nested = &grade_table,
     .offset = AT(grade_list),
     .doc = "what the buyer needs"},
};
#undef AT
static const lode_key_table portfolio_table = {"portfolio", sizeof(lode_portfolio_file),
                                               sizeof portfolio_rows / sizeof portfolio_rows[0], portfolio_rows};

/* ---- what the tables cannot see ---- */

typedef struct {
    const lode_world *world;
    lode_day shock_start;
    bool region_given; /* the portfolio names one, if perhaps a wrong one */
    lode_diags *diags;
} checking;

/* The child of a list at `index`; NULL if there is none. */
static const lode_yaml_node *item_of(const lode_yaml_node *list, int32_t index) {
    const lode_yaml_node *item = list ? list->first : NULL;
    while (item && index-- > 0)
        item = item->next;
    return item;
}

/* The node of a key, or the mapping where the key is not written: the place of a finding about it. */
static const lode_yaml_node *place_of(const lode_yaml_node *map, const char *key) {
    const lode_yaml_node *node = lode_yaml_get(map, key);
    return node ? node : map;
}

/* The one name of a list that must hold one; -1 with a finding where it holds several, -1 where it holds none. */
static int32_t only(const checking *c, const lode_index_list *list, const lode_yaml_node *map, const char *key) {
    if (list->count > 1)
        lode_yaml_error(c->diags, LODE_CONFLICT, place_of(map, key), "write one entry for each", "`%s` names several",
                        key);
    return list->count == 1 ? list->items[0] : -1;
}

static bool takes(const lode_world *world, const lode_mode *mode, int32_t commodity) {
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++)
        if (world->mode_terms[t].commodity == commodity && world->mode_terms[t].amount < 0)
            return true;
    return false;
}

double lode_mode_makes(const lode_world *world, const lode_mode *mode, int32_t commodity) {
    double amount = 0;
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
        const lode_mode_term *term = &world->mode_terms[t];
        if (term->amount > 0 &&
            (term->commodity == commodity || world->commodities[term->commodity].crude_of == commodity))
            amount += term->amount;
    }
    return amount;
}

bool lode_mode_feeds(const lode_world *world, const lode_mode *mode, int32_t commodity, int32_t segment) {
    bool feeds = segment < 0;
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count && !feeds; t++)
        for (int32_t d = 0; world->mode_terms[t].amount > 0 && d < world->demand_count && !feeds; d++)
            feeds =
                world->demands[d].segment == segment && world->demands[d].commodity == world->mode_terms[t].commodity;
    return feeds && takes(world, mode, commodity);
}

/* By users of the segment (-1: any) in the region, or by plants there that make what they use. */
static bool is_used(const lode_world *world, int32_t commodity, int32_t segment, int32_t region) {
    for (int32_t d = 0; d < world->demand_count; d++)
        if (world->demands[d].commodity == commodity && world->demands[d].region == region &&
            (segment < 0 || world->demands[d].segment == segment))
            return true;
    for (int32_t m = 0; m < world->mode_count; m++)
        if (world->assets[world->modes[m].asset].region == region &&
            lode_mode_feeds(world, &world->modes[m], commodity, segment))
            return true;
    return false;
}

static void check_use(const checking *c, const lode_grade *grade, const lode_yaml_node *node) {
    const lode_world *world = c->world;
    if (is_used(world, grade->commodity, grade->segment, grade->region))
        return;
    lode_text fix = {0};
    int32_t found = 0;
    for (int32_t r = 0; r < world->region_count; r++)
        if (is_used(world, grade->commodity, grade->segment, r))
            lode_text_addf(&fix, "%s%s", found++ ? ", " : "it is used in ", world->regions[r].id);
    lode_yaml_error(c->diags, LODE_UNREACHABLE, place_of(node, "commodity"),
                    found && !fix.failed ? fix.data : "name another commodity or segment", "nobody%s%s uses %s in %s",
                    grade->segment < 0 ? "" : " of segment ",
                    grade->segment < 0 ? "" : world->segments[grade->segment].id,
                    world->commodities[grade->commodity].id, world->regions[grade->region].id);
    lode_text_free(&fix);
}

static bool makes(const lode_world *world, int32_t asset, int32_t commodity) {
    for (int32_t m = lode_asset_first_mode(world, asset); m < world->mode_count && world->modes[m].asset == asset; m++)
        if (lode_mode_makes(world, &world->modes[m], commodity) > 0)
            return true;
    return false;
}

/* Where the supplier is, from its plant if it names one. */
static void place_supplier(const checking *c, lode_supplier *s, const lode_grade *grade, const lode_yaml_node *node) {
    s->asset = only(c, &s->assets, node, "asset");
    s->arc = -1;
    if (s->asset < 0 && s->region < 0 && s->assets.count == 0 && !lode_yaml_get(node, "asset") &&
        !lode_yaml_get(node, "region"))
        lode_yaml_error(c->diags, LODE_MISSING_VALUE, node, "add `region:` or `asset:`",
                        "a supplier says not where it is");
    if (s->asset < 0)
        return;
    const lode_asset *asset = &c->world->assets[s->asset];
    if (s->region >= 0 && s->region != asset->region)
        lode_yaml_error(c->diags, LODE_CONFLICT, place_of(node, "region"), "write one of the two", "%s is in %s",
                        asset->id, c->world->regions[asset->region].id);
    s->region = asset->region;
    if (!makes(c->world, s->asset, grade->commodity))
        lode_yaml_error(c->diags, LODE_CONFLICT, place_of(node, "asset"), "name a plant that makes it, or a region",
                        "%s does not make %s", asset->id, c->world->commodities[grade->commodity].id);
}

static int32_t arc_between(const lode_world *world, int32_t commodity, int32_t from, int32_t to) {
    for (int32_t a = 0; a < world->arc_count; a++)
        if (world->arcs[a].commodity == commodity && world->arcs[a].from == from && world->arcs[a].to == to)
            return a;
    return -1;
}

static void link_supplier(const checking *c, lode_supplier *s, const lode_grade *grade, const lode_yaml_node *node) {
    const lode_world *world = c->world;
    if (s->region < 0 || s->region == grade->region)
        return;
    s->arc = arc_between(world, grade->commodity, s->region, grade->region);
    if (s->arc >= 0)
        return;
    lode_text fix = {0};
    int32_t found = 0;
    for (int32_t r = 0; r < world->region_count; r++)
        if (arc_between(world, grade->commodity, r, grade->region) >= 0)
            lode_text_addf(&fix, "%s%s", found++ ? ", " : "it comes from ", world->regions[r].id);
    lode_yaml_error(c->diags, LODE_UNREACHABLE, place_of(node, s->asset >= 0 ? "asset" : "region"),
                    found && !fix.failed ? fix.data : "name the buyer's own region", "no %s is shipped from %s to %s",
                    world->commodities[grade->commodity].id, world->regions[s->region].id,
                    world->regions[grade->region].id);
    lode_text_free(&fix);
}

static void check_contract(const checking *c, lode_supply_contract *contract, const lode_yaml_node *node) {
    contract->given = node != NULL && !lode_yaml_is_null(node);
    contract->last = contract->until.given ? lode_when_day(&contract->until, c->shock_start) : LODE_FAR_DAY;
    if (!contract->given)
        return;
    const bool priced = !isnan(contract->price);
    if (contract->formula == LODE_CONTRACT_FIXED && !priced && !lode_yaml_get(node, "price"))
        lode_yaml_error(c->diags, LODE_MISSING_VALUE, node, "add `price:`, or `formula: index`",
                        "a contract at a fixed price names none");
    if (contract->formula == LODE_CONTRACT_INDEX && priced)
        lode_yaml_error(c->diags, LODE_CONFLICT, place_of(node, "price"), "leave one of them out",
                        "a contract has a price and follows the index");
}

static void check_supplier(const checking *c, lode_supplier *s, const lode_grade *grade, const lode_yaml_node *node) {
    place_supplier(c, s, grade, node);
    if (grade->commodity >= 0 && grade->region >= 0)
        link_supplier(c, s, grade, node);
    check_contract(c, &s->contract, lode_yaml_get(node, "contract"));
    if (!s->name && s->region >= 0)
        s->name = s->asset >= 0 ? c->world->assets[s->asset].id : c->world->regions[s->region].id;
}

static void check_suppliers(const checking *c, lode_grade *grade, const lode_yaml_node *node) {
    const lode_yaml_node *list = lode_yaml_get(node, "suppliers");
    double sum = 0;
    for (int32_t i = 0; i < grade->supplier_count; i++) {
        check_supplier(c, &grade->suppliers[i], grade, item_of(list, i));
        sum += grade->suppliers[i].share;
    }
    if (sum > 1 + SUM_TOLERANCE)
        lode_yaml_error(c->diags, LODE_BAD_SUM, list, "let them sum to 1 at most; the rest is bought on the spot",
                        "the shares of the suppliers sum to %g", sum);
}

static void check_grade(const checking *c, lode_grade *grade, const lode_portfolio_file *file,
                        const lode_yaml_node *node) {
    grade->supplier_count = grade->supplier_list.count;
    grade->suppliers = grade->supplier_list.items;
    grade->commodity = only(c, &grade->commodities, node, "commodity");
    grade->segment = only(c, &grade->segments, node, "segment");
    if (grade->region < 0 && !lode_yaml_get(node, "region"))
        grade->region = file->region;
    if (grade->region < 0 && !lode_yaml_get(node, "region") && !c->region_given)
        lode_yaml_error(c->diags, LODE_MISSING_VALUE, node, "add `region:` here or to the portfolio",
                        "a grade says not where it is used");
    if (!grade->id)
        grade->id = grade->commodity >= 0 ? c->world->commodities[grade->commodity].id : "?";
    if (isnan(grade->value_added_usd_per_kg) && grade->segment >= 0)
        grade->value_added_usd_per_kg = c->world->segments[grade->segment].value_added_usd_per_kg;
    const bool bad_segment = grade->segment < 0 && lode_yaml_get(node, "segment");
    if (grade->commodity >= 0 && grade->region >= 0 && !bad_segment)
        check_use(c, grade, node);
    if (grade->commodity >= 0)
        check_suppliers(c, grade, node);
}

static void check_grades(const checking *c, lode_portfolio_file *file, const lode_yaml_node *list) {
    file->grade_count = file->grade_list.count;
    file->grades = file->grade_list.items;
    if (list && list->kind == LODE_YAML_SEQUENCE && file->grade_count == 0)
        lode_yaml_error(c->diags, LODE_MISSING_VALUE, list, "begin an entry with `- commodity:`",
                        "a portfolio lists no grade");
    for (int32_t g = 0; g < file->grade_count; g++) {
        const lode_yaml_node *node = item_of(list, g);
        check_grade(c, &file->grades[g], file, node);
        for (int32_t h = 0; h < g; h++)
            if (strcmp(file->grades[h].id, file->grades[g].id) == 0 && strcmp(file->grades[g].id, "?") != 0) {
                lode_yaml_error(c->diags, LODE_DUPLICATE, place_of(node, "id"), "give each grade an `id` of its own",
                                "two grades are called `%.80s`", file->grades[g].id);
                break;
            }
    }
}

/* ---- opening ---- */

static lode_code first_error(const lode_diags *diags, size_t before) {
    size_t errors = 0;
    for (size_t i = 0; i < lode_diags_count(diags); i++)
        if (lode_diags_get(diags, i)->severity == LODE_ERROR && errors++ == before)
            return lode_diags_get(diags, i)->code;
    return LODE_OK;
}

static lode_code read_file(lode_portfolio_file *file, const lode_world *world, const char *path, lode_day shock_start,
                           lode_diags *diags) {
    const size_t before = lode_diags_error_count(diags);
    const lode_yaml_node *root = NULL;
    const lode_key_table *table = &portfolio_table;
    void *out = file;
    lode_reader reader = {.world = world, .arena = file->arena, .diags = diags, .file = path};
    const lode_code code = lode_yaml_read(&root, path, file->arena, diags);
    if (code != LODE_OK)
        return code;
    if (!root)
        return lode_diag_add(diags, LODE_ERROR, LODE_MISSING_VALUE, path, 0, 0, "begin with `grades:`",
                             "the portfolio is empty");
    lode_keys_read(&reader, root, &table, &out, 1);
    if (reader.failed)
        return LODE_NOMEM;
    const checking check = {world, shock_start, !lode_yaml_is_null(lode_yaml_get(root, "region")), diags};
    check_grades(&check, file, lode_yaml_get(root, "grades"));
    return first_error(diags, before);
}

lode_code lode_portfolio_open(lode_portfolio_file **out, const lode_world *world, const char *path,
                              lode_day shock_start, lode_diags *diags) {
    *out = NULL;
    lode_arena *arena = lode_arena_new();
    lode_portfolio_file *file = arena ? lode_arena_alloc(arena, 1, sizeof *file) : NULL;
    lode_code code = LODE_NOMEM;
    if (file) {
        file->arena = arena;
        file->path = lode_arena_strdup(arena, path);
        code = file->path ? read_file(file, world, path, shock_start, diags) : LODE_NOMEM;
    }
    if (code != LODE_OK) {
        lode_arena_free(arena);
        return code;
    }
    if (!file->name)
        file->name = file->path;
    *out = file;
    return LODE_OK;
}

void lode_portfolio_close(lode_portfolio_file *file) {
    if (file)
        lode_arena_free(file->arena);
}
