/* The report's page: headline, key figures, a shock that all sections follow, contents, sections. */
import { useMemo, useState } from 'preact/hooks';
import { pairGhost, Select, type View } from '../charts';
import { runTitle } from '../charts/names';
import { runOf } from '../charts/series';
import { classes, type Document } from '../document';
import { month } from '../format';
import { cropToRun } from './crop';
import { KeyFigures } from './key_figures';
import { sections, type Section } from './sections';
import { Theme } from './theme';

/* Runs a reader may pick: the battery's, then the reference. Those of the world without the programme are in the matrix only. */
export function runsToPick(doc: Document): string[] {
  const known = doc.runs.map((row) => row.run).filter((run) => !run.startsWith('bare/'));
  return [...known.filter((run) => run !== 'reference'), ...known.filter((run) => run === 'reference')];
}

/* The shock that the report opens on: that of the headline if it names one, else the largest loss of any class. */
export function firstRun(doc: Document): string {
  const runs = runsToPick(doc);
  const rows = (doc.matrix ?? []).filter((row) => runs.includes(row.run));
  const named = doc.runs.find((row) => runs.includes(row.run) && row.title !== '' && row.pair !== '' && doc.headline.toLowerCase().includes(row.title.toLowerCase()));
  const largest = [...rows].sort((a, b) => Math.max(...classes.map((of) => b.loss[of] ?? 0)) - Math.max(...classes.map((of) => a.loss[of] ?? 0)))[0];
  return (named ?? largest)?.run ?? doc.line_stops?.[0]?.run ?? runs[0] ?? 'reference';
}

export function Report({ doc }: { doc: Document }) {
  const [run, setRun] = useState(() => firstRun(doc));
  const cropped = useMemo(() => cropToRun(doc, run), [doc, run]);
  const view: View = { doc: cropped, run, ghost: pairGhost(cropped, run) };
  const shown = sections.filter((section) => section.there(doc, run));
  return (
    <div class="report">
      <Head doc={doc} />
      <RunBar doc={doc} run={run} onRun={setRun} />
      <div class="columns">
        <Contents shown={shown} />
        <div class="story">
          <KeyFigures doc={doc} run={run} />
          {shown.map((section) => (
            <section key={section.id} id={section.id} aria-labelledby={`${section.id}-title`}>
              <h2 id={`${section.id}-title`}>{section.title}</h2>
              <p class="lead">{section.lead}</p>
              <div class="figures">{section.draw({ view, pick: setRun })}</div>
            </section>
          ))}
        </div>
      </div>
    </div>
  );
}

/* The first sentence, and the others. */
export function headline(text: string): [string, string] {
  const end = /[.!?]["”]?\s+(?=[A-Z0-9“"])/.exec(text);
  return end ? [text.slice(0, end.index + end[0].trimEnd().length), text.slice(end.index + end[0].length)] : [text || 'What the run says', ''];
}

function Head({ doc }: { doc: Document }) {
  const { periods } = doc.horizon;
  const [first, rest] = headline(doc.headline);
  return (
    <header class="head">
      <p class="eyebrow">
        Lodestone report: {doc.scenario.title || doc.scenario.name}. {month(periods[0])} to {month(periods[periods.length - 1])}.
      </p>
      <h1 class={first.length > 150 ? 'long' : undefined}>{first}</h1>
      {rest !== '' && <p class="lede">{rest}</p>}
      {doc.notes.length > 0 && (
        <details class="notes" open={doc.notes.length <= 6}>
          <summary>What to know before you trust it</summary>
          <ul>{doc.notes.map((note) => <li key={note}>{note}</li>)}</ul>
        </details>
      )}
    </header>
  );
}

function RunBar({ doc, run, onRun }: { doc: Document; run: string; onRun: (run: string) => void }) {
  const options = runsToPick(doc).map((id) => ({ value: id, label: runTitle(doc, id) }));
  const row = runOf(doc, run);
  return (
    <div class="run-bar" role="region" aria-label="Shock shown">
      <p class="run-title print-only">{runTitle(doc, run)}</p>
      <Select label="Shock" value={run} options={options} onChange={onRun} />
      {row?.pair && <span class="run-note">from {month(doc.horizon.periods[row.first])}; faint or dashed: without it</span>}
      {row?.assumed && <span class="run-note assumed-mark">an assumption, not an event</span>}
      <Theme />
    </div>
  );
}

function Contents({ shown }: { shown: Section[] }) {
  return (
    <nav class="contents" aria-label="Contents">
      <ol>
        {shown.map((section) => <li key={section.id}><a href={`#${section.id}`}>{section.title}</a></li>)}
      </ol>
    </nav>
  );
}
