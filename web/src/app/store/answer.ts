/* An answer on its way: what is known of a run that the server solves. A reducer, so that what comes in any order ends in one state.
 *
 * Each question has a ticket. An event that carries another ticket than the question on the page is of an old one and changes nothing. */
import type { Part } from '../../document';
import { merge } from '../../document_merge';
import { gather } from './gather';
import type { RunState } from './api';
import type { Told } from './failure';

export type Phase = 'idle' | 'waiting' | RunState; // idle: nothing asked; waiting: moved, not yet asked
export interface Answer {
  ticket: number;
  asked: string; // the levers asked for, as settings.keyOf
  run: string; // the server's key, or "" before it is known
  phase: Phase;
  from: string; // YYYY-MM in which it leaves the baseline
  done: number; // months solved
  total: number; // 0: not known yet
  secondsLeft: number | null;
  waits: { done: number; total: number; secondsLeft: number | null } | null; // for the baseline to come to where it leaves it
  part: Part;
  failure: Told | null;
}

export type Happening =
  | { kind: 'accepted'; run: string; phase: Phase }
  | { kind: 'progress'; phase?: Phase; done?: number; total?: number; secondsLeft?: number | null; waits?: Answer['waits'] }
  | { kind: 'part'; part: Part; first?: boolean; last: boolean } // first: the run begins (again)
  | { kind: 'anew' } // the server forgot the run; it is asked again
  | { kind: 'failed'; failure: Told }
  | { kind: 'cancelled' };

export const idle: Answer = {
  ticket: 0, asked: '', run: '', phase: 'idle', from: '', done: 0, total: 0, secondsLeft: null, waits: null, part: {}, failure: null,
};

export function question(before: Answer, asked: string, from: string): Answer {
  return { ...idle, ticket: before.ticket + 1, asked, from, phase: asked === '' ? 'idle' : 'waiting' };
}

export function isOpen(answer: Answer): boolean {
  return answer.phase === 'waiting' || answer.phase === 'queued' || answer.phase === 'running';
}

/* It has ended before all months were solved. */
export function isCutShort(answer: Answer): boolean {
  return answer.phase === 'failed' || answer.phase === 'cancelled';
}

export function happen(answer: Answer, ticket: number, what: Happening): Answer {
  if (ticket !== answer.ticket) return answer;
  switch (what.kind) {
    case 'accepted':
      return { ...answer, run: what.run, phase: what.phase };
    case 'anew':
      return { ...answer, run: '', phase: 'waiting', part: {}, done: 0, total: 0, secondsLeft: null };
    case 'progress':
      return {
        ...answer,
        phase: isOpen(answer) ? (what.phase ?? answer.phase) : answer.phase,
        done: what.done ?? answer.done,
        total: what.total ?? answer.total,
        secondsLeft: what.secondsLeft === undefined ? answer.secondsLeft : what.secondsLeft,
        waits: what.waits ?? null,
      };
    case 'part':
      return {
        ...answer,
        part: what.first ? what.part : merge(answer.part, what.part),
        phase: what.last ? 'done' : isOpen(answer) ? 'running' : answer.phase,
        ...(what.last ? { secondsLeft: 0, done: Math.max(answer.done, answer.total) } : {}),
      };
    case 'failed':
      return { ...answer, phase: 'failed', failure: what.failure, secondsLeft: null };
    case 'cancelled':
      return { ...answer, phase: 'cancelled', secondsLeft: null };
  }
}

/* Several at once: parts that follow on each other are merged in one go. */
export function happenAll(answer: Answer, all: readonly { ticket: number; what: Happening }[]): Answer {
  let state = answer;
  for (let at = 0; at < all.length; ) {
    const { ticket, what } = all[at]!;
    const run = isMonths(what) ? all.slice(at, at + burst(all, at, ticket)) : [all[at]!];
    for (const it of run) if (!isMonths(it.what)) state = happen(state, it.ticket, it.what);
    for (const part of gather(run.flatMap((it) => (isMonths(it.what) ? [it.what.part] : []))))
      state = happen(state, ticket, { kind: 'part', part, last: false });
    at += run.length;
  }
  return state;
}

const isMonths = (what: Happening): what is Extract<Happening, { kind: 'part' }> => what.kind === 'part' && !what.first && !what.last;

/* How many from `at` on are months of this question, or progress of it. */
function burst(all: readonly { ticket: number; what: Happening }[], at: number, ticket: number): number {
  let end = at;
  while (end < all.length && all[end]!.ticket === ticket && (isMonths(all[end]!.what) || all[end]!.what.kind === 'progress')) end++;
  return end - at;
}
