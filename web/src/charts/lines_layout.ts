/* What a line chart shows and where: its range, paths, and labels at line ends. Pure: no drawing. */
import type { Look } from '../palette';
import { extent, isFiniteNumber, isFinitePositive, linearScale, linePath, logScale, spread, type Scale } from './scale';
import { textWidth } from './time_layout';

export interface Item {
  id: string;
  label: string;
  look: Look;
  values: (number | null)[]; // one for each period
  ghost?: (number | null)[] | undefined; // the baseline's
}

export function linesScale(items: readonly Item[], bottom: number, top: number, options: { log?: boolean; zero?: boolean; least?: number }): Scale {
  const lists = items.flatMap((item) => (item.ghost ? [item.values, item.ghost] : [item.values]));
  const range = extent(lists, options.log);
  if (options.log) return logScale(range, bottom, top, bottom - top < 160 ? 4 : 6);
  if (range && options.least !== undefined) range[1] = Math.max(range[1], options.least);
  return linearScale(range, bottom, top, { zero: options.zero ?? false, ticks: bottom - top < 160 ? 4 : 5 });
}

const heights = (values: readonly (number | null)[], y: Scale, log: boolean): (number | null)[] =>
  values.map((value) => ((log ? isFinitePositive(value) : isFiniteNumber(value)) ? y(value as number) : null));

export const pathOf = (values: readonly (number | null)[], xs: readonly number[], y: Scale, log = false): string => linePath(xs, heights(values, y, log));

/* The last period in which any list has a value; the last one where none has. */
export function lastKnown(lists: readonly (readonly (number | null)[])[], count: number): number {
  for (let at = count - 1; at >= 0; at--) if (lists.some((values) => isFiniteNumber(values[at]))) return at;
  return Math.max(0, count - 1);
}

export interface EndLabel {
  id: string;
  label: string;
  x: number; // where the line ends
  y: number;
  labelY: number; // where the label is
}

/* Labels beside the last value of each line, moved apart. Lines without a value get none. */
export function endLabels(items: readonly Item[], xs: readonly number[], y: Scale, low: number, high: number, log = false): EndLabel[] {
  const ends = items.flatMap((item) => {
    const ys = heights(item.values, y, log);
    for (let at = ys.length - 1; at >= 0; at--) {
      const end = ys[at];
      if (isFiniteNumber(end) && xs[at] !== undefined) return [{ id: item.id, label: item.label, x: xs[at]!, y: end, labelY: end }];
    }
    return [];
  });
  const placed = spread(ends.map((end) => end.y), 14, low, high);
  return ends.map((end, index) => ({ ...end, labelY: placed[index]! }));
}

/* Room for labels at line ends; 0 where the chart is too narrow or has too many lines to name each. */
export function labelRoom(items: readonly Item[], width: number, height = 280): number {
  if (width < 560 || items.length === 0 || items.length * 14 > height - 40) return 0;
  return Math.min(190, Math.max(...items.map((item) => textWidth(item.label))) + 20);
}
