/* The map comes in a piece of its own, when it is first asked for. */
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { View } from '../../charts/series';
import { Yearly } from '../parts/Yearly';
import { showProject } from '../store/view';

type Map = FunctionComponent<{ view: View; onPick?: (asset: string) => void }>;

export function MapView() {
  const [found, setFound] = useState<{ map: Map } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import('../../charts/map').then(({ WorldMap }) => setFound({ map: WorldMap }), () => setFailed(true));
  }, []);
  if (failed) return <p class="empty">The map could not be loaded. Load the page again.</p>;
  if (!found) return <p class="empty" aria-busy="true">Loading the map…</p>;
  return (
    <section class="view-part" aria-label="Map of plants and shipments">
      <Yearly>{(view, side) => <found.map view={view} onPick={(asset) => showProject(side, asset)} />}</Yearly>
    </section>
  );
}
