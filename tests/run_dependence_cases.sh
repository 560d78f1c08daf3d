#!/bin/sh
# run_dependence_cases.sh PROGRAM: dependence of the baseline world's base year against what others have published
# (tests/dependence_published.csv; docs/dependence.md says what the differences come from). Bounds are what sources differ by, up to seven
# points, not what the model happens to give. A figure that is known to miss is printed, and must be there.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/scenarios"
cp "$root"/data/scenarios/*.yaml "$scratch/scenarios/"
ln -s "$root/data/world" "$scratch/world" # today.yaml extends the numbers of an episode
cat >"$scratch/scenarios/base.yaml" <<'SCENARIO'
name: base
extends: today.yaml
horizon: {from: 2024-01, to: 2024-12, step: month}
settings: {shock_start: 2024-06-01}
SCENARIO
"$program" run "$root/data/world" "$scratch/scenarios/base.yaml" -o "$scratch/run" >"$scratch/out" 2>"$scratch/talk" || {
    cat "$scratch/talk"
    echo "not ok - a run of the base year"
    exit 1
}
echo "ok - a run of the base year"
python3 - "$scratch/run/results.sqlite" "$root/tests/dependence_published.csv" <<'CHECK'
import csv, sqlite3, sys

table = sqlite3.connect(sys.argv[1])
failed = False

def metric(name, objects, region):
    values = [table.execute("SELECT value FROM metrics WHERE period = '2024' AND metric = ? AND object = ? AND region IS ?",
                            (name, part, region or None)).fetchone() for part in objects.split("+")]
    return None if None in values else sum(value[0] for value in values)

for row in csv.DictReader(open(sys.argv[2])):
    low, high, bound = (float(row[key]) for key in ("low", "high", "bound"))
    value = metric(row["metric"], row["object"], row["region"])
    inside = value is not None and low - bound <= value <= high + bound
    good = value is not None and (inside or row["verdict"] == "misses")
    failed |= not good
    note = "" if inside else f" (published {low:g} to {high:g})"
    shown = "missing" if value is None else f"{value:.3g}"
    print(f"{'ok' if good else 'not ok'} - {row['name']}: {shown}{note}")

def check(name, condition):
    global failed
    failed |= not condition
    print(f"{'ok' if condition else 'not ok'} - {name}")

# Every share is one, and every region that uses magnets of somebody has somebody that supplies them.
shares = table.execute("SELECT min(value), max(value) FROM metrics WHERE metric IN ('supplier_share', 'supplier_hhi', "
                       "'n1_coverage') OR metric LIKE 'embedded_%' AND metric <> 'embedded_use'").fetchone()
check("shares lie between 0 and 1", shares[0] >= 0 and shares[1] <= 1 + 1e-9)
# Whatever was mined in the controlling region was in it.
mined = dict(((r[0], r[1]), r[2]) for r in table.execute(
    "SELECT object, region, value FROM metrics WHERE metric = 'embedded_mined_controlling'"))
through = dict(((r[0], r[1]), r[2]) for r in table.execute(
    "SELECT object, region, value FROM metrics WHERE metric = 'embedded_through_controlling'"))
check("what was mined there was there", mined and all(through[key] >= mined[key] - 1e-9 for key in mined))
# What an importer embeds is at least what it imports ready-made from the controlling region.
for region in ("USA", "EU27", "JPN"):
    direct = table.execute("SELECT value FROM metrics WHERE metric = 'supplier_share' AND object = 'magnet' AND region = ? "
                           "AND partner = 'CHN'", (region,)).fetchone()
    check(f"{region} embeds more than it buys at first hand",
          direct is not None and through[("all", region)] >= direct[0] - 0.02)
sys.exit(failed)
CHECK
