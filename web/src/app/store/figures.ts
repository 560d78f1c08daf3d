/* Key figures of a run against the baseline, from the document's series, over the months that both have solved. Pure. */
import { fullValues } from '../../charts/series';
import { className, commodityName, regionName, stageName } from '../../charts/names';
import { classes, type Class, type Document, type PriceSeries } from '../../document';
import { worstMonth } from './losses';

export type Format = 'price' | 'share' | 'months' | 'times' | 'musd' | 'count';
export interface KeyFigure {
  id: string;
  group: string;
  label: string;
  format: Format;
  was: number | null; // of the baseline
  is: number | null;
  what: string; // to ask why of, or ""
}
type Values = readonly (number | null)[];

/* First period of the comparison, and the one after its last: what a lever can change and is solved. */
export interface Span {
  first: number;
  end: number;
}

function highest(values: Values, span: Span): { at: number; value: number | null } {
  let best = { at: -1, value: null as number | null };
  for (let at = span.first; at < Math.min(span.end, values.length); at++) {
    const value = values[at] ?? null;
    if (value !== null && (best.value === null || value > best.value)) best = { at, value };
  }
  return best;
}

const lowest = (values: Values, span: Span): { at: number; value: number | null } => {
  const found = highest(values.map((value) => (value === null ? null : -value)), span);
  return { at: found.at, value: found.value === null ? null : -found.value };
};

function headline(doc: Document): { commodity: string; region: string }[] {
  const outside = (doc.prices ?? []).filter((row) => row.kind === 'outside' && row.region !== doc.world.controlling);
  const order = ['dy_oxide', 'tb_oxide', 'ndpr_oxide', 'y_oxide', 'sm_oxide'];
  const known = [...new Set(outside.map((row) => row.commodity))];
  const chosen = [...order.filter((id) => known.includes(id)), ...known.filter((id) => !order.includes(id))].slice(0, 4);
  return chosen.map((commodity) => {
    const regions = outside.filter((row) => row.commodity === commodity).map((row) => row.region);
    return { commodity, region: regions.find((id) => id === 'EU27') ?? regions.find((id) => id !== '') ?? '' };
  });
}

function prices(doc: Document, run: string, span: Span): KeyFigure[] {
  return headline(doc).map(({ commodity, region }) => {
    const is = (row: PriceSeries): boolean => row.commodity === commodity && row.region === region && row.kind === 'outside';
    const now = highest(fullValues(doc, doc.prices, run, is), span);
    const then = highest(fullValues(doc, doc.prices, 'reference', is), span);
    const when = doc.horizon.periods[now.at] ?? '';
    return {
      id: `price:${commodity}`, group: 'Highest monthly price outside', label: `${commodityName(doc, commodity)}, ${regionName(doc, region)}`, format: 'price',
      was: then.value, is: now.value, what: when && region ? `price:${commodity}:${region}:${when}` : '',
    };
  });
}

function cover(doc: Document, run: string, span: Span): KeyFigure[] {
  const rows = doc.cover ?? [];
  const regions = [...new Set(rows.map((row) => row.region))];
  const commodity = ['dy_oxide', 'tb_oxide'].find((id) => rows.some((row) => row.commodity === id)) ?? rows[0]?.commodity;
  if (commodity === undefined) return [];
  return regions.slice(0, 3).map((region) => {
    const is = (row: { commodity: string; region: string }): boolean => row.commodity === commodity && row.region === region;
    const now = lowest(fullValues(doc, rows, run, is), span);
    return {
      id: `cover:${region}`, group: `Least cover of ${commodityName(doc, commodity)}`, label: regionName(doc, region), format: 'months',
      was: lowest(fullValues(doc, rows, 'reference', is), span).value, is: now.value, what: '',
    };
  });
}

/* Share of a stage's output outside the controlling region, over the last twelve months solved. */
function outsideShare(doc: Document, run: string, stage: string, span: Span): number | null {
  let [inside, all] = [0, 0];
  for (const region of new Set((doc.supply ?? []).filter((row) => row.stage === stage).map((row) => row.region))) {
    const values = fullValues(doc, doc.supply, run, (row) => row.stage === stage && row.region === region);
    const sum = values.slice(Math.max(span.first, span.end - 12), span.end).reduce<number>((total, value) => total + (value ?? 0), 0);
    all += sum;
    if (region === doc.world.controlling) inside += sum;
  }
  return all > 0 ? 1 - inside / all : null;
}

function supply(doc: Document, run: string, span: Span): KeyFigure[] {
  const known = new Set((doc.supply ?? []).map((row) => row.stage));
  return ['heavy_separation', 'light_separation', 'magnet'].filter((stage) => known.has(stage)).map((stage) => ({
    id: `supply:${stage}`, group: `Made outside ${regionName(doc, doc.world.controlling)}, twelve months to the last one solved`, label: stageName(stage), format: 'share',
    was: outsideShare(doc, 'reference', stage, span), is: outsideShare(doc, run, stage, span), what: '',
  }));
}

/* Asks about the use and region whose loss the matrix shows of a class, in its worst month. */
function whyLoss(doc: Document, run: string, kind: Class): string {
  const cell = doc.matrix?.find((it) => it.run === run)?.worst_of?.[kind];
  const first = cell ? doc.horizon.periods.indexOf(cell.from) : -1;
  return cell && first >= 0 ? `loss:${cell.segment}:${cell.region}:${doc.horizon.periods[worstMonth(doc, run, kind, cell, first)] ?? cell.from}` : '';
}

/* Measures of the matrix are against the baseline, where they are nought or one by definition. Known when the answer is solved. */
function matrix(doc: Document, run: string): KeyFigure[] {
  const row = doc.matrix?.find((it) => it.run === run);
  if (!row) return [];
  const losses: KeyFigure[] = classes.map((kind) => ({
    id: `loss:${kind}`, group: 'Loss in the worst twelve months', label: className[kind], format: 'share', was: 0, is: row.loss[kind], what: whyLoss(doc, run, kind),
  }));
  const shorts: KeyFigure[] = classes.filter((kind) => row.first_short_months[kind] !== null).map((kind) => ({
    id: `short:${kind}`, group: 'First users short, after the levers act', label: className[kind], format: 'months', was: null, is: row.first_short_months[kind], what: '',
  }));
  const rest: KeyFigure[] = [
    { id: 'peak:outside', group: 'Against the baseline', label: 'Highest price outside over the baseline’s', format: 'times', was: 1, is: row.peak_price.outside, what: '' },
    { id: 'peak:paid', group: 'Against the baseline', label: 'Highest paid price over the baseline’s', format: 'times', was: 1, is: row.peak_price.paid, what: '' },
    { id: 'projects_lost', group: 'Against the baseline', label: 'Projects lost', format: 'count', was: 0, is: row.projects_lost, what: '' },
    { id: 'policy_cost', group: 'Against the baseline', label: 'Cost to governments from the levers on', format: 'musd', was: row.reference_policy_cost_musd ?? null, is: row.policy_cost_musd, what: '' },
  ];
  return [...losses, ...shorts, ...rest.filter((figure) => figure.is !== null)];
}

export function keyFigures(doc: Document, run: string, span: Span): KeyFigure[] {
  if (span.end <= span.first) return [];
  return [...matrix(doc, run), ...prices(doc, run, span), ...supply(doc, run, span), ...cover(doc, run, span)];
}
