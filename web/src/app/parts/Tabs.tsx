/* The views, as links: the browser's back button and a middle click work. */
import { hrefOf, place } from '../store/state';
import { views, type View } from '../store/link';

export const titles: Record<View, string> = {
  overview: 'Overview', chain: 'Chain', stocks: 'Stocks', prices: 'Prices', projects: 'Projects', money: 'Money', map: 'Map', tables: 'Tables', ensemble: 'Ensemble',
};

export function Tabs() {
  return (
    <nav class="tabs" aria-label="Views">
      <ul>
        {views.map((view) => (
          <li key={view}><a href={hrefOf({ view })} aria-current={place.value.view === view ? 'page' : undefined}>{titles[view]}</a></li>
        ))}
      </ul>
    </nav>
  );
}
