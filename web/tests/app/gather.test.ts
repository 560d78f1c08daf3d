import { expect, test } from 'vitest';
import { merge } from '../../src/document_merge';
import type { Part } from '../../src/document';
import { happen, happenAll, question, idle, type Happening } from '../../src/app/store/answer';
import { gather } from '../../src/app/store/gather';

const month = (first: number, ...values: (number | null)[]): Part => ({
  prices: [
    { run: 'levers', commodity: 'dy_oxide', region: 'USA', kind: 'outside', first, values },
    { run: 'levers', commodity: 'dy_oxide', region: 'USA', kind: 'paid', first, values: values.map((value) => value && value / 2) },
  ],
  supply: [{ run: 'levers', stage: 'mine', region: 'USA', first, values }],
});
const mergedOneByOne = (parts: Part[]): Part => parts.reduce((all, part) => merge(all, part), {} as Part);

const cases: [string, Part[]][] = [
  ['months that follow on each other', [month(3, 1), month(4, 2, 3), month(6, null), month(7, 5)]],
  ['a gap', [month(3, 1), month(5, 2)]],
  ['a month again', [month(3, 1, 2), month(4, 9)]],
  ['a row more', [month(3, 1), { ...month(4, 2), loss: [{ run: 'levers', class: 'defence', segment: '', region: '', first: 4, values: [0.1] }] }, month(5, 3)]],
  ['rows in another order', [month(3, 1), { prices: [...(month(4, 2).prices ?? [])].reverse(), supply: month(4, 2).supply! }]],
  ['what is no series between', [month(3, 1), { headline: 'x' }, month(4, 2)]],
];
test.each(cases)('gives the same document as merging one by one: %s', (_, parts) => {
  const before = structuredClone(parts);
  expect(mergedOneByOne(gather(parts))).toEqual(mergedOneByOne(parts));
  expect(parts, 'what was given is not changed').toEqual(before);
});

test('a burst of months is one part', () => expect(gather([month(0, 1), month(1, 2), month(2, 3)])).toHaveLength(1));

test('several happenings at once end as they do one by one', () => {
  const { ticket } = question(idle, 'x', '2026-12');
  const all: { ticket: number; what: Happening }[] = [
    { ticket, what: { kind: 'accepted', run: 'k', phase: 'queued' } },
    { ticket, what: { kind: 'part', part: { headline: 'begun' }, first: true, last: false } },
    { ticket, what: { kind: 'part', part: month(3, 1), last: false } },
    { ticket, what: { kind: 'progress', done: 1, total: 3 } },
    { ticket: ticket + 5, what: { kind: 'part', part: month(0, 99), last: false } },
    { ticket, what: { kind: 'part', part: month(4, 2), last: false } },
    { ticket, what: { kind: 'progress', done: 2 } },
    { ticket, what: { kind: 'part', part: { headline: 'Done.' }, last: true } },
  ];
  const start = question(idle, 'x', '2026-12');
  const oneByOne = all.reduce((state, { ticket: of, what }) => happen(state, of, what), start);
  expect(happenAll(start, all)).toEqual(oneByOne);
  expect(oneByOne).toMatchObject({ phase: 'done', done: 3, total: 3, part: { headline: 'Done.' } });
});
