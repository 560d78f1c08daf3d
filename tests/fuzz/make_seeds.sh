#!/bin/sh
# make_seeds.sh: makes the seeds in tests/fuzz/corpus/ again from the worlds, cases and scenarios of the test suite. Their names begin
# with `seed-`; inputs that once crashed a reader (`crash-...`) and those kept by hand are left alone. Run it when a table gets a column.
set -eu
cd "$(dirname "$0")/../.."
corpus=tests/fuzz/corpus
rm -f "$corpus"/*/seed-*
for target in csv yaml datapackage table scenario levers portfolio check run; do mkdir -p "$corpus/$target"; done

archive() { # FOLDER...: the files of the folders, of two with one name the later one
    for file in $(for folder in "$@"; do ls "$folder"; done | sort -u); do
        from=
        for folder in "$@"; do [ -f "$folder/$file" ] && from=$folder/$file; done
        case $file in
        expected.txt | absent.txt) continue ;;
        today.yaml) echo '=== scenario.yaml' ;;
        *) echo "=== $file" ;;
        esac
        cat "$from"
    done
}

table() { # FILE NAME LINES: the first lines of a table, as a seed of `table` and of `csv`
    { basename "$1" && head -n "$3" "$1"; } >"$corpus/table/seed-$2"
}

for world in tests/worlds/*/; do
    name=$(basename "$world")
    archive "$world" >"$corpus/check/seed-$name"
    [ -e "$world/today.yaml" ] ||
        printf '=== scenario.yaml\nname: calm\nhorizon: {from: 2024-01, to: 2024-12}\n' >>"$corpus/check/seed-$name"
    cp "$corpus/check/seed-$name" "$corpus/run/"
done
for case in tests/cases/check/[a-z]*/; do
    name=$(basename "$case")
    archive tests/cases/check/_base "$case" >"$corpus/check/seed-$name"
    for file in "$case"*.csv; do
        [ -e "$file" ] && cp "$file" "$corpus/csv/seed-$name-$(basename "$file" .csv)"
    done
    [ ! -e "$case/datapackage.json" ] || cp "$case/datapackage.json" "$corpus/datapackage/seed-$name"
done
for file in tests/worlds/two_countries/*.csv tests/worlds/calibrate_chain/observations.csv \
    tests/worlds/calibrate_chain/prices.csv tests/worlds/one_controller/parameters.csv tests/worlds/joint_chain/cost_curves.csv; do
    table "$file" "$(basename "$file" .csv)" 20
done
for file in data/world/*.csv; do
    table "$file" "baseline-$(basename "$file" .csv)" 4
done
cp tests/worlds/two_countries/datapackage.json "$corpus/datapackage/seed-two_countries"
for file in tests/worlds/two_countries/today.yaml tests/scenarios/*.yaml data/scenarios/*.yaml; do
    name=$(basename "$file" .yaml)
    [ "$file" != data/scenarios/today.yaml ] || name=baseline
    cp "$file" "$corpus/yaml/seed-$name"
    cp "$file" "$corpus/scenario/seed-$name"
done
for file in tests/cases/levers/*/levers.yaml tests/worlds/two_countries/levers.yaml; do
    cp "$file" "$corpus/levers/seed-$(basename "$(dirname "$file")")"
done
for file in tests/cases/portfolio/*.yaml tests/worlds/two_projects/portfolio.yaml data/scenarios/examples/portfolio.yaml; do
    name=$(basename "$file" .yaml)
    case $file in tests/worlds/*) name=two_projects ;; data/*) name=example ;; esac
    cp "$file" "$corpus/portfolio/seed-$name"
done
