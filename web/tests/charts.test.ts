/* Pure parts of the charts: scales, paths, stacks, layouts. Expected values are worked out by hand in the comments. */
import { describe, expect, it } from 'vitest';
import type { Document, Flow, Money, Project } from '../src/document';
import { csv } from '../src/charts/csv';
import { coverStep, rowsByNeed } from '../src/charts/cover_layout';
import { fanValues } from '../src/charts/fan';
import { endLabels, linesScale, pathOf, type Item } from '../src/charts/lines_layout';
import { lossStep, multiple, sortRows, spellText } from '../src/charts/matrix_layout';
import { moneyBars, moneyScale } from '../src/charts/money_layout';
import { areaPath, extent, linearScale, linePath, logScale, spread } from '../src/charts/scale';
import { fullValues, shockMarks } from '../src/charts/series';
import { chainEdges, chainLayout, linkPath } from '../src/charts/sankey_layout';
import { largest, stack, totals } from '../src/charts/stack_layout';
import { fit, nearestPeriod, periodTicks, periodXs, placeMarks, textWidth } from '../src/charts/time_layout';
import { freeSpan, monthNumber, spanOf, timelineRows } from '../src/charts/timeline_layout';
import { nth } from '../src/palette';

const look = nth(0);
const bad = [[], [null], [null, null, null], [NaN, Infinity, -Infinity], [0], [5], [-3, -7], [1e300, -1e300], [1e-300, 1], [0, 0, 0]] as (number | null)[][];
const periods = Array.from({ length: 24 }, (_, at) => `${2026 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`);

describe('scales', () => {
  it('are finite and within the chart for any data', () => {
    for (const values of bad)
      for (const log of [false, true]) {
        const y = linesScale([{ id: 'a', label: 'a', look, values }], 200, 10, { log });
        for (const value of [...values, 0, 1, -1, 1e308]) if (value !== null && Number.isFinite(value)) expect(Number.isFinite(y(value))).toBe(true);
        expect(y.ticks.every((tick) => Number.isFinite(y(tick)))).toBe(true);
        expect(y.domain[0]).toBeLessThan(y.domain[1]);
      }
  });
  it('begin at nought where asked, and go below it where values do', () => {
    expect(linearScale([3, 9], 100, 0, { zero: true }).domain).toEqual([0, 10]); // nice to five ticks: steps of 2
    expect(linearScale([-4, 9], 100, 0, { zero: true }).domain[0]).toBeLessThanOrEqual(-4);
    expect(linearScale([0, 10], 100, 0)(5)).toBeCloseTo(50);
  });
  it('of a logarithm put a factor at the same distance everywhere', () => {
    const y = logScale([1, 1000], 300, 0);
    expect(y(10) - y(100)).toBeCloseTo(y(100) - y(1000), 6);
    expect(y(-5)).toBe(300);
    expect(y.ticks).toContain(100);
  });
  it('leave out what cannot be drawn', () => {
    expect(extent([[null, NaN, 3], [7, undefined]])).toEqual([3, 7]);
    expect(extent([[-1, 0, 2]], true)).toEqual([2, 2]);
    expect(extent([[null]])).toBeNull();
  });
});

describe('paths', () => {
  it('break at gaps and mark a lone point', () => {
    expect(linePath([0, 1, 2, 3], [5, 6, null, 7])).toBe('M0,5L1,6M3,7h0.01');
    expect(linePath([], [])).toBe('');
  });
  it('never hold NaN', () => {
    for (const values of bad) {
      const xs = periodXs(values.length, 0, 100);
      const y = linearScale(extent([values]), 100, 0);
      expect(pathOf(values, xs, y) + areaPath(xs, values.map(() => 0), values)).not.toMatch(/NaN|Infinity|undefined/);
      expect(linkPathOfNothing()).toBe('');
    }
  });
  it('of an area go out along the top and back along the bottom', () => {
    expect(areaPath([0, 1], [9, 9], [4, 5])).toBe('M0,4L1,5L1,9L0,9Z');
  });
});
const linkPathOfNothing = (): string => chainLayout([], { left: 0, right: 100, top: 0, bottom: 100, nodeWidth: 10, gap: 5 }).links.map((link) => linkPath(link, 10)).join('');

describe('labels', () => {
  it('are moved apart, in their order, within the chart', () => {
    const placed = spread([50, 51, 52], 10, 0, 100);
    expect(placed[1]! - placed[0]!).toBeGreaterThanOrEqual(10 - 1e-9);
    expect(placed[2]! - placed[1]!).toBeGreaterThanOrEqual(10 - 1e-9);
    const low = spread([99, 100, 98], 10, 0, 100); // order by place: 98, 99, 100 -> at most 80, 90, 100
    expect(low).toEqual([90, 100, 80]);
    const crowded = spread([1, 2, 3, 4], 50, 0, 60); // gap shrinks to 20
    expect(Math.max(...crowded)).toBeLessThanOrEqual(60 + 1e-9);
    expect(Math.min(...crowded)).toBeGreaterThanOrEqual(-1e-9);
    expect(spread([], 10, 0, 1)).toEqual([]);
  });
  it('stand at the last value that there is', () => {
    const item: Item = { id: 'a', label: 'a', look, values: [1, 2, null] };
    const y = linearScale([0, 2], 100, 0);
    const ends = endLabels([item, { ...item, id: 'b', values: [null, null, null] }], [0, 10, 20], y, 0, 100);
    expect(ends.map((end) => [end.id, end.x])).toEqual([['a', 10]]);
  });
  it('of shocks in one month are told together, and cut where there is no room', () => {
    const xs = periodXs(24, 0, 230);
    const marks = placeMarks([{ period: 3, label: 'A' }, { period: 3, label: 'B' }, { period: 99, label: 'gone' }], xs, 230);
    expect(marks.map((mark) => mark.label)).toEqual(['A, B']);
    const long = placeMarks([{ period: 12, label: 'x'.repeat(400) }], xs, 230)[0]!;
    expect(textWidth(long.label, 11)).toBeLessThan(230);
    expect(fit('abc', 1000)).toBe('abc');
  });
  it('of two shocks that would overlap are in two rows', () => {
    const rows = placeMarks([{ period: 2, label: 'a long name' }, { period: 3, label: 'another name' }], periodXs(24, 0, 700), 700).map((mark) => mark.row);
    expect(rows).toEqual([0, 1]);
  });
});

describe('months', () => {
  it('have a tick a year, thinned where it is narrow', () => {
    expect(periodTicks(periods, periodXs(24, 0, 600)).map((tick) => tick.label)).toEqual(['2026', '2027']);
    const long = Array.from({ length: 240 }, (_, at) => `${2000 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`);
    const xs = periodXs(240, 0, 200);
    const ticks = periodTicks(long, xs);
    expect(xs[ticks[1]!.index]! - xs[ticks[0]!.index]!).toBeGreaterThanOrEqual(40);
    expect(periodTicks([], [])).toEqual([]);
    expect(periodTicks(['2026-05'], [50])).toEqual([{ index: 0, label: '2026-05' }]);
  });
  it('are found by the pointer', () => {
    expect(nearestPeriod([0, 10, 20], 14)).toBe(1);
    expect(nearestPeriod([], 14)).toBe(0);
  });
  it('of spells are clipped to the horizon', () => {
    const first = monthNumber('2026-01');
    expect(spanOf('2025-01', '2026-07', first, 12, 0, 120)).toEqual({ x: 0, width: 60 });
    expect(spanOf('2030-01', '', first, 12, 0, 120)).toBeNull();
    expect(spanOf('nonsense', '2026-07', first, 12, 0, 120)).toBeNull();
    expect(freeSpan({ x: 0, width: 100 }, [30])).toEqual({ x: 38, width: 62 });
  });
});

const document = (rest: Partial<Document>): Document => ({
  format: 1, lodestone: '0', kind: 'stress', created: '', command: '', scenario: { name: '', title: '', note: '' }, headline: '', notes: [],
  world: { name: '', base_year: 2024, assumed: [], controlling: 'CHN' }, horizon: { from: '2026-01-01', step_months: 1, periods },
  names: { regions: {}, commodities: {}, segments: {}, assets: {}, elements: [] }, sources: {}, units: {},
  runs: [
    { run: 'reference', title: '', note: '', first: 0, end: 24, pair: '', hits: [], assumed: false, source: [] },
    { run: 'freeze', title: 'Freeze', note: '', first: 4, end: 20, pair: 'reference', hits: [], assumed: false, source: [] },
  ],
  ...rest,
});

describe('a shock’s run', () => {
  const doc = document({ supply: [
    { run: 'reference', stage: 'mine', region: 'USA', first: 0, values: periods.map((_, at) => at) },
    { run: 'freeze', stage: 'mine', region: 'USA', first: 4, values: [100, 101] },
  ] });
  it('is its pair before it begins, and nothing where it is not solved', () => {
    const values = fullValues(doc, doc.supply, 'freeze', () => true);
    expect(values.slice(0, 7)).toEqual([0, 1, 2, 3, 100, 101, null]);
    expect(values).toHaveLength(24);
  });
  it('goes as its pair where a series is absent, until it ends', () => {
    const values = fullValues(doc, doc.supply!.slice(0, 1), 'freeze', () => true);
    expect(values).toEqual(periods.map((_, at) => (at < 20 ? at : null)));
  });
  it('has nothing where a series is absent and it tells all of them', () => {
    const runs = doc.runs.map((row) => (row.run === 'freeze' ? { ...row, all_series: true } : row));
    const values = fullValues({ ...doc, runs }, doc.supply!.slice(0, 1), 'freeze', () => true);
    expect(values).toEqual(periods.map((_, at) => (at < 4 ? at : null)));
  });
  it('is marked where it begins; the reference is not', () => {
    expect(shockMarks(doc, 'freeze')).toEqual([{ period: 4, label: 'Freeze' }]);
    expect(shockMarks(doc, 'reference')).toEqual([]);
    expect(shockMarks(doc, 'no such run')).toEqual([]);
  });
});

describe('stacks', () => {
  const layer = (id: string, values: (number | null)[]) => ({ id, label: id, look, values });
  it('lie on each other', () => {
    const [a, b] = stack([layer('a', [1, 2, null]), layer('b', [3, null, null])]);
    expect(a!.high).toEqual([1, 2, null]);
    expect(b!.low).toEqual([1, 2, null]);
    expect(b!.high).toEqual([4, 2, null]);
  });
  it('keep their total when small ones are summed', () => {
    const layers = [layer('a', [5, 5]), layer('b', [3, null]), layer('c', [2, 2]), layer('d', [1, 1])];
    const kept = largest(layers, 3, layer('rest', []));
    expect(kept.map((each) => each.id)).toEqual(['a', 'c', 'rest']); // sizes 10, 3, 4, 2: b and d are summed
    expect(totals(kept)).toEqual(totals(layers));
  });
  it('hold nothing for nothing', () => {
    expect(stack([])).toEqual([]);
    expect(totals([layer('a', [NaN, null])])).toEqual([null, null]);
  });
});

const flow = (from: string, to: string, t: number): Flow => ({ run: 'r', year: 2027, element: 'nd', from, to, t });

describe('the chain', () => {
  const flows = [
    flow('mine:CHN', 'light_separation:CHN', 100), flow('mine:USA', 'light_separation:USA', 20), flow('light_separation:CHN', 'magnet:CHN', 90),
    flow('light_separation:CHN', 'loss', 10), flow('light_separation:USA', 'magnet:CHN', 20), flow('magnet:CHN', 'use:industrial', 85),
    flow('magnet:CHN', 'use:defence', 5), flow('magnet:CHN', 'recycling:CHN', 20), flow('recycling:CHN', 'light_separation:CHN', 15),
    flow('mine:CHN', 'light_separation:CHN', NaN), flow('mine:CHN', 'light_separation:CHN', -4),
  ];
  const room = { left: 0, right: 500, top: 0, bottom: 300, nodeWidth: 10, gap: 10 };
  it('conserves tonnes at every node that the flows balance at', () => {
    const chain = chainLayout(chainEdges(flows, 'r', 2027, 'nd'), room);
    const node = (id: string) => chain.nodes.find((each) => each.id === id)!;
    expect([node('light_separation:CHN').in, node('light_separation:CHN').out]).toEqual([115, 100]); // 100 mined + 15 scrap; 90 + 10 lost
    expect([node('magnet:CHN').in, node('magnet:CHN').out]).toEqual([110, 110]); // 90 + 20; 85 + 5 + 20 of scrap
    expect(node('back:recycling').in).toBe(20); // a link to an earlier column is cut, and its tonnes are kept
    const drawn = chain.links.reduce((sum, link) => sum + link.t, 0);
    expect(drawn).toBe(100 + 20 + 90 + 10 + 20 + 85 + 5 + 20 + 15);
    for (const link of chain.links) expect(link.to.column).toBeGreaterThan(link.from.column);
  });
  it('keeps what is small as “other”, with its tonnes', () => {
    const small = [...flows, flow('mine:AAA', 'light_separation:CHN', 0.5), flow('mine:BBB', 'light_separation:CHN', 0.4)];
    const edges = chainEdges(small, 'r', 2027, 'nd');
    expect(edges.find((edge) => edge.from === 'mine:other')?.t).toBeCloseTo(0.9);
  });
  it('stays within its room and does not overlap', () => {
    const chain = chainLayout(chainEdges(flows, 'r', 2027, 'nd'), room);
    for (const node of chain.nodes) {
      expect(node.y).toBeGreaterThanOrEqual(0);
      expect(node.y + node.height).toBeLessThanOrEqual(300.01);
      for (const other of chain.nodes) if (other !== node && other.column === node.column) expect(other.y >= node.y + node.height || node.y >= other.y + other.height).toBe(true);
      const out = chain.links.filter((link) => link.from === node).reduce((sum, link) => sum + link.width, 0);
      expect(out).toBeLessThanOrEqual(node.height + 1e-6);
    }
    expect(chain.links.map((link) => linkPath(link, 10)).join('')).not.toMatch(/NaN/);
  });
  it('is empty for nothing', () => {
    expect(chainLayout(chainEdges([], 'r', 2027, 'nd'), room).nodes).toEqual([]);
    expect(chainLayout(chainEdges([flow('mine:CHN', 'mine:CHN', 3)], 'r', 2027, 'nd'), room).links.every((link) => Number.isFinite(link.width))).toBe(true);
  });
});

describe('money', () => {
  const money = (year: number, instrument: string, outlay: number, receipts: number): Money =>
    ({ run: 'r', year, instrument, title: instrument, payer: 'USA', outlay, receipts, contingent: 0 });
  it('is summed by year and key, small ones together, nothing lost', () => {
    const rows = [money(2027, 'a', 10, 0), money(2029, 'a', 5, 1), money(2027, 'b', 3, 0), money(2027, 'c', 1, 0), money(2029, 'd', 0, 2)];
    const bars = moneyBars(rows, 'r', 'instrument', 3);
    expect(bars.years).toEqual([2027, 2028, 2029]);
    expect(bars.bars.map((bar) => bar.key)).toEqual(['a', 'b', '']);
    expect(bars.bars[2]).toEqual({ key: '', outlay: [1, 0, 0], receipts: [0, 0, 2] });
  });
  it('has an axis with both sides', () => {
    const y = moneyScale(100, 60, 200, 0);
    expect(y(0)).toBeGreaterThan(y(100));
    expect(y(-60)).toBeLessThanOrEqual(200);
    expect(y.ticks).toContain(0);
    for (const [out, back] of [[0, 0], [0, 5], [1e200, 1], [1, 1e12]] as const) expect(moneyScale(out, back, 200, 0).ticks.every((tick) => Number.isFinite(moneyScale(out, back, 200, 0)(tick)))).toBe(true);
  });
  it('is nothing for nothing', () => expect(moneyBars([], 'r', 'payer')).toEqual({ years: [], bars: [] }));
});

describe('the matrix', () => {
  const row = (title: string, loss: number) => ({
    run: title, title, loss: { defence: loss, essential: 0, industrial: 0, consumer: 0 }, first_short_months: { defence: 0.5, essential: null, industrial: null, consumer: null },
    last_short_months: { defence: 8, essential: null, industrial: null, consumer: null }, still_short: { defence: false, essential: false, industrial: false, consumer: false },
    peak_price: { inside: 1, outside: null, paid: NaN }, projects_lost: null, policy_cost_musd: null,
  });
  it('is sorted, and back in the order of the battery', () => {
    const rows = [row('b', 0.2), row('a', 0.5), row('c', 0.1)];
    expect(sortRows(rows, { key: 'defence', down: true }).map((each) => each.title)).toEqual(['a', 'b', 'c']);
    expect(sortRows(rows, { key: 'title', down: false }).map((each) => each.title)).toEqual(['a', 'b', 'c']);
    expect(sortRows(rows, null).map((each) => each.title)).toEqual(['b', 'a', 'c']);
  });
  it('says when a shortage begins and ends', () => {
    expect(spellText(row('a', 0.5), 'defence')).toBe('after 15 days, until month 8'); // half of 30.4 days
    expect(spellText(row('a', 0.5), 'essential')).toBe('');
    expect(multiple(NaN)).toBe('–');
  });
  it('has six steps of colour', () => {
    expect([0, 0.009, 0.01, 0.1, 0.2, 0.5, 0.9, 1].map(lossStep)).toEqual([0, 0, 1, 2, 3, 4, 5, 5]);
    expect(lossStep(null)).toBe(0);
  });
});

describe('stocks', () => {
  it('are steps: empty is the strongest', () => {
    expect([0, 0.5, 1, 2, 4, 12].map(coverStep)).toEqual([5, 4, 3, 2, 1, 0]);
    expect(coverStep(null)).toBeNull();
  });
  it('show first what falls most', () => {
    const rows = [{ id: 'a', values: [3, 3], ghost: [3, 3] }, { id: 'b', values: [3, 1], ghost: [3, 3] }, { id: 'c', values: [null, null] }];
    expect(rowsByNeed(rows, 5).map((row) => row.id)).toEqual(['b', 'a']);
  });
});

describe('projects', () => {
  const project = (run: string, from: string, status: string): Project => ({ run, asset: 'x', spells: [{ status, from, to: '2027-12' }], gates: [], capacity_t: 1 });
  it('are what they were before the shock, and then the shock’s', () => {
    const doc = document({ projects: [project('reference', '2026-01', 'permitting'), project('freeze', '2026-05', 'construction')] });
    expect(timelineRows(doc, 'freeze', '')[0]?.spells).toEqual([{ status: 'permitting', from: '2026-01', to: '2026-05' }, { status: 'construction', from: '2026-05', to: '2027-12' }]);
    expect(timelineRows(document({}), 'freeze', '')).toEqual([]);
  });
});

describe('fans', () => {
  it('are laid over the horizon', () => {
    const values = fanValues({ run: 'r', what: 'price', item: 'x', region: '', unit: '', first: 2, p05: [1], p25: [2], p50: [3], p75: [4], p95: [5] }, 4);
    expect(values.p50).toEqual([null, null, 3, null]);
  });
});

describe('CSV', () => {
  it('is as RFC 4180 says', () => {
    expect(csv({ columns: [{ name: 'A, b' }, { name: 'C', unit: 't' }], rows: [['say "hi"\nthere', 1.5], [null, NaN]] }))
      .toBe('"A, b",C (t)\r\n"say ""hi""\nthere",1.5\r\n,\r\n');
  });
  it('does not hand a spreadsheet a formula', () => {
    expect(csv({ columns: [{ name: 'A' }], rows: [['=1+1'], ['-2+3'], ['-'], [-2]] })).toBe("A\r\n'=1+1\r\n'-2+3\r\n'-\r\n-2\r\n");
    expect(csv({ columns: [{ name: 'A' }], rows: [['-2'], ['-4.15e-12'], ['-0.5'], ['-1.5e-3']] })).toBe('A\r\n-2\r\n-4.15e-12\r\n-0.5\r\n-1.5e-3\r\n');
    expect(csv({ columns: [{ name: 'A' }], rows: [['Niš']] })).toBe('\ufeffA\r\nNiš\r\n');
  });
});
