/* Layout of what is drawn over months: where months lie, which ticks they get, where names of shocks go. Pure: no drawing. */

export interface Mark {
  period: number;
  label: string;
}
export interface PlacedMark extends Mark {
  x: number;
  row: number;
  anchor: 'start' | 'end';
}

/* Rough width of a text of the chart's 12 px, without a canvas. */
export const textWidth = (text: string, size = 12): number => text.length * size * 0.56;

/* The text, cut with an ellipsis where it is wider. */
export const fit = (text: string, width: number, size = 12): string =>
  textWidth(text, size) <= width ? text : `${text.slice(0, Math.max(1, Math.floor((text.length * width) / textWidth(text, size)) - 1)).trimEnd()}…`;

/* Left edge to left edge: the x of each period's middle. One period lies in the middle. */
export function periodXs(count: number, left: number, right: number): number[] {
  if (count <= 0) return [];
  if (count === 1) return [(left + right) / 2];
  return Array.from({ length: count }, (_, index) => left + ((right - left) * index) / (count - 1));
}

export interface PeriodTick {
  index: number;
  label: string;
}
/* The first period of each year, thinned until labels are `gap` px apart; where the horizon has one year, its months. */
export function periodTicks(periods: readonly string[], xs: readonly number[], gap = 40): PeriodTick[] {
  const years = periods.flatMap((period, index) =>
    index === 0 || period.slice(0, 4) !== periods[index - 1]!.slice(0, 4) ? [{ index, label: period.slice(0, 4) }] : [],
  );
  const whole = years.filter((tick, at) => at > 0 || periods[tick.index]!.endsWith('-01'));
  const ticks = whole.length > 1 ? whole : periods.map((period, index) => ({ index, label: period }));
  const span = ticks.length > 1 ? Math.abs(xs[ticks[1]!.index]! - xs[ticks[0]!.index]!) : gap;
  const need = whole.length > 1 ? gap : 60;
  const every = Math.max(1, Math.ceil(need / Math.max(span, 0.1)));
  return ticks.filter((_, at) => at % every === 0);
}

/* Names of shocks above their months: to the right of the line, or to the left where there is more room, cut to the room there is, in rows where they would overlap. Marks of
 * one month are named together. */
export function placeMarks(marks: readonly Mark[], xs: readonly number[], right: number, left = 0): PlacedMark[] {
  const together = new Map<number, string[]>();
  for (const mark of marks) if (xs[mark.period] !== undefined) together.set(mark.period, [...(together.get(mark.period) ?? []), mark.label]);
  const ends: [number, number][][] = [];
  return [...together.entries()]
    .sort(([a], [b]) => a - b)
    .map(([period, labels]) => {
      const whole = labels.length > 2 ? `${labels[0]} and ${labels.length - 1} more` : labels.join(', ');
      const x = xs[period]!;
      const anchor: 'start' | 'end' = x + textWidth(whole, 11.6) + 8 > right && x - left > right - x ? 'end' : 'start';
      const label = fit(whole, (anchor === 'start' ? right - x : x - left) - 6, 11.6);
      const width = textWidth(label, 11.6) + 8;
      const span: [number, number] = anchor === 'start' ? [x, x + width] : [x - width, x];
      let row = 0;
      while ((ends[row] ?? []).some(([from, to]) => span[0] < to && from < span[1])) row++;
      (ends[row] ??= []).push(span);
      return { period, label, x, row, anchor };
    });
}

/* The period whose x is nearest. */
export function nearestPeriod(xs: readonly number[], x: number): number {
  let best = 0;
  xs.forEach((at, index) => {
    if (Math.abs(at - x) < Math.abs(xs[best]! - x)) best = index;
  });
  return best;
}
