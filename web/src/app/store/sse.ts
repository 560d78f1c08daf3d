/* Server-sent events over fetch: EventSource cannot send a token, nor say why a request was refused.
 *
 * A stream that breaks is taken up again with Last-Event-ID, after a wait that doubles up to ten seconds, until the caller stops it. */
import { failureOf, Failure } from './failure';

export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/* Text in, events out: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export class SseParser {
  private rest = '';
  private id = '';
  private event = '';
  private data: string[] = [];

  feed(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const all = this.rest + text;
    // A CR at the very end may be half of a CR LF: it waits for the next piece.
    const held = all.endsWith('\r') ? all.length - 1 : all.length;
    const lines = all.slice(0, held).split(/\r\n|\r|\n/);
    this.rest = (lines.pop() ?? '') + all.slice(held);
    for (const line of lines) this.line(line, events);
    return events;
  }

  private line(line: string, events: ServerEvent[]): void {
    if (line === '') {
      if (this.data.length > 0) events.push({ id: this.id, event: this.event || 'message', data: this.data.join('\n') });
      this.event = '';
      this.data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
  }
}

export interface Following {
  headers: Record<string, string>;
  signal: AbortSignal;
  onEvent: (event: ServerEvent) => boolean; // true: that was the last one
  onGone: () => void; // the connection broke; it is tried again
  onBack: () => void; // and works again
}

const FIRST_WAIT_MS = 500;
const MOST_WAIT_MS = 10_000;

/* Until the last event, or until `signal` aborts. Throws a Failure if the server refuses (4xx, 5xx). */
export async function follow(url: string, how: Following): Promise<void> {
  const place = { lastId: '', ended: false };
  let wait = FIRST_WAIT_MS;
  while (!how.signal.aborted && !place.ended) {
    try {
      const got = await readOnce(url, how, place);
      if (got) wait = FIRST_WAIT_MS;
    } catch (error) {
      if (how.signal.aborted) return;
      if (error instanceof Failure) throw error;
    }
    if (place.ended || how.signal.aborted) return;
    how.onGone();
    await pause(wait, how.signal);
    wait = Math.min(2 * wait, MOST_WAIT_MS);
  }
}

/* One connection. True if it brought an event. */
async function readOnce(url: string, how: Following, place: { lastId: string; ended: boolean }): Promise<boolean> {
  const headers: Record<string, string> = { ...how.headers, Accept: 'text/event-stream' };
  if (place.lastId) headers['Last-Event-ID'] = place.lastId;
  const reply = await fetch(url, { headers, signal: how.signal, cache: 'no-store' });
  if (!reply.ok) throw await failureOf(reply);
  how.onBack();
  if (!reply.body) return false;
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new SseParser();
  let any = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return any;
    for (const event of parser.feed(value)) {
      any = true;
      if (event.id) place.lastId = event.id;
      if (how.onEvent(event)) {
        place.ended = true;
        void reader.cancel().catch(() => undefined);
        return true;
      }
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
