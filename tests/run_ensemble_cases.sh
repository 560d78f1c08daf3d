#!/bin/sh
# run_ensemble_cases.sh PROGRAM: ensembles as a person meets them: the same draws however they are run, broken off and gone on with; draws that
# fail; what is refused.
. "$(dirname "$0")/cases.sh"
world=$here/worlds/two_countries

scenario() { # NAME MORE...: three uncertain numbers, and further entries
    name=$1
    shift
    cat <<YAML >"$name.yaml"
extends: $world/today.yaml
name: $name
uncertainties:
  - {id: demand, of: demand.motors.USA.dy_oxide.2024.quantity_t, triangular: {low: 200, mode: 300, high: 500}, assumed: true}
  - {id: surge, of: battery.demand_surge.shocks.surge.increase, uniform: {low: 0.1, high: 0.9}, assumed: true}
  - {id: cost, of: assets.west_mine.cost_usd_per_kg, lognormal: {median: 30, sd_log: 0.3}, assumed: true}
YAML
    for entry in "$@"; do
        echo "  - $entry" >>"$name.yaml"
    done
}
scenario plain
scenario more '{id: yield, of: assets.west_separation.cost_usd_per_kg, uniform: {low: 20, high: 30}, assumed: true}'
# A floor above the price from which profits are shared is refused: that of one draw in five.
scenario failing '{id: floor, of: policies.west_floor.price, uniform: {low: 100, high: 175}, assumed: true}'
cat <<YAML >>failing.yaml
policies:
  - {id: west_floor, type: price_floor, assumed: true, payer: USA, legal_form: contract, assets: [west_separation],
     commodity: dy_oxide, kind: own_price, price: 120, upside_price: 160, upside_share: 0.3, start: 2025-01-01}
YAML
sed 's/low: 100, high: 175/low: 161, high: 175/' failing.yaml >hopeless.yaml

cat >draws.py <<'SCRIPT'
"""draws.py COMMAND FOLDER...: looks into the stores of draws."""
import os, sqlite3, struct, sys

def rows(folder):
    store = sqlite3.connect(os.path.join(folder, "draws.sqlite"))
    return {draw: (status, reason, row) for draw, status, reason, row in
            store.execute("SELECT draw, status, reason, row FROM draws")}

def names(folder):
    store = sqlite3.connect(os.path.join(folder, "draws.sqlite"))
    return [name for name, in store.execute("SELECT name FROM columns ORDER BY position")]

def cells(folder, kind):
    store = sqlite3.connect(os.path.join(folder, "draws.sqlite"))
    return {(draw, name): value for draw, name, value in store.execute(f"SELECT draw, name, value FROM {kind}s")}

command, folders = sys.argv[1], sys.argv[2:]
if command == "same":
    assert rows(folders[0]) == rows(folders[1]), "the rows differ"
elif command == "within":  # the draws of the first are those of the second
    few, many = rows(folders[0]), rows(folders[1])
    assert 0 < len(few) < len(many) and all(many[draw] == row for draw, row in few.items()), "draws differ"
elif command == "count":
    print(len(rows(folders[0])))
elif command == "inputs":  # those of the first are the same in the second
    first, second = cells(folders[0], "input"), cells(folders[1], "input")
    assert first and set(first) < set(second) and all(second[key] == value for key, value in first.items())
else:
    sys.exit(f"no command {command}")
SCRIPT

draws() { python3 draws.py "$@" >>err 2>&1 || reason="$reason; draws.py $*"; }

code_of 0 ensemble "$world" plain.yaml -n 60 -j 1 -o whole
for file in manifest.json ensemble.json draws.sqlite report.json inputs/world/assets.csv inputs/scenarios/plain.yaml; do
    [ -s "whole/$file" ] || reason="$reason; no $file"
done
python3 - whole >>err 2>&1 <<'CHECK' || reason="$reason; the manifest does not say what the folder holds"
import hashlib, json, os, sys
folder = sys.argv[1]
manifest = json.load(open(f"{folder}/manifest.json"))
assert (manifest["kind"], manifest["seed"], manifest["draws"], manifest["failed"]) == ("ensemble", 1, 60, 0)
files = {**manifest["inputs"], **manifest["outputs"]}
for name, value in files.items():
    assert hashlib.sha256(open(f"{folder}/{name}", "rb").read()).hexdigest() == value, name
there = {os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names}
assert there == set(files) | {"manifest.json"}, there ^ set(files)
CHECK
verdict 'a whole folder, its manifest true' "$reason"

code_of 0 ensemble "$world" plain.yaml -n 60 -j 3 -o threads
draws same whole threads
verdict 'one thread and three: the same bits' "$reason"

code_of 0 ensemble "$world" plain.yaml -n 7 -j 2 -o few
draws within few whole
verdict 'a draw of seven is the draw of sixty' "$reason"

code_of 0 ensemble "$world" plain.yaml -n 60 --seed 2 -o other
python3 draws.py same whole other >>err 2>&1 && reason="$reason; another seed gives the same"
verdict 'another seed, other draws' "$reason"

code_of 0 ensemble "$world" more.yaml -n 60 -o more
draws inputs whole more
verdict 'a further uncertain number leaves the others as they were' "$reason"

code_of 0 ensemble "$world" plain.yaml -n 20 --shocks none -o calm
python3 - calm >>err 2>&1 <<'CHECK' || reason="$reason; shocks were run"
import sqlite3, sys
store = sqlite3.connect(f"{sys.argv[1]}/draws.sqlite")
assert {run for run, in store.execute("SELECT DISTINCT run FROM columns")} == {"", "reference"}
CHECK
verdict '--shocks none' "$reason"

# The first 30 of 36 months: what comes earlier does not know of it. The last shock month then is 2027-06.
code_of 0 ensemble "$world" plain.yaml -n 10 --months 30 -o short
python3 - short whole >>err 2>&1 <<'CHECK' || reason="$reason; not the same months"
import json, sqlite3, sys
def rows(folder):
    store = sqlite3.connect(f"{folder}/draws.sqlite")
    names = [name for name, in store.execute("SELECT name FROM columns ORDER BY position")]
    return names, {(draw, name): value for draw, name, value in store.execute("SELECT draw, name, value FROM metrics")}
short, whole = rows(sys.argv[1]), rows(sys.argv[2])
gone = set(whole[0]) - set(short[0])
assert set(short[0]) < set(whole[0]) and gone and all(name[-7:] > "2027-06" for name in gone), gone
assert json.load(open(f"{sys.argv[1]}/manifest.json"))["horizon"]["to"] == "2027-06-01"
for (draw, name), value in short[1].items():
    if name.split("/")[1] in ("loss", "line_stop", "first_short", "peak_price", "value_at_risk"):
        assert whole[1][draw, name] == value, (draw, name)
CHECK
verdict '--months: the same, and no more' "$reason"

# A draw is what the same numbers written into the files give: the worst loss, which `stress` prints.
python3 - whole "$world" >>err 2>&1 <<'CHECK'
import sqlite3, sys
store = sqlite3.connect(f"{sys.argv[1]}/draws.sqlite")
value = dict(store.execute("SELECT name, value FROM inputs WHERE draw = 3"))
with open("third.yaml", "w") as out:
    out.write(f"""extends: {sys.argv[2]}/today.yaml
name: third
assumptions:
  demand.motors.USA.dy_oxide.2024.quantity_t: {value['demand']!r}
  assets.west_mine.cost_usd_per_kg: {value['cost']!r}
set: {{battery.demand_surge.shocks.surge.increase: {value['surge']!r}}}
""")
CHECK
code_of 0 stress "$world" third.yaml -o third --format json
python3 - whole out >>err 2>&1 <<'CHECK' || reason="$reason; the draw is not the run"
import json, sqlite3, sys
store = sqlite3.connect(f"{sys.argv[1]}/draws.sqlite")
metrics = dict(store.execute("SELECT name, value FROM metrics WHERE draw = 3"))
compared = 0
for shock in json.load(open(sys.argv[2]))["shocks"]:
    for use, loss in shock["loss"].items():
        drawn = metrics.get(f"{shock['shock']}/loss/{use}")
        if drawn is not None:
            compared += 1
            assert abs(drawn - loss) < 2e-3, (shock["shock"], use, drawn, loss)  # each within the tolerance of the clearing
    assert abs(metrics[f"{shock['shock']}/peak_price"] / shock["peak_price"]["outside"] - 1) < 0.02
assert compared == 6
CHECK
verdict 'a draw is the run of its numbers' "$reason"

# ---- broken off ----
interrupt() { # SIGNAL: breaks an ensemble off once it has stored something
    rm -rf victim
    "$program" ensemble "$world" plain.yaml -n 60 -j 1 -o victim >out 2>err &
    pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ -s victim/draws.sqlite ] && break
        sleep 0.02
    done
    sleep 0.05
    kill -"$1" "$pid"
    wait "$pid"
    code=$?
    reason=
}
interrupt INT
[ "$code" -eq 1 ] || reason="exit $code"
grep -q 'resume' err || reason="$reason; nothing said"
[ ! -e victim/manifest.json ] || reason="$reason; it was done already"
[ "$(python3 draws.py count victim)" -lt 60 ] || reason="$reason; nothing was left to do"
"$program" ensemble "$world" plain.yaml -n 60 -o victim --resume >out 2>err || reason="$reason; --resume failed"
draws same whole victim
for file in report.json iamc.csv; do
    [ ! -e "whole/$file" ] || cmp -s "whole/$file" "victim/$file" || reason="$reason; $file differs"
done
verdict 'Ctrl-C keeps what is done, and --resume ends with the same' "$reason"

interrupt KILL
echo half >victim/draws.parquet.77-0.tmp # a kill in the middle of the last files
echo half >victim/results.sqlite
"$program" ensemble "$world" plain.yaml -n 60 -o victim --resume >out 2>>err || reason="$reason; --resume failed"
draws same whole victim
[ ! -e victim/draws.parquet.77-0.tmp ] || reason="$reason; half a file stayed"
cmp -s whole/results.sqlite victim/results.sqlite || reason="$reason; results.sqlite differs"
verdict 'killed, and gone on with: the same' "$reason"

code_of 0 ensemble "$world" plain.yaml -n 60 -o whole --resume
cmp -s whole/manifest.json victim/manifest.json && reason="$reason; the manifest was written again"
[ -s out ] || reason="$reason; no report"
verdict '--resume of what is done prints the report again' "$reason"

# ---- draws that fail ----
code_of 0 ensemble "$world" failing.yaml -n 40 -o failing
python3 - failing >>err 2>&1 <<'CHECK' || reason="$reason; what failed is not told"
import json, math, sqlite3, sys
folder = sys.argv[1]
store = sqlite3.connect(f"{folder}/draws.sqlite")
floor = dict(store.execute("SELECT draw, value FROM inputs WHERE name = 'floor'"))
bad = {draw for draw, value in floor.items() if value > 160}
said = dict(store.execute("SELECT draw, reason FROM draws WHERE reason <> ''"))
assert len(floor) == 40 and 0 < len(bad) < 40 and set(said) == bad
assert all("west_floor" in reason for reason in said.values()), said
assert json.load(open(f"{folder}/manifest.json"))["failed"] == len(bad)
for draw, value in store.execute("SELECT draw, value FROM metrics WHERE name = 'full_freeze/peak_price'"):
    assert (value is None) == (draw in bad)
CHECK
verdict 'a draw that fails is kept with its numbers and its reason, and the rest go on' "$reason"

code_of 0 ensemble "$world" hopeless.yaml -n 5 -o hopeless
verdict 'all draws fail: told, and no crash' "$reason"

# ---- what is refused ----
refused() { # EXIT WORD ARGUMENT...
    exit_code=$1
    word=$2
    shift 2
    code_of "$exit_code" ensemble "$@"
    grep -q -- "$word" err || reason="$reason; nothing is said of $word"
    [ ! -s out ] || reason="$reason; something was printed"
}
refused 2 draws "$world" plain.yaml -n 0
verdict 'zero draws' "$reason"
refused 2 draws "$world" plain.yaml -n ten
verdict 'a number of draws that is none' "$reason"
refused 3 full_freeze "$world" plain.yaml --shocks full_frezze -o no
verdict 'an unknown shock, with the nearest name' "$reason"
refused 3 twice "$world" plain.yaml --shocks full_freeze,full_freeze -o no
verdict 'a shock named twice' "$reason"
refused 3 full_freeze/loss/defence "$world" plain.yaml --reads full_freeze/loss/defense -o no
verdict 'a metric that is none, with the nearest name' "$reason"
refused 3 uncertain "$world" "$world/today.yaml" -o no
verdict 'nothing uncertain' "$reason"
refused 3 'or more' "$world" plain.yaml --design sobol -n 2 -o no
verdict 'too few draws for the design' "$reason"
refused 2 exists "$world" plain.yaml -n 60 -o whole
verdict 'a folder that is there, without --resume' "$reason"
refused 2 '60, not 61' "$world" plain.yaml -n 61 -o whole --resume
verdict '--resume with another number of draws' "$reason"
refused 2 scenario "$world" more.yaml -n 60 -o whole --resume
verdict '--resume with another scenario' "$reason"
refused 3 outside "$world" plain.yaml -n 5 --months 3 -o no
verdict 'a shock after the months that are simulated' "$reason"
mkdir empty
refused 2 'no ensemble' "$world" plain.yaml -n 60 -o empty --resume
verdict '--resume of a folder that is none' "$reason"
[ ! -e no ] || echo 'not ok - something was written for what was refused'

exit $failed
