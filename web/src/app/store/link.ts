/* The link: everything a page shows, readable in the address. #freeze=12@2026-12&floor=130&view=prices
 *
 * LEVER=VALUE[@YYYY-MM] sets a lever of scenario A, b.LEVER=... one of B; `b` alone opens B with nothing moved. A lever whose id is a word of the
 * link is written a.LEVER. What a link gets wrong is told and left at its default; what it gets right still holds. */
import type { Lever } from '../../document';
import { nearest } from './nearest';
import { isMoved, none, settingOf, snap, startOf, withSetting, type Settings } from './settings';

export const views = ['overview', 'chain', 'stocks', 'prices', 'projects', 'money', 'map', 'tables', 'ensemble'] as const;
export type View = (typeof views)[number];

export interface Place {
  view: View;
  project: string; // asset id, or ""
  table: string; // table name, or ""
}
export interface Scenarios {
  a: Settings;
  b: Settings | null; // null: one scenario only
}
export interface Link extends Scenarios {
  place: Place;
  problems: string[];
}

const WORDS = new Set(['view', 'project', 'table', 'b', 'a']);
export const start: Place = { view: 'overview', project: '', table: '' };

/* ---- writing ---- */

function leverPairs(settings: Settings, levers: readonly Lever[], prefix: string): string[] {
  return levers
    .filter((lever) => isMoved(lever, settings))
    .map((lever) => {
      const name = prefix || (WORDS.has(lever.id) || lever.id.includes('.') ? 'a.' : '');
      const at = startOf(lever, settings);
      const away = at !== undefined && at !== lever.start?.value;
      return `${name}${encodeURIComponent(lever.id)}=${settingOf(lever, settings).value}${away ? `@${at}` : ''}`;
    });
}

export function write(scenarios: Scenarios, place: Place, levers: readonly Lever[]): string {
  const pairs = leverPairs(scenarios.a, levers, '');
  if (scenarios.b !== null) {
    const b = leverPairs(scenarios.b, levers, 'b.');
    pairs.push(...(b.length > 0 ? b : ['b']));
  }
  if (place.view !== start.view) pairs.push(`view=${place.view}`);
  if (place.project) pairs.push(`project=${encodeURIComponent(place.project)}`);
  if (place.table) pairs.push(`table=${encodeURIComponent(place.table)}`);
  return `#${pairs.join('&')}`;
}

/* ---- reading ---- */

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function readStart(lever: Lever, text: string, problems: string[]): string | undefined {
  if (text === '') return undefined;
  if (!lever.start) {
    problems.push(`“${lever.title}” has no start month; ${text} is left out.`);
    return undefined;
  }
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text) || text < lever.start.least || text > lever.start.most) {
    problems.push(
      `“${lever.title}” cannot start in ${text}: from ${lever.start.least} to ${lever.start.most}. It starts in ${lever.start.value}.`,
    );
    return undefined;
  }
  return text;
}

function readLever(settings: Settings, lever: Lever, text: string, problems: string[]): Settings {
  const at = text.indexOf('@');
  const number = at < 0 ? text : text.slice(0, at);
  const value = Number(number);
  if (number.trim() === '' || !Number.isFinite(value)) {
    problems.push(`“${number}” is no number for “${lever.title}”; it stays as it was.`);
    return settings;
  }
  const snapped = snap(lever, value);
  if (Math.abs(snapped - value) > 1e-9 * Math.max(1, Math.abs(value)))
    problems.push(`“${lever.title}” cannot be ${number}: from ${lever.least} to ${lever.most} in steps of ${lever.step || 1}. It is ${snapped}.`);
  const begin = readStart(lever, at < 0 ? '' : text.slice(at + 1), problems);
  return withSetting(settings, lever, begin === undefined ? { value: snapped } : { value: snapped, start: begin });
}

function readView(text: string, problems: string[]): View {
  const view = views.find((v) => v === text);
  if (view) return view;
  problems.push(`There is no view “${text}”${suggestion(text, views)}`);
  return start.view;
}

function suggestion(word: string, known: readonly string[]): string {
  const close = nearest(word, known);
  return close ? `; did you mean “${close}”?` : '.';
}

/* Reads a link against the levers there are. Never throws. */
export function read(hash: string, levers: readonly Lever[]): Link {
  const link: Link = { a: none, b: null, place: { ...start }, problems: [] };
  const byId = new Map(levers.map((lever) => [lever.id, lever]));
  for (const pair of hash.replace(/^#/, '').split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const text = equals < 0 ? '' : decode(pair.slice(equals + 1));
    if (name === 'view') link.place.view = readView(text, link.problems);
    else if (name === 'project') link.place.project = text;
    else if (name === 'table') link.place.table = text;
    else if (name === 'b' && text === '') link.b ??= none;
    else readSide(link, byId, name, text);
  }
  return link;
}

function readSide(link: Link, byId: ReadonlyMap<string, Lever>, name: string, text: string): void {
  const isB = name.startsWith('b.');
  const lever = byId.get(isB || name.startsWith('a.') ? name.slice(2) : name) ?? byId.get(name);
  if (isB) link.b ??= none;
  if (!lever) link.problems.push(`This server has no lever “${name}”${suggestion(name, [...byId.keys()])}`);
  else if (isB) link.b = readLever(link.b ?? none, lever, text, link.problems);
  else link.a = readLever(link.a, lever, text, link.problems);
}
