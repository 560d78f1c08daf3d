/* Stacks over months or years: what lies on what, and what is summed as the rest. Pure: no drawing. */
import { isFiniteNumber } from './scale';
import type { Look } from '../palette';

export interface Layer {
  id: string;
  label: string;
  look: Look;
  values: (number | null)[];
}
export interface Stacked extends Layer {
  low: (number | null)[];
  high: (number | null)[];
}

/* Each layer on those before it. Negative values do not stack: they count as nought. A month with no value in any layer is a gap. */
export function stack(layers: readonly Layer[]): Stacked[] {
  const count = Math.max(0, ...layers.map((layer) => layer.values.length));
  const base = new Array<number>(count).fill(0);
  const there = base.map((_, at) => layers.some((layer) => isFiniteNumber(layer.values[at])));
  return layers.map((layer) => {
    const low = base.map((value, at) => (there[at] ? value : null));
    for (let at = 0; at < count; at++) {
      const value = layer.values[at];
      if (isFiniteNumber(value)) base[at] = Math.min(1e200, base[at]! + Math.max(0, value));
    }
    return { ...layer, low, high: base.map((value, at) => (there[at] ? value : null)) };
  });
}

/* Sum over layers of each place; null where no layer has a value. */
export function totals(layers: readonly { values: readonly (number | null)[] }[]): (number | null)[] {
  const count = Math.max(0, ...layers.map((layer) => layer.values.length));
  return Array.from({ length: count }, (_, at) => {
    const found = layers.flatMap((layer) => (isFiniteNumber(layer.values[at]) ? [layer.values[at] as number] : []));
    return found.length === 0 ? null : found.reduce((sum, value) => sum + value, 0);
  });
}

const size = (layer: Layer): number => layer.values.reduce<number>((sum, value) => sum + Math.abs(isFiniteNumber(value) ? value : 0), 0);

/* The largest `most` layers, largest first, and the rest summed as `rest` at the end. */
export function largest(layers: readonly Layer[], most: number, rest: Layer): Layer[] {
  const ordered = [...layers].sort((a, b) => Number(a.id === rest.id) - Number(b.id === rest.id) || size(b) - size(a));
  if (ordered.length <= most) return ordered;
  const kept = ordered.filter((layer) => layer.id !== rest.id).slice(0, most - 1);
  const others = ordered.filter((layer) => !kept.includes(layer));
  return [...kept, { ...rest, values: totals(others) }];
}
