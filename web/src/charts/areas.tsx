/* Stacked areas over months, the largest at the bottom, named where there is room; the baseline's total as a dashed line. */
import { useState } from 'preact/hooks';
import { month, number, short } from '../format';
import { Legend, toggled } from './legend';
import { lastKnown, pathOf } from './lines_layout';
import { areaPath, extent, isFiniteNumber, linearScale, spread, type Scale } from './scale';
import { stack, totals, type Layer, type Stacked } from './stack_layout';
import { CursorText, TimeFrame, type Frame } from './time_frame';
import { fit, textWidth, type Mark } from './time_layout';

interface AreasProps {
  label: string;
  periods: readonly string[];
  layers: Layer[];
  ghost?: (number | null)[] | undefined; // the baseline's total
  marks?: readonly Mark[];
  stale?: number | undefined;
  format?: (value: number) => string;
  height?: number;
  compact?: boolean; // small multiple: no legend, no names
  cursor?: [number | null, (period: number | null) => void]; // shared between small multiples
}

export function Areas({ label, periods, layers, ghost, marks, stale, format = number, height, compact = false, cursor: shared }: AreasProps) {
  const own = useState<number | null>(null);
  const [cursor, setCursor] = shared ?? own;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = layers.filter((layer) => !hidden.has(layer.id));
  const stacked = stack(shown);
  const total = totals(shown);
  const last = lastKnown(layers.map((layer) => layer.values), periods.length);
  const at = cursor ?? last;
  const describe = (period: number): string =>
    `${month(periods[period])}: ${shown.map((layer) => `${layer.label} ${format(layer.values[period] ?? NaN)}`).join(', ')}, together ${format(total[period] ?? NaN)}`;
  const room = (width: number): number => (compact || width < 560 || shown.length === 0 ? 0 : Math.min(170, Math.max(...shown.map((layer) => textWidth(layer.label))) + 20));
  const withGhost = ghost !== undefined && hidden.size === 0;
  return (
    <>
      {!compact && <Legend sample="box" hidden={hidden} onToggle={(id) => setHidden(toggled(hidden, id))}
        when={<CursorText periods={periods} cursor={cursor} last={last} more={` Together ${format(total[at] ?? NaN)}${withGhost && isFiniteNumber(ghost[at]) ? `, was ${format(ghost[at])}` : ''}.`} />}
        entries={layers.map((layer) => ({ id: layer.id, label: layer.label, look: layer.look, value: format(layer.values[at] ?? NaN) }))} />}
      <TimeFrame label={label} periods={periods} marks={marks ?? []} stale={stale} cursor={cursor} onCursor={setCursor} describe={describe} format={short}
        {...(height ? { height } : {})}
        marginRight={room} y={(frame) => linearScale(extent([total, withGhost ? ghost : []]), frame.bottom, frame.top, { zero: true })}>
        {(frame, y) => (
          <>
            {stacked.map((layer) => (
              <path key={layer.id} class="area" style={{ fill: layer.look.colour }}
                d={areaPath(frame.xs, layer.low.map((v) => v === null ? null : y(v)), layer.high.map((v) => v === null ? null : y(v)))} />
            ))}
            {withGhost && <path class="area ghost" d={pathOf(ghost, frame.xs, y)} />}
            {room(frame.width) > 0 && <EndNames stacked={stacked} frame={frame} y={y} />}
          </>
        )}
      </TimeFrame>
    </>
  );
}

/* Names beside the last month's layers that are thick enough to see. */
function EndNames({ stacked, frame, y }: { stacked: Stacked[]; frame: Frame; y: Scale }) {
  const last = frame.xs.length - 1;
  const ends = stacked.flatMap((layer) => {
    const [low, high] = [layer.low[last], layer.high[last]];
    return isFiniteNumber(low) && isFiniteNumber(high) && y(low) - y(high) > 3 ? [{ layer, y: (y(low) + y(high)) / 2 }] : [];
  });
  const places = spread(ends.map((end) => end.y), 14, frame.top + 4, frame.bottom - 2);
  return (
    <>
      {ends.map(({ layer, y: from }, index) => (
        <g class="end" key={layer.id}>
          <path class="leader" d={`M${frame.right + 1},${from.toFixed(1)}L${frame.right + 9},${places[index]!.toFixed(1)}`} />
          <text x={frame.right + 12} y={places[index]!.toFixed(1)} dy="0.32em">{fit(layer.label, frame.width - frame.right - 12)}</text>
        </g>
      ))}
    </>
  );
}
