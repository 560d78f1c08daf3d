/* A store of draws to test, in a folder of its own or on a server: what test_draws.c, test_draws_server.c and test_parquet.c share. */
#ifndef LODE_TEST_DRAWS_FIXTURE_H
#define LODE_TEST_DRAWS_FIXTURE_H

#include "store/draws.h"

enum { COLUMNS = 7, MARKED = 5 /* inputs, events, metrics */ };
extern const lode_draw_column columns[COLUMNS];

extern char root[64], where[256], key[65]; /* folder, address of the store and key of the case */
extern const char *postgres;               /* address of a server; NULL: the case is about a file */
extern lode_diags *diags;
extern lode_draw_store *store;
extern lode_draw_frame frame;

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int set_up(void **state);
int tear_down(void **state);

/* The only finding so far says these. */
void assert_finding(const char *message, const char *fix);
void assert_ok(lode_code code);
void open_store(bool resume);
void close_store(void);
void reopen_to_read(void);
/* Files in the folder of the case. */
int files_in_root(void);

/* What draw `draw` comes to at a position, told apart by `version`; draws of such values. */
double value_of(int64_t draw, int32_t position, int version);
lode_code add_draws(int64_t first, int64_t count, int version);

/* What a reading visited: `width` numbers a draw, as many as fit. It stops after `stop_after` draws; 0: never. */
typedef struct {
    int64_t draws[4096];
    int count, stop_after;
    int32_t width;
    double values[4096];
    lode_draw_row last;
} reading;
lode_code note_row(void *context, const lode_draw_row *row);
reading *read_all(int32_t first, int32_t count);

/* The cases that hold for a file and for a server; how many fail. */
int run_cases_of_both(const char *name);

#endif
