/* Scales and ticks that hold for any data: empty, one value, all missing, negative, huge. No NaN comes out of here. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { isFiniteNumber } from '../format';

export interface Scale {
  (value: number): number; // data to pixels
  ticks: number[];
  domain: [number, number];
}
export type Values = readonly (number | null | undefined)[];

export { isFiniteNumber };
export const isFinitePositive = (value: number | null | undefined): value is number => isFiniteNumber(value) && value > 0;

/* Largest magnitude drawn: beyond it arithmetic on pixels is no longer sound. */
const huge = 1e200;
const clamp = (value: number): number => Math.max(-huge, Math.min(huge, value));

/* Smallest and largest of the values that can be drawn; null if there is none. */
export function extent(lists: readonly Values[], positive = false): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const list of lists)
    for (const value of list) {
      if (!isFiniteNumber(value) || (positive && value <= 0)) continue;
      low = Math.min(low, clamp(value));
      high = Math.max(high, clamp(value));
    }
  return low <= high ? [low, high] : null;
}

/* Data to pixels from `bottom` (least) to `top`. zero: the axis begins at nought unless values are below it. */
export function linearScale(range: [number, number] | null, bottom: number, top: number, options: { zero?: boolean; ticks?: number } = {}): Scale {
  let [low, high] = range ?? [0, 1];
  if (options.zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (low === high) [low, high] = low === 0 ? [0, 1] : [low - Math.abs(low) * 0.1, high + Math.abs(high) * 0.1];
  const count = options.ticks ?? 5;
  const scale = scaleLinear().domain([low, high]).range([bottom, top]).nice(count);
  const domain = scale.domain() as [number, number];
  return Object.assign((value: number) => scale(clamp(value)), { ticks: scale.ticks(count), domain });
}

/* 1, 2 and 5 times powers of ten within the range, thinned to 1 and 3, to powers, then to every n-th power. */
function logTicks(low: number, high: number, most: number): number[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const of = (steps: number[], every: number): number[] => {
    const ticks: number[] = [];
    for (let power = from; power <= to; power += every)
      for (const step of steps) {
        const tick = step * 10 ** power;
        if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
      }
    return ticks;
  };
  const fine = of([1, 2, 5], 1);
  if (fine.length <= most + 1) return fine;
  const middle = of([1, 3], 1);
  if (middle.length <= most + 1) return middle;
  return of([1], Math.max(1, Math.ceil((to - from) / most)));
}

export function logScale(range: [number, number] | null, bottom: number, top: number, most = 6): Scale {
  let [low, high] = range ?? [1, 10];
  if (high / low < 1.5) [low, high] = [low / 1.5, high * 1.5];
  [low, high] = [low / 1.08, high * 1.08];
  const scale = scaleLog().domain([low, high]).range([bottom, top]).clamp(true);
  return Object.assign((value: number) => (value > 0 ? scale(clamp(value)) : bottom), {
    ticks: logTicks(low, high, most),
    domain: [low, high] as [number, number],
  });
}

/* Positions of labels moved apart so that none is nearer than `gap` to the next and all lie within [low, high], as near to where they want to be
 * as that allows. Order kept. O(n log n). */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const room = order.length > 1 ? Math.min(gap, (high - low) / (order.length - 1)) : gap;
  const placed = [...wanted];
  let before = low - room;
  for (const index of order) before = placed[index] = Math.max(placed[index]!, before + room);
  let after = high + room;
  for (const index of order.reverse()) after = placed[index] = Math.min(placed[index]!, after - room);
  return placed;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/* SVG path through the points; a gap where y is missing; a dot (with round caps) where a point stands alone. */
export function linePath(xs: readonly number[], ys: Values): string {
  let path = '';
  let length = 0;
  const flush = (): void => {
    if (length === 1) path += 'h0.01';
    length = 0;
  };
  ys.forEach((y, index) => {
    const x = xs[index];
    if (!isFiniteNumber(y) || !isFiniteNumber(x)) return flush();
    path += `${length === 0 ? 'M' : 'L'}${round(x)},${round(y)}`;
    length++;
  });
  flush();
  return path;
}

/* SVG path of the area between two lists of y; a gap where either is missing. */
export function areaPath(xs: readonly number[], lows: Values, highs: Values): string {
  let path = '';
  let run: number[] = [];
  const flush = (): void => {
    if (run.length === 1) run.push(run[0]!);
    if (run.length === 0) return;
    const out = run.map((i) => `${round(xs[i]!)},${round(highs[i]!)}`);
    const back = [...run].reverse().map((i) => `${round(xs[i]!)},${round(lows[i]!)}`);
    path += `M${out.join('L')}L${back.join('L')}Z`;
    run = [];
  };
  xs.forEach((x, index) => {
    if (isFiniteNumber(x) && isFiniteNumber(lows[index]) && isFiniteNumber(highs[index])) run.push(index);
    else flush();
  });
  flush();
  return path;
}
