#!/bin/sh
# run_page_cases.sh PROGRAM: the page document of folders as they are made: an ensemble while its draws run and afterwards, money against the ledger,
# flows that balance, folders that somebody damaged.
. "$(dirname "$0")/cases.sh"
world=$here/worlds/two_countries

cat <<YAML >plain.yaml
extends: $world/today.yaml
name: plain
uncertainties:
  - {id: demand, of: demand.motors.USA.dy_oxide.2024.quantity_t, triangular: {low: 200, mode: 300, high: 500}, assumed: true}
  - {id: cost, of: assets.west_mine.cost_usd_per_kg, lognormal: {median: 30, sd_log: 0.3}, assumed: true}
YAML
cat <<YAML >paid.yaml
extends: $world/today.yaml
name: paid
policies:
  - {id: west_floor, type: price_floor, title: "A floor for the West", assumed: true, payer: USA, legal_form: contract, assets: [west_separation],
     commodity: dy_oxide, kind: own_price, price: 150, upside_price: 400, upside_share: 0.3, start: 2025-03-01}
YAML

page() { # FOLDER: writes page.json
    rm -f page.json
    "$program" export "$1" --to page -o page.json >out 2>err || reason="no page of $1"
}
says() { # SCRIPT: Python that asserts about `page`
    python3 -c "
import json, sqlite3
page = json.load(open('page.json'))
$1" >out 2>err || reason="${reason:-}$(tail -n 1 err)"
}

# ---- an ensemble ----

code_of 0 ensemble "$world" plain.yaml -n 30 --seed 4 -j 1 -o alone
[ -n "$reason" ] || page alone
[ -n "$reason" ] || says "
assert page['kind'] == 'ensemble' and page['draws'] == {'done': 30, 'total': 30, 'failed': 0, 'seed': 4, 'design': 'random'}, page['draws']
table = sqlite3.connect('alone/results.sqlite')
for fan in page['fans']:
    for place, period in enumerate(page['horizon']['periods'][fan['first']:][:len(fan['p50'])]):
        row = table.execute('select p50 from series_quantiles where run=? and what=? and item=? and region=? and period=?',
                            (fan['run'], fan['what'], fan['item'], fan['region'], period)).fetchone()
        told = fan['p50'][place]
        missing = row is None or row[0] is None
        assert told is None if missing else abs(told - row[0]) <= 6e-4 * abs(row[0]), (fan['item'], period, told, row)
assert page['line_stops'] and all(0 <= stop['low'] <= stop['share'] <= stop['high'] <= 1 for stop in page['line_stops'])
assert [run['run'] for run in page['runs']][0] == 'reference' and '30 of 30 draws' in page['headline']"
verdict "an ensemble's fans are the quantiles of its tables" "$reason"

reason=
cp page.json finished.json
mkdir partly
cp -r alone/inputs alone/ensemble.json alone/draws.sqlite partly
page partly
[ -n "$reason" ] || says "
whole = json.load(open('finished.json'))
for section in ('fans', 'line_stops', 'drivers', 'draws', 'headline', 'runs', 'names'):
    assert page.get(section) == whole.get(section), section
assert 'manifest' not in page"
verdict "a folder whose tables are not there yet says the same of the same draws" "$reason"

reason=
"$program" ensemble "$world" plain.yaml -n 30 --seed 4 -j 1 -o watched >made 2>err &
maker=$!
looks=0
while kill -0 $maker 2>/dev/null; do
    if [ -e watched/ensemble.json ]; then
        rm -f page.json
        "$program" export watched --to page -o page.json >out 2>look || reason="a look failed: $(head -n 1 look)"
        looks=$((looks + 1))
    fi
done
wait $maker || reason="the ensemble that was looked at failed"
[ "$looks" -gt 0 ] || reason="nobody looked"
[ -n "$reason" ] || page watched
[ -n "$reason" ] || says "
assert page['draws']['done'] == 30
a, b = (sqlite3.connect(folder + '/draws.sqlite').execute('select draw, status, row from draws order by draw').fetchall() for folder in ('alone', 'watched'))
assert a == b"
verdict "looking at draws while they run changes none of them" "$reason"

reason=
cp -r partly empty
rm empty/draws.sqlite
page empty
[ -n "$reason" ] || says "assert page['draws']['done'] == 0 and 'fans' not in page and '0 of 30' in page['headline']"
verdict "an ensemble without a draw" "$reason"

cp -r partly torn
printf 'no database at all, and long enough to be looked at' >torn/draws.sqlite
code_of 1 export torn --to page -o torn.json
[ -e torn.json ] && reason="$reason; a page of it"
verdict "draws that are none are refused" "$reason"

# ---- money and flows ----

code_of 0 run "$world" paid.yaml -o paid
cp out paid.txt
[ -n "$reason" ] || page paid
[ -n "$reason" ] || says "
ledger = sqlite3.connect('paid/results.sqlite').execute
for year in sorted({row['year'] for row in page['money']}):
    rows = [row for row in page['money'] if row['year'] == year and row['payer'] == 'USA']
    moved = 'period glob ? and kind not in (\"contingent\", \"write_off\")'
    out = ledger(f'select sum(cents) from ledger where payer_kind = \"treasury\" and {moved}', (f'{year}*',)).fetchone()[0] or 0
    back = ledger(f'select sum(cents) from ledger where payee_kind = \"treasury\" and {moved}', (f'{year}*',)).fetchone()[0] or 0
    assert round(1e8 * sum(row['outlay'] for row in rows)) == out > 0, (year, out)
    assert round(1e8 * sum(row['receipts'] for row in rows)) == back
total = round(1e8 * sum(row['outlay'] for row in page['money']))
text = open('paid.txt').read()
line = next(line for line in text.splitlines() if line.startswith('all, outside'))
assert line.split()[2].replace(',', '') == f'{total // 100}.{total % 100:02d}', (line, total)
assert page['money'][0]['title'] == 'A floor for the West'"
verdict "money adds up to the ledger and to the text report, to the cent" "$reason"

code_of 0 stress "$world" "$world/today.yaml" -o battery
[ -n "$reason" ] || page battery
[ -n "$reason" ] || says "
made = sqlite3.connect('battery/results.sqlite').execute
def flows(run, year, element):
    for d in page['diagrams']:
        if (d['run'], d['year'], d['element']) == (run, year, element):
            return [(d['nodes'][a], d['nodes'][b], t) for a, b, t in zip(d['links'][::3], d['links'][1::3], d['links'][2::3])]
for run in ('reference', 'full_freeze'):
    links = flows(run, 2026, 'Dy')
    mined = sum(t for a, b, t in links if a.startswith('mine:'))
    own = made('select sum(t) from production where run=? and stage=\"mine\" and period glob \"2026*\"', (run,)).fetchone()[0]
    assert abs(mined - own) < 2e-3 * own, (run, mined, own)  # all that is mined goes somewhere; a tonne of the concentrate is a tonne of Dy
    into = sum(t for a, b, t in links if b.startswith('heavy_separation:'))
    out = sum(t for a, b, t in links if a.startswith('heavy_separation:'))
    lost = sum(t for a, b, t in links if a.startswith('heavy_separation:') and b == 'loss')
    assert abs(into - out) < 2e-3 * into and abs(lost - 0.05 * into) < 2e-3 * into, (run, into, out, lost)  # recovery 0.95
    served = made('select sum(served_t) from demand where run=? and period glob \"2026*\"', (run,)).fetchone()[0]
    assert abs(sum(t for a, b, t in links if b.startswith('use:')) - served) < 5e-3 * served
assert {row['run'] for row in page['bindings']} >= {'full_freeze'} and all(row['usd_per_kg'] > 0 for row in page['bindings'])
for row in page['shipments']:
    if row['from'] != 'other':
        t = made('select sum(t) from flows where run=? and \"from\"=? and \"to\"=? and period glob ?',
                 (row['run'], row['from'], row['to'], f'{row[\"year\"]}*')).fetchone()[0]
        assert row['run'] != 'reference' or abs(t - row['t']) <= 6e-4 * t, row"
verdict "flows balance, and are what the tables made, lost and served" "$reason"

# ---- damage ----

cp -r battery cut
head -c 20000 battery/results.sqlite >cut/results.sqlite
code_of 1 export cut --to page -o cut.json
[ -e cut.json ] && reason="$reason; a page of it"
verdict "a database that was cut short is refused" "$reason"

cp -r battery older
python3 -c "
import sqlite3
d = sqlite3.connect('older/results.sqlite')
d.execute('drop table inputs')
d.commit()"
reason=
page older
[ -n "$reason" ] || says "assert 'diagrams' not in page and page['shipments']"
verdict "a folder of a version without the table inputs has no flows" "$reason"

exit $failed
