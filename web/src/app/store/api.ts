/* The API of `lodestone serve` (docs/openapi.json), as functions. Every failure is thrown as a Failure. */
import type { Document, Levers, LeverValue, Part } from '../../document';
import { asFailure, failureOf } from './failure';
import { follow, type ServerEvent } from './sse';

export type RunState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
export interface About {
  lodestone: string;
  world?: string; // those who may read it
  scenario?: string;
  page?: 'none' | 'coming' | 'there'; // of the run folder it opens on
  read_only: boolean;
  token_needed: boolean;
  limits: Record<string, number>;
}
export interface RunReply {
  run: string;
  state: RunState;
  done?: number;
  total?: number;
  seconds_left?: number | null;
  levers?: LeverValue[];
  page?: Part;
}
export interface Why {
  what: string;
  was: number | null;
  is: number | null;
  unit?: string;
  bindings: WhyBinding[];
  text: string;
}
export interface WhyBinding {
  kind?: string;
  object?: string;
  title?: string;
  commodity?: string;
  region?: string;
  from?: string;
  to?: string;
  usd_per_kg?: number | null;
}
export interface EnsembleRequest {
  levers: LeverValue[];
  draws: number;
  seed: number;
  months: number;
}
export interface Watch {
  onGone: () => void;
  onBack: () => void;
}

const BASE = '/api/v1';

export class Api {
  constructor(
    private token: () => string,
    private watch: Watch,
  ) {}

  about = (): Promise<About> => this.json('/about');
  levers = (): Promise<Levers> => this.json('/levers');
  page = (): Promise<Document> => this.json('/page');
  run = (key: string): Promise<RunReply> => this.json(`/runs/${encodeURIComponent(key)}`);
  ask = (levers: LeverValue[]): Promise<RunReply> => this.json('/runs', 'POST', { levers });
  cancel = (key: string): Promise<void> => this.send(`/runs/${encodeURIComponent(key)}`, 'DELETE').then(() => undefined);
  scenario = (key: string): Promise<string> => this.text(`/runs/${encodeURIComponent(key)}/scenario`);
  why = (key: string, what: string): Promise<Why> =>
    this.json(`/runs/${encodeURIComponent(key)}/why?what=${encodeURIComponent(what)}`);
  project = (key: string, asset: string): Promise<unknown> =>
    this.json(`/runs/${encodeURIComponent(key)}/projects/${encodeURIComponent(asset)}`);
  table = (key: string, name: string): Promise<string> =>
    this.text(`/runs/${encodeURIComponent(key)}/tables/${encodeURIComponent(name)}`);
  startEnsemble = (request: EnsembleRequest): Promise<{ ensemble: string }> => this.json('/ensembles', 'POST', request);
  cancelEnsemble = (id: string): Promise<void> =>
    this.send(`/ensembles/${encodeURIComponent(id)}`, 'DELETE').then(() => undefined);

  followRun = (key: string, onEvent: (event: ServerEvent) => boolean, signal: AbortSignal): Promise<void> =>
    this.follow(`/runs/${encodeURIComponent(key)}/events`, onEvent, signal);
  followEnsemble = (id: string, onEvent: (event: ServerEvent) => boolean, signal: AbortSignal): Promise<void> =>
    this.follow(`/ensembles/${encodeURIComponent(id)}/events`, onEvent, signal);

  private headers(): Record<string, string> {
    const token = this.token();
    return token ? { Authorization: `Bearer ${token}` } : {};
  }

  private async send(path: string, method: string, body?: unknown): Promise<Response> {
    const headers = this.headers();
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const init: RequestInit = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    let reply: Response;
    try {
      reply = await fetch(BASE + path, init);
    } catch (error) {
      this.watch.onGone();
      throw asFailure(error);
    }
    this.watch.onBack();
    if (!reply.ok) throw await failureOf(reply);
    return reply;
  }

  private async json<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
    return (await (await this.send(path, method, body)).json()) as T;
  }

  private async text(path: string): Promise<string> {
    return (await this.send(path, 'GET')).text();
  }

  private follow(path: string, onEvent: (event: ServerEvent) => boolean, signal: AbortSignal): Promise<void> {
    return follow(BASE + path, { headers: this.headers(), signal, onEvent, ...this.watch });
  }
}
