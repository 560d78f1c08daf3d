#!/bin/sh
# run_failures.sh PROGRAM LODESTONE MODE: lays out small inputs in a scratch folder and runs PROGRAM (failures.c) there on every verb.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
lodestone=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
mode=$3
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

cp -R "$here/../worlds/two_countries" world
cp "$here/tiny.yaml" world/
cp -r "$here/../worlds/cut_off" cut_off
cp "$here/stored.yaml" cut_off/tiny.yaml
cp -R "$here/../worlds/calibrate_chain" fitted
cp -R "$here/../cases/check/_base" wrong
cp "$here/../cases/check/trade_conflict/"*.csv "$here/../cases/check/unknown_column/"*.csv wrong/
cp "$here/../scenarios/wrong.yaml" wrong/
cp "$here/../cases/portfolio/full.yaml" portfolio.yaml
cp "$here/../cases/portfolio/wrong.yaml" wrong.yaml
cp -R "$here/../worlds/uncertain" uncertain
cp "$here/../scenarios/uncertain.yaml" uncertain/doubts.yaml
cp -R "$here/../worlds/two_projects" projects
printf 'extends: reserve.yaml\nname: tiny\nhorizon: {from: 2024-06, to: 2024-08}\n' >projects/tiny.yaml
"$lodestone" run world world/tiny.yaml -o done >/dev/null 2>&1 || { echo 'not ok - set up'; exit 1; }
case " $* " in *compare*|*ensemble*)
    printf 'extends: tiny.yaml\nname: chance\nuncertainties:\n  - {id: cost, of: assets.west_mine.cost_usd_per_kg, uniform: {low: 20, high: 60}, assumed: true}\n' >world/chance.yaml
    sed 's/high: 60/high: 90/' world/chance.yaml >world/chance_two.yaml
    "$lodestone" ensemble world world/chance.yaml --draws 3 --shocks none -j 1 -o one >/dev/null 2>&1 &&
        "$lodestone" ensemble world world/chance_two.yaml --draws 3 --shocks none -j 1 -o two >/dev/null 2>&1 ||
        { echo 'not ok - set up of ensembles'; exit 1; } ;;
esac

code=0
shift 3
for verb in "$@"; do
    "$program" "$mode" "$verb" || { [ $? -eq 1 ] || echo "not ok - $mode fails once in $verb"; code=1; }
done
exit "$code"
