/* Overview: the sentence, key figures against the baseline, losses by class, prices. */
import { KeyFigures } from '../parts/KeyFigures';
import { answers, base, isCompared, type SideName } from '../store/state';
import { LossOf } from './LossView';
import { PriceChooser } from './PricesView';

export function Overview() {
  return (
    <>
      <section class="headlines" aria-label="In a sentence">
        <Headline side="a" />
        {isCompared.value && <Headline side="b" />}
      </section>
      <section class="card" aria-labelledby="key-figures"><h2 id="key-figures">Key figures</h2><KeyFigures /></section>
      <LossOf />
      <PriceChooser />
    </>
  );
}

function Headline({ side }: { side: SideName }) {
  const answer = answers[side].value;
  const own = answer.phase === 'idle' ? base.value?.headline : answer.part.headline;
  const name = isCompared.value ? side.toUpperCase() : '';
  if (!own) return answer.phase === 'idle' ? null : <p class="headline waiting" aria-busy={answer.phase !== 'cancelled' && answer.phase !== 'failed'}>{name && <b class={`side-${side}`}>{name} </b>}The sentence comes when all months are solved.</p>;
  return <p class="headline">{name && <b class={`side-${side}`}>{name} </b>}{own}</p>;
}
