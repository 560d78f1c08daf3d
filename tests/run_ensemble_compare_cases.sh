#!/bin/sh
# run_ensemble_compare_cases.sh PROGRAM: what the folder of an ensemble and `compare` say of the draws in its store, worked out again in Python.
. "$(dirname "$0")/cases.sh"
world=$here/worlds/two_countries

scenario() { # NAME [PRICE of a floor]
    cat <<YAML >"$1.yaml"
extends: $world/today.yaml
name: $1
uncertainties:
  - {id: demand, of: demand.motors.USA.dy_oxide.2024.quantity_t, triangular: {low: 200, mode: 300, high: 500}, assumed: true}
  - {id: cost, of: assets.west_mine.cost_usd_per_kg, lognormal: {median: 30, sd_log: 0.3}, assumed: true}
YAML
    [ $# -lt 2 ] || cat <<YAML >>"$1.yaml"
policies:
  - {id: west_floor, type: price_floor, assumed: true, payer: USA, legal_form: contract, assets: [west_separation],
     commodity: dy_oxide, kind: own_price, price: $2, start: 2025-01-01}
YAML
}

futures() { # FOLDER SCENARIO OPTION...
    folder=$1 scenario=$2
    shift 2
    "$program" ensemble "$world" "$scenario.yaml" --shocks full_freeze -j 2 -o "$folder" "$@" >"$folder.txt" 2>"$folder.err"
}

cat >again.py <<'SCRIPT'
"""again.py COMMAND ...: the figures of the program, worked out from the cells of its stores."""
import csv, json, math, os, sqlite3, statistics, sys

def cells(folder, name):
    store = sqlite3.connect(os.path.join(folder, "draws.sqlite"))
    return dict(store.execute("SELECT draw, value FROM metrics WHERE name = ? ORDER BY draw", (name,)))

def close(is_, should, what):
    assert abs(is_ - should) <= 1e-9 * max(1, abs(should)), f"{what}: {is_} is not {should}"

def check_quantiles(folder):
    results = sqlite3.connect(os.path.join(folder, "results.sqlite"))
    seen = 0
    for row in results.execute("SELECT name, count, mean, sd, min, p05, p25, p50, p95, max, cvar95 FROM quantiles WHERE kind = 'metric'"):
        name, count, mean, sd, least, p05, p25, p50, p95, most, cvar = row
        values = sorted(v for v in cells(folder, name).values() if v is not None)
        assert count == len(values), f"{name}: {count} numbers, not {len(values)}"
        if count < 2:
            continue
        cut = statistics.quantiles(values, n=20, method="inclusive")  # linear between order statistics, h = (n - 1) p
        for is_, should, what in ((mean, statistics.fmean(values), "mean"), (sd, statistics.stdev(values), "sd"), (least, values[0], "min"),
                                  (most, values[-1], "max"), (p05, cut[0], "p05"), (p25, cut[4], "p25"), (p50, cut[9], "p50"), (p95, cut[18], "p95")):
            close(is_, should, f"{name} {what}")
        mass, tail = 0.05 * count, 0.0  # the largest twentieth, its least value in part
        for i, value in enumerate(reversed(values)):
            tail += value * min(1.0, max(0.0, mass - i))
        close(cvar, tail / mass, f"{name} cvar95")
        seen += 1
    assert seen > 10, f"only {seen} metrics"

def check_line_stops(folder):
    results = sqlite3.connect(os.path.join(folder, "results.sqlite"))
    rows = list(results.execute("SELECT run, use, region, hits, draws, share FROM line_stops"))
    assert rows
    for run, use, region, hits, draws, share in rows:
        values = [v for v in cells(folder, "/".join(filter(None, (run, "line_stop", use, region)))).values() if v is not None]
        assert (hits, draws) == (sum(values), len(values)), f"{run} {use} {region}: {hits} of {draws}"

def check_iamc(folder):
    """The median of the yearly means of each draw, from the rows of the store."""
    store = sqlite3.connect(os.path.join(folder, "draws.sqlite"))
    names = [n for n, in store.execute("SELECT name FROM columns ORDER BY position")]
    import struct
    rows = [struct.unpack(f"<{len(names)}d", r) for r, in store.execute("SELECT row FROM draws WHERE status = 'OK' OR status = 0")]
    assert rows, "no rows"
    place = {n: i for i, n in enumerate(names)}
    checked = 0
    for line in csv.DictReader(open(os.path.join(folder, "iamc.csv"))):
        if not line["variable"].startswith("Price|dy_oxide|50th") or "+" in line["scenario"]:
            continue
        months = [place[f"reference/price/dy_oxide/{line['region']}/{line['year']}-{m:02d}"] for m in range(1, 13)]
        close(float(line["value"]), statistics.median(statistics.fmean(r[m] for m in months) for r in rows), "iamc")
        checked += 1
    assert checked > 0, "no price"

def check_compare(path, a, b):
    report = json.load(open(path))
    checked = 0
    for metric in report["metrics"]:
        left, right = cells(a, metric["metric"]), cells(b, metric["metric"])
        pairs = [(left[d], right[d]) for d in sorted(left) if left[d] is not None and right.get(d) is not None]
        assert metric["difference"]["count"] == len(pairs), metric["metric"]
        if len(pairs) < 2:
            continue
        apart = [y - x for x, y in pairs]
        close(metric["difference"]["mean"], statistics.fmean(apart), metric["metric"])
        close(metric["difference"]["median"], statistics.median(apart), metric["metric"])
        half = (metric["difference"]["high"] - metric["difference"]["low"]) / 2
        t59 = 2.000995378  # Student's t, 59 degrees, as printed in tables: 2.0010
        if len(pairs) == 60:
            assert abs(half - t59 * statistics.stdev(apart) / math.sqrt(60)) <= 1e-6 * max(1, half), metric["metric"]
            checked += 1
    assert checked > 5, f"only {checked} metrics"
    assert report["pairs"] == 60 and report["inputs"] == 2 and report["inputs_that_differ"] == 0

command = sys.argv[1]
if command == "compare":
    check_compare(*sys.argv[2:])
else:
    {"quantiles": check_quantiles, "line_stops": check_line_stops, "iamc": check_iamc}[command](sys.argv[2])
SCRIPT

check() { # NAME COMMAND...: again.py
    name=$1
    shift
    reason=$(python3 again.py "$@" 2>&1) && reason= || reason=$(echo "$reason" | tail -1)
    verdict "$name" "$reason"
}

scenario plain
scenario floor 150
futures plain plain --draws 60 || cat plain.err
futures floor floor --draws 60 || cat floor.err
futures other plain --draws 60 --seed 2 || cat other.err

check 'ensemble: quantiles are those of the draws' quantiles plain
check 'ensemble: line stops are those of the draws' line_stops plain
check 'ensemble: yearly figures are taken within each draw' iamc plain

reason=
awk 'length($0) > 80 { bad = 1 } END { exit bad }' plain.txt || reason='a line is longer than 80 columns'
grep -q 'Short at all in the regions hit' plain.txt || reason='no likelihoods'
verdict 'ensemble: the page' "$reason"

code_of 0 compare plain floor --format json
cp out pair.json
check 'compare ensembles: differences draw by draw' compare pair.json plain floor

code_of 0 compare plain plain
grep -q 'No metric differs in any draw' out || reason='an ensemble differs from itself'
verdict 'compare an ensemble with itself' "$reason"

code_of 3 compare plain other
grep -q 'seed is 1 in the first and 2 in the other' err || reason=$(cat err)
verdict 'compare ensembles of different seeds' "$reason"

code_of 0 compare plain floor plain
grep -q 'mean regret' out || reason='no regret'
verdict 'compare three ensembles' "$reason"

code_of 2 compare plain floor --shock full_freeze
verdict 'compare ensembles: no shock to name' "$reason"

exit "$failed"
