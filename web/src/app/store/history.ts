/* Undo and redo of any value. Moves under one tag (a drag, typing into one field) are one step until `settle`. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  readonly tag: string; // of the gesture under way, or ""
}

const MOST_STEPS = 200;

export function start<T>(present: T): History<T> {
  return { past: [], present, future: [], tag: '' };
}

export function edit<T>(history: History<T>, next: T, tag = ''): History<T> {
  if (tag !== '' && tag === history.tag) return { ...history, present: next, future: [] };
  return { past: [...history.past, history.present].slice(-MOST_STEPS), present: next, future: [], tag };
}

/* Ends a gesture: what comes next is a step of its own. A gesture that came back to where it began was none. */
export function settle<T>(history: History<T>, same: (a: T, b: T) => boolean): History<T> {
  const before = history.past.at(-1);
  if (history.tag !== '' && before !== undefined && same(before, history.present))
    return { ...history, past: history.past.slice(0, -1), tag: '' };
  return { ...history, tag: '' };
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], tag: '' };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...rest] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future: rest, tag: '' };
}
