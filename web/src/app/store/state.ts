/* What the page knows, as signals, and what a person does to it. Views read signals and call the actions below; nothing else writes. */
import { batch, computed, effect, signal } from '@preact/signals';
import { merge } from '../../document_merge';
import type { Document, Lever, Levers, Part } from '../../document';
import { idle, type Answer } from './answer';
import { Api, type About } from './api';
import type { Told } from './failure';
import * as history from './history';
import * as link from './link';
import { markLever, watchRepaint } from './measures';
import { renameRun, withoutHeadline } from './rename';
import { LEVERS, runRow } from './solved';
import * as settings from './settings';
import { browserClock, Solver, type Moved, type Server } from './solver';

export type SideName = 'a' | 'b';
export const LEVERS_B = 'levers_b'; // the run of scenario B in the document; that of A is LEVERS

const TOKEN = 'lodestone-token';

/* ---- what is known ---- */

export const about = signal<About | null>(null);
export const levers = signal<Levers>({ families: [], levers: [] });
export const base = signal<Document | null>(null); // the page of the run folder, or the reference as far as it is solved
export const isFromFolder = signal(false); // then it is whole, whatever the server still solves
export const reference = signal<Answer>(idle);
export const answers = { a: signal<Answer>(idle), b: signal<Answer>(idle) };
export const steps = signal(history.start<link.Scenarios>({ a: settings.none, b: null }));
export const place = signal<link.Place>(link.start);
export const problems = signal<string[]>([]); // of the link
export const gone = signal(false); // the server does not answer
export const trouble = signal<Told | null>(null); // the page cannot start
export const tokenWanted = signal(false);
export const said = signal(''); // for the live region: one sentence at a time
export const editing = signal<SideName>('a'); // whose levers the panel shows

export const scenarios = computed(() => steps.value.present);
export const isCompared = computed(() => scenarios.value.b !== null);
export const shownLevers = computed(() => levers.value.levers);

export function settingsOf(side: SideName): settings.Settings {
  return (side === 'a' ? scenarios.value.a : scenarios.value.b) ?? settings.none;
}

export function question(side: SideName): Moved {
  const values = settings.leverValues(settingsOf(side), shownLevers.value);
  return { values, key: settings.keyOf(values), from: settings.firstMonth(values, base.value?.horizon.from ?? '') };
}

/* ---- the document that charts draw ---- */

const partA = computed<Part>(() => partOf(answers.a.value, LEVERS, isCompared.value ? 'A' : 'Your levers'));
const partB = computed<Part>(() => partOf(answers.b.value, LEVERS_B, 'B'));

/* Until the server has said when an answer leaves the baseline, the page says it from the levers. */
function partOf(answer: Answer, run: string, title: string): Part {
  if (!base.value) return {};
  const row = { ...runRow(answer, base.value), title };
  return renameRun({ ...withoutHeadline(answer.part), runs: [row] }, LEVERS, run);
}

export const page = computed<Document | null>(() => {
  if (!base.value) return null;
  const withA = answers.a.value.phase === 'idle' ? base.value : merge(base.value, partA.value);
  return isCompared.value && answers.b.value.phase !== 'idle' ? merge(withA, partB.value) : withA;
});

/* The run that a side is: the baseline itself where nothing is moved. */
export function runOf(side: SideName): string {
  if (answers[side].value.phase === 'idle') return 'reference';
  return side === 'a' ? LEVERS : LEVERS_B;
}

/* ---- talking to the server ---- */

export const api = new Api(
  () => sessionStorage.getItem(TOKEN) ?? '',
  {
    onGone: () => {
      if (!gone.value) say('The server does not answer. The page tries again by itself.');
      gone.value = true;
    },
    onBack: () => {
      if (gone.value) say('The server answers again.');
      gone.value = false;
    },
  },
);

/* A read-only server lets nothing be stopped: what is left goes its way. */
const server: Server = { ...api, cancel: (run) => (about.value?.read_only ? Promise.resolve() : api.cancel(run)) };

export const solvers = {
  a: new Solver(server, browserClock, (answer) => take('a', answer), (run) => answers.b.value.run === run),
  b: new Solver(server, browserClock, (answer) => take('b', answer), (run) => answers.a.value.run === run),
};

function take(side: SideName, answer: Answer): void {
  const before = answers[side].value;
  answers[side].value = answer;
  watchRepaint(before, answer);
  const name = isCompared.value ? `Scenario ${side.toUpperCase()}` : 'The answer';
  if (before.phase !== answer.phase || before.ticket !== answer.ticket) {
    if (answer.phase === 'done') say(`${name} is solved. ${answer.part.headline ?? ''}`);
    if (answer.phase === 'failed') say(`${name} could not be solved. ${answer.failure?.message ?? ''}`);
    if (answer.phase === 'cancelled') say(`${name} was cancelled; months solved so far are shown.`);
  }
}

export function say(sentence: string): void {
  said.value = sentence;
}

export function setToken(token: string): void {
  sessionStorage.setItem(TOKEN, token);
}

export const hasToken = (): boolean => sessionStorage.getItem(TOKEN) !== null;

/* ---- levers ---- */

function put(next: link.Scenarios, tag = ''): void {
  steps.value = history.edit(steps.value, next, tag);
}

function putSide(side: SideName, next: settings.Settings, tag = ''): void {
  put(side === 'a' ? { ...scenarios.value, a: next } : { ...scenarios.value, b: next }, tag);
}

/* While a slider is dragged or a number typed: one step of undo until `settle`. */
export function move(side: SideName, lever: Lever, setting: settings.Setting): void {
  markLever();
  putSide(side, settings.withSetting(settingsOf(side), lever, setting), `${side}.${lever.id}`);
}

/* The same if their links are: in whatever order levers were moved, and wherever a lever that is not moved would start. */
const linkOf = (of: link.Scenarios): string => link.write(of, link.start, shownLevers.value);
const same = (a: link.Scenarios, b: link.Scenarios): boolean => linkOf(a) === linkOf(b);

export function settle(): void {
  steps.value = history.settle(steps.value, same);
  solvers.a.release();
  solvers.b.release();
}

export function moveAtOnce(side: SideName, lever: Lever, setting: settings.Setting): void {
  batch(() => move(side, lever, setting));
  settle();
}

export function reset(side: SideName, lever: Lever): void {
  markLever();
  putSide(side, settings.without(settingsOf(side), lever.id));
  settle();
}

export function resetAll(side: SideName): void {
  markLever();
  putSide(side, settings.none);
  settle();
}

export function undo(): void {
  markLever();
  steps.value = history.undo(steps.value);
  settle();
}

export function redo(): void {
  markLever();
  steps.value = history.redo(steps.value);
  settle();
}

/* ---- two scenarios ---- */

export function openB(): void {
  put({ a: scenarios.value.a, b: scenarios.value.a });
  editing.value = 'b';
  settle();
}

export function closeB(): void {
  editing.value = 'a';
  put({ a: scenarios.value.a, b: null });
  settle();
}

export function swap(): void {
  put({ a: scenarios.value.b ?? settings.none, b: scenarios.value.a });
  settle();
}

export function copy(from: SideName): void {
  const it = settingsOf(from);
  put({ a: it, b: it });
  settle();
}

/* ---- the address ---- */

export function hrefOf(to: Partial<link.Place>): string {
  return link.write(scenarios.value, { ...link.start, ...to }, shownLevers.value);
}

/* The link a page is opened with is where its undo begins. */
export function readAddress(first = false): void {
  const found = link.read(location.hash, shownLevers.value);
  batch(() => {
    problems.value = found.problems;
    place.value = found.place;
    const next = { a: found.a, b: found.b };
    if (!same(next, scenarios.value)) {
      if (first) steps.value = history.start(next);
      else put(next);
      if (next.b === null) editing.value = 'a';
    }
  });
  settle();
}

/* Keeps address and solvers with the levers; to be called once the levers are known. */
export function keepUp(): void {
  effect(() => {
    const address = link.write(scenarios.value, place.value, shownLevers.value);
    if (location.hash !== address && !(location.hash === '' && address === '#'))
      globalThis.history.replaceState(null, '', address);
  });
  effect(() => solvers.a.move(question('a')));
  effect(() => solvers.b.move(isCompared.value ? question('b') : { values: [], key: '', from: '' }));
  window.addEventListener('hashchange', () => readAddress());
  effect(() => (gone.value ? keepAsking() : undefined));
}

const PING_MS = 3000;

/* A server that is gone is asked until it is back: what could not be had is then loaded again. Returns what stops it. */
function keepAsking(): () => void {
  let isOver = false;
  const ask = async (): Promise<void> => {
    if (isOver) return;
    await api.about().catch(() => undefined);
    if (!isOver) browserClock.later(PING_MS, () => void ask());
  };
  browserClock.later(PING_MS, () => void ask());
  return () => {
    isOver = true;
  };
}
