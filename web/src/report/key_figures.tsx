/* The figures a reader takes along: of the shock that is picked. */
import { className, regionName } from '../charts/names';
import { multiple } from '../charts/matrix_layout';
import { classes, type Document } from '../document';
import { money, months, number, percent } from '../format';

interface Figure {
  label: string;
  value: string;
  about: string;
}

function figures(doc: Document, run: string): Figure[] {
  const row = doc.matrix?.find((each) => each.run === run);
  if (!row) return [];
  const worst = [...classes].sort((a, b) => (row.loss[b] ?? 0) - (row.loss[a] ?? 0))[0]!;
  const soonest = [...classes].filter((of) => row.first_short_months[of] !== null)
    .sort((a, b) => (row.first_short_months[a] ?? Infinity) - (row.first_short_months[b] ?? Infinity))[0];
  const inside = regionName(doc, doc.world.controlling);
  return [
    { label: `${className[worst]} users lose`, value: percent(row.loss[worst]), about: 'of a year’s use, the worst-hit users' },
    ...(soonest ? [{ label: 'First short after', value: months(row.first_short_months[soonest]), about: `${className[soonest].toLowerCase()} users` }] : []),
    { label: 'Price outside at its peak', value: multiple(row.peak_price.outside), about: `times that without the shock; inside ${inside} ${multiple(row.peak_price.inside)}` },
    ...(row.projects_lost !== null ? [{ label: 'Projects lost', value: number(row.projects_lost), about: 'that would have come without the shock' }] : []),
    ...(row.policy_cost_musd !== null ? [{ label: 'Cost of the programme', value: money(row.policy_cost_musd), about: 'to treasuries, under this shock' }] : []),
  ];
}

export function KeyFigures({ doc, run }: { doc: Document; run: string }) {
  const found = figures(doc, run);
  if (found.length === 0) return null;
  return (
    <dl class="key-figures">
      {found.map((figure) => (
        <div key={figure.label}>
          <dt>{figure.label}</dt>
          <dd><b>{figure.value}</b> <span>{figure.about}</span></dd>
        </div>
      ))}
    </dl>
  );
}
