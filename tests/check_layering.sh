#!/bin/sh
# check_layering.sh [ROOT]: reads every #include "..." under src/ and include/ and fails on an arrow that runs back.
#
#   base <- store, world <- market <- policy <- finance <- sim <- measure <- calibrate, insight <- ensemble <- report <- serve, cli
#
# A folder may include itself, any folder of a lower layer, and the public headers; not its peers. `serve` and `cli` may include
# themselves and the public headers only; the public headers only one another.
set -eu
root=${1:-$(dirname "$0")/..}
cd "$root"

find include src -name '*.[ch]' | LC_ALL=C sort | xargs awk '
    BEGIN {
        layers = split("base;store world;market;policy;finance;sim;measure;calibrate insight;ensemble;report;serve cli", layer, ";")
        for (i = 1; i <= layers; i++) {
            n = split(layer[i], folder, " ")
            for (j = 1; j <= n; j++) rank[folder[j]] = i
        }
    }

    function complain(why) {
        printf "%s:%d: includes \"%s\": %s\n", FILENAME, FNR, name, why
        bad++
    }

    FNR == 1 {
        files++
        split(FILENAME, part, "/")
        from = part[1] == "include" ? "include" : part[2]
        if (from != "include" && !(from in rank)) {
            printf "%s: src/%s/ has no place in the layers of tests/check_layering.sh\n", FILENAME, from
            bad++
        }
    }

    /^[ \t]*#[ \t]*include[ \t]*"/ {
        name = $0
        sub(/^[^"]*"/, "", name)
        sub(/".*$/, "", name)
        to = name
        if (!sub(/\/.*$/, "", to)) {
            to = from # a header of the own folder
        }
        if (to == "lodestone" || (to == from && from != "include")) next
        if (from == "include") complain("public headers include public headers only")
        else if (name ~ /\.\./) complain("name the header by its folder, without ..")
        else if (!(to in rank)) complain("no such layer")
        else if (rank[from] == rank["cli"]) complain(from " sees the public headers only")
        else if (rank[to] >= rank[from]) complain(from " must not know " to)
    }

    END {
        printf "%d files, %d wrong includes\n", files, bad
        exit bad > 0 || files == 0
    }'
