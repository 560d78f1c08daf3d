import { expect, test } from 'vitest';
import { happenAll, question, idle, type Answer } from '../../src/app/store/answer';
import { read } from '../../src/app/store/messages';

const after = (answer: Answer, state: object) =>
  happenAll(answer, read({ id: '', event: 'state', data: JSON.stringify({ run: 'k', ...state }) }).happenings.map((what) => ({ ticket: answer.ticket, what })));

test('an answer that waits for the baseline knows how long, until it no longer waits', () => {
  const asked = question(idle, 'freeze', '2026-12');
  const waits = after(asked, { state: 'running', done: 0, total: 0, seconds_left: null, waits_for_reference: { done: 15, total: 35, seconds_left: 24.2 } });
  expect(waits.waits).toEqual({ done: 15, total: 35, secondsLeft: 24.2 });
  expect(after(waits, { state: 'running', done: 0, total: 0, seconds_left: null, waits_for_reference: { done: 0, total: 35, seconds_left: null } }).waits?.secondsLeft).toBeNull();
  expect(after(waits, { state: 'running', done: 1, total: 60, seconds_left: 30 })).toMatchObject({ waits: null, secondsLeft: 30 });
});
