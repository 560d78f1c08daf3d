/* A chart of the scenario, or of A and B beside each other. */
import type { ComponentChildren } from 'preact';
import type { View } from '../../charts/series';
import type { SideName } from '../store/state';
import { viewA, viewB } from '../store/view';

export function Sides({ children }: { children: (view: View, side: SideName) => ComponentChildren }) {
  const [a, b] = [viewA.value, viewB.value];
  if (!a) return null;
  if (!b) return <>{children(a, 'a')}</>;
  return (
    <div class="sides">
      <section aria-label="Scenario A"><p class="side-name side-a">A</p>{children(a, 'a')}</section>
      <section aria-label="Scenario B"><p class="side-name side-b">B</p>{children(b, 'b')}</section>
    </div>
  );
}
