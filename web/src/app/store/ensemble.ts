/* An ensemble started from the page: its draws as they come, its fans and drivers. */
import { computed, signal } from '@preact/signals';
import { merge } from '../../document_merge';
import type { Document, LeverValue, Part } from '../../document';
import type { EnsembleRequest } from './api';
import { asFailure, isRecord, toldIn, type Told } from './failure';
import { parse } from './messages';
import { browserClock } from './solver';
import type { ServerEvent } from './sse';
import { api, base, say } from './state';

export interface Ensemble {
  phase: 'none' | 'starting' | 'running' | 'done' | 'failed' | 'cancelled';
  id: string;
  levers: LeverValue[]; // it was started with
  asked: number; // draws
  done: number; // of what the server counts
  total: number;
  secondsLeft: number | null;
  part: Part;
  failure: Told | null;
}

const none: Ensemble = { phase: 'none', id: '', levers: [], asked: 0, done: 0, total: 0, secondsLeft: null, part: {}, failure: null };
export const ensemble = signal<Ensemble>(none);

/* The page of the ensemble: names and horizon of the baseline, where its own parts have none. */
export const ensemblePage = computed<Document | null>(() => {
  const { part } = ensemble.value;
  if (!base.value || Object.keys(part).length === 0) return null;
  const { headline, notes, world, names, horizon, scenario, sources, units, lodestone, created, command } = base.value;
  const head: Document = { format: 1, kind: 'ensemble', runs: [], headline, notes, world, names, horizon, scenario, sources, units, lodestone, created, command };
  return merge(head, part);
});

let stream: AbortController | null = null;

export async function startEnsemble(request: EnsembleRequest): Promise<void> {
  stream?.abort();
  const queue: ServerEvent[] = [];
  const own = (stream = new AbortController());
  ensemble.value = { ...none, phase: 'starting', levers: request.levers, asked: request.draws };
  try {
    const { ensemble: id } = await api.startEnsemble(request);
    if (own.signal.aborted) return void api.cancelEnsemble(id).catch(() => undefined);
    ensemble.value = { ...ensemble.value, phase: 'running', id };
    say(`The ensemble has begun: ${request.draws} draws.`);
    await api.followEnsemble(id, (event) => gather(event, own, queue), own.signal);
  } catch (error) {
    if (!own.signal.aborted) fail(asFailure(error).told);
  }
}

export async function cancelEnsemble(): Promise<void> {
  stream?.abort();
  const { id } = ensemble.value;
  ensemble.value = { ...ensemble.value, phase: 'cancelled', secondsLeft: null };
  say('The ensemble was cancelled.');
  if (id !== '') await api.cancelEnsemble(id).catch(() => undefined);
}

function fail(told: Told): void {
  ensemble.value = { ...ensemble.value, phase: 'failed', failure: told, secondsLeft: null };
  say(`The ensemble failed. ${told.message}`);
}

/* Events until the next frame are one repaint. True: that was the last. */
function gather(event: ServerEvent, own: AbortController, queue: ServerEvent[]): boolean {
  if (queue.length === 0)
    browserClock.frame(() => {
      const events = queue.splice(0);
      if (!own.signal.aborted) ensemble.value = events.reduce(take, ensemble.value);
    });
  queue.push(event);
  return isLast(event);
}

function isLast(event: ServerEvent): boolean {
  if (event.event === 'done' || event.event === 'failed') return true;
  if (event.event !== 'state' && event.event !== 'progress') return false;
  const body = parse(event.data);
  return isRecord(body) && (body.state === 'cancelled' || body.state === 'failed');
}

const count = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

export function take(it: Ensemble, event: ServerEvent): Ensemble {
  const body = parse(event.data);
  if (!isRecord(body)) return it;
  const told = { done: count(body.done) ?? it.done, total: count(body.total) ?? it.total, secondsLeft: body.seconds_left === undefined ? it.secondsLeft : count(body.seconds_left) };
  if (event.event === 'page') return { ...it, part: merge(it.part, (isRecord(body.page) ? body.page : body) as Part) };
  if (event.event === 'failed' || body.state === 'failed') return { ...it, phase: 'failed', failure: toldIn(body, 'The ensemble failed.'), secondsLeft: null };
  if (event.event === 'state' || event.event === 'progress') return body.state === 'cancelled' ? { ...it, phase: 'cancelled', secondsLeft: null } : { ...it, ...told };
  if (event.event !== 'done') return it;
  const part = isRecord(body.page) ? body.page : isPage(body) ? body : {};
  return { ...it, phase: 'done', done: it.total, secondsLeft: 0, part: merge(it.part, part as Part) };
}

const isPage = (body: Record<string, unknown>): boolean => 'fans' in body || 'drivers' in body || 'draws' in body;
