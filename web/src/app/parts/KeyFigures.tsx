/* Key figures: the baseline, each scenario and the difference, with the question why. */
import type { View } from '../../charts/series';
import { runOf } from '../../charts/series';
import { differenceText, figureText } from '../store/figure_text';
import { keyFigures, type KeyFigure, type Span } from '../store/figures';
import { isCutShort } from '../store/answer';
import { answers, isCompared, type SideName } from '../store/state';
import { viewA, viewB } from '../store/view';
import { askWhy } from '../store/why';

function spanOf(view: View): Span {
  const row = runOf(view.doc, view.run);
  const all = view.doc.horizon.periods.length;
  if (view.run === 'reference' || !row) return { first: 0, end: view.stale ?? all };
  // An answer may end before the horizon: it is solved for so long as its shocks are followed.
  return { first: row.first, end: Math.min(view.stale ?? all, row.end > row.first ? row.end : all) };
}

/* Two scenarios are told over the same months: those that both have solved, from where the first leaves the baseline. While one of them has none,
 * the other is told alone, and the first has no figures. */
function spansOf(a: View, b: View | null): [both: Span, aloneA?: Span, aloneB?: Span] {
  const none: Span = { first: 0, end: 0 };
  const [ofA, ofB] = [spanOf(a), b ? spanOf(b) : none];
  if (!b || b.run === 'reference') return [ofA];
  if (a.run === 'reference') return [ofB];
  if (ofB.end <= ofB.first) return [ofA, ofA, none];
  if (ofA.end <= ofA.first) return [ofB, none, ofB];
  return [{ first: Math.min(ofA.first, ofB.first), end: Math.min(ofA.end, ofB.end) }];
}

const noneComes = (): boolean => (isCompared.value ? [answers.a, answers.b] : [answers.a]).every(({ value }) => isCutShort(value));

export function KeyFigures() {
  const [a, b] = [viewA.value, viewB.value];
  if (!a) return null;
  const [both, aloneA, aloneB] = spansOf(a, b);
  const ofA = keyFigures(a.doc, a.run, aloneA ?? both);
  const ofB = b ? keyFigures(b.doc, b.run, aloneB ?? both) : [];
  const rows = join(ofA, ofB);
  const moved = a.run !== 'reference' || isCompared.value;
  if (rows.length === 0) return noneComes() ? <p class="empty">No month was solved, so there are no figures.</p> : <p class="empty" aria-busy="true">Figures come with the first months.</p>;
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Key figures, table">
      <table class="data key-figures">
        <caption class="visually-hidden">Key figures{moved ? ' against the baseline' : ' of the baseline'}</caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col">Baseline</th>
            {moved && <th scope="col">{b ? 'A' : 'Your levers'}</th>}
            {b && <th scope="col">B</th>}
            {moved && <th scope="col">{b ? 'B against A' : 'Difference'}</th>}
            {moved && <th scope="col"><span class="visually-hidden">Why</span></th>}
          </tr>
        </thead>
        {groups(rows).map(([group, own]) => (
          <tbody key={group}>
            <tr class="group"><th scope="colgroup" colSpan={moved ? (b ? 6 : 5) : 2}>{group}</th></tr>
            {own.map((row) => <Row key={row.a.id} row={row} moved={moved} compared={b !== null} />)}
          </tbody>
        ))}
      </table>
    </div>
  );
}

interface Joined {
  a: KeyFigure; // of A, or of B where A has none: then `hasA` is false
  hasA: boolean;
  b: KeyFigure | undefined;
}

/* A scenario that is the baseline itself has no row of the matrix: there it is what it is by definition. */
function join(ofA: KeyFigure[], ofB: KeyFigure[]): Joined[] {
  const byId = new Map(ofB.map((figure) => [figure.id, figure]));
  const joined = ofA.map((a): Joined => ({ a, hasA: true, b: byId.get(a.id) }));
  const extra = ofB.filter((b) => !ofA.some((a) => a.id === b.id)).map((b): Joined => ({ a: { ...b, is: viewA.value?.run === 'reference' ? b.was : null, what: '' }, hasA: false, b }));
  return [...extra, ...joined];
}

function groups(rows: Joined[]): [string, Joined[]][] {
  const found = new Map<string, Joined[]>();
  for (const row of rows) found.set(row.a.group, [...(found.get(row.a.group) ?? []), row]);
  return [...found];
}

function Row({ row, moved, compared }: { row: Joined; moved: boolean; compared: boolean }) {
  const { a, b } = row;
  const isB = viewB.value?.run === 'reference' ? a.was : (b?.is ?? null);
  const [was, is] = compared ? [a.is, isB] : [a.was, a.is];
  return (
    <tr>
      <th scope="row">{a.label}</th>
      <td>{figureText(a.was, a.format)}</td>
      {moved && <td>{figureText(a.is, a.format)}</td>}
      {compared && <td>{figureText(isB, a.format)}</td>}
      {moved && <td>{differenceText(was, is, a.format)}</td>}
      {moved && (
        <td>
          <WhyButton side="a" figure={a} compared={compared} />
          {compared && b && <WhyButton side="b" figure={b} compared />}
        </td>
      )}
    </tr>
  );
}

function WhyButton({ side, figure, compared }: { side: SideName; figure: KeyFigure; compared: boolean }) {
  const run = side === 'a' ? viewA.value?.run : viewB.value?.run;
  if (figure.what === '' || run === 'reference') return null;
  return (
    <button type="button" class="quiet" aria-label={`Why: ${figure.label}${compared ? `, ${side.toUpperCase()}` : ''}`} onClick={() => void askWhy(side, figure.what)}>
      Why{compared ? ` ${side.toUpperCase()}` : ''}?
    </button>
  );
}
