/* Money by year: what each instrument or payer pays out (up) and takes in (down). Pure: no drawing. */
import type { Money } from '../document';
import { isFiniteNumber, linearScale, type Scale } from './scale';

export interface MoneyBar {
  key: string;
  outlay: number[]; // by year
  receipts: number[];
}
export interface MoneyBars {
  years: number[];
  bars: MoneyBar[]; // largest first, the rest summed last as ""
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const clean = (value: number): number => (isFiniteNumber(value) ? Math.min(1e200, Math.max(0, value)) : 0);

export function moneyBars(rows: readonly Money[], run: string, by: 'instrument' | 'payer', most = 8): MoneyBars {
  const own = rows.filter((row) => row.run === run && Number.isFinite(row.year));
  const known = own.map((row) => row.year);
  const first = known.length > 0 ? Math.min(...known) : 0;
  const years = known.length > 0 ? Array.from({ length: Math.min(200, Math.max(...known) - first + 1) }, (_, at) => first + at) : [];
  const bars = new Map<string, MoneyBar>();
  for (const row of own) {
    const key = row[by];
    const bar = bars.get(key) ?? { key, outlay: years.map(() => 0), receipts: years.map(() => 0) };
    bars.set(key, bar);
    const at = row.year - first;
    bar.outlay[at] = (bar.outlay[at] ?? 0) + clean(row.outlay);
    bar.receipts[at] = (bar.receipts[at] ?? 0) + clean(row.receipts);
  }
  const size = (bar: MoneyBar): number => sum(bar.outlay) + sum(bar.receipts);
  const ordered = [...bars.values()].filter((bar) => size(bar) > 0).sort((a, b) => size(b) - size(a));
  if (ordered.length <= most) return { years, bars: ordered };
  const rest = ordered.slice(most - 1);
  const add = (of: 'outlay' | 'receipts'): number[] => years.map((_, at) => sum(rest.map((bar) => bar[of][at] ?? 0)));
  return { years, bars: [...ordered.slice(0, most - 1), { key: '', outlay: add('outlay'), receipts: add('receipts') }] };
}

/* Totals of each year. */
export function moneyTotals(bars: MoneyBars): { out: number[]; back: number[] } {
  return {
    out: bars.years.map((_, at) => sum(bars.bars.map((bar) => bar.outlay[at] ?? 0))),
    back: bars.years.map((_, at) => sum(bars.bars.map((bar) => bar.receipts[at] ?? 0))),
  };
}

/* An axis from what comes back (down) to what is paid out (up), which gives no room to a side that has next to nothing. */
export function moneyScale(out: number, back: number, bottom: number, top: number): Scale {
  const up = linearScale([0, Math.max(out, back * 0.25)], bottom, top, { zero: true });
  const step = (up.ticks[1] ?? 1) - (up.ticks[0] ?? 0);
  const low = back > 0.3 * step ? -step * Math.ceil(back / step) : -back;
  const high = up.domain[1];
  const y = (value: number): number => bottom + ((top - bottom) * (value - low)) / (high - low);
  const below = Array.from({ length: Math.min(50, Math.floor(-low / step)) }, (_, at) => -step * (at + 1));
  return Object.assign(y, { ticks: [...below.reverse(), ...up.ticks], domain: [low, high] as [number, number] });
}
