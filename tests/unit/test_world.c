/* The world layer: loading, recipes, trade, behaviour, overrides, scenario files, describe. Worlds are written into a
 * scratch folder on top of tests/cases/check/_base, the smallest chain with an ore. What `check` says of broken worlds
 * is in tests/cases/check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"
#include "base/text.h"
#include "lodestone/world.h"
#include "world/overrides.h"
#include "world/scenario_file.h"
#include "world/world.h"
#include "world/yaml_tree.h"

#define BASE "tests/cases/check/_base"

static const char *const file_names[] = {"sources.csv",   "regions.csv", "commodities.csv",  "ores.csv",
                                         "processes.csv", "recipes.csv", "assets.csv",       "segments.csv",
                                         "demand.csv",    "trade.csv",   "datapackage.json", "parameters.csv",
                                         "options.csv",   "stocks.csv",  "cost_curves.csv"};
#define FILES (sizeof file_names / sizeof file_names[0])

static char folder[64];

static void write_bytes(const char *name, const char *data, size_t length) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb"); /* not lode_file_write, which waits for the disk */
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void write_file(const char *name, const char *text) {
    write_bytes(name, text, strlen(text));
}

static void write_base(void) {
    for (size_t i = 0; i < FILES; i++) {
        char path[160], *data;
        size_t length;
        snprintf(path, sizeof path, "%s/%s", folder, file_names[i]);
        unlink(path);
        snprintf(path, sizeof path, BASE "/%s", file_names[i]);
        if (lode_file_read(&data, &length, path, 1 << 20) == LODE_OK) {
            write_file(file_names[i], data);
            free(data);
        }
    }
}

static int set_up(void **state) {
    (void)state;
    strcpy(folder, "/tmp/lode-world-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    write_base();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* Opens the scratch world, which must be right. */
static lode_world *open_world(void) {
    lode_world *world = NULL;
    lode_diags *diags = lode_diags_new();
    lode_code code = lode_world_open(&world, folder, diags);
    if (code)
        print_error("%s: %s\n", lode_diags_get(diags, 0)->file, lode_diags_get(diags, 0)->message);
    assert_int_equal(code, LODE_OK);
    lode_diags_free(diags);
    return world;
}

/* The amount of a commodity in a mode; 0 if it has none. */
static double amount(const lode_world *world, const lode_mode *mode, const char *id) {
    int32_t commodity = lode_idmap_get(world->commodity_ids, id);
    assert_true(commodity >= 0);
    for (int32_t i = 0; i < mode->term_count; i++)
        if (world->mode_terms[mode->first_term + i].commodity == commodity)
            return world->mode_terms[mode->first_term + i].amount;
    return 0;
}

static const lode_commodity *commodity(const lode_world *world, const char *id) {
    int32_t index = lode_idmap_get(world->commodity_ids, id);
    assert_true(index >= 0);
    return &world->commodities[index];
}

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-12)

/* ---- recipes ---- */

static void the_base_world_loads(void **state) {
    (void)state;
    lode_world *world = open_world();
    assert_int_equal(lode_world_base_year(world), 2024);
    assert_int_equal(world->controlling_region, lode_idmap_get(world->region_ids, "CHN"));
    assert_int_equal(world->mode_count, 2);
    const lode_mode *separation = &world->modes[1];
    assert_near(amount(world, separation, "clay_concentrate"), -1);
    assert_near(amount(world, separation, "la_crude"), 0.81);
    assert_near(amount(world, separation, "dy_crude"), 0.09);
    assert_int_equal(commodity(world, "dy_crude")->crude_of, lode_idmap_get(world->commodity_ids, "dy_oxide"));
    assert_near(commodity(world, "dy_crude")->content[LODE_EL_Dy], 1);
    assert_near(commodity(world, "clay_concentrate")->content[LODE_EL_La], 0.9);
    lode_world_free(world);
}

/* Light separation leaves the heavies, by ore; heavy separation finds them in their new shares. */
static void heavies_are_followed_by_ore(void **state) {
    (void)state;
    write_file("ores.csv",
               "ore,element,share,source\nclay,La,0.6,test\nclay,Dy,0.3,test\nclay,Lu,0.1,test\nrock,La,1,test\n");
    write_file("commodities.csv",
               "commodity,stage,ref_price_usd_per_kg,source\nclay_concentrate,mine,,test\nrock_concentrate,mine,,test\n"
               "clay_heavy,light_separation,,test\nrock_heavy,light_separation,,test\nla_oxide,light_separation,1,"
               "test\ndy_oxide,heavy_separation,200,test\n");
    write_file("processes.csv", "process,stage,basis,source\nmining,mine,{ore}_concentrate,test\nlight,light_"
                                "separation,{ore}_concentrate,test\nheavy,heavy_separation,{ore}_heavy,test\n");
    write_file("recipes.csv",
               "process,commodity,direction,amount,recovery,source\nmining,{ore}_concentrate,out,1,,test\n"
               "light,{ore}_concentrate,in,1,,test\nlight,oxide:La,out,1,0.9,test\nlight,{ore}_heavy,out,1,0.92,test\n"
               "heavy,{ore}_heavy,in,1,,test\nheavy,oxide:Dy,out,1,0.8,test\n");
    write_file(
        "assets.csv",
        "asset,region,process,ore,capacity_t_per_year,cost_usd_per_kg,source\npit,CHN,mining,clay|rock,100,5,test\n"
        "plant,CHN,light,clay|rock,100,3,test\nheavy,CHN,heavy,clay,100,3,test\n");
    lode_world *world = open_world();
    assert_int_equal(world->mode_count, 5);
    assert_near(amount(world, &world->modes[2], "la_crude"), 0.6 * 0.9);
    assert_near(amount(world, &world->modes[2], "clay_heavy"), 0.4 * 0.92);
    assert_near(amount(world, &world->modes[3], "la_crude"), 0.9);
    assert_near(amount(world, &world->modes[3], "rock_heavy"), 0); /* nothing is left of it */
    assert_near(commodity(world, "clay_heavy")->content[LODE_EL_Dy], 0.75);
    assert_near(amount(world, &world->modes[4], "dy_crude"), 0.75 * 0.8);
    lode_world_free(world);
    write_base();
}

/* A plant's own mix stands in place of the recipe's shares; what the mix does not name has none. */
static void a_plant_has_its_own_mix(void **state) {
    (void)state;
    static const char head[] = "asset,region,process,ore,capacity_t_per_year,cost_usd_per_kg,base_mix,source\n"
                               "pit,CHN,mining,clay,100,5,,test\nplant,CHN,separation,clay,100,3,";
    char text[400];

    write_file(
        "recipes.csv",
        "process,variant,commodity,direction,amount,recovery,penalty_usd_per_kg,base_share,source\nmining,,{ore}_"
        "concentrate,out,1,,,,test\n"
        "separation,plain,{ore}_concentrate,in,1,,,0.8,test\nseparation,careful,{ore}_concentrate,in,1,,2,,test\n"
        "separation,plain,oxide:La|Dy,out,1,0.9,,,test\nseparation,careful,oxide:La|Dy,out,1,0.95,2,0.2,test\n");
    snprintf(text, sizeof text, "%scareful:1,test\n", head);
    write_file("assets.csv", text);
    lode_world *world = open_world();
    assert_near(world->modes[1].base_share, 0);
    assert_near(world->modes[2].base_share, 1);
    lode_world_free(world);
    write_base();
}

static void variants_are_recipes_of_their_own(void **state) {
    (void)state;
    write_file(
        "recipes.csv",
        "process,variant,commodity,direction,amount,recovery,penalty_usd_per_kg,base_share,source\nmining,,{ore}_"
        "concentrate,out,1,,,,test\n"
        "separation,plain,{ore}_concentrate,in,1,,,0.8,test\nseparation,careful,{ore}_concentrate,in,1,,2,,test\n"
        "separation,plain,oxide:La|Dy,out,1,0.9,,,test\nseparation,careful,oxide:La|Dy,out,1,0.95,2,0.2,test\n");
    lode_world *world = open_world();
    assert_int_equal(world->mode_count, 3);
    assert_string_equal(world->modes[1].variant, "plain");
    assert_string_equal(world->modes[2].variant, "careful");
    assert_near(amount(world, &world->modes[2], "dy_crude"), 0.095);
    assert_near(world->modes[2].penalty_usd_per_kg, 2);
    assert_near(world->modes[1].base_share, 0.8);
    assert_near(world->modes[2].base_share, 0.2);
    assert_true(isnan(world->modes[2].max_share));
    assert_int_equal(lode_asset_first_mode(world, 1), 1);
    lode_world_free(world);
    write_base();
}

/* ---- trade, segments, behaviour ---- */

static void stage_rows_stand_for_their_commodities(void **state) {
    (void)state;
    write_file("commodities.csv", "commodity,stage,ref_price_usd_per_kg,source\nclay_concentrate,mine,10,test\nla_"
                                  "oxide,heavy_separation,1,test\ndy_oxide,heavy_separation,200,test\n");
    write_file("trade.csv", "commodity,stage,from,to,freight_usd_per_kg,source\n,heavy_separation,CHN,USA,1,test\ndy_"
                            "oxide,,CHN,USA,7,test\n,heavy_separation,USA,CHN,2,test\n");
    lode_world *world = open_world();
    assert_int_equal(world->arc_count, 4); /* la CHN-USA; dy CHN-USA by its own row; both back; no crude */
    double freight = 0;
    for (int32_t i = 0; i < world->arc_count; i++)
        freight += world->arcs[i].freight_usd_per_kg;
    assert_near(freight, 1 + 7 + 2 + 2);
    lode_world_free(world);
    write_base();
}

static void slices_take_parameters(void **state) {
    (void)state;
    write_file("segments.csv", "segment,slice,share,elasticity,cover_days,source\nmotors,firm,0.4,,30,test\nother,,1,,,"
                               "test\nmotors,loose,0.6,-0.9,,test\n");
    write_file(
        "parameters.csv",
        "parameter,value,source\nelasticity_oxide_firm,-0.1,test\nchoke_oxide,5,test\nlong_run_elasticity,0.3,test\n");
    lode_world *world = open_world();
    assert_int_equal(world->segment_count, 2);
    assert_int_equal(world->segments[0].slice_count, 2);
    assert_near(world->segments[0].cover_days, 30);
    const lode_segment_slice *firm = &world->slices[0], *loose = &world->slices[1], *other = &world->slices[2];
    int32_t dy = lode_idmap_get(world->commodity_ids, "dy_oxide");
    assert_string_equal(loose->slice, "loose");
    assert_near(lode_slice_parameter(world, firm, dy, "elasticity"), -0.1);
    assert_near(lode_slice_parameter(world, loose, dy, "elasticity"), -0.9);
    assert_near(lode_slice_parameter(world, other, dy, "elasticity"), -0.25);
    assert_near(lode_slice_parameter(world, firm, dy, "choke"), 5);
    assert_near(lode_slice_parameter(world, firm, dy, "long_run_elasticity"), -0.3);
    assert_near(lode_world_parameter(world, "sigma", 0.62), 0.62);
    lode_world_free(world);
    write_base();
}

static void demand_is_geometric_between_years(void **state) {
    (void)state;
    write_file("demand.csv", "segment,region,commodity,year,quantity_t,scenario,source\nmotors,USA,dy_oxide,2030,16,,"
                             "test\nmotors,USA,dy_oxide,2024,4,,test\nmotors,USA,dy_oxide,2027,99,boom,test\n");
    lode_world *world = open_world();
    int32_t usa = lode_idmap_get(world->region_ids, "USA"), dy = lode_idmap_get(world->commodity_ids, "dy_oxide");
    assert_near(lode_world_demand_t(world, 0, usa, dy, 2020), 4);
    assert_near(lode_world_demand_t(world, 0, usa, dy, 2024), 4);
    assert_near(lode_world_demand_t(world, 0, usa, dy, 2027), 8);
    assert_near(lode_world_demand_t(world, 0, usa, dy, 2040), 16);
    assert_near(lode_world_demand_t(world, 0, usa, dy, 2024.5), 4 * pow(4, 0.5 / 6));
    assert_near(lode_world_demand_t(world, 0, usa, dy, -1e300), 4);
    assert_near(lode_world_demand_t(world, 0, usa, dy, 1e300), 16);
    assert_near(lode_world_demand_t(world, 0, 0, dy, 2024), 0);
    lode_world_free(world);
    write_base();
}

/* ---- overrides ---- */

static lode_code open_with(lode_world **world, const char *path, const char *value, lode_diags *diags) {
    lode_overrides overrides = {0};
    *world = NULL;
    lode_code code = lode_overrides_add(&overrides, path, value, "s.yaml", 4, 9, diags);
    if (!code)
        code = lode_world_open_with(world, folder, &overrides, diags);
    lode_overrides_free(&overrides);
    return code;
}

static void overrides_replace_cells(void **state) {
    (void)state;
    lode_world *world;
    lode_diags *diags = lode_diags_new();
    assert_int_equal(open_with(&world, "assets.pit.capacity_t_per_year", "7", diags), LODE_OK);
    assert_near(world->assets[0].capacity_t_per_year, 7);
    assert_near(world->assets[1].capacity_t_per_year, 100);
    lode_world_free(world);
    assert_int_equal(open_with(&world, "assets.*.region", "USA", diags), LODE_OK);
    assert_int_equal(world->assets[1].region, lode_idmap_get(world->region_ids, "USA"));
    lode_world_free(world);
    assert_int_equal(open_with(&world, "demand.motors.quantity_t", "9", diags),
                     LODE_OK); /* all regions, goods, years */
    assert_near(world->demands[0].quantity_t, 9);
    lode_world_free(world);
    assert_int_equal(open_with(&world, "segments.motors.cover_days", "12", diags),
                     LODE_OK); /* a column the file does not have */
    assert_near(world->segments[0].cover_days, 12);
    lode_world_free(world);
    assert_int_equal(lode_diags_error_count(diags), 0);
    lode_diags_free(diags);
}

static void check_bad_override(const char *path, const char *value, lode_code code, const char *fix) {
    lode_world *world;
    lode_diags *diags = lode_diags_new();
    assert_int_equal(open_with(&world, path, value, diags), code);
    assert_null(world);
    const lode_diag *d = lode_diags_get(diags, 0);
    assert_string_equal(d->file, "s.yaml");
    assert_int_equal(d->line, 4);
    assert_int_equal(d->column, 9);
    assert_non_null(strstr(d->fix, fix));
    lode_diags_free(diags);
}

static void wrong_overrides_are_found_where_they_are_written(void **state) {
    (void)state;
    check_bad_override("asets.pit.capacity_t_per_year", "7", LODE_UNKNOWN_KEY, "did you mean assets?");
    check_bad_override("assets.pitt.capacity_t_per_year", "7", LODE_UNKNOWN_ID, "did you mean pit?");
    check_bad_override("assets.pit.capacity", "7", LODE_UNKNOWN_COLUMN, "did you mean capacity_t_per_year?");
    check_bad_override("assets.pit.capacity_t_per_year", "much", LODE_BAD_TYPE, "a number");
    check_bad_override("assets.pit.region", "UAS", LODE_UNKNOWN_ID, "did you mean USA?");
    check_bad_override("assets.pit.asset", "x", LODE_CONFLICT, "another column");
    check_bad_override("assets", "x", LODE_UNKNOWN_KEY, "TABLE.KEY.COLUMN");
    check_bad_override("assets.a.b.c.d.e.f.g.h.i.j", "x", LODE_UNKNOWN_KEY, "TABLE.KEY.COLUMN");
    lode_world *world;
    lode_diags *diags = lode_diags_new();
    assert_int_equal(open_with(&world, "ores.clay.La.share", "0.5", diags),
                     LODE_BAD_SUM); /* what follows is checked too */
    lode_diags_free(diags);
}

/* ---- YAML ---- */

static const lode_yaml_node *parse(const char *text, lode_arena *arena, lode_diags *diags, lode_code expected) {
    const lode_yaml_node *root;
    assert_int_equal(lode_yaml_parse(&root, text, strlen(text), "s.yaml", arena, diags), expected);
    return root;
}

static void yaml_scalars_stay_text(void **state) {
    (void)state;
    lode_arena *arena = lode_arena_new();
    lode_diags *diags = lode_diags_new();
    const lode_yaml_node *root = parse("country: NO\nlist: [1, \"\", ~]\nmap:\n  deep: 0x10\n", arena, diags, LODE_OK);
    const lode_yaml_node *country = lode_yaml_get(root, "country"), *list = lode_yaml_get(root, "list");
    assert_string_equal(country->text, "NO");
    assert_int_equal(country->line, 1);
    assert_int_equal(country->column, 10);
    assert_int_equal(list->count, 3);
    assert_false(lode_yaml_is_null(list->first->next)); /* quoted: an empty text */
    assert_true(lode_yaml_is_null(list->first->next->next));
    const lode_yaml_node *deep = lode_yaml_get(lode_yaml_get(root, "map"), "deep");
    assert_int_equal(deep->key_line, 4);
    assert_int_equal(deep->key_column, 3);
    double real = 5;
    int32_t whole = 5;
    assert_false(lode_yaml_real(deep, "deep", -INFINITY, INFINITY, &real, diags));
    assert_true(lode_yaml_int(list->first, "list", 0, 1, &whole, diags));
    assert_false(lode_yaml_int(list->first, "list", 2, 3, &whole, diags));
    assert_false(lode_yaml_int(NULL, "nothing", 2, 3, &whole, diags));
    assert_int_equal(lode_diags_error_count(diags), 2);
    lode_diags_free(diags);
    lode_arena_free(arena);
}

static void check_bad_yaml(const char *text, lode_code code, int line, int column) {
    lode_arena *arena = lode_arena_new();
    lode_diags *diags = lode_diags_new();
    assert_null(parse(text, arena, diags, code));
    assert_int_equal(lode_diags_count(diags), 1);
    assert_int_equal(lode_diags_get(diags, 0)->line, line);
    assert_int_equal(lode_diags_get(diags, 0)->column, column);
    lode_diags_free(diags);
    lode_arena_free(arena);
}

static void yaml_refuses_what_is_not_needed(void **state) {
    (void)state;
    check_bad_yaml("a: 1\nb: 2\na: 3\n", LODE_DUPLICATE, 3, 1);
    check_bad_yaml("a: &x 1\n", LODE_SYNTAX, 1, 4);
    check_bad_yaml("a: *x\n", LODE_SYNTAX, 1, 4);
    check_bad_yaml("a: !!int 1\n", LODE_SYNTAX, 1, 4);
    check_bad_yaml("a: 1\n---\nb: 2\n", LODE_SYNTAX, 2, 1);
    check_bad_yaml("[a]: 1\n", LODE_SYNTAX, 1, 1);
    check_bad_yaml("a: [1, 2\n", LODE_SYNTAX, 2, 1);
    check_bad_yaml("a: \"\\0\"\n", LODE_SYNTAX, 1, 4);
    check_bad_yaml("a: \xff\n", LODE_SYNTAX, 1, 4);
    char deep[201];
    memset(deep, '[', 200);
    deep[200] = '\0';
    check_bad_yaml(deep, LODE_TOO_DEEP, 1, 65);
}

/* ---- scenario files ---- */

static lode_code read_scenario(lode_scenario_file **scenario, const char *name, lode_arena *arena, lode_diags *diags) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return lode_scenario_file_read(scenario, path, NULL, arena, diags);
}

static void scenarios_extend_one_another(void **state) {
    (void)state;
    write_file(
        "parent.yaml",
        "name: parent\ntitle: Parent\nhorizon: {from: 2024, to: 2030, step: quarter}\nsettings: {a: 1, b: 2}\n"
        "policies:\n  - id: floor\n    price: 1\n  - id: stock\n    t: 5\nbattery: [heavy_licences, full_freeze]\n");
    write_file("child.yaml", "extends: parent.yaml\ntitle: Child\nhorizon: {to: 2027-08}\nsettings: {b: 3}\n"
                             "policies:\n  - id: tariff\n  - id: floor\n    price: 2\nbattery: [full_freeze, "
                             "reagent_cutoff]\nassumptions:\n  assets:\n    pit: {capacity_t_per_year: 3}\n  "
                             "segments.motors.cover_days: 4\n");
    lode_arena *arena = lode_arena_new();
    lode_diags *diags = lode_diags_new();
    lode_scenario_file *s;
    assert_int_equal(read_scenario(&s, "child.yaml", arena, diags), LODE_OK);
    assert_string_equal(s->name, "parent");
    assert_string_equal(s->title, "Child");
    assert_int_equal(s->file_count, 2);
    assert_int_equal(s->from, lode_day_from(2024, 1, 1));
    assert_int_equal(s->to, lode_day_from(2027, 7, 1)); /* the quarter that holds August */
    assert_int_equal(s->step_months, 3);
    assert_string_equal(lode_yaml_get(s->settings, "a")->text, "1");
    assert_string_equal(lode_yaml_get(s->settings, "b")->text, "3");
    assert_int_equal(s->policies->count, 3); /* floor (the child's), stock, tariff */
    assert_string_equal(lode_yaml_get(s->policies->first, "price")->text, "2");
    assert_string_equal(lode_yaml_get(s->policies->first->next->next, "id")->text, "tariff");
    assert_int_equal(s->battery->count, 3);
    lode_world *world = open_world(), *changed = NULL;
    assert_int_equal(lode_scenario_file_world(&changed, world, s, diags), LODE_OK);
    assert_near(changed->assets[0].capacity_t_per_year, 3);
    assert_near(changed->segments[0].cover_days, 4);
    assert_near(world->assets[0].capacity_t_per_year, 100); /* the world itself does not change */
    lode_world_free(changed);
    lode_world_free(world);
    assert_int_equal(lode_diags_count(diags), 0);
    lode_diags_free(diags);
    lode_arena_free(arena);
}

/* Of several parents the later is laid over the earlier, both may share one of their own, and `set` has the last word. */
static void scenarios_may_have_several_parents(void **state) {
    (void)state;
    write_file("common.yaml", "name: common\nsettings: {a: 1, b: 1, c: 1}\n");
    write_file("left.yaml", "extends: common.yaml\nsettings: {b: 2, c: 2}\nshocks:\n  - id: x\n    t: [5, 6]\n");
    write_file("right.yaml", "extends: common.yaml\nsettings: {c: 3}\nset: {shocks.x.t.1: 7}\n");
    write_file("both.yaml", "extends: [left.yaml, right.yaml]\nset: {settings.a: 9}\n");
    lode_arena *arena = lode_arena_new();
    lode_diags *diags = lode_diags_new();
    lode_scenario_file *s;
    assert_int_equal(read_scenario(&s, "both.yaml", arena, diags), LODE_OK);
    assert_int_equal(s->file_count, 4);
    assert_string_equal(lode_yaml_get(s->settings, "a")->text, "9");
    assert_string_equal(lode_yaml_get(s->settings, "b")->text, "1"); /* right's parent is laid over left */
    assert_string_equal(lode_yaml_get(s->settings, "c")->text, "3");
    const lode_yaml_node *tonnes = lode_yaml_get(s->shocks->first, "t");
    assert_string_equal(tonnes->first->text, "5");
    assert_string_equal(tonnes->first->next->text, "7");
    assert_int_equal(lode_diags_count(diags), 0);
    lode_diags_free(diags);
    lode_arena_free(arena);
}

static void check_bad_scenario(const char *text, lode_code code, const char *message) {
    lode_arena *arena = lode_arena_new();
    lode_diags *diags = lode_diags_new();
    lode_scenario_file *s;
    write_file("bad.yaml", text);
    assert_true(read_scenario(&s, "bad.yaml", arena, diags) != LODE_OK);
    assert_null(s);
    bool found = false;
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        const lode_diag *d = lode_diags_get(diags, i);
        found = found || (d->code == code && strstr(d->message, message));
    }
    assert_true(found);
    lode_diags_free(diags);
    lode_arena_free(arena);
}

static void wrong_scenarios_are_errors(void **state) {
    (void)state;
    write_file("loop.yaml", "extends: bad.yaml\n");
    check_bad_scenario("extends: ./bad.yaml\n", LODE_CONFLICT, "extends itself, through 1 file");
    check_bad_scenario("extends: loop.yaml\n", LODE_CONFLICT, "extends itself, through 2 files");
    check_bad_scenario("extends: none.yaml\n", LODE_MISSING_FILE, "not there");
    check_bad_scenario("settings: {shock_start: 2025}\nset: {settings.shok_start: 2026}\n", LODE_UNKNOWN_KEY,
                       "no `shok_start` there");
    check_bad_scenario("extends: [none.yaml]\n", LODE_MISSING_FILE, "not there");
    check_bad_scenario("polices: []\n", LODE_UNKNOWN_KEY, "no key `polices`");
    check_bad_scenario("policies: {a: 1}\n", LODE_BAD_TYPE, "policies is a mapping, not a list");
    check_bad_scenario("horizon: {from: 2025, to: 2024}\n", LODE_BAD_RANGE, "ends before it begins");
    check_bad_scenario("horizon: {from: soon}\n", LODE_BAD_TYPE, "is not a date");
    check_bad_scenario("horizon: {step: week}\n", LODE_BAD_TYPE, "`week`");
    check_bad_scenario("- a\n- b\n", LODE_BAD_TYPE, "a scenario is a mapping");
}

/* ---- describe and summary ---- */

static void describe_knows_every_column(void **state) {
    (void)state;
    static const char *const formats[] = {"text", "json", "csv", "markdown"};
    char *text = NULL;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(lode_describe(&text, NULL, formats[i]), LODE_OK);
        assert_non_null(strstr(text, i ? "capacity_t_per_year" : "assets.csv"));
        free(text);
        assert_int_equal(lode_describe(&text, "assets.csv", formats[i]), LODE_OK);
        assert_null(strstr(text, "export_levy"));
        free(text);
        assert_int_equal(lode_describe(&text, "trade.export_levy", formats[i]), LODE_OK);
        assert_non_null(strstr(text, "domestic_ex_vat"));
        free(text);
    }
    assert_int_equal(lode_describe(&text, "aset", "text"), LODE_NOT_FOUND);
    assert_string_equal(text, "did you mean assets?");
    free(text);
    assert_int_equal(lode_describe(&text, "assets.capacity", "text"), LODE_NOT_FOUND);
    assert_string_equal(text, "did you mean capacity_t_per_year?");
    free(text);
    assert_int_equal(lode_describe(&text, "assets", "xml"), LODE_USAGE);
    assert_null(text);
}

static void describe_and_summary_are_json(void **state) {
    (void)state;
    char *text = NULL;
    assert_int_equal(lode_describe(&text, "", "json"), LODE_OK);
    json_t *root = json_loads(text, 0, NULL);
    assert_true(json_is_array(root) && json_array_size(root) > 100);
    json_decref(root);
    free(text);
    lode_world *world = open_world();
    assert_int_equal(lode_world_summary(&text, world, "json"), LODE_OK);
    root = json_loads(text, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(root, "base_year")), 2024);
    assert_int_equal(json_array_size(json_object_get(root, "assumed")), 3);
    json_decref(root);
    free(text);
    lode_world_free(world);
}

/* ---- worlds of episodes ---- */

/* Copies the base world into `folder`/backtests/NAME and makes that the folder to write to and open; the parent's path is kept. */
static void begin_episode_world(char parent[64]) {
    char path[200];
    strcpy(parent, folder);
    snprintf(path, sizeof path, "mkdir -p %s/backtests/then", parent);
    assert_int_equal(system(path), 0);
    snprintf(folder, sizeof folder, "%.40s/backtests/then", parent);
    write_base();
}

static void end_episode_world(const char *parent) {
    strcpy(folder, parent);
    write_base();
}

/* The first finding when the scratch world is opened, which must fail with `code`. */
static void check_refused(lode_code code, const char *file, const char *words) {
    lode_world *world;
    lode_diags *diags = lode_diags_new();
    assert_int_equal(lode_world_open(&world, folder, diags), code);
    const lode_diag *first = lode_diags_get(diags, 0);
    assert_non_null(strstr(first->file, file));
    assert_non_null(strstr(first->message, words));
    lode_diags_free(diags);
}

#define PARAMETERS "parameter,value,low,high,unit,source\n"

static void episodes_take_the_behaviour_of_the_parent(void **state) {
    (void)state;
    char parent[64];
    write_file("parameters.csv", PARAMETERS "sigma,0.31,0.1,1,-,test\n");
    begin_episode_world(parent);
    lode_world *world = open_world();
    assert_near(lode_world_parameter(world, "sigma", 9), 0.31);
    assert_non_null(strstr(world->parameters_path, "../../parameters.csv"));
    lode_world_free(world);
    write_file("parameters.csv", PARAMETERS "sigma,0.31,0.1,1,-,test\n"); /* not even the same again */
    check_refused(LODE_CONFLICT, "then/parameters.csv", "may not have parameters.csv");
    write_base();
    write_file("segments.csv", "segment,criticality,choke,source\nmotors,industrial,9,test\n");
    check_refused(LODE_CONFLICT, "segments.csv", "sets choke");
    end_episode_world(parent);
}

/* ---- garbage ---- */

static size_t at_random(uint64_t round, uint64_t what, size_t below) {
    return (size_t)(lode_uniform(11, what, round) * (double)below);
}

/* Changes a few bytes, cuts the end or doubles a part. */
static size_t spoil(char *data, size_t length, uint64_t round) {
    static const char letters[] = ",\"\n|:{}-NAW.0159 \xc3";
    for (size_t i = 0; i < 1 + at_random(round, 1, 4) && length; i++)
        data[at_random(round, 10 + i, length)] = letters[at_random(round, 20 + i, sizeof letters)];
    return at_random(round, 2, 4) ? length : at_random(round, 3, length + 1);
}

static void spoiled_worlds_never_crash(void **state) {
    (void)state;
    for (uint64_t round = 0; round < 1500; round++) {
        const char *name = file_names[at_random(round, 4, 11)];
        char path[160], *data;
        size_t length;
        snprintf(path, sizeof path, BASE "/%s", name);
        assert_int_equal(lode_file_read(&data, &length, path, 1 << 20), LODE_OK);
        length = spoil(data, length, round);
        write_bytes(name, data, length);
        free(data);
        lode_diags *diags = lode_diags_new();
        lode_world *world = NULL;
        lode_code code = lode_world_open(&world, folder, diags);
        assert_true((code == LODE_OK) == (lode_diags_error_count(diags) == 0));
        assert_true((code == LODE_OK) == (world != NULL));
        lode_world_free(world);
        lode_diags_free(diags);
        if (round % 3 == 0)
            write_base();
    }
    write_base();
}

static void spoiled_yaml_never_crashes(void **state) {
    (void)state;
    static const char source[] =
        "name: x\nhorizon: {from: 2024, to: 2030}\nassumptions:\n  assets.pit.capacity_t_per_year: 3\npolicies:\n  - "
        "id: a\n    list: [1, \"2\", 'c']\n  - {id: b}\ntext: |\n  block\n";
    for (uint64_t round = 0; round < 3000; round++) {
        char data[sizeof source];
        memcpy(data, source, sizeof source);
        size_t length = spoil(data, sizeof source - 1, round);
        lode_arena *arena = lode_arena_new();
        lode_diags *diags = lode_diags_new();
        const lode_yaml_node *root;
        lode_code code = lode_yaml_parse(&root, data, length, "s.yaml", arena, diags);
        assert_true((code == LODE_OK) == (lode_diags_error_count(diags) == 0));
        lode_diags_free(diags);
        lode_arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_world_loads),
        cmocka_unit_test(heavies_are_followed_by_ore),
        cmocka_unit_test(variants_are_recipes_of_their_own),
        cmocka_unit_test(a_plant_has_its_own_mix),
        cmocka_unit_test(stage_rows_stand_for_their_commodities),
        cmocka_unit_test(slices_take_parameters),
        cmocka_unit_test(demand_is_geometric_between_years),
        cmocka_unit_test(overrides_replace_cells),
        cmocka_unit_test(wrong_overrides_are_found_where_they_are_written),
        cmocka_unit_test(yaml_scalars_stay_text),
        cmocka_unit_test(yaml_refuses_what_is_not_needed),
        cmocka_unit_test(scenarios_extend_one_another),
        cmocka_unit_test(scenarios_may_have_several_parents),
        cmocka_unit_test(wrong_scenarios_are_errors),
        cmocka_unit_test(describe_knows_every_column),
        cmocka_unit_test(describe_and_summary_are_json),
        cmocka_unit_test(episodes_take_the_behaviour_of_the_parent),
        cmocka_unit_test(spoiled_worlds_never_crash),
        cmocka_unit_test(spoiled_yaml_never_crashes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
