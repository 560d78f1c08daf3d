/* The views, as links: the browser's back button and a middle click work. */
import { useEffect, useRef } from 'preact/hooks';
import { hrefOf, place } from '../store/state';
import { views, type View } from '../store/link';

export const titles: Record<View, string> = {
  overview: 'Overview', chain: 'Chain', stocks: 'Stocks', prices: 'Prices', projects: 'Projects', money: 'Money', map: 'Map', tables: 'Tables', ensemble: 'Ensemble',
};

export function Tabs() {
  const bar = useRef<HTMLElement>(null);
  // Where the bar scrolls, the view shown is in sight.
  useEffect(() => {
    const [all, here] = [bar.current, bar.current?.querySelector<HTMLElement>('[aria-current]')];
    if (all && here) all.scrollLeft += here.getBoundingClientRect().left - all.getBoundingClientRect().left - (all.clientWidth - here.offsetWidth) / 2;
  }, [place.value.view]);
  return (
    <nav class="tabs" aria-label="Views" ref={bar}>
      <ul>
        {views.map((view) => (
          <li key={view}><a href={hrefOf({ view })} aria-current={place.value.view === view ? 'page' : undefined}>{titles[view]}</a></li>
        ))}
      </ul>
    </nav>
  );
}
