/* A and B in one chart, with the baseline behind both: the same scale, and a table of both. Nothing with one scenario only. */
import { useState } from 'preact/hooks';
import { Figure, Lines, linesTable, type Item } from '../../charts';
import { shockMarks } from '../../charts/series';
import type { Document } from '../../document';
import { months, number, percent } from '../../format';
import { viewA, viewB } from '../store/view';
import { Pick } from './Pick';

interface Props {
  title: string;
  unit: string;
  kind: 'price' | 'share' | 'months';
  choices: readonly { id: string; label: string }[];
  values: (choice: string, of: { doc: Document; run: string }) => (number | null)[];
}

const writers = { price: (value: number) => number(value), share: (value: number) => percent(value), months: (value: number) => months(value) };
const looks = {
  a: { colour: 'var(--hue-blue)', dash: '', shape: 'square' },
  b: { colour: 'var(--hue-vermilion)', dash: '7 4', shape: 'circle' },
  base: { colour: 'var(--hue-grey)', dash: '2 3', shape: 'diamond' },
} as const;

export function Both({ title, unit, kind, choices, values }: Props) {
  const [picked, setPicked] = useState('');
  const [a, b] = [viewA.value, viewB.value];
  const choice = choices.find((it) => it.id === picked) ?? choices[0];
  if (!a || !b || !choice) return null;
  const items: Item[] = [
    { id: 'a', label: 'A', look: looks.a, values: values(choice.id, a) },
    { id: 'b', label: 'B', look: looks.b, values: values(choice.id, b) },
  ];
  // A share is lost against the baseline, which is nought all along.
  if (kind !== 'share') items.push({ id: 'base', label: 'Baseline', look: looks.base, values: values(choice.id, { doc: a.doc, run: 'reference' }) });
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
