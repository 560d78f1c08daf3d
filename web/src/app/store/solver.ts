/* One side's way from levers to an answer: waits for the hand to rest, asks, follows the months, cancels what is no longer wanted.
 *
 * What comes from the server is gathered and told once per frame. Answers that are done are kept, so that undo is at once. */
import type { LeverValue, Part } from '../../document';
import { happen, happenAll, idle, isOpen, question, type Answer, type Happening } from './answer';
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
const MOST_ASKS = 3;

export class Solver {
  private answer: Answer = idle;
  private wanted: Moved = { values: [], key: '', from: '' };
  private stopTimer: () => void = () => undefined;
  private stream: AbortController | null = null;
  private followed = ''; // the run on its way, which may not have been told yet
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
    if (to.key === this.answer.asked) return; // what was cancelled or failed is asked again by `retry` only
    this.wanted = to;
    const kept = this.kept.get(to.key);
    this.set(kept ? { ...kept, ticket: this.answer.ticket + 1 } : question(this.answer, to.key, to.from));
    this.leave();
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
    this.set(happen(this.answer, this.answer.ticket, { kind: 'cancelled' }));
    this.leave();
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

  private leave(): void {
    this.stopTimer();
    this.stream?.abort();
    this.stream = null;
    this.queue = [];
    if (this.followed !== '') this.drop(this.followed);
    this.followed = '';
  }

  private drop(run: string): void {
    if (!this.inUse(run)) void this.server.cancel(run).catch(() => undefined);
  }

  private async ask(): Promise<void> {
    const { ticket } = this.answer;
    const stream = new AbortController();
    this.stream = stream;
    try {
      for (let times = 1; await this.askOnce(ticket, stream); times++) {
        this.note(ticket, { kind: times < MOST_ASKS ? 'anew' : 'cancelled' });
        if (times === MOST_ASKS) break;
      }
    } catch (error) {
      this.note(ticket, { kind: 'failed', failure: asFailure(error).told });
    } finally {
      if (this.stream === stream) {
        this.stream = null;
        this.followed = '';
      }
    }
  }

  /* True if the run is gone while it is wanted: to be asked anew. The server was started again, or another page cancelled the same run. */
  private async askOnce(ticket: number, stream: AbortController): Promise<boolean> {
    const reply = await this.server.ask(this.wanted.values);
    if (stream.signal.aborted) {
      if (reply.state !== 'done') this.drop(reply.run);
      return false;
    }
    this.note(ticket, { kind: 'accepted', run: reply.run, phase: reply.state === 'done' ? 'running' : reply.state });
    if (reply.state === 'done' && (await this.takeWhole(ticket, reply))) return false;
    this.followed = reply.run;
    const end = { isCancelled: false };
    try {
      await this.server.followRun(reply.run, (event) => this.take(ticket, event, end), stream.signal);
    } catch (error) {
      if (!(error instanceof Failure) || error.status !== 404) throw error;
      end.isCancelled = true;
    }
    return end.isCancelled && !stream.signal.aborted;
  }

  /* An answer that the server has kept comes whole, where it has it so; false: its events tell it. */
  private async takeWhole(ticket: number, reply: RunReply): Promise<boolean> {
    const page: Part | undefined = reply.page ?? (await this.server.run(reply.run)).page;
    if (!page || Object.keys(page).length === 0) return false;
    this.note(ticket, { kind: 'part', part: page, first: true, last: true });
    return true;
  }

  private take(ticket: number, event: ServerEvent, end: { isCancelled: boolean }): boolean {
    const { happenings, last } = read(event);
    for (const what of happenings)
      if (what.kind === 'cancelled') end.isCancelled = true;
      else this.note(ticket, what);
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
    const answer = happenAll(this.answer, this.queue);
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
