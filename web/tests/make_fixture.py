"""Writes web/tests/fixture.json: a small page document for tests of charts and of the report page.

    python3 web/tests/make_fixture.py RUN > web/tests/fixture.json

RUN is the folder of a `lodestone stress data/world`. It is a fixture, not a result: few runs, goods and regions, six years, three digits; paid
prices, flows of the Sankey, fans, drivers and probabilities are made up in plain ways (said at each) so that every chart has something to draw.
The real document is the library's (src/report/page.c).
"""
import csv
import json
import math
import sqlite3
import sys

FOLDER = sys.argv[1]
RUNS = ["reference", "full_freeze"]
ROWS = ["heavy_licences", "full_freeze", "demand_surge", "reagent_cutoff"]  # of the matrix; the runs of the others are not in the fixture
PERIODS = [f"{y}-{m:02d}" for y in range(2025, 2030) for m in range(1, 13)]
FIRST = PERIODS.index("2026-12")
CLASSES = ["defence", "essential", "industrial", "consumer"]
GOODS = ["ndpr_oxide", "dy_oxide"]
REGIONS = ["CHN", "USA", "JPN", "EU27", "AUS", "MYS", "MMR", "other"]

db = sqlite3.connect(f"file:{FOLDER}/results.sqlite?mode=ro", uri=True)
world = f"{FOLDER}/inputs/world/"


def table(name):
    try:
        rows = csv.DictReader(open(world + name, encoding="utf-8"))
    except FileNotFoundError:
        rows = csv.DictReader(open(f"{FOLDER}/inputs/{name}", encoding="utf-8"))
    return list(rows)


def short(value):
    return None if value is None else float(f"{value:.3g}")


def series(rows, first):
    found = dict(rows)
    return [short(found.get(p)) for p in PERIODS[first:]]


def first_of(run):
    return 0 if run == "reference" else FIRST


def prices():
    out = []
    for run in RUNS:
        for good in GOODS:
            for kind, region, basis in [("inside", "CHN", "domestic_ex_vat"), ("fob", "CHN", "fob"), ("outside", "JPN", "delivered"),
                                        ("outside", "EU27", "delivered")]:
                rows = db.execute("select period, max(usd_per_kg) from prices where run=? and commodity=? and region=? and basis=? "
                                  "and class in ('any','uncovered') group by period", (run, good, region, basis)).fetchall()
                values = series(rows, first_of(run))
                out.append(dict(run=run, commodity=good, region=region, kind=kind, first=first_of(run), values=values))
                if kind == "outside":  # paid: made up as the mean of the last twelve months of spot
                    paid = [short(sum(v or 0 for v in values[max(0, i - 11):i + 1]) / len(values[max(0, i - 11):i + 1])) for i in range(len(values))]
                    out.append(dict(run=run, commodity=good, region=region, kind="paid", first=first_of(run), values=paid))
    return out


def supply():
    out = []
    for run in RUNS:
        for stage in ["mine", "heavy_separation", "magnet"]:
            by = {}
            for region, period, t in db.execute("select region, period, sum(t) from production where run=? and stage=? group by 1,2", (run, stage)):
                region = region if region in REGIONS else "other"
                by.setdefault(region, {})
                by[region][period] = by[region].get(period, 0) + t
            for region, found in by.items():
                out.append(dict(run=run, stage=stage, region=region, first=first_of(run), values=series(found.items(), first_of(run))))
    return out


def cover():
    out = []
    for run in RUNS:
        for good in GOODS:
            for region in ["USA", "JPN", "EU27"]:
                rows = db.execute("select period, sum(t) from stocks where run=? and commodity=? and region=? group by 1", (run, good, region)).fetchall()
                base = db.execute("select avg(x) from (select sum(target_t) x from stocks where run='reference' and commodity=? and region=? "
                                  "group by period)", (good, region)).fetchone()[0] or 1
                out.append(dict(run=run, commodity=good, region=region, first=first_of(run),
                                values=[None if v is None else short(3 * v / base) for v in series(rows, first_of(run))]))
    return out


def segments():
    return {r["segment"]: dict(name=r["name"], **{"class": r["criticality"]}) for r in table("segments.csv")}


def loss():
    out = []
    names = segments()
    for run in RUNS:
        for klass in CLASSES:
            of = [s for s, row in names.items() if row["class"] == klass]
            marks = ",".join("?" * len(of))
            for region in ["", "JPN", "EU27"]:
                rows = db.execute(f"select period, 1 - sum(served_t) / sum(demand_t) from demand where run=? and segment in ({marks}) "
                                  f"and region != 'CHN' and (? = '' or region = ?) group by 1", (run, *of, region, region)).fetchall()
                out.append({"run": run, "class": klass, "segment": "", "region": region, "first": first_of(run),
                            "values": [None if v is None else max(0, v) for v in series(rows, first_of(run))]})
    return out


def flows():  # made up: mines to separation to magnets to use in fixed shares, of the tonnes mined
    out = []
    for run in RUNS:
        for year in [2027]:
            for element, share in [("NdPr", 0.17), ("Dy", 0.008)]:
                mined = dict(db.execute("select region, sum(t) * ? from production where run=? and stage='mine' and period like ? group by 1",
                                        (share, run, f"{year}%")).fetchall())
                if not mined:
                    continue
                big = {r: t for r, t in mined.items() if t > 0.02 * sum(mined.values())}
                for region, t in big.items():
                    to = "CHN" if region in ("CHN", "MMR", "LAO") else "MYS" if region == "AUS" else "USA" if region == "USA" else "CHN"
                    stage = "heavy_separation" if element == "Dy" else "light_separation"
                    out.append(dict(run=run, year=year, element=element, **{"from": f"mine:{region}", "to": f"{stage}:{to}"}, t=short(t)))
                for region in {f["to"] for f in out if f["run"] == run and f["year"] == year and f["element"] == element}:
                    into = sum(f["t"] for f in out if f["run"] == run and f["year"] == year and f["element"] == element and f["to"] == region)
                    place = region.split(":")[1]
                    plant = {"CHN": "magnet:CHN", "MYS": "magnet:JPN", "USA": "magnet:USA"}[place]
                    out.append(dict(run=run, year=year, element=element, **{"from": region, "to": plant}, t=short(into * 0.94)))
                    out.append(dict(run=run, year=year, element=element, **{"from": region, "to": "loss"}, t=short(into * 0.06)))
                    for klass, part in zip(CLASSES, [0.04, 0.3, 0.46, 0.2]):
                        out.append(dict(run=run, year=year, element=element, **{"from": plant, "to": f"use:{klass}"}, t=short(into * 0.94 * part)))
    return out


def shipments():
    stages = {r["commodity"]: r["stage"] for r in table("commodities.csv")}
    out = []
    for run in RUNS:
        by = {}
        for good, a, b, t in db.execute('select commodity, "from", "to", sum(t) from flows where run=? and period like \'2027%\' group by 1,2,3', (run,)):
            key = (stages[good], a, b)
            by[key] = by.get(key, 0) + t
        for stage in ["mine", "heavy_separation", "magnet"]:
            rows = sorted(((k, t) for k, t in by.items() if k[0] == stage), key=lambda r: -r[1])[:8]
            out += [dict(run=run, year=2027, stage=k[0], **{"from": k[1], "to": k[2]}, t=short(t)) for k, t in rows]
    return out


def output(keep):
    out = []
    for run in RUNS:
        for asset, t, u in db.execute("select asset, sum(t), avg(utilisation) from production where run=? and period like '2027%' group by 1", (run,)):
            if asset in keep:
                out.append(dict(run=run, year=2027, asset=asset, t=short(t), utilisation=short(u)))
    return out


def following(period):
    year, month = int(period[:4]), int(period[5:])
    return f"{year + month // 12}-{month % 12 + 1:02d}"


def projects(keep):
    out = []
    for run in RUNS:
        for asset in keep:
            rows = db.execute("select period, status, gate, shortfall, capacity_t from projects where run=? and asset=? and period between ? and ? "
                              "order by period", (run, asset, PERIODS[0], PERIODS[-1])).fetchall()
            spells, gates = [], []
            for period, status, gate, shortfall, _ in rows:
                if spells and spells[-1]["status"] == status:
                    spells[-1]["to"] = following(period)
                else:
                    if spells:
                        spells[-1]["to"] = period
                    spells.append({"status": status, "from": period, "to": following(period)})
                if gate and (not gates or gates[-1]["test"] != gate):
                    gates.append(dict(period=period, passed=gate == "passed", test=gate, margin=short(shortfall)))
            if spells:
                spells[-1]["to"] = PERIODS[-1]
                out.append(dict(run=run, asset=asset, spells=spells, gates=gates, capacity_t=short(max(r[4] or 0 for r in rows) * 12)))
    return out


def money():
    out = []
    for run in RUNS:
        rows = db.execute("select substr(period,1,4), instrument, payer, sum(cents)/1e8 from ledger where run=? and payer_kind='treasury' "
                          "and kind!='contingent' and instrument is not null and period between ? and ? group by 1,2,3", (run, PERIODS[0], PERIODS[-1])).fetchall()
        back = {(r[0], r[1], r[2]): r[3] for r in db.execute(
            "select substr(period,1,4), instrument, payee, sum(cents)/1e8 from ledger where run=? and payee_kind='treasury' and instrument is not null "
            "and period between ? and ? group by 1,2,3", (run, PERIODS[0], PERIODS[-1]))}
        for year, instrument, payer, paid in rows:
            got = back.pop((year, instrument, payer), 0)
            if paid > 5 or got > 5:
                out.append(dict(run=run, year=int(year), instrument=instrument, title=instrument.replace("_", " "), payer=payer, outlay=short(paid),
                                receipts=short(got), contingent=0))
    return out


def fans(found):  # made up: the reference's price with a spread that widens
    rows = [p for p in found if p["run"] == "full_freeze" and p["commodity"] == "dy_oxide" and p["kind"] == "outside" and p["region"] == "JPN"]
    out = []
    for row in rows:
        fan = dict(run=row["run"], what="price", item="dy_oxide", region="JPN", unit="USD/kg", first=row["first"])
        for name, by in [("p05", -1.6), ("p25", -0.7), ("p50", 0), ("p75", 0.7), ("p95", 1.6)]:
            fan[name] = [None if v is None else short(v * math.exp(by * 0.05 * math.sqrt(i))) for i, v in enumerate(row["values"])]
        out.append(fan)
    return out


def drivers():  # made up
    names = ["Growth of electric vehicles", "Share of spot", "Cost of heavy separation", "Licence queue", "Ore grade", "Steel"]
    shares = [0.41, 0.22, 0.13, 0.06, 0.02, 0.004]
    return [dict(metric="loss of essential users", unit="share", mean=0.18, noise_floor=0.03,
                 rows=[dict(name=n, share=s, low=max(0, s - 0.06), high=s + 0.07, at_low=short(0.18 - s / 4), at_high=short(0.18 + s / 3))
                       for n, s in zip(names, shares)])]


def line_stops():  # made up
    return [{"run": "full_freeze", "class": c, "region": "", "share": s, "low": max(0, s - 0.12), "high": min(1, s + 0.11)}
            for c, s in zip(CLASSES, [0.35, 0.62, 0.8, 0.97])]


def bindings():
    out = []
    for run in RUNS:
        rows = db.execute("select kind, object, commodity, region, min(period), max(period), max(dual) d from bindings where run=? and commodity "
                          "is not null and period between ? and ? group by 1,2,3,4 order by d desc limit 5", (run, PERIODS[0], PERIODS[-1])).fetchall()
        out += [{"run": run, "kind": k, "object": o, "title": o.replace("_", " "), "commodity": c, "region": r, "from": a, "to": b,
                 "usd_per_kg": short(d)} for k, o, c, r, a, b, d in rows]
    return out


def names(keep):
    processes = {r["process"]: r["stage"] for r in table("processes.csv")}
    assets = {r["asset"]: r for r in table("assets.csv")}
    regions = {r["region"]: dict(name=r["name"], bloc=r["bloc"], lat=float(r["lat"]), lon=float(r["lon"])) for r in table("regions.csv")}
    return dict(
        regions=regions,
        commodities={r["commodity"]: dict(name=r["name"], stage=r["stage"], element=r["element"], unit=r["unit"])
                     for r in table("commodities.csv") if r["commodity"] in GOODS},
        segments={}, elements=["NdPr", "Dy"],
        assets={a: dict(name=assets[a]["name"], region=assets[a]["region"], stage=processes.get(assets[a]["process"], ""), status=assets[a]["status"],
                        lat=float(assets[a]["lat"] or regions[assets[a]["region"]]["lat"]), lon=float(assets[a]["lon"] or regions[assets[a]["region"]]["lon"]),
                        placed=assets[a]["lat"] != "", start=assets[a]["start"], owner=assets[a]["owner"], capacity_t=float(assets[a]["capacity_t_per_year"] or 0),
                        source=assets[a]["source"], confidence=assets[a]["confidence"]) for a in keep})


def main():
    manifest = json.load(open(f"{FOLDER}/manifest.json", encoding="utf-8"))
    shocks = {s["shock"]: s for s in json.load(open(f"{FOLDER}/stress.json", encoding="utf-8"))["shocks"]}
    big = [r[0] for r in db.execute("select asset from production where run='reference' and period like '2027%' and stage not in ('reagent','component') "
                                    "group by 1 order by sum(t) desc limit 18")]
    gated = [r[0] for r in db.execute("select asset from projects where run='full_freeze' and gate!='' group by 1 order by count(distinct gate) desc, "
                                      "max(capacity_t) desc limit 9")]
    found = prices()
    sources = {r["source"]: {k: r[k] for k in ("title", "publisher", "year", "url")} for r in table("sources.csv")}
    naming = names(sorted(set(big + gated)))
    used = sorted({a["source"] for a in naming["assets"].values()})
    wanted = ("loss", "first_short_months", "last_short_months", "still_short", "peak_price", "projects_lost", "policy_cost_musd", "explanation")
    document = dict(
        format=1, lodestone=manifest["lodestone"], kind="stress", created=manifest["created"], command="make_fixture.py: a fixture, not a result",
        scenario=dict(name="today", title="Today, with the reprieve extended", note=""),
        headline="Fixture: a full freeze leaves essential users outside China without a third of what they need within three months.",
        notes=["This is a fixture for tests. Its figures are no result."],
        world=dict(name="fixture", base_year=2024, assumed=[{k: row[k] for k in ("side", "stage", "assumed_share_t", "assumed_share_value")}
                                                           for row in manifest["world"]["assumed"]], controlling="CHN"),
        horizon={"from": "2025-01-01", "step_months": 1, "periods": PERIODS},
        names=naming, sources={s: sources[s] for s in used if s in sources},
        runs=[dict(run="reference", title="Without a shock", note="", first=0, end=len(PERIODS), pair="", hits=[], assumed=False, source=[])] +
             [dict(run=r, title=shocks[r]["title"], note="", first=FIRST, end=len(PERIODS), pair="reference", hits=["JPN", "EU27", "USA"], assumed=False,
                   source=[]) for r in ROWS],
        matrix=[dict(run=r, title=shocks[r]["title"], **{k: shocks[r].get(k) for k in wanted},
                     without_programme=dict(loss={c: min(1, short(v * 1.3)) for c, v in shocks[r]["loss"].items()})) for r in ROWS],
        prices=found, supply=supply(), cover=cover(), loss=loss(), flows=flows(), shipments=shipments(), output=output(naming["assets"]),
        projects=projects(gated), money=money(), fans=fans(found), drivers=drivers(), line_stops=line_stops(), bindings=bindings(),
        draws=dict(done=6, total=6, failed=0, seed=1, design="fixture"), manifest=dict(created=manifest["created"], kind="fixture"),
        units={"prices.values": "USD/kg, real", "supply.values": "t a month", "loss.values": "share", "cover.values": "months of use"})
    json.dump(document, sys.stdout, separators=(",", ":"), ensure_ascii=False)


main()
