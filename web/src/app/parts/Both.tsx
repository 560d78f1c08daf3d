/* A and B in one chart, with the baseline behind both: the same scale, and a table of both. Nothing with one scenario only. */
import { useState } from 'preact/hooks';
import { Figure, Lines, linesTable, type Item } from '../../charts';
import { fullValues, shockMarks } from '../../charts/series';
import type { Document, Series } from '../../document';
import { months, number, percent } from '../../format';
import { viewA, viewB } from '../store/view';
import { Pick } from './Pick';

interface Props<S extends Series> {
  title: string;
  unit: string;
  kind: 'price' | 'share' | 'months';
  choices: readonly { id: string; label: string }[];
  rows: (doc: Document) => readonly S[] | undefined;
  is: (choice: string) => (row: S) => boolean;
}

const writers = { price: (value: number) => number(value), share: (value: number) => percent(value), months: (value: number) => months(value) };
const looks = {
  a: { colour: 'var(--hue-blue)', dash: '', shape: 'square' },
  b: { colour: 'var(--hue-vermilion)', dash: '7 4', shape: 'circle' },
  base: { colour: 'var(--hue-grey)', dash: '2 3', shape: 'diamond' },
} as const;

function ownValues<S extends Series>(doc: Document, rows: readonly S[] | undefined, run: string, is: (row: S) => boolean): (number | null)[] {
  const own = run === 'reference' ? undefined : rows?.find((row) => row.run === run && is(row));
  return doc.horizon.periods.map((_, at) => (own ? (at < own.first ? 0 : (own.values[at - own.first] ?? null)) : null));
}

export function Both<S extends Series>({ title, unit, kind, choices, rows, is }: Props<S>) {
  const [picked, setPicked] = useState('');
  const [a, b] = [viewA.value, viewB.value];
  const choice = choices.find((it) => it.id === picked) ?? choices[0];
  if (!a || !b || !choice) return null;
  // A loss is against the baseline, which loses nothing: before the levers act there is none.
  const values = ({ doc, run }: { doc: Document; run: string }): (number | null)[] =>
    kind === 'share' ? ownValues(doc, rows(doc), run, is(choice.id)) : fullValues(doc, rows(doc), run, is(choice.id));
  const items: Item[] = [
    { id: 'a', label: 'A', look: looks.a, values: values(a) },
    { id: 'b', label: 'B', look: looks.b, values: values(b) },
  ];
  if (kind !== 'share') items.push({ id: 'base', label: 'Baseline', look: looks.base, values: values({ doc: a.doc, run: 'reference' }) });
  const { periods } = a.doc.horizon;
  const ends = [a.stale, b.stale].filter((end) => end !== undefined);
  const marks = [...shockMarks(a.doc, a.run), ...shockMarks(b.doc, b.run)];
  return (
    <Figure title={`A and B: ${title}`} unit={unit} name={`both-${kind}`} source="From the same tables as the charts of A and of B."
      about="Both scenarios on one scale." table={() => linesTable(periods, items, unit)}
      empty={items.every((item) => item.values.every((value) => value === null)) ? 'Neither scenario has such figures yet.' : undefined}
      controls={choices.length > 1 && <Pick label="Show" value={choice.id} options={choices.map((it) => [it.id, it.label])} onPick={setPicked} />}>
      <Lines label={`A and B: ${title}`} periods={periods} items={items} marks={marks} stale={ends.length > 0 ? Math.min(...ends) : undefined} zero format={writers[kind]} {...(kind === 'share' ? { axisFormat: percent, least: 0.05 } : {})} />
    </Figure>
  );
}
