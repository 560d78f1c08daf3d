/* Settings: the levers of one side that are away from their default. Pure functions; the signals are in state.ts. */
import type { Lever, LeverValue } from '../../document';

export interface Setting {
  value: number;
  start?: string; // YYYY-MM; absent: the lever's default
}
/* By lever id. A lever that is not in it is at its default. */
export type Settings = Readonly<Record<string, Setting>>;

export const none: Settings = {};

/* Onto the lever's grid and into its range. Computed from the lower end, as the server does, so that 0.1 steps stay 0.1 steps. */
export function snap(lever: Lever, value: number): number {
  const inside = Math.min(Math.max(value, lever.least), lever.most);
  if (lever.kind !== 'number' || lever.step <= 0) return Math.round(inside);
  const steps = Math.round((inside - lever.least) / lever.step);
  const exact = lever.least + steps * lever.step;
  return Math.min(Number(exact.toPrecision(12)), lever.most);
}

export function settingOf(lever: Lever, settings: Settings): Setting {
  return settings[lever.id] ?? { value: lever.value };
}

export function startOf(lever: Lever, settings: Settings): string | undefined {
  return lever.start ? (settings[lever.id]?.start ?? lever.start.value) : undefined;
}

export function isMoved(lever: Lever, settings: Settings): boolean {
  const it = settings[lever.id];
  return it !== undefined && it.value !== lever.value;
}

/* The settings with one lever put somewhere; back at its default, with its default start, it is left out. */
export function withSetting(settings: Settings, lever: Lever, next: Setting): Settings {
  const { [lever.id]: _old, ...others } = settings;
  const value = snap(lever, next.value);
  const start = lever.start && next.start !== lever.start.value ? next.start : undefined;
  if (value === lever.value && start === undefined) return others;
  return { ...others, [lever.id]: start === undefined ? { value } : { value, start } };
}

export function without(settings: Settings, id: string): Settings {
  const { [id]: _old, ...others } = settings;
  return others;
}

/* What the server is asked: moved levers only, in the order of their ids, so that the same settings are the same request. */
export function leverValues(settings: Settings, levers: readonly Lever[]): LeverValue[] {
  return levers
    .filter((lever) => isMoved(lever, settings))
    .map((lever) => {
      const start = startOf(lever, settings);
      const value = settingOf(lever, settings).value;
      return start === undefined ? { lever: lever.id, value } : { lever: lever.id, value, start };
    })
    .sort((a, b) => (a.lever < b.lever ? -1 : 1));
}

export function keyOf(values: readonly LeverValue[]): string {
  return values.map((v) => `${v.lever}=${v.value}${v.start ? `@${v.start}` : ''}`).join('&');
}

/* The first month in which anything can differ: the earliest start of a moved lever. A lever without a start acts from the first month. */
export function firstMonth(values: readonly LeverValue[], horizonFirst: string): string {
  return values.reduce((least, v) => {
    const start = v.start ?? horizonFirst;
    return least === '' || start < least ? start : least;
  }, '');
}
