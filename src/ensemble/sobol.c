/* Variance-based indices of a sobol design. With f_A, f_B and f_ABj the outputs of a block (A with factor j from B), c the mean of all f_A and
 * f_B, and V their variance:
 *
 *     first_j = mean( (f_B - c) (f_ABj - f_A) ) / V          Saltelli et al. 2010, table 2 (b)
 *     total_j = mean( (f_A - f_ABj)^2 ) / 2 V                Jansen 1999
 *
 * first_j is the share of the variance that would go if factor j were known; total_j the share that would be left if all but j were. Without
 * interactions they are equal and the first sum to 1. c changes no expectation and takes out noise.
 *
 * The interval is the jackknife's over the independent parts of the design: all sums of the part are left out of all blocks. */
#include <math.h>
#include <stdlib.h>

#include "ensemble/design_parts.h"
#include "ensemble/jackknife.h"
#include "ensemble/sensitivity.h"

/* Sums over the blocks of one part. */
typedef struct {
    int64_t blocks;
    double sum, squares;         /* of f_A - c and f_B - c */
    double *products, *distance; /* per factor: of (f_B - c)(f_ABj - f_A), (f_A - f_ABj)^2 */
} part_sums;

typedef struct {
    const lode_design *design;
    const double *output;
    int64_t blocks;
    int32_t factors, parts;
    double centre, largest; /* c; largest |f| */
    part_sums *part;        /* [parts], those with blocks first */
    part_sums all;
    double *numbers; /* what the sums point into */
} work;

static bool is_complete(const work *w, int64_t block) {
    const double *first = w->output + lode_sobol_draw_a(w->design, block);
    for (int64_t i = 0; i < lode_design_block(w->design); i++)
        if (!isfinite(first[i]))
            return false;
    return true;
}

static void find_centre(work *w) {
    int64_t count = 0;
    for (int64_t b = 0; b < w->blocks; b++)
        if (is_complete(w, b)) {
            const double fa = w->output[lode_sobol_draw_a(w->design, b)],
                         fb = w->output[lode_sobol_draw_b(w->design, b)];
            w->largest = fmax(w->largest, fmax(fabs(fa), fabs(fb)));
            count += 2;
            w->centre += (fa - w->centre + fb - w->centre) / (double)count;
        }
}

static void add_block(const work *w, part_sums *sums, int64_t block) {
    const double fa = w->output[lode_sobol_draw_a(w->design, block)];
    const double a = fa - w->centre, b = w->output[lode_sobol_draw_b(w->design, block)] - w->centre;
    sums->blocks++;
    sums->sum += a + b;
    sums->squares += a * a + b * b;
    for (int32_t j = 0; j < w->factors; j++) {
        const double change = w->output[lode_sobol_draw_ab(w->design, block, j)] - fa;
        sums->products[j] += b * change;
        sums->distance[j] += change * change;
    }
}

static void add_part(const work *w, part_sums *to, const part_sums *part) {
    to->blocks += part->blocks;
    to->sum += part->sum;
    to->squares += part->squares;
    for (int32_t j = 0; j < w->factors; j++) {
        to->products[j] += part->products[j];
        to->distance[j] += part->distance[j];
    }
}

/* Parts without a complete block go. */
static void add_all(work *w) {
    int32_t kept = 0;
    for (int64_t b = 0; b < w->blocks; b++)
        if (is_complete(w, b))
            add_block(w, &w->part[lode_sobol_part(w->design, b)], b);
    for (int32_t p = 0; p < w->parts; p++)
        if (w->part[p].blocks > 0) {
            add_part(w, &w->all, &w->part[p]);
            w->part[kept++] = w->part[p];
        }
    w->parts = kept;
}

/* One index of factor j from all blocks less those of `without` (NULL: none). 0 if the output does not vary. */
static double index_of(const work *w, int32_t j, const part_sums *without, bool total) {
    const part_sums none = {0}, *less = without ? without : &none;
    const double n = (double)(w->all.blocks - less->blocks), mean = (w->all.sum - less->sum) / (2 * n);
    const double variance = ((w->all.squares - less->squares) / (2 * n) - mean * mean) * 2 * n / (2 * n - 1);
    const double noise = 1e-12 * w->largest; /* of rounding, in the outputs */
    if (!(variance > noise * noise))
        return 0;
    const double sum = total ? (w->all.distance[j] - (without ? without->distance[j] : 0)) / 2
                             : w->all.products[j] - (without ? without->products[j] : 0);
    return sum / n / variance;
}

static double half_width(const work *w, int32_t j, bool total, double *scratch) {
    for (int32_t p = 0; p < w->parts; p++) {
        if (w->all.blocks - w->part[p].blocks < 1)
            return NAN;
        scratch[p] = index_of(w, j, &w->part[p], total);
    }
    return lode_jackknife_half(scratch, w->parts);
}

static void take_indices(lode_sobol_index *out, const work *w, double *scratch) {
    for (int32_t j = 0; j < w->factors; j++) {
        if (w->all.blocks < 2) {
            out[j] = (lode_sobol_index){NAN, NAN, NAN, NAN, NAN, NAN};
            continue;
        }
        const double first = index_of(w, j, NULL, false), half = half_width(w, j, false, scratch);
        const double total = index_of(w, j, NULL, true), total_half = half_width(w, j, true, scratch);
        out[j] = (lode_sobol_index){first, first - half, first + half, total, total - total_half, total + total_half};
    }
}

static lode_code start(work *w, const lode_design *design, const double *output) {
    *w = (work){.design = design, .output = output, .factors = lode_design_factors(design)};
    w->blocks = lode_design_size(design) / lode_design_block(design);
    w->parts = design->replicates > 1 ? design->replicates : 1;
    if (w->parts > w->blocks) /* blocks go to parts in turn */
        w->parts = w->blocks > 0 ? (int32_t)w->blocks : 1;
    const size_t factors = (size_t)w->factors, parts = (size_t)w->parts;
    w->part = calloc(parts, sizeof *w->part);
    w->numbers = calloc(2 * factors * (parts + 1) + 1, sizeof *w->numbers);
    if (!w->part || !w->numbers)
        return LODE_NOMEM;
    w->all.products = w->numbers;
    w->all.distance = w->numbers + factors;
    for (size_t p = 0; p < parts; p++) {
        w->part[p].products = w->numbers + 2 * factors * (p + 1);
        w->part[p].distance = w->part[p].products + factors;
    }
    return LODE_OK;
}

lode_code lode_sobol_indices(lode_sobol_index *out, int64_t *blocks, const lode_design *design, const double *output) {
    if (design->kind != LODE_DESIGN_SOBOL)
        return LODE_INTERNAL;
    work w;
    lode_code code = start(&w, design, output);
    double *scratch = code == LODE_OK ? calloc((size_t)w.parts, sizeof *scratch) : NULL;
    if (scratch) {
        find_centre(&w);
        add_all(&w);
        take_indices(out, &w, scratch);
        if (blocks)
            *blocks = w.all.blocks;
    }
    code = scratch ? LODE_OK : LODE_NOMEM;
    free(scratch);
    free(w.numbers);
    free(w.part);
    return code;
}
