/* A tree as YAML text that reads back to the same tree: block style, in the order of the tree, a text in double quotes where it was written
 * so or where it could not stand plain. Places (lines, columns) are not kept. */
#ifndef LODE_WORLD_YAML_WRITE_H
#define LODE_WORLD_YAML_WRITE_H

#include "base/text.h"
#include "world/yaml_tree.h"

/* Appends the tree (NULL: nothing). LODE_OK, LODE_NOMEM, or LODE_SYNTAX for a text that is not UTF-8. O(size). */
lode_code lode_yaml_write(lode_text *out, const lode_yaml_node *root);

#endif
