#!/bin/sh
# run_insight_cases.sh PROGRAM: explain, compare, survive and size on small worlds: what they promise holds when it is done, and wrong questions
# are answered with what would be right.
. "$(dirname "$0")/cases.sh"
worlds=$here/worlds

narrow() { # no line of `out` is wider than 80 columns
    awk 'length($0) > 80 { exit 1 }' out || reason="$reason; lines of more than 80 columns"
}

# ---- explain: relaxing the named bottleneck delivers what was said ----

# USA may buy 180 t a year of what it would take 360 of: the quota is what binds. More of it is written into the scenario itself.
cat >quota.yaml <<'SCENARIO'
name: quota
horizon: {from: 2025-01, to: 2025-12, step: month}
shocks:
  - id: control
    type: export_control
    source: made for the test
    regime: quota
    from: CHN
    destinations: [allied]
    start: 2025-01-01
    tonnes: 180
    groups:
      - {id: oxide, commodities: [dy_oxide, clay_concentrate]}
SCENARIO
"$program" run "$worlds/two_countries" quota.yaml -o quota >out 2>err
code_of 0 explain quota loss:motors:USA:2025-06
narrow
grep -q 'The quota (control) is used up' out || reason="$reason; the quota is not named"
grep -q 'Motors in Country that needs it' out || reason="$reason; not in the world's names"
! grep -q -e 'USA' -e '[a-z]_[a-z]' -e ' period' out || reason="$reason; ids or periods in the text"
code_of 0 explain quota loss:motors:USA:2025-06 --format json
cp out quota.json
more=$(python3 -c "import json; print(180 + 12 * json.load(open('quota.json'))['candidates'][0]['tenth_t'])")
sed "s/tonnes: 180/tonnes: $more/" quota.yaml >quota_more.yaml
"$program" run "$worlds/two_countries" quota_more.yaml -o quota_more >out 2>err
cat >delivered.py <<'CHECK'
import json, sqlite3, sys
answer, before, after, region, period, least, most = sys.argv[1:]
first = json.load(open(answer))["candidates"][0]
served = [sqlite3.connect(f"{run}/results.sqlite").execute(
    "SELECT sum(served_t) FROM demand WHERE segment = 'motors' AND region = ? AND period <= ?",
    (region, period)).fetchone()[0] for run in (before, after)]
delivered, said = served[1] - served[0], first["relieved_t"]
assert said > 5, said
assert said * float(least) <= delivered <= said * float(most), (delivered, said)
CHECK
# The clearing leaves 0.1% open.
python3 delivered.py quota.json quota quota_more USA 2025-06 0.99 1.01 >>err 2>&1 || reason="$reason; not what was said"
verdict 'explain: more of the quota delivers what was said' "$reason"

# A plant that is full, and a border that is shut from the first day. The plant is made a tenth larger in assets.csv. That also has its
# country import 2 t a month less in the base year, so that a month's 2 t less are at sea on the first day: up to 2 t less are delivered.
cp -r "$worlds/one_controller" plant
sed -i 's/jpn_plant,linear,0,190/jpn_plant,linear,0,20/; s/jpn_plant,linear,1,400/jpn_plant,linear,1,40/' plant/cost_curves.csv
cp -r plant plant_more
sed -i 's/oxide_making,240/oxide_making,264/' plant_more/assets.csv
cat >shut.yaml <<'SCENARIO'
name: shut
horizon: {from: 2024-01, to: 2024-12, step: month}
shocks:
  - {id: shut_links, type: border_closure, from: CHN, to: [JPN, USA], start: 2024-01-01, source: made for the test}
SCENARIO
for world in plant plant_more; do
    "$program" run $world shut.yaml -o "run_$world" >out 2>err
done
code_of 0 explain run_plant loss:motors:JPN:2024-09 --format json
cp out plant.json
python3 - plant.json >>err 2>&1 <<'CHECK' || reason="$reason; the plant is not first"
import json, sys
answer = json.load(open(sys.argv[1]))
first = answer["candidates"][0]
assert first["kind"] == "capacity" and first["object"] == "jpn_plant", first
assert abs(first["tenth_t"] - 2) < 1e-6, first   # a tenth of 240 t a year
assert answer["loss"] > 0.5 and answer["paired"] is True and answer["more_from"] == "2024-01"
CHECK
python3 - plant.json run_plant run_plant_more >>err 2>&1 <<'CHECK' || reason="$reason; not what was said"
import json, sqlite3, sys
said = json.load(open(sys.argv[1]))["candidates"][0]["relieved_t"]
served = [sqlite3.connect(f"{run}/results.sqlite").execute(
    "SELECT sum(served_t) FROM demand WHERE segment = 'motors' AND region = 'JPN' AND period <= '2024-09'"
    ).fetchone()[0] for run in sys.argv[2:]]
delivered = served[1] - served[0]
assert said - 2 <= delivered <= said * 1.01 and said > 10, (said, delivered)
CHECK
verdict 'explain: more of the plant delivers what was said' "$reason"

code_of 0 explain run_plant price:dy_oxide:JPN:2024-06 --format csv
[ "$(head -n 1 out | cut -d, -f 1-3)" = 'rank,kind,object' ] || reason="$reason; columns"
awk -F, 'NR == 2 && !($10 > 1) { exit 1 }' out || reason="$reason; more of the first does not lower the price"
verdict 'explain a price' "$reason"

code_of 0 explain run_plant loss:motors:JPN:2024-09 --format json -j 1
cp out one.json
code_of 0 explain run_plant loss:motors:JPN:2024-09 --format json -j 3
cmp -s out one.json || reason="$reason; differs"
verdict 'explain does not depend on the number of threads' "$reason"

# ---- explain: wrong questions ----

ask() { # NAME EXIT PATTERN ARGUMENT...
    name=$1 pattern=$3
    code_of "$2" explain run_plant "$4" $5 $6
    grep -q -e "$pattern" err || reason="$reason; no \`$pattern\`"
    [ ! -s out ] || reason="$reason; data on stdout"
    verdict "explain: $name" "$reason"
}
ask 'a question of another form' 2 'loss:SEGMENT:REGION:PERIOD' gain:motors:JPN:2024-09 '' ''
ask 'too few parts' 2 'loss:SEGMENT:REGION:PERIOD' loss:motors:JPN '' ''
ask 'an unknown segment' 3 'did you mean motors' loss:motor:JPN:2024-09 '' ''
ask 'an unknown region' 3 'did you mean JPN' loss:motors:JPM:2024-09 '' ''
ask 'an unknown commodity' 3 'did you mean dy_oxide' price:dy_oxid:JPN:2024-09 '' ''
ask 'a segment without demand there' 3 'it has some in USA' loss:guidance:JPN:2024-09 '' ''
ask 'a period outside the run' 3 '2024-01 to 2024-12' loss:motors:JPN:2026-09 '' ''
ask 'no period' 2 '2024-01 to 2024-12' loss:motors:JPN:never '' ''
ask 'a shock of a folder that has none' 2 'leave --shock out' loss:motors:JPN:2024-09 --shock nothing

code_of 3 explain "$worlds" loss:motors:JPN:2024-09
grep -q 'manifest.json' err || reason="$reason; the manifest is not named"
verdict 'explain: not a run folder' "$reason"

cp -r run_plant damaged
echo 'x,1,2' >>damaged/inputs/world/demand.csv
code_of 3 explain damaged loss:motors:JPN:2024-09
grep -q 'demand.csv' err || reason="$reason; the file is not named"
verdict 'explain: an input that was changed' "$reason"

cp -r run_plant cut
printf '{"inputs": ' >cut/manifest.json
code_of 3 explain cut loss:motors:JPN:2024-09
grep -q 'manifest.json' err || reason="$reason; the manifest is not named"
verdict 'explain: a damaged manifest' "$reason"

# Three files of the same name in three folders, which name one another by relative and absolute paths; all are gone when it is asked.
mkdir -p chain/one chain/two chain/three
cp quota.yaml chain/three/quota.yaml
printf 'extends: ../three/quota.yaml\nhorizon: {to: 2025-08}\n' >chain/two/quota.yaml
printf 'extends: %s\nname: of_three\n' "$scratch/chain/two/quota.yaml" >chain/one/quota.yaml
"$program" run "$worlds/two_countries" chain/one/quota.yaml -o run_chain >out 2>err
rm -r chain
code_of 0 explain run_chain price:dy_oxide:USA:2025-08 --candidates 1
verdict 'explain: a scenario whose files lay in several folders, by their copies' "$reason"

# ---- a stress folder ----

"$program" stress "$worlds/two_countries" "$worlds/two_countries/today.yaml" -o stress >out 2>err
code_of 2 explain stress loss:motors:USA:2025-09
grep -q 'full_freeze, largest_outside_plant, demand_surge' err || reason="$reason; the shocks are not named"
verdict 'explain: a stress folder needs --shock' "$reason"
code_of 3 explain stress loss:motors:USA:2025-09 --shock ful_freeze
grep -q 'did you mean full_freeze' err || reason="$reason; the right name is not offered"
verdict 'explain: an unknown shock' "$reason"
code_of 3 explain stress loss:motors:USA:2025-03 --shock full_freeze
grep -q '2025-07-01' err || reason="$reason; the first day is not named"
verdict 'explain: before the shock' "$reason"

# ---- explain project:ASSET: the lender's page ----

"$program" run "$worlds/waiting" "$here/scenarios/projects.yaml" -o waiting >out 2>err
# The river's separator earns enough and finds no feed; its mine is the other half.
code_of 0 explain waiting project:river_plant:2025-03
grep -q 'Does not pass: feed, short by 80%' out || reason="$reason; the feed is not named"
grep -q 'would pass if all that wait went ahead together' out || reason="$reason; not told that it waits for another"
verdict 'explain project: who waits for feed' "$reason"
# Ten years from the page on the waterfall adds up: what is available is what came in less what went out.
code_of 0 explain waiting project:hill_mine_2 --format json
python3 - out <<'PYTHON' || reason="$reason; the page does not add up"
import json, sys
page = json.load(open(sys.argv[1]))
assert page["status"] == "construction" and page["period"] == "2024-01" and page["gate"]["passed"]
assert page["gate"]["npv_usd"] >= page["gate"]["hurdle_usd"]
for year in page["years_usd"]:
    left = year["market_revenue"] + year["support"] - year["purchases"] - year["operating_cost"] - year["tax"]
    assert abs(left - year["available"]) < 1, year
    owners = sum(y["to_owners"] for y in page["years_usd"])
assert abs(page["years_usd"][-1]["debt_left"]) < 1 and owners > 0
# A year of full operation is the basket at that year's price level: the same for what it sells and for what it costs.
basket = page["basket"]
sold = sum(1000 * g["t_per_year"] * g["usd_per_kg"] for g in basket["goods"] if g["t_per_year"] > 0)
cost = basket["operating_usd_per_year"] + basket["fixed_usd_per_year"]
full = [y for y in page["years_usd"] if y["running"] == 1]
assert sold > 0 and cost > 0 and len(full) > 3
for year in full:
    assert abs(year["market_revenue"] / sold / (year["operating_cost"] / cost) - 1) < 1e-6, year
PYTHON
verdict 'explain project: a page that adds up' "$reason"
code_of 3 explain waiting project:hill_mine
grep -q 'no lender is asked' err || reason="$reason; it does not say why"
code_of 3 explain waiting project:hill_min
grep -q 'did you mean hill_mine' err || reason="$reason; the nearest id is not named"
code_of 2 explain run_plant project:jpn_plant
verdict 'explain project: plants that run, ids that are none, runs without projects' "$reason"

# What `stress` says of its worst cell, `explain` says again.
code_of 0 explain stress loss:motors:USA:2025-08 --shock full_freeze
narrow
python3 - out stress/stress.json >>err 2>&1 <<'CHECK' || reason="$reason; not what stress says"
import json, re, sys
said = json.load(open(sys.argv[2]))["shocks"][0]["explanation"]
answer = " ".join(open(sys.argv[1]).read().split())
relieved = re.search(r"relieves (\S+) t", said).group(1)
assert f"relieves {relieved} t by then" in answer, (said, answer)
CHECK
verdict 'explain agrees with stress' "$reason"

# ---- compare ----

code_of 0 compare quota quota
grep -q 'the same to the last bit' out || reason="$reason; not said to be the same"
verdict 'compare a run with itself' "$reason"

code_of 0 compare quota quota_more --format json
python3 - out quota quota_more >>err 2>&1 <<'CHECK' || reason="$reason; not what the tables say"
import json, sqlite3, sys
result = json.load(open(sys.argv[1]))
assert {entry["name"] for entry in result["input"]} >= {"inputs/scenarios/quota_more.yaml", "inputs/scenarios/quota.yaml"}
assert result["common_years"] == 1 and not result["same_results"] and result["only"] == []
top = result["demand"][0]
assert top["name"] == "motors USA dy_oxide" and top["year"] == "2025", top
tables = [sqlite3.connect(f"{run}/results.sqlite") for run in sys.argv[2:]]
def one(table, sql): return table.execute(sql).fetchone()[0]
served = [one(t, "SELECT sum(served_t) FROM demand WHERE segment = 'motors' AND region = 'USA'") for t in tables]
price = [one(t, "SELECT avg(usd_per_kg) FROM prices WHERE commodity = 'dy_oxide' AND region = 'USA'") for t in tables]
assert abs(top["a"] - served[0]) < 1e-6 and abs(top["b"] - served[1]) < 1e-6, top
assert abs(top["musd"] - abs(served[1] - served[0]) * sum(price) / 2 / 1000) < 1e-6, top
dearest = result["price"][0]
assert dearest["name"] == "dy_oxide USA" and abs(dearest["a"] - price[0]) < 1e-6, dearest
worths = [row["musd"] for row in result["price"]]
assert worths == sorted(worths, reverse=True)
CHECK
verdict 'compare ranks by money' "$reason"

code_of 0 compare stress quota
narrow
grep -q 'shock in A only: demand_surge, full_freeze' out || reason="$reason; the shocks of one side are not told"
verdict 'compare a stress with a run' "$reason"

code_of 0 compare run_plant quota
narrow
grep -q 'region in A only: JPN' out || reason="$reason; ids of one side are not told"
grep -q 'cover no year alike' out || reason="$reason; nothing said of the years"
verdict 'compare runs of different worlds' "$reason"

code_of 3 compare quota stress --shock full_freeze
grep -q 'it has reference' err || reason="$reason; the runs are not named"
verdict 'compare: a shock that one side lacks' "$reason"

cp -r quota broken
echo nonsense >broken/results.sqlite
code_of 1 compare quota broken
grep -q 'broken/results.sqlite' err || reason="$reason; the file is not named"
verdict 'compare: a damaged database' "$reason"

code_of 0 compare quota quota_more --format csv --top 1
[ "$(cut -d, -f 1 out | grep -c price)" -eq 1 ] || reason="$reason; not one price"
verdict 'compare --top 1 --format csv' "$reason"

# ---- survive ----

code_of 0 survive "$worlds/two_countries" "$worlds/two_countries/today.yaml" --date 2025-01
narrow
grep -q '^industrial USA' out || reason="$reason; no row"
verdict 'survive in 80 columns' "$reason"

# On the first day the stock of USA is what its cover says, 30 days of 320 t a year (and 10 kg, the least that a site reckons with on the
# way: hence 0.1%); without imports it makes 114 t a year.
code_of 0 survive "$worlds/two_countries" "$worlds/two_countries/today.yaml" --date 2025-01 --format json
python3 - out >>err 2>&1 <<'CHECK' || reason="$reason; not the closed form"
import json, sys
result = json.load(open(sys.argv[1]))
def months(use, region, element):
    row, = [r for r in result["cutoffs"] if (r["class"], r["region"], r["element"]) == (use, region, element)]
    return row["months"]
stock, made = 30 / 365 * 320, 114 / 12
for region in ("USA", "allied"):
    for element in ("Dy", "all"):
        assert abs(months("industrial", region, element) / (stock / (300 / 12 - made)) - 1) < 1e-3
        assert months("defence", region, element) is None   # 20 t a year, and 114 are made
assert abs(months("everybody", "allied", "Dy") / (stock / (320 / 12 - made)) - 1) < 1e-3
CHECK
verdict 'survive: stock / (use - own output)' "$reason"

code_of 3 survive "$worlds/two_countries" "$worlds/two_countries/today.yaml" --element nd
grep -q 'name one of Dy' err || reason="$reason; the elements are not named"
verdict 'survive: an unknown element' "$reason"
code_of 3 survive "$worlds/two_countries" "$worlds/two_countries/today.yaml" --date 2031-01
grep -q '2025-01 to 2027-12' err || reason="$reason; the horizon is not named"
verdict 'survive: a date outside the horizon' "$reason"
code_of 3 survive "$worlds/two_countries" "$worlds/two_countries/today.yaml" --cut CHM
grep -q 'did you mean CHN' err || reason="$reason; the region is not offered"
verdict 'survive: an unknown region' "$reason"

# Nothing that anybody imports comes from USA: cutting it off is survived for ever.
code_of 0 survive "$worlds/two_countries" "$worlds/two_countries/today.yaml" --date 2025-01 --cut USA --format csv
awk -F, 'NR > 1 && $4 != "" { exit 1 }' out || reason="$reason; somebody is short"
verdict 'survive: a cut of nothing' "$reason"

# ---- size: tests/unit/test_size.c works the numbers out ----

size() { # CODE OPTION...
    wanted=$1
    shift
    code_of "$wanted" size "$worlds/cut_off" "$worlds/cut_off/today.yaml" "$@"
}
size 0 --shock shut --months 6
narrow
grep -q 'dy_oxide .* 15.0 ' out || reason="$reason; not what was worked out"
verdict 'size: 15 t of oxide and 23.6 t of metal' "$reason"
size 0 --shock shut --months 6 --format json
python3 - out <<'CHECK' >>err 2>&1 || reason="$reason; not what was worked out"
import json, sys
result = json.load(open(sys.argv[1]))
assert abs(result["musd"] / (0.3 + 23.625 * 0.035) - 1) < 2e-3, result["musd"]
costs = [point["musd"] for point in result["curve"]]
steps = [b - a for a, b in zip([0] + costs, costs)]
assert len(costs) == 10 and all(b >= a * (1 - 1e-4) for a, b in zip(steps, steps[1:])), "each share costs more than the last"
CHECK
verdict 'size: the cheapest part of the loss comes first' "$reason"
size 0 --shock shut --months 6 --format csv
awk -F, 'NR == 1 && $0 != "share,commodity,region,t,usd_per_kg" { exit 1 }' out || reason="$reason; another header"
verdict 'size: csv' "$reason"
size 0 --shock nothing --months 6
grep -q 'no stockpile is needed' out || reason="$reason; a stockpile against nothing"
verdict 'size: a shock that takes nothing' "$reason"
size 3 --shock shot
grep -q 'did you mean shut' err || reason="$reason; the shock is not offered"
verdict 'size: an unknown shock' "$reason"
size 3 --shock shut --uses defense
grep -q 'did you mean defence' err || reason="$reason; the class is not offered"
verdict 'size: an unknown class of use' "$reason"
size 3 --shock shut --region UAS
grep -q 'did you mean USA' err || reason="$reason; the region is not offered"
verdict 'size: an unknown region' "$reason"
size 3 --shock shut --months 12
grep -q 'before 12 months' err || reason="$reason; the months are not named"
verdict 'size: months beyond the horizon' "$reason"
size 2
grep -q -e '--shock' err || reason="$reason; the option is not named"
verdict 'size: no shock' "$reason"

exit "$failed"
