/* Worlds at the edge: magnitudes from 1e-12 to 1e12, nothing and too much capacity, thousands of regions, long chains, cycles, files that
 * are empty, endless or full of mistakes.
 *
 * Each case is written to a scratch folder and taken through check, clear and a short run by a process of its own, with a limit on its
 * time and memory. It must end by itself with what the case expects: VALID: an answer that is certified; INVALID: findings;
 * EITHER: an answer or an error code, but no crash, no hang, no NaN. */
#define _XOPEN_SOURCE 700 /* nftw */
#include <ftw.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lodestone/clear.h"
#include "lodestone/run.h"

enum { MOST_MIB = 4096, STEPS = 3 };

typedef enum { VALID, INVALID, EITHER } expectation;

typedef struct {
    const char *name;
    void (*write)(int64_t size);
    int64_t size; /* what it means is the case's */
    expectation expected;
    int seconds;
    bool check_only;
} extreme;

/* What a case came to: the exit code of its process. */
enum { ANSWERED = 10, REFUSED, UNCERTIFIED, WRONG };

/* ---- writing worlds ---- */

static char root[] = "/tmp/lode-extremes-XXXXXX";

static FILE *table(const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *file = fopen(path, "w");
    if (!file)
        exit(2);
    return file;
}

static void __attribute__((format(printf, 2, 3))) put(const char *name, const char *format, ...) {
    FILE *file = table(name);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    fclose(file);
}

/* The files that every world has: one commodity `ore`, mined in A, used in B. The cases write over them. */
static void put_base(void) {
    put("datapackage.json", "{\"name\": \"extreme\", \"base_year\": 2024}\n");
    put("sources.csv", "source,title\ns,Made up\n");
    put("regions.csv", "region,name,bloc,source\nA,A,controlling,s\nB,B,allied,s\n");
    put("commodities.csv", "commodity,name,stage,ref_price_usd_per_kg,source\nore,Ore,mine,10,s\n");
    put("processes.csv", "process,stage,basis,source\nmining,mine,ore,s\n");
    put("recipes.csv", "process,commodity,direction,amount,source\nmining,ore,out,1,s\n");
    put("assets.csv", "asset,name,region,process,capacity_t_per_year,status,cost_usd_per_kg,source\n"
                      "pit,Pit,A,mining,100,operating,5,s\n");
    put("segments.csv", "segment,name,criticality,elasticity,choke,source\nuse,Use,industrial,-0.5,5,s\n");
    put("demand.csv", "segment,region,commodity,year,quantity_t,source\nuse,B,ore,2024,80,s\n");
    put("trade.csv", "commodity,from,to,freight_usd_per_kg,source\nore,A,B,1,s\n");
    put("scenario.yaml", "name: short\nhorizon: {from: 2024-01, to: 2024-%02d}\n", STEPS);
}

/* A generator of our own (splitmix64), so that a case is the same everywhere. */
static uint64_t chance_state;

static uint64_t chance(void) {
    uint64_t z = chance_state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* 0 once in ten, else 10 to a power between -12 and 12. */
static double magnitude(void) {
    const double power = (double)(chance() % 24001) / 1000 - 12;
    return chance() % 10 ? pow(10, power) : 0;
}

static double magnitude_above_0(void) {
    return fmax(magnitude(), 1e-12);
}

/* Two regions, mine and plant in both, every number of any size. */
static void any_magnitude(int64_t seed) {
    chance_state = (uint64_t)seed;
    put("commodities.csv",
        "commodity,name,stage,ref_price_usd_per_kg,source\nore,Ore,mine,%.6g,s\nmetal,Metal,metal,%.6g,s\n",
        magnitude_above_0(), magnitude_above_0());
    put("processes.csv", "process,stage,basis,source\nmining,mine,ore,s\nsmelting,metal,metal,s\n");
    put("recipes.csv",
        "process,commodity,direction,amount,source\nmining,ore,out,1,s\nsmelting,metal,out,1,s\nsmelting,ore,in,%.6g,"
        "s\n",
        magnitude_above_0());
    FILE *assets = table("assets.csv");
    fprintf(assets, "asset,name,region,process,capacity_t_per_year,status,cost_usd_per_kg,source\n");
    for (int i = 0; i < 4; i++)
        fprintf(assets, "a%d,A,%s,%s,%.6g,operating,%.6g,s\n", i, i % 2 ? "A" : "B", i < 2 ? "mining" : "smelting",
                magnitude(), magnitude());
    fclose(assets);
    put("segments.csv", "segment,name,criticality,elasticity,choke,source\nuse,Use,industrial,%.6g,%.6g,s\n",
        -magnitude_above_0(), 1 + magnitude());
    put("demand.csv",
        "segment,region,commodity,year,quantity_t,source\nuse,B,metal,2024,%.6g,s\nuse,A,metal,2024,%.6g,s\n",
        magnitude(), magnitude());
    put("trade.csv",
        "commodity,from,to,freight_usd_per_kg,source\nore,A,B,%.6g,s\nmetal,A,B,%.6g,s\nmetal,B,A,%.6g,s\n",
        magnitude(), magnitude(), magnitude());
}

static void no_capacity(int64_t size) {
    (void)size;
    put("assets.csv", "asset,name,region,process,capacity_t_per_year,status,cost_usd_per_kg,source\n"
                      "pit,Pit,A,mining,0,operating,5,s\n");
}

static void huge_capacity(int64_t size) {
    put("assets.csv",
        "asset,name,region,process,capacity_t_per_year,status,cost_usd_per_kg,source\n"
        "pit,Pit,A,mining,1e%d,operating,5,s\n",
        (int)size);
}

static void no_demand(int64_t size) {
    (void)size;
    put("demand.csv", "segment,region,commodity,year,quantity_t,source\nuse,B,ore,2024,0,s\n");
}

/* Every region mines and uses, and sells to the next one in a ring. */
static void many_regions(int64_t size) {
    FILE *regions = table("regions.csv"), *assets = table("assets.csv"), *demand = table("demand.csv"),
         *trade = table("trade.csv");
    fprintf(regions, "region,name,bloc,source\n");
    fprintf(assets, "asset,name,region,process,capacity_t_per_year,status,cost_usd_per_kg,source\n");
    fprintf(demand, "segment,region,commodity,year,quantity_t,source\n");
    fprintf(trade, "commodity,from,to,freight_usd_per_kg,source\n");
    for (int64_t i = 0; i < size; i++) {
        const int n = (int)i;
        fprintf(regions, "R%d,Region %d,%s,s\n", n, n, n ? "allied" : "controlling");
        fprintf(assets, "pit%d,Pit,R%d,mining,%d,operating,%d,s\n", n, n, 20 + n % 37, 4 + n % 11);
        fprintf(demand, "use,R%d,ore,2024,%d,s\n", n, 10 + n % 41);
        fprintf(trade, "ore,R%d,R%d,1,s\n", n, (int)((i + 1) % size));
    }
    fclose(regions);
    fclose(assets);
    fclose(demand);
    fclose(trade);
}

/* Everybody sells to everybody, for nothing: every flow may go round in circles. */
static void free_trade(int64_t size) {
    many_regions(size);
    FILE *trade = table("trade.csv");
    fprintf(trade, "commodity,from,to,freight_usd_per_kg,source\n");
    for (int from = 0; from < size; from++)
        for (int to = 0; to < size; to++)
            if (from != to)
                fprintf(trade, "ore,R%d,R%d,0,s\n", from, to);
    fclose(trade);
}

/* good 0 -> good 1 -> ... -> good n. */
static void long_chain(int64_t size) {
    FILE *commodities = table("commodities.csv"), *processes = table("processes.csv"), *recipes = table("recipes.csv"),
         *assets = table("assets.csv");
    fprintf(commodities, "commodity,name,stage,ref_price_usd_per_kg,source\n");
    fprintf(processes, "process,stage,basis,source\n");
    fprintf(recipes, "process,commodity,direction,amount,source\n");
    fprintf(assets, "asset,name,region,process,capacity_t_per_year,status,cost_usd_per_kg,source\n");
    for (int i = 0; i < size; i++) {
        fprintf(commodities, "good%d,Good,%s,%d,s\n", i, i ? "other" : "mine", 10 + 2 * i);
        fprintf(processes, "make%d,%s,good%d,s\n", i, i ? "other" : "mine", i);
        fprintf(recipes, "make%d,good%d,out,1,s\n", i, i);
        if (i)
            fprintf(recipes, "make%d,good%d,in,1.01,s\n", i, i - 1);
        fprintf(assets, "plant%d,Plant,A,make%d,1000,operating,1,s\n", i, i);
    }
    fclose(commodities);
    fclose(processes);
    fclose(recipes);
    fclose(assets);
    put("demand.csv", "segment,region,commodity,year,quantity_t,source\nuse,B,good%d,2024,80,s\n", (int)size - 1);
    put("trade.csv", "commodity,from,to,freight_usd_per_kg,source\ngood%d,A,B,1,s\n", (int)size - 1);
}

/* A swarf loop: making a magnet gives scrap, and scrap gives metal. `size`: per cent of the metal that comes back. */
static void swarf_loop(int64_t size) {
    put("commodities.csv",
        "commodity,name,stage,ref_price_usd_per_kg,source\nore,Ore,mine,10,s\nmetal,Metal,metal,30,s\n"
        "magnet,Magnet,magnet,50,s\nswarf,Swarf,recycling,5,s\n");
    put("processes.csv",
        "process,stage,basis,source\nmining,mine,ore,s\nsmelting,metal,metal,s\npressing,magnet,magnet,s\n"
        "recycling,recycling,swarf,s\n");
    put("recipes.csv",
        "process,commodity,direction,amount,source\nmining,ore,out,1,s\nsmelting,metal,out,1,s\nsmelting,ore,in,1,s\n"
        "pressing,magnet,out,1,s\npressing,metal,in,1.3,s\npressing,swarf,out,%.4f,s\n"
        "recycling,swarf,in,1,s\nrecycling,metal,out,1,s\n",
        1.3 * (double)size / 100);
    put("assets.csv", "asset,name,region,process,capacity_t_per_year,status,cost_usd_per_kg,source\n"
                      "pit,Pit,A,mining,100,operating,5,s\nsmelter,Smelter,A,smelting,100,operating,5,s\n"
                      "press,Press,A,pressing,100,operating,5,s\nrecycler,Recycler,A,recycling,1000,operating,1,s\n");
    put("demand.csv", "segment,region,commodity,year,quantity_t,source\nuse,B,magnet,2024,80,s\n");
    put("trade.csv", "commodity,from,to,freight_usd_per_kg,source\nmagnet,A,B,1,s\n");
}

/* Two processes that turn each other's product into their own, without any mine. */
static void empty_cycle(int64_t size) {
    (void)size;
    put("commodities.csv",
        "commodity,name,stage,ref_price_usd_per_kg,source\nchicken,C,other,10,s\negg,E,other,10,s\n");
    put("processes.csv", "process,stage,basis,source\nlaying,other,egg,s\nhatching,other,chicken,s\n");
    put("recipes.csv", "process,commodity,direction,amount,source\nlaying,egg,out,1,s\nlaying,chicken,in,1,s\n"
                       "hatching,chicken,out,1,s\nhatching,egg,in,1,s\n");
    put("assets.csv", "asset,name,region,process,capacity_t_per_year,status,cost_usd_per_kg,source\n"
                      "coop,C,A,laying,100,operating,1,s\nnest,N,A,hatching,100,operating,1,s\n");
    put("demand.csv", "segment,region,commodity,year,quantity_t,source\nuse,A,egg,2024,80,s\n");
    put("trade.csv", "commodity,from,to,freight_usd_per_kg,source\negg,A,B,1,s\n");
}

static void duplicate_ids(int64_t size) {
    FILE *regions = table("regions.csv");
    fprintf(regions, "region,name,bloc,source\nA,A,controlling,s\n");
    for (int i = 0; i < size; i++)
        fprintf(regions, "B,B,allied,s\n");
    fclose(regions);
}

static void empty_files(int64_t size) {
    static const char *const names[] = {"sources.csv", "regions.csv", "commodities.csv",  "processes.csv",
                                        "recipes.csv", "assets.csv",  "segments.csv",     "demand.csv",
                                        "trade.csv",   "stocks.csv",  "datapackage.json", "scenario.yaml"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put(names[i], "%s", size ? "\n\n\r\n" : "");
}

static void header_only(int64_t size) {
    (void)size;
    put("regions.csv", "region,name,bloc,source\n");
    put("assets.csv", "asset,name,region,process,capacity_t_per_year,status,cost_usd_per_kg,source\n");
    put("demand.csv", "segment,region,commodity,year,quantity_t,source");
}

static void many_rows(int64_t size) {
    FILE *prices = table("prices.csv");
    fprintf(prices, "commodity,market,basis,period,price_usd_per_kg,source\n");
    for (int i = 0; i < size; i++)
        fprintf(prices, "ore,m%d,fob,%d-%02d,%d,s\n", i / 1200, 1900 + i % 1200 / 12, 1 + i % 12, i % 1000);
    fclose(prices);
}

/* A finding in every row. */
static void many_mistakes(int64_t size) {
    FILE *prices = table("prices.csv");
    fprintf(prices, "commodity,market,basis,period,price_usd_per_kg,source\n");
    for (int i = 0; i < size; i++)
        fprintf(prices, "or,m%d,fob,2024-13,%dx,\n", i, i);
    fclose(prices);
}

static void fill(FILE *file, char letter, int64_t size) {
    for (int64_t i = 0; i < size; i++)
        fputc(letter, file);
}

/* One cell of so many bytes: an id, a name and a number in turn. */
static void long_cell(int64_t size) {
    FILE *regions = table("regions.csv");
    fprintf(regions, "region,name,bloc,source\nA,A,controlling,s\nB,");
    fill(regions, 'x', size);
    fprintf(regions, ",allied,s\n");
    fill(regions, 'y', size);
    fprintf(regions, ",Y,allied,s\n");
    fclose(regions);
}

static void long_number(int64_t size) {
    FILE *demand = table("demand.csv");
    fprintf(demand, "segment,region,commodity,year,quantity_t,source\nuse,B,ore,2024,0.");
    fill(demand, '3', size);
    fprintf(demand, ",s\n");
    fclose(demand);
}

static void many_columns(int64_t size) {
    FILE *regions = table("regions.csv");
    fill(regions, ',', size);
    fprintf(regions, "\nA\n");
    fclose(regions);
}

static void open_quote(int64_t size) {
    FILE *regions = table("regions.csv");
    fprintf(regions, "region,name,bloc,source\nA,\"");
    fill(regions, '\n', size);
    fclose(regions);
}

static void deep_yaml(int64_t size) {
    FILE *scenario = table("scenario.yaml");
    fprintf(scenario, "name: deep\nreport: ");
    fill(scenario, '[', size);
    fclose(scenario);
}

static void deep_json(int64_t size) {
    FILE *package = table("datapackage.json");
    fill(package, '[', size);
    fclose(package);
}

static void extends_itself(int64_t size) {
    (void)size;
    put("scenario.yaml", "name: circle\nextends: scenario.yaml\nhorizon: {from: 2024-01, to: 2024-02}\n");
}

static void long_horizon(int64_t size) {
    put("scenario.yaml", "name: long\nhorizon: {from: 0001-01, to: %d-12}\n", (int)size);
}

static const extreme cases[] = {
    {"nothing is mined", no_capacity, 0, VALID, 20, false},
    {"a mine of 1e12 t", huge_capacity, 12, VALID, 20, false},
    {"a mine of 1e300 t", huge_capacity, 300, EITHER, 20, false},
    {"nobody uses anything", no_demand, 0, VALID, 20, false},
    {"300 regions in a ring", many_regions, 300, VALID, 60, false},
    {"3000 regions in a ring", many_regions, 3000, EITHER, 300, false},
    {"30 regions that trade for nothing", free_trade, 30, VALID, 60, false},
    {"a chain of 200 processes", long_chain, 200, EITHER, 60, false},
    {"a swarf loop of 30 %", swarf_loop, 30, VALID, 20, false},
    {"a swarf loop of 99 %", swarf_loop, 99, EITHER, 20, false},
    {"a swarf loop of 200 %", swarf_loop, 200, EITHER, 20, false},
    {"a cycle without a mine", empty_cycle, 0, EITHER, 20, false},
    {"100000 rows with one id", duplicate_ids, 100000, INVALID, 20, true},
    {"files without a byte", empty_files, 0, INVALID, 20, true},
    {"files of blank lines", empty_files, 1, INVALID, 20, true},
    {"tables without rows", header_only, 0, EITHER, 20, false},
    {"a table of a million rows", many_rows, 1000000, VALID, 120, true},
    {"a table of a million mistakes", many_mistakes, 1000000, INVALID, 120, true},
    {"names and ids of a million bytes", long_cell, 1000000, EITHER, 20, false},
    {"a number of a million digits", long_number, 1000000, EITHER, 20, false},
    {"a million columns", many_columns, 1000000, INVALID, 20, true},
    {"a quote that is open for ten million lines", open_quote, 10000000, INVALID, 20, true},
    {"YAML a million levels deep", deep_yaml, 1000000, INVALID, 20, true},
    {"JSON a million levels deep", deep_json, 1000000, INVALID, 20, true},
    {"a scenario that extends itself", extends_itself, 0, INVALID, 20, true},
    {"a horizon of ten thousand years", long_horizon, 9999, EITHER, 60, true},
};

/* ---- trying one ---- */

static int clear(const lode_world *world, lode_diags *diags) {
    lode_clearing *clearing = NULL;
    char *text = NULL;
    const lode_code code = lode_clear(&clearing, world, NULL, diags);
    if (code != LODE_OK)
        return code == LODE_CERTIFICATE || code == LODE_SOLVER ? UNCERTIFIED : REFUSED;
    json_t *answer = lode_clearing_print(&text, clearing, "json") == LODE_OK ? json_loads(text, 0, NULL) : NULL;
    const int result = answer ? ANSWERED : WRONG; /* NaN is no JSON */
    json_decref(answer);
    free(text);
    lode_clearing_free(clearing);
    return result;
}

static int simulate(const lode_world *world, const lode_scenario *scenario, lode_diags *diags) {
    lode_run *run = NULL;
    lode_code code = lode_run_new(&run, world, scenario, diags);
    for (int i = 0; i < STEPS && code == LODE_OK && lode_run_period(run) < lode_run_periods(run); i++)
        code = lode_run_step(run);
    lode_run_free(run);
    return code == LODE_OK ? ANSWERED : code == LODE_CERTIFICATE || code == LODE_SOLVER ? UNCERTIFIED : REFUSED;
}

static int try_here(const extreme *what) {
    char path[256];
    lode_world *world = NULL;
    lode_scenario *scenario = NULL;
    char *summary = NULL;
    lode_diags *diags = lode_diags_new();
    int result = REFUSED;
    snprintf(path, sizeof path, "%s/scenario.yaml", root);
    if (lode_world_open(&world, root, diags) == LODE_OK && lode_world_summary(&summary, world, "json") == LODE_OK &&
        lode_scenario_open(&scenario, world, path, diags) == LODE_OK)
        result = what->check_only ? ANSWERED : clear(world, diags);
    if (result == ANSWERED && !what->check_only)
        result = simulate(world, scenario, diags);
    if (result == REFUSED && lode_diags_error_count(diags) == 0)
        result = WRONG; /* without a reason */
    for (size_t i = 0; i < lode_diags_count(diags) && i < 3 && result != ANSWERED; i++)
        printf("    %s: %s\n", lode_code_name(lode_diags_get(diags, i)->code), lode_diags_get(diags, i)->message);
    free(summary);
    lode_scenario_free(scenario);
    lode_world_free(world);
    lode_diags_free(diags);
    return result;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

/* The status of a process that tries the case. */
static int try_apart(const extreme *what) {
    strcpy(root, "/tmp/lode-extremes-XXXXXX");
    if (!mkdtemp(root))
        exit(2);
    put_base();
    what->write(what->size);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        alarm((unsigned)what->seconds);
#ifndef SANITIZED /* sanitizers map terabytes */
        setrlimit(RLIMIT_AS, &(struct rlimit){(rlim_t)MOST_MIB << 20, (rlim_t)MOST_MIB << 20});
#endif
        exit(try_here(what));
    }
    int status = 0;
    waitpid(child, &status, 0);
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return status;
}

static const char *judge(const extreme *what, int status) {
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGALRM ? "it hangs" : "it crashes";
    switch (WEXITSTATUS(status)) {
    case ANSWERED:
        return what->expected == INVALID ? "it is taken for valid" : NULL;
    case REFUSED:
        return what->expected == VALID ? "it is refused" : NULL;
    case UNCERTIFIED:
        return what->expected == EITHER ? NULL : "it is not certified";
    default:
        return "it ends without an answer or a reason";
    }
}

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int try_case(const extreme *what) {
    static const char *const words[] = {"answered", "refused", "not certified", "wrong"};
    const double begin = now_s();
    const int status = try_apart(what);
    const char *why = judge(what, status);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    printf("%s - %s%s%s (%s, %.1f s)\n", why ? "not ok" : "ok", what->name, why ? ": " : "", why ? why : "",
           code >= ANSWERED && code <= WRONG ? words[code - ANSWERED] : "no exit", now_s() - begin);
    return why != NULL;
}

/* Worlds of any magnitude: counts what they come to. */
static int try_magnitudes(int64_t first, int64_t count) {
    int came_to[WRONG + 1] = {0}, wrong = 0;
    for (int64_t seed = first; seed < first + count; seed++) {
        char name[64];
        snprintf(name, sizeof name, "magnitudes of seed %d", (int)seed);
        const extreme what = {name, any_magnitude, seed, EITHER, 20, false};
        const int status = try_apart(&what);
        const char *why = judge(&what, status);
        if (why)
            printf("not ok - %s: %s\n", name, why);
        wrong += why != NULL;
        came_to[WIFEXITED(status) && WEXITSTATUS(status) <= WRONG ? WEXITSTATUS(status) : 0]++;
    }
    printf("%s - %d worlds of magnitudes from 1e-12 to 1e12: %d answered, %d refused, %d not certified\n",
           wrong ? "not ok" : "ok", (int)count, came_to[ANSWERED], came_to[REFUSED], came_to[UNCERTIFIED]);
    return wrong;
}

/* extremes [MAGNITUDES [FIRST]]: all cases, and so many worlds of any magnitude. `extremes keep NAME`: leaves the world of a case, or of a
 * seed, and prints its path. */
int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "keep") == 0) {
        if (!mkdtemp(root))
            return 2;
        put_base();
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
            if (strcmp(cases[i].name, argv[2]) == 0)
                return cases[i].write(cases[i].size), puts(root), 0;
        any_magnitude(atoll(argv[2]));
        return puts(root), 0;
    }
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        wrong += try_case(&cases[i]);
    wrong += try_magnitudes(argc > 2 ? atoll(argv[2]) : 0, argc > 1 ? atoll(argv[1]) : 100);
    return wrong > 0;
}
