#!/bin/sh
# The baseline world under one shock, as an analyst would judge it: signs and sizes that any sound answer has, not numbers of our own.
# usage: run_baseline.sh PROGRAM
set -eu
program=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/scenarios"
cp data/scenarios/*.yaml "$scratch/scenarios/"
ln -s "$PWD/data/world" "$scratch/world" # today.yaml extends the numbers of an episode
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
# Without any policy the network has other columns and other knife edges: each month must be certified there too.
cat >"$scratch/scenarios/bare.yaml" <<'END'
name: bare
horizon: {from: 2024-01, to: 2024-12, step: month}
END
if "$program" run data/world "$scratch/scenarios/bare.yaml" -o "$scratch/bare" >/dev/null 2>"$scratch/talk"; then
    echo "ok - a year without policies"
else
    cat "$scratch/talk"; echo "not ok - a year without policies"; failed=1
fi
# number OBJECT NAME: the number behind "NAME": in the first object "OBJECT": {...}
number() {
    tr -d '\n' <"$scratch/answer.json" | sed "s/.*\"$1\": *{\([^}]*\)}.*/\1/" | sed -n "s/.*\"$2\": *\([-0-9.e+][-0-9.e+]*\).*/\1/p"
}
expect() { # expect 'condition in awk on v' VALUE text
    if awk -v v="$2" "BEGIN { exit !(v != \"\" && ($1)) }"; then echo "ok - $3"; else
        echo "not ok - $3 (it is $2)"; failed=1; fi
}
expect 'v > 1.5' "$(number peak_price outside)" "a freeze multiplies a price outside"
expect 'v >= 1 && v < 10' "$(number peak_price paid)" "what is really paid moves less than the spot price outside"
expect 'v > 0.05 && v <= 1' "$(number loss industrial)" "industrial users of magnets lose"
expect 'v >= 0 && v <= 1' "$(number loss consumer)" "losses are shares"

"$program" export "$scratch/run" --to csv -o "$scratch/csv" >/dev/null 2>"$scratch/talk" || { cat "$scratch/talk"; echo "not ok - export"; exit 1; }
# peak COMMODITY REGION BASIS: largest price in 2027 under the freeze over the run without it
peak() {
    awk -F, -v c="$1" -v r="$2" -v b="$3" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["commodity"] == c && $at["region"] == r && $at["basis"] == b && $at["period"] ~ /^2027/ {
            key = $at["period"] $at["class"]; if ($at["run"] == "reference") p[key] = $at["usd_per_kg"]
            else q[key] = $at["usd_per_kg"] }
        END { for (k in q) if (p[k] > 0 && q[k] / p[k] > m) m = q[k] / p[k]; print m }' "$scratch/csv/prices.csv"
}
expect 'v < 1.2' "$(peak dy_oxide CHN domestic_ex_vat)" "dysprosium hardly moves inside"
expect 'v < 1.2' "$(peak tb_oxide CHN domestic_ex_vat)" "nor does terbium"
expect 'v > 1.3' "$(peak dy_oxide EU27 delivered)" "dysprosium rises outside"
# Controlled oxides and metals may not reach allied regions from China while the freeze lasts.
leak=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["run"] == "full_freeze" && $at["commodity"] ~ /^(dy|tb)_(oxide|metal)$/ && $at["from"] == "CHN" &&
    $at["to"] ~ /^(USA|JPN|EU27|KOR)$/ && $at["period"] >= "2027-01" && $at["period"] <= "2027-11" { t += $at["t"] }
    END { print t + 0 }' "$scratch/csv/flows.csv")
expect 'v < 1e-3' "$leak" "nothing controlled leaves"
exit $failed
