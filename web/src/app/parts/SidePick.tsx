/* Whose answer a view of one scenario shows. Nothing with one scenario only. */
import { isCompared } from '../store/state';
import { pickedSide, shownSide } from '../store/view';
import { Pick } from './Pick';

export function SidePick() {
  if (!isCompared.value) return null;
  return <Pick label="Scenario" value={shownSide.value} options={[['a', 'A'], ['b', 'B']]} onPick={(id) => (pickedSide.value = id === 'b' ? 'b' : 'a')} />;
}
