#!/bin/sh
# Every world and scenario below data/world/backtests is clean: no error and no warning.
# usage: run_backtests.sh PROGRAM
set -eu
program=$1
failed=0
for world in data/world/backtests/*/; do
    name=$(basename "$world")
    [ -e "$world/sources.csv" ] || continue # an episode on the parent's world
    if found=$("$program" check "$world" "$world/scenario.yaml" 2>&1) &&
        echo "$found" | tail -n 1 | grep -q '^valid: 0 errors, 0 warnings$'; then
        echo "ok - check backtests/$name"
    else
        echo "not ok - check backtests/$name"
        echo "$found" | tail -n 20 | sed 's/^/    /'
        failed=1
    fi
done
exit $failed
