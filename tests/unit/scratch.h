/* A folder of its own and a list of findings for each test: setup and teardown for cmocka. Include it once, after <cmocka.h>. */
#ifndef LODE_TEST_SCRATCH_H
#define LODE_TEST_SCRATCH_H

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "store/disk.h"

static char root[64]; /* the folder's path */
static lode_diags *diags;

static int set_up(void **state) {
    (void)state;
    strcpy(root, "/tmp/lode-test-XXXXXX");
    diags = lode_diags_new();
    return mkdtemp(root) && diags ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    lode_diags_free(diags);
    diags = NULL;
    return lode_tree_remove(root, NULL) == LODE_OK ? 0 : -1;
}

#endif
