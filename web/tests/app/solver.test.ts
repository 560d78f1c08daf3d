import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/app/store/answer';
import type { RunReply } from '../../src/app/store/api';
import { Failure } from '../../src/app/store/failure';
import { Solver, type Clock, type Moved, type Server } from '../../src/app/store/solver';
import type { ServerEvent } from '../../src/app/store/sse';

/* A server and a clock that do only what the test says. */
class Bench implements Server, Clock {
  asked: string[] = [];
  cancelled: string[] = [];
  shown: Answer[] = [];
  timers: { call: () => void; stopped: boolean }[] = [];
  frames: (() => void)[] = [];
  streams = new Map<string, { on: (event: ServerEvent) => boolean; end: (error?: Error) => void }>();
  replies: ((reply: RunReply | Error) => void)[] = [];
  whole: RunReply['page'] = undefined;
  solver = new Solver(this, this, (answer) => this.shown.push(answer));

  ask = (levers: { value: number }[]): Promise<RunReply> => {
    this.asked.push(levers.map((l) => l.value).join());
    return new Promise((resolve, reject) => this.replies.push((reply) => (reply instanceof Error ? reject(reply) : resolve(reply))));
  };
  run = (run: string): Promise<RunReply> => Promise.resolve({ run, state: 'done', ...(this.whole ? { page: this.whole } : {}) });
  cancel = (run: string): Promise<void> => (this.cancelled.push(run), Promise.resolve());
  followRun = (run: string, on: (event: ServerEvent) => boolean, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => resolve());
      this.streams.set(run, { on, end: (error) => (error ? reject(error) : resolve()) });
    });
  later = (_: number, call: () => void): (() => void) => {
    const timer = { call, stopped: false };
    this.timers.push(timer);
    return () => (timer.stopped = true);
  };
  frame = (call: () => void): void => void this.frames.push(call);

  async rest(): Promise<void> {
    for (const timer of this.timers.splice(0)) if (!timer.stopped) timer.call();
    await this.settle();
  }
  async settle(): Promise<void> {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }
  async paint(): Promise<void> {
    await this.settle();
    for (const call of this.frames.splice(0)) call();
  }
  async reply(reply: RunReply | Error): Promise<void> {
    this.replies.shift()?.(reply);
    await this.settle();
  }
  send(run: string, event: string, data: unknown): void {
    this.streams.get(run)?.on({ id: '', event, data: JSON.stringify(data) });
  }
  get now(): Answer {
    return this.shown.at(-1)!;
  }
}

const to = (value: number): Moved => ({ values: [{ lever: 'floor', value }], key: `floor=${value}`, from: '2026-12' });
const months = (first: number, ...values: number[]) => ({ supply: [{ run: 'levers', stage: 'mine', region: 'USA', first, values }] });

describe('moving', () => {
  test('shows at once that it is not solved, and asks once when the lever rests', async () => {
    const bench = new Bench();
    for (const value of [1, 2, 3]) bench.solver.move(to(value));
    expect(bench.now).toMatchObject({ phase: 'waiting', asked: 'floor=3', from: '2026-12', part: {} });
    expect(bench.asked).toEqual([]);
    await bench.rest();
    expect(bench.asked).toEqual(['3']);
  });

  test('asks at once when the hand is off the lever, and not again', async () => {
    const bench = new Bench();
    bench.solver.move(to(1));
    bench.solver.release();
    bench.solver.release();
    await bench.rest();
    expect(bench.asked).toEqual(['1']);
  });

  test('months of one frame are one repaint, in their order', async () => {
    const bench = new Bench();
    bench.solver.move(to(1));
    await bench.rest();
    await bench.reply({ run: 'k1', state: 'queued' });
    bench.send('k1', 'begin', { total: 3, done: 0, page: {} });
    bench.send('k1', 'months', { done: 1, page: months(23, 5) });
    bench.send('k1', 'months', { done: 2, page: months(24, 6) });
    const before = bench.shown.length;
    await bench.paint();
    expect(bench.shown.length).toBe(before + 1);
    expect(bench.now).toMatchObject({ phase: 'running', done: 2, total: 3 });
    expect(bench.now.part.supply).toEqual(months(23, 5, 6).supply);
    bench.send('k1', 'done', { page: { headline: 'Solved.' } });
    await bench.paint();
    expect(bench.now).toMatchObject({ phase: 'done', part: { headline: 'Solved.' } });
  });
});

describe('an answer of old levers never overwrites a newer one', () => {
  test('when the reply to the first question comes after the second question', async () => {
    const bench = new Bench();
    bench.solver.move(to(1));
    await bench.rest();
    bench.solver.move(to(2));
    await bench.rest();
    await bench.reply({ run: 'k1', state: 'done', page: months(0, 111) });
    await bench.paint();
    expect(bench.now).toMatchObject({ asked: 'floor=2', run: '', part: {} });
    await bench.reply({ run: 'k2', state: 'queued' });
    bench.send('k2', 'months', months(0, 222));
    await bench.paint();
    expect(bench.now.run).toBe('k2');
    expect(bench.now.part.supply?.[0]?.values).toEqual([222]);
  });

  test('when months of the first come after the second began', async () => {
    const bench = new Bench();
    bench.solver.move(to(1));
    await bench.rest();
    await bench.reply({ run: 'k1', state: 'queued' });
    bench.solver.move(to(2));
    await bench.rest();
    await bench.reply({ run: 'k2', state: 'queued' });
    bench.send('k2', 'months', months(0, 222));
    bench.send('k1', 'months', months(0, 111));
    bench.send('k1', 'done', { headline: 'Old.' });
    await bench.paint();
    expect(bench.now.part.supply?.[0]?.values).toEqual([222]);
    expect(bench.now.part.headline).toBeUndefined();
    expect(bench.cancelled).toEqual(['k1']);
  });

  test('when the first fails late', async () => {
    const bench = new Bench();
    bench.solver.move(to(1));
    await bench.rest();
    bench.solver.move(to(2));
    await bench.rest();
    await bench.reply(new Failure(500, { code: 'x', message: 'late', fix: '', findings: [] }));
    await bench.paint();
    expect(bench.now).toMatchObject({ asked: 'floor=2', phase: 'waiting', failure: null });
  });

  test('and what was gathered for it before the frame is dropped', async () => {
    const bench = new Bench();
    bench.solver.move(to(1));
    await bench.rest();
    await bench.reply({ run: 'k1', state: 'queued' });
    bench.send('k1', 'months', months(0, 111));
    bench.solver.move(to(2));
    await bench.paint();
    expect(bench.now).toMatchObject({ asked: 'floor=2', phase: 'waiting', part: {} });
  });
});

test('an answer that is done is kept: back to it asks nothing', async () => {
  const bench = new Bench();
  bench.solver.move(to(1));
  await bench.rest();
  await bench.reply({ run: 'k1', state: 'queued' });
  bench.send('k1', 'done', { headline: 'One.' });
  await bench.paint();
  bench.solver.move(to(2));
  bench.solver.move(to(1));
  await bench.rest();
  expect(bench.now).toMatchObject({ phase: 'done', asked: 'floor=1', run: 'k1', part: { headline: 'One.' } });
  expect(bench.asked).toEqual(['1']);
});

test('cached answers come whole, or by their events', async () => {
  const bench = new Bench();
  bench.whole = { headline: 'Whole.' };
  bench.solver.move(to(1));
  await bench.rest();
  await bench.reply({ run: 'k1', state: 'done' });
  await bench.paint();
  expect(bench.now).toMatchObject({ phase: 'done', part: { headline: 'Whole.' } });
  bench.whole = undefined;
  bench.solver.move(to(2));
  await bench.rest();
  await bench.reply({ run: 'k2', state: 'done' });
  bench.send('k2', 'done', { headline: 'Told.' });
  await bench.paint();
  expect(bench.now).toMatchObject({ phase: 'done', part: { headline: 'Told.' } });
});

test('with nothing moved there is nothing to ask, and what ran is cancelled', async () => {
  const bench = new Bench();
  bench.solver.move(to(1));
  await bench.rest();
  await bench.reply({ run: 'k1', state: 'running' });
  await bench.paint();
  bench.solver.move({ values: [], key: '', from: '' });
  await bench.rest();
  expect(bench.now.phase).toBe('idle');
  expect(bench.cancelled).toEqual(['k1']);
});

test('cancel keeps the months there are; retry asks again', async () => {
  const bench = new Bench();
  bench.solver.move(to(1));
  await bench.rest();
  await bench.reply({ run: 'k1', state: 'running' });
  bench.send('k1', 'months', months(0, 1));
  await bench.paint();
  bench.solver.cancel();
  expect(bench.now).toMatchObject({ phase: 'cancelled' });
  expect(bench.now.part.supply?.[0]?.values).toEqual([1]);
  expect(bench.cancelled).toEqual(['k1']);
  bench.solver.retry();
  await bench.settle();
  expect(bench.asked).toEqual(['1', '1']);
});

test('a run that the server forgot is asked again from the start', async () => {
  const bench = new Bench();
  bench.solver.move(to(1));
  await bench.rest();
  await bench.reply({ run: 'k1', state: 'running' });
  bench.send('k1', 'months', months(0, 1));
  bench.streams.get('k1')!.end(new Failure(404, { code: 'not_found', message: 'gone', fix: '', findings: [] }));
  await bench.settle();
  expect(bench.asked).toEqual(['1', '1']);
  await bench.reply({ run: 'k1', state: 'queued' });
  bench.send('k1', 'months', months(0, 9));
  await bench.paint();
  expect(bench.now.part.supply?.[0]?.values).toEqual([9]);
});

test('a failed run says what to do', async () => {
  const bench = new Bench();
  bench.solver.move(to(1));
  await bench.rest();
  await bench.reply({ run: 'k1', state: 'running' });
  bench.send('k1', 'failed', { error: { code: 'solver', message: 'Not solved in 2027-03.', fix: 'Move a lever back.' } });
  await bench.paint();
  expect(bench.now).toMatchObject({ phase: 'failed', failure: { message: 'Not solved in 2027-03.', fix: 'Move a lever back.' } });
});

test('a run that another page cancelled is asked again, but not for ever', async () => {
  const bench = new Bench();
  bench.solver.move(to(1));
  await bench.rest();
  for (let times = 0; times < 5; times++) {
    await bench.reply({ run: 'k1', state: 'running' });
    bench.send('k1', 'state', { state: 'cancelled' });
    bench.streams.get('k1')?.end();
    await bench.settle();
  }
  await bench.paint();
  expect(bench.asked).toEqual(['1', '1', '1']);
  expect(bench.now.phase).toBe('cancelled');
});
