/* Axes, shocks, cursor and the part not solved yet, for anything drawn over months. The cursor is a slider: arrow keys move it by a month, page keys
 * by a year, home and end to the ends; a screen reader says the month and its values. */
import type { ComponentChildren, JSX } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { month } from '../format';
import type { Scale } from './scale';
import { nearestPeriod, periodTicks, periodXs, placeMarks, type Mark } from './time_layout';
import { useWidth } from './use_width';

export interface Frame {
  xs: number[];
  left: number;
  right: number;
  top: number;
  bottom: number;
  width: number;
}
interface TimeFrameProps {
  label: string; // what the slider is of
  periods: readonly string[];
  height?: number;
  left?: number; // room for the axis
  marginRight?: (width: number) => number; // room for labels at line ends
  marks?: readonly Mark[];
  stale?: number | undefined; // first period not solved yet
  cursor: number | null;
  onCursor: (period: number | null) => void;
  describe: (period: number) => string; // values at a period, for those who hear
  y: (frame: Frame) => Scale;
  format: (value: number) => string;
  children: (frame: Frame, y: Scale) => ComponentChildren;
}

/* How far a key moves a cursor. */
export const stepOf: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -12, PageUp: 12, Home: -Infinity, End: Infinity };

export function TimeFrame(props: TimeFrameProps) {
  const { label, periods, marks = [], stale, cursor, onCursor, describe, format } = props;
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const hatch = useId().replaceAll(':', '');
  const height = props.height ?? (width < 480 ? 220 : 280);
  const left = props.left ?? 46;
  const right = Math.max(left + 40, width - 10 - (props.marginRight?.(width) ?? 0));
  const xs = periodXs(periods.length, left, right);
  const placed = placeMarks(marks, xs, right);
  const rows = placed.reduce((most, mark) => Math.max(most, mark.row + 1), 0);
  const top = 10 + rows * 15;
  const frame: Frame = { xs, left, right, top, bottom: height - 24, width };
  const y = props.y(frame);
  const last = periods.length - 1;
  const at = cursor === null ? null : Math.max(0, Math.min(last, cursor));

  const onKeyDown = (event: JSX.TargetedKeyboardEvent<HTMLDivElement>): void => {
    const step = stepOf[event.key];
    if (event.key === 'Escape') return onCursor(null);
    if (step === undefined || last < 0) return;
    event.preventDefault();
    onCursor(Math.max(0, Math.min(last, (at ?? (step > 0 ? -1 : last + 1)) + step)));
  };
  const onPointer = (event: JSX.TargetedPointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    if (last >= 0 && box.width > 0) onCursor(nearestPeriod(xs, ((event.clientX - box.left) * width) / box.width));
  };
  return (
    <div class="plot" ref={holder} tabIndex={0} role="slider" aria-label={`${label}: month`} aria-valuemin={0} aria-valuemax={Math.max(0, last)}
      aria-valuenow={at ?? Math.max(0, last)} aria-valuetext={last < 0 ? 'no months' : describe(at ?? last)} aria-orientation="horizontal"
      onKeyDown={onKeyDown} onPointerMove={onPointer} onPointerDown={onPointer} onPointerLeave={(event) => event.pointerType === 'mouse' && onCursor(null)}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true" focusable="false">
        <Axes frame={frame} y={y} periods={periods} format={format} />
        {props.children(frame, y)}
        {stale !== undefined && stale <= last && <Stale frame={frame} from={stale} pattern={hatch} />}
        {placed.map((mark) => (
          <g class="mark" key={mark.period}>
            <path d={`M${mark.x},${top - 12 - mark.row * 15}V${frame.bottom}`} />
            <text x={mark.x + (mark.anchor === 'start' ? 4 : -4)} y={top - 4 - mark.row * 15} text-anchor={mark.anchor}>{mark.label}</text>
          </g>
        ))}
        {at !== null && xs[at] !== undefined && <path class="cursor" d={`M${xs[at]},${top}V${frame.bottom}`} />}
      </svg>
    </div>
  );
}

/* Of which month the values in a legend are, and how to see others. */
export function CursorText({ periods, cursor, last, more }: { periods: readonly string[]; cursor: number | null; last: number; more?: string }) {
  return (
    <>
      Values of {month(periods[cursor ?? last])}.{more ?? ''}
      {cursor === null && <span class="screen-only" data-no-export> Point at a month, or use the arrow keys.</span>}
    </>
  );
}

function Axes({ frame, y, periods, format }: { frame: Frame; y: Scale; periods: readonly string[]; format: (value: number) => string }) {
  return (
    <g class="axes">
      {y.ticks.map((tick) => (
        <g key={tick}>
          <path class={tick === 0 ? 'zero' : 'grid'} d={`M${frame.left},${y(tick).toFixed(1)}H${frame.right}`} />
          <text x={frame.left - 6} y={y(tick).toFixed(1)} dy="0.32em" text-anchor="end">{format(tick)}</text>
        </g>
      ))}
      {periodTicks(periods, frame.xs).map((tick) => (
        <g key={tick.index}>
          <path class="tick" d={`M${frame.xs[tick.index]},${frame.bottom}v4`} />
          <text x={frame.xs[tick.index]} y={frame.bottom + 17} text-anchor={frame.xs[tick.index]! < 16 ? 'start' : 'middle'}>{tick.label}</text>
        </g>
      ))}
    </g>
  );
}

function Stale({ frame, from, pattern }: { frame: Frame; from: number; pattern: string }) {
  const x = from <= 0 ? frame.left : frame.xs[from]!;
  const width = Math.max(1, frame.right - x);
  return (
    <g class="stale">
      <defs>
        <pattern id={pattern} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0,0V7" />
        </pattern>
      </defs>
      <rect class="veil" x={x} y={frame.top} width={width} height={frame.bottom - frame.top} />
      <rect fill={`url(#${pattern})`} x={x} y={frame.top} width={width} height={frame.bottom - frame.top} />
      {width > 90 && <text x={x + width / 2} y={frame.bottom - 8} text-anchor="middle">not solved yet</text>}
    </g>
  );
}
