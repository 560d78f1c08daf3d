/* Lines over months: prices, losses, stocks. Linear or logarithmic, with the baseline behind, shocks named, and values at the cursor in the legend. */
import { useState } from 'preact/hooks';
import { month, number, short } from '../format';
import type { Table } from './csv';
import { Point } from './glyph';
import { Legend, toggled } from './legend';
import { endLabels, labelRoom, lastKnown, linesScale, pathOf, type Item } from './lines_layout';
import { isFiniteNumber, type Scale } from './scale';
import { CursorText, TimeFrame, type Frame } from './time_frame';
import { fit, type Mark } from './time_layout';

export interface LinesProps {
  label: string;
  periods: readonly string[];
  items: Item[];
  marks?: readonly Mark[] | undefined;
  stale?: number | undefined;
  log?: boolean;
  zero?: boolean; // the axis begins at nought
  least?: number; // the axis reaches at least this far
  height?: number;
  compact?: boolean; // small multiple: no labels at line ends, no legend
  format?: (value: number) => string; // in the legend
  axisFormat?: (value: number) => string;
  cursor?: [number | null, (period: number | null) => void]; // shared between small multiples
}

export function Lines(props: LinesProps) {
  const { label, periods, items, marks, stale, log = false, compact = false, format = number, axisFormat = short } = props;
  const own = useState<number | null>(null);
  const [cursor, setCursor] = props.cursor ?? own;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = items.filter((item) => !hidden.has(item.id));
  const last = lastKnown(items.map((item) => item.values), periods.length);
  const at = cursor ?? last;
  const describe = (period: number): string =>
    `${month(periods[period])}: ${shown.map((item) => `${item.label} ${format(item.values[period] ?? NaN)}`).join(', ')}`;
  return (
    <>
      {!compact && (
        <Legend hidden={hidden} onToggle={(id) => setHidden(toggled(hidden, id))} when={<CursorText periods={periods} cursor={cursor} last={last} />}
          entries={items.map((item) => ({
            id: item.id, label: item.label, look: item.look, value: format(item.values[at] ?? NaN),
            before: item.ghost && isFiniteNumber(item.ghost[at]) ? format(item.ghost[at]) : undefined,
          }))} />
      )}
      <TimeFrame label={label} periods={periods} marks={marks ?? []} stale={stale} cursor={cursor} onCursor={setCursor} describe={describe}
        format={axisFormat} {...(props.height ? { height: props.height } : {})} marginRight={(width) => (compact ? 0 : labelRoom(shown, width))}
        y={(frame) => linesScale(shown, frame.bottom, frame.top, { log, ...(props.zero ? { zero: true } : {}), ...(props.least ? { least: props.least } : {}) })}>
        {(frame, y) => <Drawn items={shown} frame={frame} y={y} log={log} compact={compact} cursor={cursor} />}
      </TimeFrame>
    </>
  );
}

function Drawn({ items, frame, y, log, compact, cursor }: { items: Item[]; frame: Frame; y: Scale; log: boolean; compact: boolean; cursor: number | null }) {
  const named = !compact && labelRoom(items, frame.width) > 0;
  const labels = named ? endLabels(items, frame.xs, y, frame.top + 4, frame.bottom - 2, log) : [];
  return (
    <>
      {items.map((item) => item.ghost && (
        <path key={`ghost-${item.id}`} class="line ghost" d={pathOf(item.ghost, frame.xs, y, log)} style={{ stroke: item.look.colour }} />
      ))}
      {items.map((item) => (
        <path key={item.id} class="line" d={pathOf(item.values, frame.xs, y, log)} style={{ stroke: item.look.colour, strokeDasharray: item.look.dash }} />
      ))}
      {labels.map((end) => (
        <g class="end" key={end.id}>
          <path class="leader" d={`M${(end.x + 3).toFixed(1)},${end.y.toFixed(1)}L${frame.right + 10},${end.labelY.toFixed(1)}`} />
          <Point x={end.x} y={end.y} look={items.find((item) => item.id === end.id)!.look} />
          <text x={frame.right + 13} y={end.labelY.toFixed(1)} dy="0.32em">{fit(end.label, frame.width - frame.right - 13)}</text>
        </g>
      ))}
      {cursor !== null && items.map((item) => {
        const value = item.values[cursor];
        const drawable = isFiniteNumber(value) && (!log || value > 0) && frame.xs[cursor] !== undefined;
        return drawable && <Point key={`cursor-${item.id}`} x={frame.xs[cursor]!} y={y(value)} look={item.look} />;
      })}
    </>
  );
}

/* A row for each period, a column for each line (and its baseline). */
export function linesTable(periods: readonly string[], items: readonly Item[], unit: string): Table {
  return {
    columns: [
      { name: 'Month' },
      ...items.flatMap((item) => [{ name: item.label, unit }, ...(item.ghost ? [{ name: `${item.label}, baseline`, unit }] : [])]),
    ],
    rows: periods.map((period, at) => [
      period,
      ...items.flatMap((item) => [item.values[at] ?? null, ...(item.ghost ? [item.ghost[at] ?? null] : [])]),
    ]),
  };
}
