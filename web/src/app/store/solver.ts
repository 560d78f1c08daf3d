/* One side's way from levers to an answer: waits for the hand to rest, asks, follows the months, cancels what is no longer wanted.
 *
 * What comes from the server is gathered and told once per frame. Answers that are done are kept, so that undo is at once. */
import type { LeverValue, Part } from '../../document';
import { happen, idle, isOpen, question, type Answer, type Happening } from './answer';
import type { RunReply } from './api';
import { asFailure, Failure } from './failure';
import { read } from './messages';
import type { ServerEvent } from './sse';

export interface Server {
  ask: (levers: LeverValue[]) => Promise<RunReply>;
  run: (key: string) => Promise<RunReply>;
  cancel: (key: string) => Promise<void>;
  followRun: (key: string, onEvent: (event: ServerEvent) => boolean, signal: AbortSignal) => Promise<void>;
}
export interface Clock {
  later: (ms: number, call: () => void) => () => void; // returns what stops it
  frame: (call: () => void) => void;
}
export interface Moved {
  values: LeverValue[];
  key: string; // settings.keyOf(values)
  from: string;
}

export const REST_MS = 250;
const MOST_KEPT = 16;

export class Solver {
  private answer: Answer = idle;
  private wanted: Moved = { values: [], key: '', from: '' };
  private stopTimer: () => void = () => undefined;
  private stream: AbortController | null = null;
  private queue: { ticket: number; what: Happening }[] = [];
  private framed = false;
  private kept = new Map<string, Answer>();

  constructor(
    private server: Server,
    private clock: Clock,
    private tell: (answer: Answer) => void,
    private inUse: (run: string) => boolean = () => false, // by another side: not to be cancelled
  ) {}

  /* The levers stand here now. Repaints at once; asks when they have rested. */
  move(to: Moved): void {
    if (to.key === this.answer.asked && this.answer.phase !== 'cancelled' && this.answer.phase !== 'failed') return;
    this.wanted = to;
    const left = this.answer;
    const kept = this.kept.get(to.key);
    this.set(kept ? { ...kept, ticket: this.answer.ticket + 1 } : question(this.answer, to.key, to.from));
    this.leave(left);
    if (this.answer.phase === 'waiting') this.stopTimer = this.clock.later(REST_MS, () => void this.ask());
  }

  /* The hand is off the lever: ask now. */
  release(): void {
    if (this.answer.phase !== 'waiting' || this.answer.run !== '' || this.stream) return;
    this.stopTimer();
    void this.ask();
  }

  /* Leaves the question; the months solved so far stay. */
  cancel(): void {
    if (!isOpen(this.answer)) return;
    const left = this.answer;
    this.set(happen(this.answer, this.answer.ticket, { kind: 'cancelled' }));
    this.leave(left);
  }

  /* After a failure or a cancel. */
  retry(): void {
    this.set(question(this.answer, this.wanted.key, this.wanted.from));
    if (this.answer.phase === 'waiting') void this.ask();
  }

  private set(answer: Answer): void {
    this.answer = answer;
    this.tell(answer);
  }

  private leave(left: Answer): void {
    this.stopTimer();
    this.stream?.abort();
    this.stream = null;
    this.queue = [];
    if (left.run !== '' && isOpen(left) && !this.inUse(left.run)) void this.server.cancel(left.run).catch(() => undefined);
  }

  private async ask(): Promise<void> {
    const { ticket } = this.answer;
    const stream = new AbortController();
    this.stream = stream;
    try {
      for (let forgotten = true; forgotten; ) forgotten = await this.askOnce(ticket, stream);
    } catch (error) {
      this.note(ticket, { kind: 'failed', failure: asFailure(error).told });
    } finally {
      if (this.stream === stream) this.stream = null;
    }
  }

  /* True if the server forgot the run while it was followed (it was started again): to be asked anew. */
  private async askOnce(ticket: number, stream: AbortController): Promise<boolean> {
    const reply = await this.server.ask(this.wanted.values);
    if (stream.signal.aborted) {
      if (!this.inUse(reply.run) && reply.state !== 'done') void this.server.cancel(reply.run).catch(() => undefined);
      return false;
    }
    this.note(ticket, { kind: 'accepted', run: reply.run, phase: reply.state === 'done' ? 'running' : reply.state });
    if (reply.state === 'done') return this.takeWhole(ticket, reply);
    try {
      await this.server.followRun(reply.run, (event) => this.take(ticket, event), stream.signal);
    } catch (error) {
      if (!(error instanceof Failure) || error.status !== 404) throw error;
      this.note(ticket, { kind: 'anew' });
      return !stream.signal.aborted;
    }
    return false;
  }

  private async takeWhole(ticket: number, reply: RunReply): Promise<boolean> {
    const page: Part = reply.page ?? (await this.server.run(reply.run)).page ?? {};
    this.note(ticket, { kind: 'part', part: page, last: true });
    return false;
  }

  private take(ticket: number, event: ServerEvent): boolean {
    const { happenings, last } = read(event);
    for (const what of happenings) this.note(ticket, what);
    return last;
  }

  /* Gathers what happens until the next frame, so that a burst of months is one repaint. */
  private note(ticket: number, what: Happening): void {
    this.queue.push({ ticket, what });
    if (this.framed) return;
    this.framed = true;
    this.clock.frame(() => this.flush());
  }

  private flush(): void {
    this.framed = false;
    const answer = this.queue.reduce((state, { ticket, what }) => happen(state, ticket, what), this.answer);
    this.queue = [];
    if (answer === this.answer) return;
    this.set(answer);
    if (answer.phase === 'done') this.keep(answer);
  }

  private keep(answer: Answer): void {
    this.kept.delete(answer.asked);
    this.kept.set(answer.asked, answer);
    if (this.kept.size > MOST_KEPT) this.kept.delete([...this.kept.keys()][0] ?? '');
  }
}

/* Frames also come in a tab that is not shown: there by a timer. */
export const browserClock: Clock = {
  later: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  frame: (call) => {
    if (document.hidden) setTimeout(call, 250);
    else requestAnimationFrame(call);
  },
};
