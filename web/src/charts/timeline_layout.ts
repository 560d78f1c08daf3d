/* What the pipeline of projects shows: which projects, in which order, where spells and gates lie. Pure: no drawing. */
import type { Document, Project } from '../document';
import { runOf } from './series';

/* Months since year 0; NaN for what is no month. */
export function monthNumber(period: string): number {
  const parts = /^(\d{4})-(\d{2})/.exec(period);
  return parts ? Number(parts[1]) * 12 + Number(parts[2]) - 1 : NaN;
}
export interface Span {
  x: number;
  width: number;
}
/* Pixels of [from, to) within the horizon; null outside of it. */
export function spanOf(from: string, to: string, first: number, count: number, left: number, right: number): Span | null {
  const a = Math.max(first, monthNumber(from));
  const b = Math.min(first + count, to === '' ? first + count : monthNumber(to));
  if (!(b > a) || count <= 0) return null;
  const scale = (right - left) / count;
  return { x: left + (a - first) * scale, width: (b - a) * scale };
}

/* The widest part of a span that no gate's mark stands in: where the name of the status goes. */
export function freeSpan(span: Span, gates: readonly number[], room = 8): Span {
  const cuts = gates.filter((x) => x > span.x - room && x < span.x + span.width + room).sort((a, b) => a - b);
  let best: Span = { x: span.x, width: 0 };
  let from = span.x;
  for (const end of [...cuts.map((x) => x - room), span.x + span.width]) {
    if (end - from > best.width) best = { x: from, width: end - from };
    from = Math.max(from, end + 2 * room);
  }
  return best;
}

const settled = new Set(['operating', 'closed', 'care_and_maintenance']);

/* A project is worth a row if lenders were asked, or if its status changes within the run. */
export const moves = (project: Project): boolean =>
  project.gates.length > 0 || project.spells.length > 1 || (project.spells[0] !== undefined && !settled.has(project.spells[0].status));

export const firstOperating = (project: Project): string => project.spells.find((spell) => spell.status === 'operating' || spell.status === 'ramp_up')?.from ?? '9999-99';

/* A run's own spells, after those of the run that it left. */
function joined(before: Project | undefined, own: Project): Project {
  const start = own.spells[0]?.from;
  if (!before || start === undefined) return own;
  const spells = before.spells.filter((spell) => spell.from < start).map((spell) => ({ ...spell, to: spell.to === '' || spell.to > start ? start : spell.to }));
  const last = spells[spells.length - 1];
  const [next, ...rest] = own.spells;
  const whole = last && next && last.status === next.status ? [...spells.slice(0, -1), { ...next, from: last.from }, ...rest] : [...spells, ...own.spells];
  return { ...own, spells: whole, gates: [...before.gates.filter((gate) => gate.period < start), ...own.gates] };
}

export function timelineRows(doc: Document, run: string, stage: string): Project[] {
  const own = new Map<string, Project>();
  const pair = runOf(doc, run)?.pair ?? '';
  for (const project of doc.projects ?? []) if (pair !== '' && project.run === pair) own.set(project.asset, project);
  for (const project of doc.projects ?? []) if (project.run === run) own.set(project.asset, joined(own.get(project.asset), project));
  return [...own.values()]
    .filter((project) => moves(project) && (stage === '' || doc.names.assets[project.asset]?.stage === stage))
    .sort((a, b) => Number(b.gates.length > 0) - Number(a.gates.length > 0) || firstOperating(a).localeCompare(firstOperating(b)) || b.capacity_t - a.capacity_t);
}

export const gateNames: Record<string, string> = {
  passed: 'passed', npv: 'worth less than it costs', feed: 'no feed', offtake: 'no buyer under contract', funding: 'money missing', data: 'data missing',
  dscr: 'debt not covered', leverage: 'too little equity',
};
