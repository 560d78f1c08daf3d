// A made-up world for the fake server: the page document with smooth made-up numbers. No number here is of the real world.
const regions = {
  CHN: ['China', 'china', 35, 103], USA: ['United States', 'allied', 39, -98], EU27: ['European Union', 'allied', 50, 9],
  JPN: ['Japan', 'allied', 36, 138], AUS: ['Australia', 'allied', -25, 133], MYS: ['Malaysia', 'other', 4, 102],
};
const commodities = {
  dy_oxide: ['Dysprosium oxide', 'heavy_separation', 'dy', 250], tb_oxide: ['Terbium oxide', 'heavy_separation', 'tb', 900],
  ndpr_oxide: ['Neodymium-praseodymium oxide', 'light_separation', 'ndpr', 62], ndfeb_dy: ['NdFeB magnets with dysprosium', 'magnet', '', 110],
};
const segments = {
  missiles: ['Missiles and guidance', 'defence'], grid: ['Grid and medical', 'essential'], cars: ['Electric cars', 'industrial'], phones: ['Phones', 'consumer'],
};
const assets = {
  mountain_pass: ['Mountain Pass', 'USA', 'mine', 'operating', 35.5, -115.5, true], lynas_kuantan: ['Kuantan separation', 'MYS', 'light_separation', 'operating', 4, 103.4, true],
  nolans: ['Nolans', 'AUS', 'mine', 'prospect', -22.6, 133.2, true], iluka_eneabba: ['Eneabba refinery', 'AUS', 'light_separation', 'construction', -29.8, 115.3, true],
  ganzhou: ['Ganzhou separation', 'CHN', 'heavy_separation', 'operating', 25.8, 114.9, true], solvay_lr: ['La Rochelle', 'EU27', 'heavy_separation', 'financing', 46.2, -1.2, true],
};

export let periods = [];
for (let y = 2025; y < 2035; y++) for (let m = 1; m <= 12; m++) periods.push(`${y}-${String(m).padStart(2, '0')}`);

export const levers = {
  families: [
    { id: 'shocks', title: 'Shocks', help: 'What cuts supply off.' },
    { id: 'supports', title: 'Supports', help: 'Floors, loans and grants for plants outside.' },
    { id: 'stockpile', title: 'Stockpile', help: 'What governments hold.' },
    { id: 'trade_zone', title: 'Trade zone', help: 'Duties and common rules of allies.' },
    { id: 'demand', title: 'Demand', help: 'How much magnets are wanted.' },
    { id: 'credibility', title: 'Credibility', help: 'How firmly policies are believed.' },
  ],
  levers: [
    lever('freeze', 'shocks', 'Freeze of licences', 'Months in which no export licence is granted for heavy rare earths.', 'months', 0, 24, 1, 0, [['None', 0], ['Half a year', 6], ['A year', 12]], '2026-12'),
    lever('border', 'shocks', 'Myanmar border shut', 'Ionic clay from Myanmar does not cross.', '', 0, 1, 1, 0, [], '2027-01', 'switch'),
    lever('floor', 'supports', 'Price floor for NdPr oxide', 'What a public buyer guarantees per kilogram.', 'USD/kg', 60, 200, 5, 110, [['As today', 110], ['Repealed', 60]], '2027-01'),
    lever('grant', 'supports', 'Grants for separators', 'Share of capital cost that is granted.', 'share', 0, 0.5, 0.05, 0.1, []),
    lever('reserve', 'stockpile', 'Stockpile of dysprosium oxide', 'Months of allied use held by governments.', 'months', 0, 12, 0.5, 1, [['Japan’s rule', 2]]),
    lever('tariff', 'trade_zone', 'Duty on magnets from China', 'Common duty of allied regions.', '%', 0, 100, 5, 25, [], '2027-01', 'number', true),
    lever('demand', 'demand', 'Demand for electric cars', 'Against the published path.', 'x', 0.5, 2, 0.1, 1, [['Slow', 0.7], ['Fast', 1.5]]),
    { ...lever('belief', 'credibility', 'Belief in the floor', 'How long investors trust that the floor stays.', '', 0, 2, 1, 1, [['One term', 0], ['As today', 1], ['For the life of the loan', 2]], '', 'choice'), assumed: true, note: 'No published measure; a choice of three.' },
  ],
};

function lever(id, family, title, help, unit, least, most, step, value, settings, start = '', kind = 'number', assumed = false) {
  return {
    id, family, title, help, unit, kind, least, most, step, value, assumed, note: '', source: ['usgs_mcs_2025'],
    settings: settings.map(([t, v]) => ({ title: t, value: v })), start: start ? { least: '2025-06', most: '2033-12', value: start } : null,
  };
}

// Instead of the made-up world, a page document (what `lodestone report` writes into its page): the reference is its reference, and any levers give
// its first shock.
let given = null;
export function useDocument(document) {
  given = document;
  periods = document.horizon.periods;
  for (const l of levers.levers) if (l.start) Object.assign(l.start, { least: periods[12], most: periods.at(-13), value: shock()?.first ? periods[shock().first] : periods[24] });
}
const shock = () => given.runs.find((row) => row.run === 'full_freeze') ?? given.runs.find((row) => row.pair !== '');
const SERIES = ['prices', 'supply', 'cover', 'loss'];
const ROWS = ['matrix', 'flows', 'shipments', 'output', 'projects', 'money', 'bindings', 'fans', 'line_stops'];
const source = (run) => (run === 'reference' ? 'reference' : shock().run);
function givenMonths(run, first, end) {
  const cut = (row) => ({ ...row, run, first, values: Array.from({ length: end - first }, (_, i) => row.values[first + i - row.first] ?? null) });
  return Object.fromEntries(SERIES.filter((name) => given[name]).map((name) => [name, given[name].filter((row) => row.run === source(run)).map(cut)]));
}
const givenLast = (run) => ({ headline: given.headline, ...Object.fromEntries(ROWS.filter((name) => given[name]).map((name) => [name, given[name].filter((row) => row.run === source(run)).map((row) => ({ ...row, run }))])) });
export const page = () => given ?? null;

export function head() {
  if (given) return Object.fromEntries(Object.entries(given).filter(([name]) => !SERIES.includes(name) && !ROWS.includes(name) && name !== 'runs'));
  const entries = (o, f) => Object.fromEntries(Object.entries(o).map(([k, v]) => [k, f(v, k)]));
  return {
    format: 1, lodestone: '0.5.0', kind: 'live', created: '2026-11-22T12:00:00Z', command: 'lodestone serve',
    scenario: { name: 'today', title: 'Today', note: 'A made-up world.' }, headline: 'A made-up baseline: nothing is short.', notes: ['Made-up numbers for tests.'],
    world: { name: 'fake', base_year: 2024, assumed: [], controlling: 'CHN' }, horizon: { from: periods[0], step_months: 1, periods },
    names: {
      regions: entries(regions, ([name, bloc, lat, lon]) => ({ name, bloc, lat, lon })),
      commodities: entries(commodities, ([name, stage, element]) => ({ name, stage, element, unit: 'USD/kg' })),
      segments: entries(segments, ([name, cls]) => ({ name, class: cls })),
      assets: entries(assets, ([name, region, stage, status, lat, lon, placed]) => ({ name, region, stage, status, lat, lon, placed, start: '2027-01', owner: 'Somebody', capacity_t: 1500, source: 'usgs_mcs_2025', confidence: 'high' })),
      elements: ['nd', 'pr', 'dy', 'tb', 'ndpr'],
    },
    sources: { usgs_mcs_2025: { title: 'Mineral Commodity Summaries 2025', publisher: 'USGS', year: '2025', url: 'https://www.usgs.gov/centers/national-minerals-information-center' } },
    units: { 'prices.values': 'USD/kg', 'supply.values': 't', 'cover.values': 'months', 'loss.values': 'share' },
  };
}

// How hard the moved levers hit in month t: 0 none, 1 a full freeze.
function hit(values, t) {
  let h = 0;
  for (const v of values) {
    const from = v.start ? periods.indexOf(v.start) : 0;
    if (t < from) continue;
    if (v.lever === 'freeze' && t < from + v.value) h += Math.min(1, (t - from + 1) / 4);
    else if (v.lever === 'freeze') h += Math.exp(-(t - from - v.value) / 6) * Math.min(1, v.value / 6);
    else if (v.lever === 'border') h += 0.3 * v.value * Math.exp(-(t - from) / 18);
    else if (v.lever === 'floor') h -= (v.value - 110) / 1500;
    else if (v.lever === 'reserve') h -= (v.value - 1) / 40;
    else if (v.lever === 'demand') h += (v.value - 1) / 3;
    else if (v.lever === 'tariff') h += (v.value - 25) / 600;
  }
  return h;
}

export function firstOf(values) {
  const starts = values.map((v) => (v.start ? periods.indexOf(v.start) : levers.levers.find((l) => l.id === v.lever)?.start ? periods.indexOf(levers.levers.find((l) => l.id === v.lever).start.value) : 0));
  return values.length ? Math.max(0, Math.min(...starts)) : 0;
}

const span = (first, end, f) => Array.from({ length: end - first }, (_, i) => f(first + i));

// The series of months first..end-1 of a run.
export function months(run, values, first, end) {
  if (given) return givenMonths(run, first, end);
  const wave = (t, k) => 1 + 0.06 * Math.sin(t / 7 + k) + t / 900;
  const prices = Object.entries(commodities).flatMap(([commodity, row], k) =>
    [['CHN', 'inside', 1], ['CHN', 'fob', 1.08], ['EU27', 'outside', 1.25], ['USA', 'outside', 1.3], ['EU27', 'paid', 1.15]].map(([region, kind, f]) => ({
      run, commodity, region, kind, first,
      values: span(first, end, (t) => row[3] * f * wave(t, k) * (1 + (kind === 'inside' ? -0.1 : 2.4) * Math.max(-0.2, hit(values, t)))),
    })));
  const supply = ['mine', 'light_separation', 'heavy_separation', 'magnet'].flatMap((stage, k) =>
    ['CHN', 'USA', 'AUS', 'MYS', 'other'].map((region, j) => ({
      run, stage, region, first, values: span(first, end, (t) => (region === 'CHN' ? 1500 : 90 + 2 * t / (j + 1)) * wave(t, k + j) * (region === 'CHN' ? 1 : 1 - 0.2 * hit(values, t))),
    })));
  const cover = Object.keys(commodities).flatMap((commodity, k) =>
    ['EU27', 'USA', 'JPN'].map((region, j) => ({ run, commodity, region, first, values: span(first, end, (t) => Math.max(0, (2.5 + j) * wave(t, k) * (1 - hit(values, t)))) })));
  const loss = Object.entries(segments).flatMap(([segment, [, cls]], k) =>
    ['', 'EU27', 'USA'].flatMap((region) => ['', segment].map((s) => ({ run, class: cls, segment: s, region, first, values: span(first, end, (t) => Math.min(1, Math.max(0, hit(values, t) * (0.1 + 0.15 * k) - 0.02))) }))));
  return { prices, supply, cover, loss };
}

export function last(run, values) {
  if (given) return givenLast(run);
  const years = [...new Set(periods.map((p) => Number(p.slice(0, 4))))];
  const nodes = [['mine:CHN', 'heavy_separation:CHN', 60], ['mine:AUS', 'light_separation:MYS', 25], ['heavy_separation:CHN', 'magnet:CHN', 50], ['light_separation:MYS', 'magnet:JPN', 20], ['magnet:CHN', 'use:industrial', 30], ['magnet:CHN', 'use:consumer', 18], ['magnet:JPN', 'use:essential', 12], ['magnet:JPN', 'use:defence', 6]];
  const classes = (f) => Object.fromEntries(['defence', 'essential', 'industrial', 'consumer'].map((c, k) => [c, f(k)]));
  const worst = (k) => Math.max(...months(run, values, 0, periods.length).loss.filter((r) => r.segment === '' && r.region === '')[k].values, 0);
  const peak = Math.max(1, ...periods.map((_, t) => 1 + 2.4 * hit(values, t)));
  const doc = {
    flows: years.flatMap((year) => nodes.map(([from, to, t]) => ({ run, year, element: '', from, to, t: t * (1 - 0.3 * Math.max(0, hit(values, (year - 2025) * 12 + 6))) }))),
    shipments: years.flatMap((year) => [['magnet', 'CHN', 'EU27', 800], ['magnet', 'CHN', 'USA', 600], ['heavy_separation', 'CHN', 'JPN', 200]].map(([stage, from, to, t]) => ({ run, year, stage, from, to, t: t * (1 - 0.5 * Math.max(0, hit(values, (year - 2025) * 12 + 6))) }))),
    output: years.flatMap((year) => Object.keys(assets).map((asset) => ({ run, year, asset, t: 900, utilisation: 0.7 }))),
    projects: ['nolans', 'iluka_eneabba', 'solvay_lr'].map((asset, k) => ({
      run, asset, capacity_t: 1500, spells: [{ status: 'permitting', from: '2025-01', to: `202${6 + k}-01` }, { status: 'financing', from: `202${6 + k}-01`, to: `202${7 + k}-06` }, { status: 'construction', from: `202${7 + k}-06`, to: '2030-01' }, { status: 'operating', from: '2030-01', to: '2035-01' }],
      gates: [{ period: `202${6 + k}-01`, passed: false, test: 'cover of debt service', margin: -0.2 }, { period: `202${7 + k}-06`, passed: true, test: '', margin: 0.1 }],
    })),
    money: years.flatMap((year) => [['floor_us', 'Price floor of the United States', 'USA', 120, 0], ['tariff_eu', 'Duty on magnets', 'EU27', 0, 60]].map(([instrument, title, payer, outlay, receipts]) => ({ run, year, instrument, title, payer, outlay, receipts, contingent: 10 }))),
    bindings: values.length ? [{ run, kind: 'licence', object: 'heavy_licences', title: 'Export licences for heavy rare earths', commodity: 'dy_oxide', region: 'CHN', from: '2026-12', to: '2027-11', usd_per_kg: 812 }] : [],
  };
  if (values.length)
    doc.matrix = [{
      run, title: 'Your levers', loss: classes(worst), first_short_months: classes((k) => (worst(k) > 0.05 ? 2.5 - k / 2 : null)), last_short_months: classes((k) => (worst(k) > 0.05 ? 14 : null)),
      still_short: classes(() => false), peak_price: { inside: 1.02, outside: peak, paid: 1 + (peak - 1) / 2 }, projects_lost: 1, policy_cost_musd: 140,
      explanation: 'Export licences for heavy rare earths bind from 2026-12.',
    }];
  doc.headline = values.length ? `With these levers dysprosium oxide outside costs up to ${peak.toPrecision(3)} times the baseline’s price.` : head().headline;
  return doc;
}

export const runRow = (run, values) => ({
  ...(given?.runs.find((row) => row.run === source(run)) ?? {}), run, title: run === 'reference' ? 'Baseline' : 'Your levers', note: '', first: firstOf(values), end: periods.length, pair: run === 'reference' ? '' : 'reference', hits: ['EU27', 'USA', 'JPN'], assumed: false, source: [], all_series: true,
});

export const project = (asset) => ({
  asset, period: '2034-12', status: 'financing',
  gate: { passed: false, failed: 'cover', shortfall: 0.18, main_product: 'ndpr_oxide', usd_per_kg: 71.2, capex_usd: 9.1e8, grant_usd: 2e8, debt_usd: 4.4e8, npv_usd: -3.1e7, hurdle_usd: 0, irr: 0.071, cover_least: 1.02, cover_mean: 1.4, loan_life_cover: 1.31, break_even_usd_per_kg: 79, passing_usd_per_kg: 84.5, passing_floor_usd_per_kg: 92, passing_loan_usd: 2.4e8, passing_offtake_share: null, passing_grant_usd: 1.1e8 },
  in_place: { feed: 1, reagents: 0.9, buyers: 0.55 }, cliff: { years: 6.5, cover_before: 1.5, cover_after: 0.9 },
  basket: { goods: [{ commodity: 'ndpr_oxide', element: 'ndpr', t_per_year: 1200, usd_per_kg: 71 }, { commodity: 'dy_oxide', element: 'dy', t_per_year: 20, usd_per_kg: 400 }, { commodity: 'ndfeb_dy', element: '', t_per_year: -2000, usd_per_kg: 8 }], operating_usd_per_year: 2e7, fixed_usd_per_year: 5e6 },
  years_usd: [2030, 2031, 2032].map((year) => ({ year, running: 0.8, capex: 1e7, grant: 0, market_revenue: 2.2e8, support: 3e7, purchases: 4e7, operating_cost: 1.1e8, tax: 5e6, available: 9e7, downside: 5e7, interest: 2e7, repaid: 3e7, debt_left: 3e8, to_owners: 4e7, cover: 1.8, survival: 0.9 })),
  history: [{ period: '2026-03', coordinated: true, result: { passed: false, failed: 'npv', shortfall: 3.1e7, main_product: 'ndpr_oxide', usd_per_kg: 64, passing_usd_per_kg: 84.5 }, pivotal: ['floor_us'] }],
});

export function table(name, key) {
  const rows = months(key === 'reference' ? 'reference' : 'levers', [], 0, periods.length);
  const section = rows[name];
  if (!section) return null;
  const columns = Object.keys(section[0]).filter((c) => c !== 'first' && c !== 'values');
  return [`${[...columns, 'period', 'value'].join(',')}`, ...section.flatMap((r) => r.values.map((v, i) => [...columns.map((c) => r[c]), periods[r.first + i], v].join(',')))].join('\n') + '\n';
}

export function fans(done, total) {
  const reference = months('reference', [], 0, 48).prices.filter((p) => p.kind === 'outside');
  const width = 0.4 / Math.sqrt(Math.max(1, done / 4)) + 0.2;
  return {
    draws: { done, total, failed: 0, seed: 1, design: 'sobol' },
    fans: reference.map((p) => ({ run: 'reference', what: 'price', item: p.commodity, region: p.region, unit: 'USD/kg', first: 0, ...Object.fromEntries([['p05', 1 - width], ['p25', 1 - width / 2], ['p50', 1], ['p75', 1 + width / 2], ['p95', 1 + width]].map(([q, f]) => [q, p.values.map((v) => v * f)])) })),
  };
}
export const drivers = () => ({ drivers: [{ metric: 'Highest price of dysprosium oxide outside', unit: 'x', mean: 2.4, noise_floor: 0.03, rows: [['Demand for electric cars', 0.41], ['Length of the freeze', 0.33], ['Belief in the floor', 0.08]].map(([name, share]) => ({ name, share, low: share - 0.05, high: share + 0.05, at_low: 1.8, at_high: 3.1 })) }] });
