/* The app: head, levers, and one view at a time. */
import type { FunctionComponent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Chips } from './parts/Chips';
import { Header } from './parts/Header';
import { closeDrawer, LeverPanel } from './parts/LeverPanel';
import { LiveRegion, Notices, Opening } from './parts/Notices';
import { ReferenceProgress, SideProgress } from './parts/Progress';
import { Tabs, titles } from './parts/Tabs';
import { WhyDialog } from './parts/WhyDialog';
import type { View } from './store/link';
import { drawerOpen, isNarrow } from './store/screen';
import { base, isCompared, page, place } from './store/state';
import { EnsembleView } from './views/EnsembleView';
import { MapView } from './views/MapView';
import { Overview } from './views/Overview';
import { LossesByRegion, PriceViews, Stocks } from './views/OverTime';
import { ProjectsView } from './views/ProjectsView';
import { TablesView } from './views/TablesView';
import { ChainView, MoneyView } from './views/WholeYears';

const views: Record<View, FunctionComponent> = {
  overview: Overview,
  chain: ChainView,
  stocks: () => <><Stocks /><LossesByRegion /></>,
  prices: PriceViews,
  projects: ProjectsView,
  money: MoneyView,
  map: MapView,
  tables: TablesView,
  ensemble: EnsembleView,
};

export function App() {
  return (
    <>
      <Header />
      <LiveRegion />
      <div class="frame">
        {base.value && <LeverPanel />}
        {isNarrow.value && drawerOpen.value && <div class="shade" onClick={closeDrawer} />}
        <Main />
      </div>
      <WhyDialog />
    </>
  );
}

function Main() {
  const main = useRef<HTMLElement>(null);
  const view = place.value.view;
  useTitleAndFocus(view, main);
  const Shown = views[view];
  return (
    <main id="main" ref={main} tabIndex={-1} aria-labelledby="view-title" inert={isNarrow.value && drawerOpen.value}>
      <Notices />
      {!page.value ? (
        <Opening />
      ) : (
        <>
          <div class="situation">
            <Chips side="a" />
            <SideProgress side="a" />
            {isCompared.value && <Chips side="b" />}
            {isCompared.value && <SideProgress side="b" />}
            <ReferenceProgress />
          </div>
          <Tabs />
          <h2 id="view-title" class="visually-hidden">{titles[view]}</h2>
          <Shown />
        </>
      )}
    </main>
  );
}

/* A change of view is a new page for those who hear: its title, and the focus at its start if the old focus is gone. */
function useTitleAndFocus(view: View, main: { current: HTMLElement | null }): void {
  const first = useRef(true);
  useEffect(() => {
    document.title = `${titles[view]} – Lodestone`;
    if (first.current) first.current = false;
    else if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [view]);
}
