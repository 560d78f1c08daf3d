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
    { label: `Hardest-hit ${className[worst].toLowerCase()} users lose`, value: percent(row.loss[worst]), about: 'of a year’s use; one end use in one country, no average' },
    ...(soonest ? [{ label: 'First short', value: within(row.first_short_months[soonest]), about: `${className[soonest].toLowerCase()} users` }] : []),
    { label: 'Largest price multiple outside', value: multiple(row.peak_price.outside), about: `times that without the shock; inside ${inside} ${multiple(row.peak_price.inside)}` },
    ...(row.value_at_risk_musd != null && row.value_at_risk_musd > 0 ? [{ label: 'Value added at risk', value: money(row.value_at_risk_musd), about: 'of what users in the countries hit lose in their worst twelve months; values are assumed' }] : []),
    ...(row.projects_lost !== null ? [{ label: 'Projects lost', value: number(row.projects_lost), about: 'that would have come without the shock' }] : []),
    ...(row.policy_cost_musd !== null ? [{ label: 'Net cost of policies', value: money(row.policy_cost_musd), about: `to treasuries outside ${inside} from the shock on, in dollars of the year${row.reference_policy_cost_musd == null ? '' : `; ${money(row.reference_policy_cost_musd)} without it`}` }] : []),
  ];
}

/* Months are what is solved: a day within one is interpolated. */
const within = (value: number | null): string => (value !== null && value < 1 ? 'within a month' : `after ${months(value)}`);

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
