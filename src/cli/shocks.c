#include "shocks.h"

#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "output.h"

int cli_shocks_split(cli_shocks *shocks, const char *text) {
    *shocks = (cli_shocks){.text = strdup(text ? text : "")};
    if (!shocks->text) {
        return cli_fail(LODE_NOMEM, "--shocks", NULL);
    }
    char *rest = NULL;
    for (char *name = strtok_r(shocks->text, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        if (shocks->count == CLI_MOST_SHOCKS) {
            cli_complain("`--shocks` takes at most %d names", CLI_MOST_SHOCKS);
            return CLI_WRONG_USE;
        }
        shocks->names[shocks->count++] = name;
    }
    if (text && shocks->count == 0) {
        cli_complain("`--shocks` names no shock");
        return CLI_WRONG_USE;
    }
    return CLI_DONE;
}

void cli_shocks_free(cli_shocks *shocks) {
    free(shocks->text);
}
