/* The fans and drivers of an ensemble. */
import type { Document } from '../../document';

export function EnsembleCharts({ doc }: { doc: Document }) {
  return <p class="empty">{doc.fans?.length ?? 0} fans</p>;
}
