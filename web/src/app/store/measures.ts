/* How fast the page answers, for the bench: performance entries `lever` (a mark, when a lever moves), `repaint` (from there to the frame after the
 * page shows it) and `first-month` (to the frame that shows the first month solved). Read with window.lodestone.measures(). */
import type { Answer } from './answer';

const MOST = 1000;

let leverAt = 0; // of the move whose repaint is awaited, 0 for none
let monthFor = { at: 0, ticket: -1 };

export function markLever(): void {
  leverAt = performance.now();
  performance.mark('lever');
}

/* The end of the frame after the next paint: a task that begins once that frame is out. */
function afterPaint(call: () => void): void {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => (channel.port1.close(), call());
    channel.port2.postMessage(null);
  });
}

function measure(name: string, start: number): void {
  afterPaint(() => {
    performance.measure(name, { start, end: performance.now() });
    if (performance.getEntriesByName(name).length > MOST) performance.clearMeasures(name);
  });
}

/* The page is about to show `after` instead of `before`. */
export function watchRepaint(before: Answer, after: Answer): void {
  if (leverAt > 0 && after.ticket !== before.ticket) {
    measure('repaint', leverAt);
    monthFor = { at: leverAt, ticket: after.ticket };
    leverAt = 0;
  }
  if (monthFor.ticket === after.ticket && (after.done > 0 || after.phase === 'done')) {
    measure('first-month', monthFor.at);
    monthFor.ticket = -1;
  }
}

export interface Measures {
  repaint: number[]; // ms
  first_month: number[];
  first_paint: number | null;
}

function measures(): Measures {
  const times = (name: string): number[] => performance.getEntriesByName(name, 'measure').map((entry) => entry.duration);
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return { repaint: times('repaint'), first_month: times('first-month'), first_paint: paint ? paint.startTime : null };
}

export function exposeMeasures(): void {
  Object.defineProperty(window, 'lodestone', { value: Object.freeze({ measures }), writable: false, configurable: false });
}
