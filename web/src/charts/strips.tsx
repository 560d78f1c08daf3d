/* Heat strips over months: a row of cells for each series, coloured in steps, with the values at the cursor as numbers beside them. */
import { useState } from 'preact/hooks';
import { month } from '../format';
import type { Strip } from './cover_layout';
import { lastKnown } from './lines_layout';
import { isFiniteNumber } from './scale';
import { CursorText, TimeFrame, type Frame } from './time_frame';
import { fit, type Mark } from './time_layout';

interface StripsProps {
  label: string;
  periods: readonly string[];
  rows: Strip[];
  step: (value: number | null | undefined) => number | null;
  steps: { step: number; label: string }[];
  format: (value: number) => string;
  unit: string;
  marks?: readonly Mark[];
  stale?: number | undefined;
}

export function Strips(props: StripsProps) {
  const { label, periods, rows, step, steps, format, unit, marks = [], stale } = props;
  const [cursor, setCursor] = useState<number | null>(null);
  const last = lastKnown(rows.map((row) => row.values), periods.length);
  const at = cursor ?? last;
  const value = (row: Strip): string => (isFiniteNumber(row.values[at]) ? format(row.values[at] as number) : '–');
  const rowHeight = 34;
  const describe = (period: number): string =>
    `${month(periods[period])}: ${rows.map((row) => `${row.label} ${isFiniteNumber(row.values[period]) ? `${format(row.values[period] as number)} ${unit}` : 'unknown'}`).join(', ')}`;
  return (
    <>
      <ul class="steps" aria-label="Colours">{steps.map((entry) => <li key={entry.step} class={`heat-${entry.step}`}>{entry.label}</li>)}</ul>
      <p class="legend-when"><CursorText periods={periods} cursor={cursor} last={last} /></p>
      <TimeFrame label={label} periods={periods} marks={marks} stale={stale} cursor={cursor} onCursor={setCursor} describe={describe} format={() => ''}
        height={rows.length * rowHeight + 46} marginRight={() => 46} left={6}
        y={(frame) => Object.assign((value: number) => value, { ticks: [], domain: [frame.bottom, frame.top] as [number, number] })}>
        {(frame) => rows.map((row, index) => (
          <g key={row.id}>
            <text class="strip-name" x={0} y={frame.top + index * rowHeight + 12}>{fit(row.label, frame.right)}</text>
            <Cells row={row} frame={frame} top={frame.top + index * rowHeight + 17} step={step} />
            <text class="strip-value" x={frame.right + 12} y={frame.top + index * rowHeight + 27}>{value(row)}</text>
          </g>
        ))}
      </TimeFrame>
    </>
  );
}

/* Runs of months of one step are one rectangle. */
function Cells({ row, frame, top, step }: { row: Strip; frame: Frame; top: number; step: StripsProps['step'] }) {
  const half = frame.xs.length > 1 ? (frame.xs[1]! - frame.xs[0]!) / 2 : 10;
  const cells: { from: number; to: number; step: number }[] = [];
  row.values.forEach((value, index) => {
    const of = step(value);
    const last = cells[cells.length - 1];
    if (of === null || frame.xs[index] === undefined) return;
    if (last && last.to === index - 1 && last.step === of) last.to = index;
    else cells.push({ from: index, to: index, step: of });
  });
  return (
    <>
      {cells.map((cell) => (
        <rect key={cell.from} class={`cell heat-${cell.step}`} x={(frame.xs[cell.from]! - half).toFixed(1)} y={top} height={13}
          width={(frame.xs[cell.to]! - frame.xs[cell.from]! + 2 * half).toFixed(1)} />
      ))}
    </>
  );
}
