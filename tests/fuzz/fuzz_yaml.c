/* Any bytes as YAML: the tree, every node read as every type, and the tree written and read again. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "fuzz.h"
#include "world/yaml_write.h"

static void read_as_everything(const lode_yaml_node *node, lode_diags *diags) {
    static const char *const words[] = {"baseline", "month", NULL};
    const char *text;
    double real;
    int32_t whole;
    bool truth;
    lode_day day;
    int precision, word;
    if (lode_yaml_real(node, "real", -1e300, 1e300, &real, diags))
        fuzz_require(real >= -1e300 && real <= 1e300, "a real number is in its range");
    if (lode_yaml_int(node, "int", -5, 5, &whole, diags))
        fuzz_require(whole >= -5 && whole <= 5, "a whole number is in its range");
    (void)lode_yaml_text(node, "text", &text, diags);
    (void)lode_yaml_bool(node, "bool", &truth, diags);
    (void)lode_yaml_day(node, "day", &day, &precision, diags);
    (void)lode_yaml_word(node, "word", words, &word, diags);
    lode_yaml_check_keys(node, "map", words, diags);
}

static void walk(const lode_yaml_node *node, int depth, lode_diags *diags) {
    fuzz_require(depth <= 64, "depth is limited");
    read_as_everything(node, diags);
    int32_t children = 0;
    for (const lode_yaml_node *child = node->first; child; child = child->next, children++)
        walk(child, depth + 1, diags);
    fuzz_require(children == node->count, "children are counted");
}

static int same(const lode_yaml_node *a, const lode_yaml_node *b) {
    if (a->kind != b->kind || a->count != b->count || strcmp(a->text, b->text) != 0 || !a->key != !b->key ||
        (a->key && strcmp(a->key, b->key) != 0) || lode_yaml_is_null(a) != lode_yaml_is_null(b))
        return 0;
    for (a = a->first, b = b->first; a && b; a = a->next, b = b->next)
        if (!same(a, b))
            return 0;
    return !a && !b;
}

static void write_and_read(const lode_yaml_node *root, lode_arena *arena) {
    const lode_yaml_node *again = NULL;
    lode_text text = {0};
    fuzz_require(lode_yaml_write(&text, root) == LODE_OK, "a tree is written");
    fuzz_require(lode_yaml_parse(&again, text.data, text.length, "again.yaml", arena, NULL) == LODE_OK && again,
                 "what is written is YAML");
    fuzz_require(same(root, again), "what is written reads back");
    lode_text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lode_arena *arena = lode_arena_new();
    lode_diags *diags = lode_diags_new();
    const lode_yaml_node *root = NULL;
    if (arena && diags) {
        lode_code code = lode_yaml_parse(&root, (const char *)data, size, "scenario.yaml", arena, diags);
        fuzz_require(code == LODE_OK || lode_diags_error_count(diags) > 0, "a failure is told");
        if (root)
            walk(root, 0, diags);
        if (root && code == LODE_OK)
            write_and_read(root, arena);
    }
    lode_diags_free(diags);
    lode_arena_free(arena);
    return 0;
}
