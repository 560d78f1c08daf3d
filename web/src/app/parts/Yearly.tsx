/* Charts of whole years come when all months are solved. Until then the baseline stands in, and says so. */
import type { ComponentChildren } from 'preact';
import type { View } from '../../charts/series';
import { isCutShort, isOpen } from '../store/answer';
import { answers, isFromFolder, reference, type SideName } from '../store/state';
import { Sides } from './Sides';

export function Yearly({ children }: { children: (view: View, side: SideName) => ComponentChildren }) {
  return (
    <Sides>
      {(view, side) => {
        const answer = answers[side].value;
        const { phase } = answer;
        if (isOpen(reference.value) && !isFromFolder.value && phase !== 'done') return <p class="empty" aria-busy="true">Whole years come when all months of the baseline are solved.</p>;
        if (phase === 'idle' || phase === 'done') return children(view, side);
        return (
          <div class="stand-in">
            <p class="stand-in-note">This is the baseline. With the levers it comes when all months are solved{isCutShort(answer) ? ', which they are not' : ''}.</p>
            {children({ doc: view.doc, run: 'reference' }, side)}
          </div>
        );
      }}
    </Sides>
  );
}
