/* Fans of an ensemble: the median, half of the draws around it, and nine in ten. */
import { useState } from 'preact/hooks';
import { classes, type Document, type Fan as FanRow } from '../document';
import { month, number, percent, short, words } from '../format';
import { classLook, kindLook, nth, type Look } from '../palette';
import type { Table } from './csv';
import { Figure } from './figure';
import { Legend } from './legend';
import { lastKnown, pathOf } from './lines_layout';
import { commodityName, regionName } from './names';
import { areaPath, extent, isFiniteNumber, linearScale, type Scale } from './scale';
import { chosen, Select } from './select';
import { shockMarks, type View } from './series';
import { sourceLine } from './source_line';
import { CursorText, TimeFrame, type Frame } from './time_frame';

const quantiles = ['p05', 'p25', 'p50', 'p75', 'p95'] as const;
type Quantile = (typeof quantiles)[number];
export type FanValues = Record<Quantile, (number | null)[]>;

/* A fan's quantiles over the whole horizon. */
export function fanValues(fan: FanRow, count: number): FanValues {
  const whole = (values: readonly (number | null)[]): (number | null)[] =>
    Array.from({ length: count }, (_, at) => values[at - fan.first] ?? null);
  return { p05: whole(fan.p05), p25: whole(fan.p25), p50: whole(fan.p50), p75: whole(fan.p75), p95: whole(fan.p95) };
}

/* Fans of a run that have something to draw: losses by class first, then prices, then the rest. */
export function fansOf(doc: Document, run: string): FanRow[] {
  const order = ['loss', 'price', 'stock', 'money'];
  const place = (fan: FanRow): number => order.indexOf(fan.what) * 10 + Math.max(0, (classes as readonly string[]).indexOf(fan.item));
  return (doc.fans ?? []).filter((fan) => fan.run === run && fan.p50.some(isFiniteNumber)).sort((a, b) => place(a) - place(b));
}

const whatNames: Record<string, string> = { price: 'Price', loss: 'What users go without', stock: 'Stock', money: 'Money' };
const fanLook = (fan: FanRow): Look => (fan.what === 'loss' ? classLook(fan.item) : fan.what === 'price' ? kindLook('outside') : nth(2));

export function Fans({ view, what }: { view: View; what?: string }) {
  const { doc, run } = view;
  const [picked, setPicked] = useState<string | null>(null);
  const rows = fansOf(doc, run).filter((fan) => what === undefined || fan.what === what);
  const name = (fan: FanRow): string => {
    const of = doc.names.commodities[fan.item] ? commodityName(doc, fan.item) : words(fan.item);
    return `${whatNames[fan.what] ?? words(fan.what)}: ${of}${fan.region ? `, ${regionName(doc, fan.region)}` : ''}`;
  };
  const key = (fan: FanRow): string => `${fan.what}|${fan.item}|${fan.region}`;
  const options = rows.map((fan) => ({ value: key(fan), label: name(fan) }));
  const choice = chosen(picked, options);
  const fan = rows.find((row) => key(row) === choice);
  const { periods } = doc.horizon;
  const values = fan && fanValues(fan, periods.length);
  const draws = !doc.draws ? 'the draws' : doc.draws.done < doc.draws.total ? `the ${number(doc.draws.done)} draws so far (of ${number(doc.draws.total)})` : `the ${number(doc.draws.done)} draws`;
  return (
    <Figure title={fan ? name(fan) : 'Range of outcomes'} unit={fan?.unit ?? ''} name={`fan-${choice || 'none'}`} source={sourceLine(doc, 'fans')}
      about={`What is uncertain is drawn anew many times. Half of ${draws} lie in the dark band, nine in ten in the light one; the line is the median.`}
      table={() => fanTable(periods, values, fan?.unit ?? '')} empty={fan ? undefined : 'There are no draws yet.'}
      controls={<Select label="Show" value={choice} options={options} onChange={setPicked} />}>
      {fan && values && <FanPlot label={name(fan)} periods={periods} values={values} look={fanLook(fan)} unit={fan.unit} view={view} />}
    </Figure>
  );
}

interface FanPlotProps {
  label: string;
  periods: readonly string[];
  values: FanValues;
  look: Look;
  unit: string;
  view: View;
}
function FanPlot({ label, periods, values, look, unit, view }: FanPlotProps) {
  const [cursor, setCursor] = useState<number | null>(null);
  const write = (value: number | null | undefined): string => (unit === 'share' ? percent(value) : number(value));
  const say = (period: number): string =>
    `median ${write(values.p50[period])}, half between ${write(values.p25[period])} and ${write(values.p75[period])}, nine in ten between ${write(values.p05[period])} and ${write(values.p95[period])}`;
  const last = lastKnown([values.p50], periods.length);
  const at = cursor ?? last;
  return (
    <>
      <Legend when={<CursorText periods={periods} cursor={cursor} last={last} />} entries={[
        { id: 'median', label: 'Median', look, value: write(values.p50[at]) },
        { id: 'half', label: 'Half of the draws', look: { ...look, dash: '' }, value: `${write(values.p25[at])} to ${write(values.p75[at])}` },
        { id: 'ninety', label: 'Nine in ten', look: { ...look, dash: '2 3' }, value: `${write(values.p05[at])} to ${write(values.p95[at])}` },
      ]} />
      <TimeFrame label={label} periods={periods} marks={shockMarks(view.doc, view.run)} stale={view.stale} cursor={cursor} onCursor={setCursor}
        describe={(period) => `${month(periods[period])}: ${say(period)}`} format={unit === 'share' ? percent : short}
        y={(frame) => linearScale(extent([values.p05, values.p95, values.p50]), frame.bottom, frame.top, { zero: true })}>
        {(frame, y) => <Bands values={values} frame={frame} y={y} look={look} />}
      </TimeFrame>
    </>
  );
}

function Bands({ values, frame, y, look }: { values: FanValues; frame: Frame; y: Scale; look: Look }) {
  const heights = (of: readonly (number | null)[]): (number | null)[] => of.map((value) => (isFiniteNumber(value) ? y(value) : null));
  return (
    <>
      <path class="band wide" style={{ fill: look.colour }} d={areaPath(frame.xs, heights(values.p05), heights(values.p95))} />
      <path class="band" style={{ fill: look.colour }} d={areaPath(frame.xs, heights(values.p25), heights(values.p75))} />
      <path class="line edge" style={{ stroke: look.colour }} d={pathOf(values.p05, frame.xs, y)} />
      <path class="line edge" style={{ stroke: look.colour }} d={pathOf(values.p95, frame.xs, y)} />
      <path class="line" style={{ stroke: look.colour }} d={pathOf(values.p50, frame.xs, y)} />
    </>
  );
}

function fanTable(periods: readonly string[], values: FanValues | undefined, unit: string): Table {
  const names = ['5 in 100 below', '25 in 100 below', 'Median', '75 in 100 below', '95 in 100 below'];
  return {
    columns: [{ name: 'Month' }, ...names.map((name) => ({ name, unit }))],
    rows: values ? periods.map((period, at) => [period, ...quantiles.map((quantile) => values[quantile][at] ?? null)]) : [],
  };
}
