/* What it costs: bars by year, stacked by instrument or by who pays. Money paid out goes up, money that comes back down. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Document } from '../document';
import { money, short, shortMonth, words } from '../format';
import { nth, regionLook, type Look } from '../palette';
import { Figure } from './figure';
import { Legend } from './legend';
import { moneyBars, moneyScale, moneyTotals, type MoneyBars } from './money_layout';
import { regionName } from './names';
import { Select } from './select';
import { runOf, type View } from './series';
import { sourceLine } from './source_line';
import { stepOf } from './time_frame';
import { useWidth } from './use_width';

export function MoneyChart({ view }: { view: View }) {
  const { doc, run } = view;
  const [by, setBy] = useState<'instrument' | 'payer'>('instrument');
  const [year, setYear] = useState<number | null>(null);
  const bars = moneyBars(doc.money ?? [], run, by);
  const ghost = view.ghost && moneyTotals(moneyBars(view.ghost.doc.money ?? [], view.ghost.run, by));
  const ghostYears = view.ghost ? moneyBars(view.ghost.doc.money ?? [], view.ghost.run, by).years : [];
  // The run may end within a year: the whole year without it is no measure then.
  const last = doc.horizon.periods[(runOf(doc, run)?.end ?? 0) - 1] ?? '';
  const part = last !== '' && Number(last.slice(5, 7)) + doc.horizon.step_months - 1 < 12 ? Number(last.slice(0, 4)) : null;
  const span = bars.years.length === 0 ? '' : `${bars.years[0]} to ${last !== '' && part !== null ? shortMonth(last) : bars.years.at(-1)}`;
  const name = (key: string): string => nameOf(doc, by, key);
  const at = year === null ? -1 : bars.years.indexOf(year);
  const value = (of: number[]): number => (at >= 0 ? (of[at] ?? 0) : of.reduce((a, b) => a + b, 0));
  return (
    <Figure title="What it costs and who pays" unit="million USD a year, nominal" name="money" source={sourceLine(doc, 'money')}
      about="Bars upwards are money paid out, bars downwards money that comes back: repayments, interest, tariffs, sales of stock. Guarantees that were not called are not in the bars."
      table={() => ({
        columns: [{ name: 'Year' }, ...bars.bars.flatMap((bar) => [{ name: `${name(bar.key)}, paid out`, unit: 'million USD' }, { name: `${name(bar.key)}, came back`, unit: 'million USD' }])],
        rows: bars.years.map((y, index) => [String(y), ...bars.bars.flatMap((bar) => [bar.outlay[index] ?? 0, bar.receipts[index] ?? 0])]),
      })}
      empty={bars.bars.length === 0 ? 'No money moves in this run.' : undefined}
      controls={<Select label="By" value={by} onChange={(next) => setBy(next === 'payer' ? 'payer' : 'instrument')}
        options={[{ value: 'instrument', label: 'instrument' }, { value: 'payer', label: 'who pays' }]} />}>
      <Legend sample="box" when={`${at >= 0 ? `In ${year}` : span}: paid out, less what came back.${ghost ? ' Dashes: paid out without the change.' : ''}`}
        entries={bars.bars.map((bar, index) => ({ id: bar.key, label: name(bar.key), look: lookOf(by, bar.key, index), value: money(value(bar.outlay) - value(bar.receipts)) }))} />
      <Bars bars={bars} by={by} name={name} year={year} onYear={setYear} ghost={ghost && { years: ghostYears.map((y) => (y === part ? NaN : y)), out: ghost.out }} />
    </Figure>
  );
}

function nameOf(doc: Document, by: 'instrument' | 'payer', key: string): string {
  if (key === '') return 'All others';
  if (by === 'payer') return key === 'incumbent' ? `${regionName(doc, doc.world.controlling)}: state and firms` : doc.names.regions[key] ? regionName(doc, key) : words(key);
  return doc.money?.find((row) => row.instrument === key)?.title || words(key);
}
const lookOf = (by: 'instrument' | 'payer', key: string, index: number): Look => (by === 'payer' ? regionLook(key || 'other') : key === '' ? regionLook('other') : nth(index));

interface BarsProps {
  bars: MoneyBars;
  by: 'instrument' | 'payer';
  name: (key: string) => string;
  year: number | null;
  onYear: (year: number | null) => void;
  ghost: { years: number[]; out: number[] } | undefined;
}

function Bars({ bars, by, name, year, onYear, ghost }: BarsProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const height = width < 480 ? 230 : 290;
  const [left, right, top, bottom] = [46, width - 8, 10, height - 24];
  const totals = moneyTotals(bars);
  const y = moneyScale(Math.max(0, ...totals.out, ...(ghost?.out ?? [])), Math.max(0, ...totals.back), bottom, top);
  const step = (right - left) / Math.max(1, bars.years.length);
  const wide = Math.min(64, step * 0.72);
  const every = Math.max(1, Math.ceil(34 / step));
  const x = (index: number): number => left + step * (index + 0.5);
  const say = (at: number): string => `${bars.years[at]}: paid out ${money(totals.out[at])}, came back ${money(totals.back[at])}. ` +
    bars.bars.filter((bar) => (bar.outlay[at] ?? 0) > 0).map((bar) => `${name(bar.key)} ${money(bar.outlay[at])}`).join(', ');
  const at = year === null ? null : bars.years.indexOf(year);
  const last = bars.years.length - 1;
  const move = (to: number): void => onYear(bars.years[Math.max(0, Math.min(last, to))] ?? null);
  const onPointer = (event: JSX.TargetedPointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    if (box.width > 0) move(Math.floor((((event.clientX - box.left) * width) / box.width - left) / step));
  };
  return (
    <div class="plot" ref={holder} tabIndex={0} role="slider" aria-label="Money: year" aria-valuemin={0} aria-valuemax={Math.max(0, last)}
      aria-valuenow={at ?? Math.max(0, last)} aria-valuetext={last < 0 ? 'no years' : say(at ?? last)}
      onPointerMove={onPointer} onPointerDown={onPointer} onPointerLeave={(event) => event.pointerType === 'mouse' && onYear(null)}
      onKeyDown={(event) => {
        const by = stepOf[event.key];
        if (event.key === 'Escape') return onYear(null);
        if (by === undefined) return;
        event.preventDefault();
        move((at ?? (by > 0 ? -1 : last + 1)) + by);
      }}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true" focusable="false">
        <g class="axes">
          {y.ticks.map((tick) => (
            <g key={tick}>
              <path class={tick === 0 ? 'zero' : 'grid'} d={`M${left},${y(tick).toFixed(1)}H${right}`} />
              <text x={left - 6} y={y(tick).toFixed(1)} dy="0.32em" text-anchor="end">{short(tick)}</text>
            </g>
          ))}
          {bars.years.map((of, index) => index % every === 0 && <text key={of} x={x(index)} y={bottom + 17} text-anchor="middle">{String(of)}</text>)}
        </g>
        {bars.years.map((of, index) => {
          let [up, down] = [0, 0];
          return bars.bars.map((bar, order) => {
            const [out, back] = [bar.outlay[index] ?? 0, bar.receipts[index] ?? 0];
            const fill = { fill: lookOf(by, bar.key, order).colour };
            const faded = year !== null && year !== of ? 'bar faded' : 'bar';
            const parts = [
              out > 0 && <rect key={`${bar.key}+${of}`} class={faded} style={fill} x={x(index) - wide / 2} width={wide} y={y(up + out)} height={Math.max(0, y(up) - y(up + out))} />,
              back > 0 && <rect key={`${bar.key}-${of}`} class={faded} style={fill} x={x(index) - wide / 2} width={wide} y={y(-down)} height={Math.max(0, y(-down - back) - y(-down))} />,
            ];
            up += out;
            down += back;
            return parts;
          });
        })}
        {ghost?.out.map((out, index) => {
          const place = bars.years.indexOf(ghost.years[index] ?? NaN);
          return place >= 0 && out > 0 && <path key={place} class="bar ghost" d={`M${x(place) - wide / 2 - 2},${y(out).toFixed(1)}h${wide + 4}`} />;
        })}
      </svg>
    </div>
  );
}
