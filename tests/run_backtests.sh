#!/bin/sh
# Every world and scenario below data/world/backtests is clean: no error and no warning; and every episode is run and printed.
# (run_backtest_cases.sh tests the verb itself, on a small world.)
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
# An episode on the world of another names it.
for episode in data/world/backtests/*/episode.yaml; do
    world=$(sed -n 's/^world: *//p' "$episode")
    folder=$(dirname "$episode")
    [ -n "$world" ] || continue
    if "$program" check "data/world/backtests/$world" "$folder/scenario.yaml" 2>&1 | tail -n 1 | grep -q '^valid: 0 errors, 0 warnings$'; then
        echo "ok - check $folder"
    else
        echo "not ok - check $folder"
        failed=1
    fi
done
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$program" backtest data/world --format csv >"$out" 2>/dev/null || failed=1
for episode in base_2024 busts busts_at_prices licences_2025 quotas_2010; do
    if grep -q "^$episode,.*,judge,[0-9]" "$out"; then
        echo "ok - backtest $episode"
    else
        echo "not ok - backtest $episode"
        failed=1
    fi
done
exit $failed
