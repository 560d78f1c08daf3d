import { expect, test } from 'vitest';
import { edit, redo, settle, start, undo } from '../../src/app/store/history';

const same = (a: number, b: number): boolean => a === b;

test('undo and redo walk the same way back and forth', () => {
  let it = edit(edit(edit(start(0), 1), 2), 3);
  it = undo(undo(it));
  expect(it.present).toBe(1);
  it = redo(it);
  expect(it.present).toBe(2);
  expect(redo(redo(redo(it))).present).toBe(3);
  expect(undo(start(7)).present).toBe(7);
});

test('a new edit drops what was undone', () => {
  const it = edit(undo(edit(start(0), 1)), 9);
  expect(redo(it).present).toBe(9);
});

test('a drag is one step', () => {
  let it = start(0);
  for (const value of [1, 2, 3, 4]) it = edit(it, value, 'floor');
  it = settle(it, same);
  expect(undo(it).present).toBe(0);
  it = edit(it, 5, 'floor');
  expect(undo(it).present).toBe(4);
});

test('a drag that comes back to where it began is no step', () => {
  const it = settle(edit(edit(start(0), 5, 'floor'), 0, 'floor'), same);
  expect(it.past).toEqual([]);
});

test('the past does not grow for ever', () => {
  let it = start(0);
  for (let value = 1; value <= 1000; value++) it = edit(it, value);
  expect(it.past.length).toBeLessThanOrEqual(200);
  expect(undo(it).present).toBe(999);
});
