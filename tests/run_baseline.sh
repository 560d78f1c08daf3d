#!/bin/sh
# The baseline world under one shock, as an analyst would judge it: signs and sizes that any sound answer has, not numbers of our own.
# usage: run_baseline.sh PROGRAM
set -eu
program=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/scenarios"
cp data/scenarios/*.yaml "$scratch/scenarios/"
cat >"$scratch/scenarios/short.yaml" <<'END'
name: short
title: Today, for a test
extends: today.yaml
horizon: {from: 2024-01, to: 2028-02, step: month}
END
"$program" stress data/world "$scratch/scenarios/short.yaml" --shocks full_freeze --format json -o "$scratch/run" \
    >"$scratch/answer.json" 2>"$scratch/talk" || { cat "$scratch/talk"; echo "not ok - stress on the baseline"; exit 1; }
echo "ok - stress on the baseline"
failed=0
# number NAME: the first number behind "NAME": in the answer
number() { tr -d '\n' <"$scratch/answer.json" | sed -n "s/.*\"$1\": *\([-0-9.e+]*\).*/\1/p"; }
expect() { # expect 'condition in awk on v' NAME text
    if awk -v v="$(number "$2")" "BEGIN { exit !(v != \"\" && ($1)) }"; then echo "ok - $3"; else
        echo "not ok - $3 ($2 is $(number "$2"))"; failed=1; fi
}
expect 'v > 1.5' outside "a freeze multiplies a price outside"
expect 'v < 1.5' inside "and hardly moves any inside"
expect 'v >= 1 && v < 10' paid "what is really paid moves less than the spot price outside"
expect 'v > 0.05 && v <= 1' industrial "industrial users of magnets lose"
expect 'v >= 0 && v <= 1' consumer "losses are shares"
sqlite3 -version >/dev/null 2>&1 || exit $failed
# Goods of the freeze must not reach allied regions from China while it lasts (from December 2026 on, a year).
leak=$(sqlite3 "$scratch/run/results.sqlite" "select coalesce(sum(t),0) from flows where run='full_freeze' and commodity in
  ('dy_oxide','tb_oxide','dy_metal','tb_metal') and \"from\"='CHN' and \"to\" in ('USA','JPN','EU27','KOR') and period between '2027-01' and '2027-11'")
if awk -v v="$leak" 'BEGIN { exit !(v < 1e-3) }'; then echo "ok - nothing controlled leaves"; else echo "not ok - $leak t leave"; failed=1; fi
exit $failed
