/* Many draws of what is not known: a form, live fans and time left, and what drives the spread at the end. */
import { signal } from '@preact/signals';
import type { LeverValue } from '../../document';
import { month, number } from '../../format';
import { NumberField } from '../parts/NumberField';
import { Bar, Failed, timeLeft } from '../parts/Progress';
import { cancelEnsemble, ensemble, ensemblePage, startEnsemble } from '../store/ensemble';
import { keyOf } from '../store/settings';
import { about, base, question, shownLevers } from '../store/state';
import { shownSide } from '../store/view';
import { settingText } from '../parts/Chips';
import { SidePick } from '../parts/SidePick';
import { EnsembleCharts } from './EnsembleCharts';

const draws = signal(16);
const seed = signal(1);
const months = signal(0); // 0: not chosen yet

const periodsOf = (): string[] => base.value?.horizon.periods ?? [];
/* Months of the horizon before the last of the levers acts: draws that end there would be refused. */
function monthsBefore(values: readonly LeverValue[]): number {
  const periods = periodsOf();
  const startOf = (it: LeverValue): string => it.start ?? shownLevers.value.find((lever) => lever.id === it.lever)?.start?.value ?? '';
  return Math.max(0, ...values.map((it) => periods.indexOf(startOf(it))));
}
const isRunning = (): boolean => ensemble.value.phase === 'starting' || ensemble.value.phase === 'running';

export function EnsembleView() {
  return (
    <section class="view-part" aria-label="Ensemble">
      <Form />
      <State />
      {ensemblePage.value && <EnsembleCharts doc={ensemblePage.value} />}
      {!ensemblePage.value && isRunning() && <p class="empty" aria-busy="true">Fans come with the first draws.</p>}
    </section>
  );
}

function Form() {
  const periods = periodsOf();
  const most = about.value?.limits.draws ?? 1000;
  const levers = question(shownSide.value).values;
  const before = monthsBefore(levers);
  const lengthNow = (): number => Math.max(before + 1, months.value || Math.min(Math.max(48, before + 24), periods.length));
  const length = lengthNow();
  const submit = (event: Event): void => {
    event.preventDefault();
    void startEnsemble({ levers, draws: draws.value, seed: seed.value, months: lengthNow() });
  };
  return (
    <form class="card ensemble-form" onSubmit={submit}>
      <h3>Many draws of what nobody knows</h3>
      <p class="hint">
        Each draw takes other values for what is uncertain in the data and runs {levers.length > 0 ? 'the scenario with your levers' : 'the baseline'}. The same seed gives the same draws. Ten draws say something of the middle, a hundred of the edges.
      </p>
      <div class="picks">
        <SidePick />
        <Field label="Draws" value={draws.value} least={2} most={most} onPut={(value) => (draws.value = value)} />
        <Field label="Seed" value={seed.value} least={0} most={2 ** 31 - 1} onPut={(value) => (seed.value = value)} />
        <Field label="Months" value={length} least={before + 1} most={Math.max(1, periods.length)} onPut={(value) => (months.value = value)} />
        <button type="submit" disabled={isRunning() || about.value?.read_only}>Start</button>
        {periods[length - 1] !== undefined && <span class="hint">{month(periods[0])} to {month(periods[length - 1])}</span>}
      </div>
      {about.value?.read_only && <p class="hint">This server is read-only: it starts no ensemble.</p>}
    </form>
  );
}

function Field({ label, value, least, most, onPut }: { label: string; value: number; least: number; most: number; onPut: (value: number) => void }) {
  return (
    <label class="pick">
      {label} <NumberField value={value} least={least} most={most} onPut={(next) => onPut(Math.min(most, Math.max(least, Math.round(next))))} />
    </label>
  );
}

const leversText = (of: readonly LeverValue[]): string => of.map((it) => {
  const lever = shownLevers.value.find((known) => known.id === it.lever);
  return lever ? `${lever.title}: ${settingText(lever, it.value)}${it.start ? ` from ${it.start}` : ''}` : it.lever;
}).join('; ') || 'the baseline';

function State() {
  const it = ensemble.value;
  if (it.phase === 'none') return null;
  if (it.phase === 'failed') return <Failed told={it.failure} />;
  const failed = it.part.draws?.failed ?? 0;
  // The server may count finer than draws: runs, or months of them.
  const share = it.total > 0 ? Math.floor((100 * it.done) / it.total) : 0;
  const drawn = it.part.draws ? `${number(it.part.draws.done, 6)} of ${number(it.part.draws.total, 6)} draws shown` : `${number(it.asked, 6)} draws`;
  const how = it.phase === 'cancelled' ? 'cancelled' : it.phase === 'done' ? 'done' : `${share}% done`;
  const others = keyOf(it.levers) !== question(shownSide.value).key;
  return (
    <>
    <p class="state" data-state={`ensemble-${it.phase}`}>
      <span>{[drawn, failed > 0 ? `${failed} failed` : '', how, isRunning() ? timeLeft(it.secondsLeft) : ''].filter((text) => text !== '').join(', ')}</span>
      {isRunning() && <Bar done={it.done} total={it.total} label="share of the ensemble done" />}
      {isRunning() && <button type="button" onClick={() => void cancelEnsemble()}>Cancel</button>}
    </p>
    {others && <p class="notice" role="status">These draws are of {leversText(it.levers)}, not of the levers as they stand now. Start again for those.</p>}
    </>
  );
}
