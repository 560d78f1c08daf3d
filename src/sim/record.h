/* What a run remembers of each period: plain arrays, one row a period, in the indices of the run's network and world.
 * Written by sim, read by measure, insight and the tables of a run folder. Tonnes are of the period; prices real USD per kg. */
#ifndef LODE_SIM_RECORD_H
#define LODE_SIM_RECORD_H

#include "market/network.h"

typedef struct {
    int32_t periods;  /* recorded so far */
    int32_t capacity; /* rows allocated */
    int32_t sites, nodes, lines, limits, orders, arcs, modes, assets, regions, commodities;
    lode_day *start;        /* [period] first day */
    double *node_price;     /* [period * nodes] the bid */
    double *stock;          /* [period * nodes] on hand at the end */
    double *on_the_way;     /* [period * sites] at the end, arriving later */
    double *target_stock;   /* [period * sites] K* H */
    double *expected_price; /* [period * sites] */
    double *
        normal_use; /* [period * sites] t a year at reference prices; of the trade also what users there take from it */
    double *line_wanted;            /* [period * lines] at the line's reference price, y */
    double *line_served;            /* [period * lines] */
    double *line_price;             /* [period * lines] */
    double *arc_flow;               /* [period * arcs * LODE_CHANNEL_COUNT] */
    double *arc_levy;               /* [period * arcs] ad valorem levies, USD/kg */
    double *arc_export;             /* [period * arcs] what policies add at the border, USD/kg; < 0: a subsidy */
    double *arc_dual;               /* [period * arcs] of arc_limit + of arc_free_limit */
    double *mode_output;            /* [period * modes] */
    double *mode_bonded;            /* [period * modes]: of these, bonded */
    double *asset_capacity;         /* [period * assets] available */
    double *asset_dual;             /* [period * assets] */
    unsigned char *asset_status;    /* [period * assets] lode_status at the end of the period */
    double *limit_rhs;              /* [period * limits] */
    double *limit_flow;             /* [period * limits] */
    double *limit_dual;             /* [period * limits] */
    double *order_filled;           /* [period * orders] */
    double *line_value, *line_paid; /* [period * lines], and so on: who earned what, thousand USD (market/books.h) */
    double *asset_income, *asset_cost, *asset_wedge;                /* [period * assets] */
    double *trade_income, *trade_cost, *trade_wedge, *public_goods; /* [period * regions] */
    double *stock_opening, *stock_closing;                          /* [period * 2 * regions] */
    double *element_error;         /* [period * LODE_ELEMENT_COUNT] mass balance: |in - out| / throughput, relative */
    lode_certificate *certificate; /* [period] */
    double *objective;             /* [period] kUSD */
} lode_record;

lode_code lode_record_reserve(lode_record *record, const lode_network *network, int32_t periods);
/* Copies `from` into `to` (deep); the networks of the two must have the same world; arrays indexed by limits or orders may differ in width. */
lode_code lode_record_copy(lode_record *to, const lode_record *from, const int32_t *into, const int32_t *of);
void lode_record_release(lode_record *record);
/* Memory of its periods so far: what is reserved for later ones is not touched yet. */
size_t lode_record_bytes(const lode_record *record);

#endif
