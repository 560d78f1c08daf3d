/* The server's events (SSE) of a run, as happenings of an answer. A part may come bare or as {page, done, total, seconds_left}. */
import type { Part } from '../../document';
import type { Happening, Phase } from './answer';
import { isRecord, toldIn } from './failure';
import type { ServerEvent } from './sse';

const PHASES: readonly string[] = ['queued', 'running', 'done', 'failed', 'cancelled'];

export function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return null;
  }
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function progressIn(body: Record<string, unknown>): Happening {
  const phase = PHASES.find((p) => p === body.state) as Phase | undefined;
  const done = count(body.done);
  const total = count(body.total);
  const waits = body.waits_for_reference;
  const left = body.seconds_left === null ? null : count(body.seconds_left);
  return {
    kind: 'progress',
    ...(phase ? { phase } : {}),
    ...(done === undefined ? {} : { done }),
    ...(total === undefined ? {} : { total }),
    ...(left === undefined ? {} : { secondsLeft: left }),
    ...(isRecord(waits) ? { waits: { done: count(waits.done) ?? 0, total: count(waits.total) ?? 0, secondsLeft: count(waits.seconds_left) ?? null } } : {}),
  };
}

/* What an event says, in the order in which it is to be taken, and whether it is the last. */
export function read(event: ServerEvent): { happenings: Happening[]; last: boolean } {
  const body = parse(event.data);
  if (!isRecord(body)) return { happenings: [], last: false };
  switch (event.event) {
    case 'begin':
    case 'months':
    case 'done': {
      const last = event.event === 'done';
      const wrapped = isRecord(body.page);
      const part = (wrapped ? body.page : body) as Part;
      return { happenings: [progressIn(body), { kind: 'part', part, first: event.event === 'begin', last }], last };
    }
    case 'state':
      return readState(body);
    case 'failed':
      return { happenings: [{ kind: 'failed', failure: toldIn(body, 'The run failed.') }], last: true };
    case 'cancelled':
      return { happenings: [{ kind: 'cancelled' }], last: true };
    default:
      return { happenings: [], last: false };
  }
}

function readState(body: Record<string, unknown>): { happenings: Happening[]; last: boolean } {
  if (body.state === 'cancelled') return { happenings: [{ kind: 'cancelled' }], last: true };
  if (body.state === 'failed') return { happenings: [{ kind: 'failed', failure: toldIn(body, 'The run failed.') }], last: true };
  // `done` comes as an event of its own, with the last part.
  const progress = progressIn(body);
  if (progress.kind === 'progress' && progress.phase === 'done') delete progress.phase;
  return { happenings: [progress], last: false };
}
