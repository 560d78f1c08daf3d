#!/bin/sh
# run_verbs_cases.sh PROGRAM: portfolio and rank as a person meets them: tables within 80 columns, the three formats, wrong files told with their
# place and what would be right, and the same answer for any number of threads.
. "$(dirname "$0")/cases.sh"
worlds=$here/worlds
world=$worlds/two_projects scenario=$worlds/two_projects/today.yaml

narrow() { # no line of `out` is wider than 80 columns
    awk 'length($0) > 80 { exit 1 }' out || reason="$reason; lines of more than 80 columns"
}

# ---- portfolio ----

code_of 0 portfolio "$world" "$scenario" "$world/portfolio.yaml"
narrow
grep -q '^full_freeze  *2024-10-09 ' out || reason="$reason; the line stop is not in the table"
verdict 'portfolio: a table of 80 columns with the line stop' "$reason"

sed 's/- commodity/- id: a_grade_with_a_name_that_is_longer_than_other_names_are\n    commodity/' "$world/portfolio.yaml" >long.yaml
code_of 0 portfolio "$world" "$scenario" long.yaml
narrow
verdict 'portfolio: a long name in 80 columns' "$reason"

code_of 0 portfolio "$world" "$scenario" "$world/portfolio.yaml" --format json
python3 - out >>err 2>&1 <<'CHECK' || reason="$reason; not what the file says"
import json, sys
answer = json.load(open(sys.argv[1]))
assert answer["portfolio"] == "Maker" and answer["months"] == 24, answer
row, = answer["exposures"]
assert row["line_stop"] == "2024-10-09" and row["exposed"] == "CHN", row
assert [s["supplier"] for s in row["suppliers"]] == ["CHN", "old_dy", "spot market"], row
assert abs(row["usd_per_kg_without"]["landed"] - 95) < 0.1, row
CHECK
verdict 'portfolio --format json' "$reason"

code_of 0 portfolio "$world" "$scenario" "$world/portfolio.yaml" --format csv --months 3 --shocks full_freeze
[ "$(cut -d, -f 1-3 out | tail -n 1)" = 'dy_oxide,full_freeze,' ] || reason="$reason; a stop after the third month"
verdict 'portfolio --months 3 ends before the line stops' "$reason"

wrong() { # NAME PATTERN: the portfolio on standard input is wrong
    cat >portfolio.yaml
    code_of 3 portfolio "$world" "$scenario" portfolio.yaml
    grep -q -e "$2" err || reason="$reason; no \`$2\`"
    grep -q '^portfolio.yaml' err || reason="$reason; no place"
    [ ! -s out ] || reason="$reason; data on stdout"
    verdict "portfolio: $1" "$reason"
}
wrong 'an empty file' 'the portfolio is empty' </dev/null
wrong 'not YAML' 'portfolio.yaml:2:1: error: not YAML' <<'FILE'
grades: [
FILE
wrong 'an unknown key' 'did you mean kg_per_year' <<'FILE'
region: USA
grades: [{commodity: dy_oxide, kg_per_yaer: 3}]
FILE
wrong 'an unknown commodity' 'did you mean dy_oxide' <<'FILE'
region: USA
grades: [{commodity: dy_oxid, kg_per_year: 3}]
FILE
wrong 'no region' 'add `region:`' <<'FILE'
grades: [{commodity: dy_oxide, kg_per_year: 3}]
FILE
wrong 'a grade that nobody there uses' 'it is used in USA' <<'FILE'
grades: [{commodity: dy_oxide, kg_per_year: 3, region: CHN}]
FILE
wrong 'a segment that does not use it' 'nobody of segment glass uses dy_oxide' <<'FILE'
region: USA
grades: [{commodity: dy_oxide, segment: glass, kg_per_year: 3}]
FILE
wrong 'nothing needed' 'kg_per_year' <<'FILE'
region: USA
grades: [{commodity: dy_oxide, kg_per_year: 0}]
FILE
wrong 'shares above one' 'sum to 1.3' <<'FILE'
region: USA
grades: [{commodity: dy_oxide, kg_per_year: 3, suppliers: [{region: CHN, share: 0.7}, {region: USA, share: 0.6}]}]
FILE
wrong 'a supplier nowhere' 'a supplier says not where it is' <<'FILE'
region: USA
grades: [{commodity: dy_oxide, kg_per_year: 3, suppliers: [{share: 0.7}]}]
FILE
wrong 'a plant that makes something else' 'old_dy does not make la_oxide' <<'FILE'
region: USA
grades: [{commodity: la_oxide, kg_per_year: 3, suppliers: [{asset: old_dy, share: 0.7}]}]
FILE
wrong 'a plant in another region than it says' 'old_dy is in USA' <<'FILE'
region: USA
grades: [{commodity: dy_oxide, kg_per_year: 3, suppliers: [{asset: old_dy, region: CHN, share: 0.7}]}]
FILE
wrong 'several plants in one entry' 'names several' <<'FILE'
region: USA
grades: [{commodity: dy_oxide, kg_per_year: 3, suppliers: [{asset: [old_dy, new_dy], share: 0.7}]}]
FILE
wrong 'a contract at no price' 'a contract at a fixed price names none' <<'FILE'
region: USA
grades: [{commodity: dy_oxide, kg_per_year: 3, suppliers: [{region: CHN, share: 0.7, contract: {share: 0.5}}]}]
FILE
wrong 'a contract at two prices' 'has a price and follows the index' <<'FILE'
region: USA
grades: [{commodity: dy_oxide, kg_per_year: 3, suppliers: [{region: CHN, share: 0.7, contract: {formula: index, price: 3}}]}]
FILE
wrong 'two grades of one name' 'two grades are called' <<'FILE'
region: USA
grades: [{commodity: dy_oxide, kg_per_year: 3}, {commodity: dy_oxide, kg_per_year: 4}]
FILE
wrong 'every finding of a pass' 'did you mean suppliers' <<'FILE'
region: US
grades: [{commodity: dy_oxid, kg_per_year: -1, supplier: []}]
FILE
[ "$(grep -c 'error:' err)" -ge 4 ] || verdict 'portfolio: four findings in one pass' "$(grep -c 'error:' err) of them"

code_of 3 portfolio "$world" "$scenario" nowhere.yaml
grep -q 'nowhere.yaml' err || reason="$reason; the file is not named"
verdict 'portfolio: no such file' "$reason"
code_of 3 portfolio "$world" "$scenario" "$world/portfolio.yaml" --shocks ful_freeze
grep -q 'did you mean full_freeze' err || reason="$reason; the shock is not offered"
verdict 'portfolio: an unknown shock' "$reason"
code_of 2 portfolio "$world" "$scenario" "$world/portfolio.yaml" --months 500
verdict 'portfolio: too many months' "$reason"
code_of 2 portfolio "$world" "$scenario"
verdict 'portfolio: no file' "$reason"

# ---- rank ----

code_of 0 rank "$world" "$world/reserve.yaml" --months 12
narrow
grep -q '^  1 reserve  *measure  *3.00' out || reason="$reason; the reserve is not first"
grep -q '^  2 new_dy  *project  *30.0  *12.2  *2.46' out || reason="$reason; the plant is not second"
verdict 'rank: what costs nothing first, then by loss avoided per dollar' "$reason"

code_of 0 rank "$world" "$scenario" --only projects --format csv
[ "$(cut -d, -f 2,4 out | tail -n 2 | tr '\n' ' ')" = 'new_dy,1 new_la,0 ' ] || reason="$reason; not both projects"
verdict 'rank --only projects --format csv lists what was not tried too' "$reason"

code_of 0 rank "$world" "$world/reserve.yaml" --months 12 --format json -j 1
cp out one.json
code_of 0 rank "$world" "$world/reserve.yaml" --months 12 --format json -j 3
cmp -s out one.json || reason="$reason; differs"
python3 -c "import json; assert len(json.load(open('one.json'))['candidates']) == 3" >>err 2>&1 || reason="$reason; not JSON of three"
verdict 'rank does not depend on the number of threads' "$reason"

code_of 2 rank "$world" "$scenario" --only plants
grep -q 'projects' err || reason="$reason; the words are not named"
verdict 'rank: an unknown kind' "$reason"
code_of 3 rank "$world" "$scenario" --shocks freeze
grep -q 'did you mean full_freeze' err || reason="$reason; the shock is not offered"
verdict 'rank: an unknown shock' "$reason"
printf 'name: calm\nhorizon: {from: 2024-01, to: 2024-12}\n' >calm.yaml
code_of 3 rank "$world" calm.yaml
grep -q 'has no stress battery' err || reason="$reason; that there is no battery is not told"
verdict 'rank: a scenario without a battery' "$reason"

exit "$failed"
