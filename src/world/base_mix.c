/* Shares of recipe variants by plant: reading and checking VARIANT:SHARE|VARIANT:SHARE. */
#include "world/base_mix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"

static const double SUM_TOLERANCE = 1e-3;

typedef struct {
    const char *name, *share; /* into the mix; `share` NULL where there is no colon */
    size_t name_length;
} part;

/* Cuts the next part off `*rest`; false at the end. */
static bool next_part(const char **rest, part *out) {
    if (**rest == '\0')
        return false;
    size_t length = strcspn(*rest, "|");
    const char *colon = memchr(*rest, ':', length);
    out->name = *rest;
    out->name_length = colon != NULL ? (size_t)(colon - *rest) : length;
    out->share = colon != NULL ? colon + 1 : NULL;
    *rest += length + ((*rest)[length] == '|' ? 1 : 0);
    return true;
}

static bool named(const part *p, const char *variant) {
    return strlen(variant) == p->name_length && strncmp(p->name, variant, p->name_length) == 0;
}

/* NaN where it is not a number up to the end of the part. */
static double share_of(const part *p) {
    char digits[40];
    double share;
    int length = p->share != NULL ? (int)strcspn(p->share, "|") : 0;

    if (length >= (int)sizeof digits)
        return NAN;
    snprintf(digits, sizeof digits, "%.*s", length, length > 0 ? p->share : "");
    return lode_parse_real(digits, &share) ? share : NAN;
}

double lode_base_mix_share(const char *mix, const char *variant, double otherwise) {
    const char *rest = mix != NULL ? mix : "";
    part p;

    if (*rest == '\0')
        return otherwise;
    while (next_part(&rest, &p))
        if (named(&p, variant))
            return share_of(&p);
    return 0;
}

static bool is_variant(const lode_loader *loader, int32_t process, const part *p) {
    for (int32_t v = loader->first_variant[process]; v < loader->first_variant[process + 1]; v++)
        if (named(p, loader->variants[v].variant))
            return true;
    return false;
}

/* The variants of a process, for the finding. */
static void list_variants(const lode_loader *loader, int32_t process, char *out, size_t size) {
    size_t used = (size_t)snprintf(out, size, "the variants of `%s` are:", loader->world->processes[process].id);
    for (int32_t v = loader->first_variant[process]; v < loader->first_variant[process + 1] && used < size; v++)
        used += (size_t)snprintf(out + used, size - used, " %s", loader->variants[v].variant);
}

bool lode_base_mix_check(lode_loader *loader, int32_t index) {
    const lode_asset *asset = &loader->world->assets[index];
    const char *rest = asset->base_mix != NULL ? asset->base_mix : "";
    double sum = *rest != '\0' ? 0 : 1;
    char variants[400];
    part p;

    while (next_part(&rest, &p)) {
        double share = share_of(&p);
        if (!is_variant(loader, asset->process, &p)) {
            list_variants(loader, asset->process, variants, sizeof variants);
            LODE_ROW_ERROR(loader, LODE_TABLE_ASSETS, asset, LODE_UNKNOWN_ID, variants,
                           "base_mix of `%s` names `%.*s`, which its process does not have", asset->id,
                           (int)p.name_length, p.name);
            return false;
        }
        if (!(share >= 0 && share <= 1)) {
            LODE_ROW_ERROR(loader, LODE_TABLE_ASSETS, asset, LODE_BAD_RANGE, "write it as in hc:0.8|std:0.2",
                           "base_mix of `%s` gives `%.*s` no share from 0 to 1", asset->id, (int)p.name_length, p.name);
            return false;
        }
        sum += share;
    }
    if (fabs(sum - 1) <= SUM_TOLERANCE)
        return true;
    LODE_ROW_ERROR(loader, LODE_TABLE_ASSETS, asset, LODE_BAD_SUM, "let the shares sum to 1",
                   "the shares in base_mix of `%s` sum to %g", asset->id, sum);
    return false;
}
