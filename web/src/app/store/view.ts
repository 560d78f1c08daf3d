/* What the charts of a side show: its run, the baseline behind it, and from which month on it is not solved yet; and which side is shown where there
 * is room for one. */
import { computed, signal } from '@preact/signals';
import type { View } from '../../charts/series';
import { isOpen } from './answer';
import { runRow, solvedEnd } from './solved';
import { answers, base, hrefOf, isCompared, isFromFolder, page, reference, runOf, type SideName } from './state';

function staleOf(side: SideName): number | undefined {
  const answer = answers[side].value;
  if (answer.phase === 'idle') return isOpen(reference.value) && !isFromFolder.value ? solvedEnd(reference.value.part) : undefined;
  if (answer.phase === 'done' || !base.value) return undefined;
  return Math.max(runRow(answer, base.value).first, solvedEnd(answer.part));
}

function viewOf(side: SideName): View | null {
  if (!page.value) return null;
  const run = runOf(side);
  const view: View = { doc: page.value, run };
  if (run !== 'reference') view.ghost = { doc: page.value, run: 'reference' };
  const stale = staleOf(side);
  if (stale !== undefined) view.stale = stale;
  return view;
}

export const viewA = computed(() => viewOf('a'));
export const viewB = computed(() => (isCompared.value ? viewOf('b') : null));

/* ---- views of one side: tables, a project, an ensemble ---- */

export const pickedSide = signal<SideName>('a');
export const shownSide = computed<SideName>(() => (isCompared.value ? pickedSide.value : 'a'));

/* The server's key of what a side is, once all its months are solved: before, the server has neither its tables nor its projects. Else "". */
export function solvedRun(side: SideName): string {
  const { phase, run } = answers[side].value;
  if (phase === 'idle') return reference.value.phase === 'done' ? 'reference' : '';
  return phase === 'done' ? run : '';
}

export function showProject(side: SideName, asset: string): void {
  pickedSide.value = side;
  location.hash = hrefOf({ view: 'projects', project: asset });
}
