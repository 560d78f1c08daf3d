/* Overview: the sentence, key figures against the baseline, losses by class, prices; for the baseline of a run folder, its shocks. */
import { StressMatrix } from '../../charts';
import { KeyFigures } from '../parts/KeyFigures';
import { isCutShort } from '../store/answer';
import { LEVERS } from '../store/solved';
import { answers, base, isCompared, LEVERS_B, type SideName } from '../store/state';
import { Losses, PriceViews } from './OverTime';
import { Binding } from './WholeYears';

export function Overview() {
  const moved = answers.a.value.phase !== 'idle' || isCompared.value;
  return (
    <>
      <section class="headlines" aria-label="In a sentence">
        <Headline side="a" />
        {isCompared.value && <Headline side="b" />}
      </section>
      <section class="card" aria-labelledby="key-figures"><h3 id="key-figures">Key figures</h3><KeyFigures /></section>
      {moved && <Losses />}
      {!moved && <Battery />}
      <PriceViews />
      {moved && <Binding />}
    </>
  );
}

/* The shocks that the run folder of the baseline has been put through. */
function Battery() {
  const doc = base.value;
  const own = doc?.matrix?.filter((row) => row.run !== LEVERS && row.run !== LEVERS_B) ?? [];
  return doc && own.length > 0 ? <StressMatrix doc={{ ...doc, matrix: own }} /> : null;
}

function Headline({ side }: { side: SideName }) {
  const answer = answers[side].value;
  const own = answer.phase === 'idle' ? base.value?.headline : answer.part.headline;
  const name = isCompared.value ? side.toUpperCase() : '';
  if (!own && (answer.phase === 'idle' || isCutShort(answer))) return null;
  return (
    <p class={own ? 'headline' : 'headline waiting'} aria-busy={!own}>
      {name && <b class={`side-${side}`}>{name} </b>}
      {own ?? 'The sentence comes when all months are solved.'}
    </p>
  );
}
