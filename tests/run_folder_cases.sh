#!/bin/sh
# run_folder_cases.sh PROGRAM: run folders as a person meets them: whole or not at all, refused where the name is taken, the same for any
# number of threads, and exported.
. "$(dirname "$0")/cases.sh"
world=$here/worlds/two_countries

# A scenario that takes long enough to be interrupted.
sed 's/to: 2027-12/to: 2190-12/' "$world/today.yaml" >long.yaml

start_long() { # starts a stress run into `victim` and waits until it writes
    "$program" stress "$world" long.yaml -o victim >out 2>err &
    pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ -d ".victim.tmp-$pid" ] && return
        sleep 0.05
    done
}

code_of 0 stress "$world" "$world/today.yaml" -o one -j 1
for file in manifest.json results.sqlite iamc.csv log.jsonl stress.json inputs/world/assets.csv inputs/scenarios/today.yaml; do
    [ -s "one/$file" ] || reason="$reason; no $file"
done
[ "$(find . -name '.*tmp*' | wc -l)" -eq 0 ] || reason="$reason; something temporary stayed"
awk 'length($0) > 80 { exit 1 }' out || reason="$reason; lines of more than 80 columns"
grep -q '^full_freeze' out || reason="$reason; no row full_freeze"
verdict 'stress writes a whole folder and a matrix of 80 columns' "$reason"

code_of 2 stress "$world" "$world/today.yaml" -o one
grep -q 'exists' err || reason="$reason; nothing said"
verdict 'an existing folder is refused' "$reason"

code_of 0 stress "$world" "$world/today.yaml" -o two -j 3
for file in results.sqlite iamc.csv log.jsonl; do
    cmp -s "one/$file" "two/$file" || reason="$reason; $file differs"
done
verdict 'results do not depend on the number of threads' "$reason"

code_of 0 stress "$world" "$world/today.yaml" -o three --shocks demand_surge,full_freeze --format json
python3 - out >>err 2>&1 <<'CHECK' || reason="$reason; not as interface.md says"
import json, sys
result = json.load(open(sys.argv[1]))
assert result["scenario"] == "two_countries"
assert [shock["shock"] for shock in result["shocks"]] == ["demand_surge", "full_freeze"]
classes = {"defence", "essential", "industrial", "consumer"}
for shock in result["shocks"]:
    assert set(shock["loss"]) == set(shock["first_short_months"]) == set(shock["last_short_months"]) == classes
    assert all(0 <= loss <= 1 for loss in shock["loss"].values())
    for name in ("first_short_months", "last_short_months"):
        assert all(month is None or month > 0 for month in shock[name].values())
    assert set(shock["peak_price"]) == {"inside", "outside", "paid"}
    assert shock["projects_lost"] == 0 and shock["policy_cost_musd"] == 0
    assert isinstance(shock["explanation"], str) and shock["title"]
assert result["programme"] is None  # nothing to leave out
freeze = result["shocks"][1]
assert freeze["loss"]["industrial"] > 0.05 and freeze["peak_price"]["outside"] > 1.5
assert "in Country that needs it" in freeze["explanation"] and "relieves" in freeze["explanation"]
CHECK
verdict 'stress --format json' "$reason"

# With a programme every shock is run twice; the table `ledger` sums to what is printed.
code_of 0 stress "$world" "$world/programme.yaml" -o paid --format json
cp out paid.json
python3 - paid.json paid/results.sqlite paid/manifest.json >>err 2>&1 <<'CHECK' || reason="$reason; the programme is not told"
import json, sqlite3, sys
result, manifest = json.load(open(sys.argv[1])), json.load(open(sys.argv[3]))
shocks = ["full_freeze", "largest_outside_plant", "demand_surge"]
runs = [run["run"] for run in manifest["runs"]]
assert runs == ["reference", *shocks, "bare/reference", *("bare/" + shock for shock in shocks)]
database = sqlite3.connect(sys.argv[2])
def paid(run, first="", end="9999"):
    return database.execute("select total(cents) from ledger where run = ? and kind = 'payment' and period between ? and ?",
                            (run, first, end)).fetchone()[0]
def span(run):
    return database.execute("select min(period), max(period) from demand where run = ?", (run,)).fetchone()
programme = result["programme"]
floor, = programme["ledger"]["instruments"]
assert floor["instrument"] == "west_floor" and floor["payer"] == "USA" and floor["type"] == "price_floor"
assert floor["outlay"] == paid("reference") == sum(year["outlay"] for year in floor["years"].values()) > 0
assert programme["ledger"]["public"]["outlay"] == floor["outlay"] and programme["ledger"]["incumbent"]["outlay"] == 0
for shock, row in zip(result["shocks"], programme["shocks"]):
    assert row["shock"] == shock["shock"]
    assert round(1e8 * shock["policy_cost_musd"]) == paid(row["shock"]) > 0
    assert round(1e8 * shock["reference_policy_cost_musd"]) == paid("reference", *span(row["shock"])) > 0
    assert row["policy_cost_without_musd"] == 0 and paid("bare/" + row["shock"]) == 0
# The floor makes the price outside no higher and takes nothing from users; who pays is the treasury, who gains the plant.
assert programme["incidence"]["USA"]["treasury"] < 0 < programme["incidence"]["USA"]["plants"]
CHECK
verdict 'stress with and without the programme' "$reason"

# What a programme buys, by hand (tests/worlds/self_sufficiency): the floor of 200 USD/kg makes the plant that makes 150 t a year, and
# costs (200 - 60) x 150 t = 21 million a year. In a year without imports the USA uses 250 t of 1,000 with it and 100 without; 150 t at
# 300 USD/kg of value added are 45 million: it pays from a yearly probability of 21/45 on. A repeal saves five years of it. The mine abroad has
# no buyer but by the contract `ore`, which pays nobody anything.
sufficient="$here/worlds/self_sufficiency"
code_of 0 stress "$sufficient" "$sufficient/programme.yaml" -o sufficient --format json
python3 - out >>err 2>&1 <<'CHECK' || reason="$reason; not as by hand"
import json, sys
programme = json.load(open(sys.argv[1]))["programme"]
def near(is_, should, by=1e-3):
    return abs(is_ - should) <= by * max(1, abs(should))
projects = {project["asset"]: project for project in programme["projects"]}
assert set(projects) == {"port_sep", "hill_mine"}
assert projects["port_sep"]["because_of"] == ["help"] and projects["hill_mine"]["because_of"] == ["ore"]
assert projects["port_sep"]["paid_by"] == ["help"] and projects["hill_mine"]["paid_by"] == []
assert all(p["stands"] and not p["stands_without"] and p["starts_without"] is None for p in projects.values())
repeal, freeze = programme["shocks"]
assert near(programme["yearly_cost_musd"], 21, 2e-2)
assert near(freeze["loss_without"]["industrial"], 0.9) and near(freeze["loss_avoided_musd"], 45)
assert near(freeze["break_even_yearly_probability"], programme["yearly_cost_musd"] / 45)
assert near(repeal["policy_cost_musd"], 0) and repeal["projects_lost"] == 0 and near(repeal["durability"], 1)
years = programme["ledger"]["instruments"][0]["years"]
assert all(near(years[str(year)]["outlay"], 21e8) for year in range(2026, 2036))
CHECK
grep -q '"repeal"' out || reason="$reason; no repeal"
verdict 'what a programme buys, by hand' "$reason"

code_of 0 stress "$world" "$world/programme.yaml" -o paid --resume
code_of 2 stress "$world" "$world/programme.yaml" -o paid --resume --programme-only
grep -q 'programme only' err || reason="$reason; it does not say what differs"
verdict 'resume tells a run with the programme only from one that has both' "$reason"

# A shock in the year of the battery's own is the battery's: the two say the same of it.
code_of 0 stress "$world" "$world/today.yaml" -o resilient --shocks full_freeze,demand_surge --years 2026,2025 --format json
python3 - out >>err 2>&1 <<'CHECK' || reason="$reason; not the battery's losses"
import json, sys
result = json.load(open(sys.argv[1]))
resilience = result["resilience"]
assert resilience["years"] == [2025, 2026]
for shock, row in zip(result["shocks"], resilience["shocks"]):
    assert row["shock"] == shock["shock"] and row["tested"] and set(row["regions"]) == {"USA"}
    for name, cell in row["regions"]["USA"].items():
        assert abs(cell["loss"][0] - shock["loss"][name]) < 1e-9, (shock["shock"], name)
        passes = [loss <= 0.05 for loss in cell["loss"]]
        assert cell["year"] == (2025 if all(passes) else 2026 if passes[1] else None)
assert resilience["shocks"][0]["regions"]["USA"]["industrial"]["year"] is None
assert resilience["shocks"][1]["regions"]["USA"]["defence"]["year"] == 2025
CHECK
verdict 'stress --years' "$reason"
code_of 0 stress "$world" "$world/today.yaml" -o resilient --resume --shocks full_freeze,demand_surge --years 2025,2026
code_of 2 stress "$world" "$world/today.yaml" -o resilient --resume --shocks full_freeze,demand_surge --years 2026
code_of 3 stress "$world" "$world/today.yaml" -o late --shocks full_freeze --years 2027
grep -q 'outside the horizon' err || reason="$reason; it does not say what is wrong"
code_of 2 stress "$world" "$world/today.yaml" -o late --years 2026,x
verdict 'years that were not asked for, or are none' "$reason"

code_of 0 stress "$world" "$world/programme.yaml" -o paid_only --programme-only
awk 'length($0) > 80 { exit 1 }' out || reason="$reason; lines of more than 80 columns"
grep -q '^all, outside' out || reason="$reason; the ledger is not told"
grep -q 'Without programme' out && reason="$reason; it ran without the programme"
verdict 'stress --programme-only' "$reason"

code_of 3 stress "$world" "$world/today.yaml" -o four --shocks ful_freeze
grep -q 'full_freeze' err || reason="$reason; the right name is not offered"
[ ! -e four ] || reason="$reason; a folder was written"
verdict 'an unknown shock' "$reason"

start_long
kill -9 "$pid"
wait "$pid" 2>/dev/null
reason=
[ ! -e victim ] || reason='a folder was left'
verdict 'kill -9 leaves no run' "$reason"

start_long
reason=
[ "$(find . -maxdepth 1 -name '.victim.tmp-*' | wc -l)" -eq 1 ] || reason='what the killed writer left is still there'
kill -INT "$pid"
wait "$pid"
code=$?
[ "$code" -eq 1 ] || reason="$reason; exit $code, not 1"
[ "$(find . -maxdepth 1 -name '*victim*' | wc -l)" -eq 0 ] || reason="$reason; something was left"
verdict 'Ctrl-C leaves nothing, and clears what a killed writer left' "$reason"

# Files may not grow beyond 16 blocks: as a disk that is full.
(
    trap '' XFSZ
    ulimit -f 16
    exec "$program" stress "$world" "$world/today.yaml" -o full
) >out 2>err
code=$?
reason=
[ "$code" -eq 1 ] || reason="exit $code, not 1"
[ -s err ] || reason="$reason; nothing said"
[ ! -s out ] || reason="$reason; data on stdout"
[ "$(find . -maxdepth 1 -name '*full*' | wc -l)" -eq 0 ] || reason="$reason; something was left"
verdict 'a full disk leaves nothing' "$reason"

# A disk of so many KiB, where we may mount one.
mkdir disk
for size in 32 128 512 1024; do
    if ! mount -t tmpfs -o "size=${size}k" none disk 2>/dev/null; then
        echo "ok - a disk of $size KiB (skipped: no right to mount)"
        continue
    fi
    code_of 1 stress "$world" "$world/today.yaml" -o disk/run
    [ "$code" -ne 0 ] || [ ! -s disk/run/manifest.json ] || reason= # it was large enough
    [ "$code" -eq 0 ] || grep -q 'No space left\|disk is full' err || reason="$reason; it does not say that the disk is full"
    [ "$code" -eq 0 ] || [ -z "$(ls -A disk)" ] || reason="$reason; left: $(ls -A disk)"
    umount disk
    verdict "a disk of $size KiB" "$reason"
done

code_of 0 run "$world" "$world/today.yaml" -o run --format json
python3 - out >>err 2>&1 <<'CHECK' || reason="$reason; not as interface.md says"
import json, sys
result = json.load(open(sys.argv[1]))
assert len(result["periods"]) == 36 and result["periods"][0] == "2025-01"
assert set(result["summary"]["served_share"]) == {"defence", "industrial"}
assert result["summary"]["price_inside"]["dy_oxide"]["2026"] > 0
assert result["run"] == "run"
CHECK
verdict 'run --format json' "$reason"

code_of 0 run "$world" "$world/programme.yaml" -o paid_run --format json
python3 - out paid_run/results.sqlite paid_run/iamc.csv >>err 2>&1 <<'CHECK' || reason="$reason; the ledger does not add up"
import csv, json, sqlite3, sys
ledger = json.load(open(sys.argv[1]))["ledger"]
rows = sqlite3.connect(sys.argv[2]).execute("select instrument, kind, payer_kind, payer, payee_kind, payee, cents, "
                                            "substr(period, 1, 4) from ledger").fetchall()
assert all(isinstance(row[6], int) and row[6] > 0 for row in rows)
paid = {}
for instrument, kind, payer_kind, payer, payee_kind, payee, cents, year in rows:
    assert (instrument, payer_kind, payer, payee_kind, payee) == (
        "west_floor", "treasury", "USA", "owner", "west_separation")
    if kind != "contingent":
        paid[year] = paid.get(year, 0) + cents
floor, = ledger["instruments"]
assert {year: sums["outlay"] for year, sums in floor["years"].items()} == paid
assert ledger["payers"][0]["outlay"] == ledger["payees"][0]["net"] == ledger["public"]["outlay"] == sum(paid.values())
told = {row["year"]: float(row["value"]) for row in csv.DictReader(open(sys.argv[3]))
        if row["variable"] == "Policy Cost|west_floor|Outlay" and row["region"] == "USA"}
assert all(abs(told[year] - cents / 1e8) < 1e-6 for year, cents in paid.items()) and len(told) == len(paid) == 3
CHECK
verdict 'run: the ledger in JSON, in the tables and in iamc.csv' "$reason"

code_of 0 export one --to csv -o tables
for table in prices flows production stocks stockpiles demand projects money ledger metrics bindings columns; do
    [ -s "tables/$table.csv" ] || reason="$reason; no $table.csv"
done
[ "$(head -n 1 tables/bindings.csv)" = 'run,draw,period,kind,object,commodity,region,class,activity,limit,dual' ] ||
    reason="$reason; columns of bindings"
verdict 'export --to csv' "$reason"

code_of 0 export one --to iamc -o iamc.csv
[ "$(head -n 1 iamc.csv)" = 'model,scenario,region,variable,unit,year,value' ] || reason="$reason; columns"
[ "$(tail -n +2 iamc.csv | cut -d, -f 1-6 | sort | uniq -d | wc -l)" -eq 0 ] || reason="$reason; a key appears twice"
verdict 'export --to iamc' "$reason"

exit "$failed"
