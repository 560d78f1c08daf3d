/* Any bytes as YAML: the tree, and every node read as every type. */
#include "base/arena.h"
#include "fuzz.h"
#include "world/yaml_tree.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lode_arena *arena = lode_arena_new();
    lode_diags *diags = lode_diags_new();
    const lode_yaml_node *root = NULL;
    if (arena && diags) {
        lode_code code = lode_yaml_parse(&root, (const char *)data, size, "scenario.yaml", arena, diags);
        fuzz_require(code == LODE_OK || lode_diags_error_count(diags) > 0, "a failure is told");
        if (root)
            walk(root, 0, diags);
    }
    lode_diags_free(diags);
    lode_arena_free(arena);
    return 0;
}
