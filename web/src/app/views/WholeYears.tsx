/* Views of whole years: the chain, the money. */
import { Bindings, Chain, MoneyChart, Supply } from '../../charts';
import { Sides } from '../parts/Sides';
import { Yearly } from '../parts/Yearly';

export function ChainView() {
  return (
    <section class="view-part" aria-label="Chain">
      <Yearly>{(view) => <Chain view={view} />}</Yearly>
      <Sides>{(view) => <Supply view={view} />}</Sides>
    </section>
  );
}

export function MoneyView() {
  return <section class="view-part" aria-label="Money"><Yearly>{(view) => <MoneyChart view={view} />}</Yearly></section>;
}

/* What binds in an answer: only a solved one has it. */
export function Binding() {
  return <Sides>{(view) => ((view.doc.bindings ?? []).some((row) => row.run === view.run) ? <Bindings view={view} /> : null)}</Sides>;
}
