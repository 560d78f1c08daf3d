/* The sections of the report, in the order in which the story is told. A section whose data the run lacks is left out. */
import type { ComponentChildren } from 'preact';
import {
  Bindings, Chain, Cover, Fans, fansOf, LineStops, Loss, LossByRegion, MoneyChart, StressMatrix, Supply, SupplyGrid, Timeline, Tornado, type View,
} from '../charts';
import { WorldMap } from '../charts/map';
import { runOf } from '../charts/series';
import type { Document } from '../document';
import { Explanation, Explanations } from './explain';
import { PriceSection } from './price_section';
import { Manifest, Sources } from './sources';

export interface Section {
  id: string;
  title: string;
  lead: string; // what it answers
  there: (doc: Document, run: string) => boolean;
  draw: (page: Page) => ComponentChildren;
}
export interface Page {
  view: View;
  pick: (run: string) => void;
}

const has = (rows: readonly unknown[] | undefined): boolean => (rows?.length ?? 0) > 0;
const of = (rows: readonly { run: string }[] | undefined, doc: Document, run: string): boolean => {
  const pair = runOf(doc, run)?.pair;
  return (rows ?? []).some((row) => row.run === run || row.run === pair);
};
const own = (rows: readonly { run: string }[] | undefined, run: string): boolean => (rows ?? []).some((row) => row.run === run);

const fanKinds = (doc: Document, run: string): string[] => [...new Set(fansOf(doc, run).map((fan) => fan.what))];

export const sections: Section[] = [
  {
    id: 'matrix', title: 'Who runs short', lead: 'What each shock takes from whom, how soon, and what it does to prices.', there: (doc) => has(doc.matrix),
    draw: ({ view, pick }) => <>
      <StressMatrix doc={view.doc} picked={view.run} onPick={pick} />
      <Explanation doc={view.doc} run={view.run} />
    </>,
  },
  {
    id: 'losses', title: 'Losses month by month', lead: 'When users go without, and for how long.', there: (doc, run) => of(doc.loss, doc, run),
    draw: ({ view }) => <><Loss view={view} /><LossByRegion view={view} /></>,
  },
  {
    id: 'chain', title: 'The chain', lead: 'Where the material comes from, through whose hands it goes, and who uses it.', there: (doc, run) => own(doc.flows, run) || own(doc.diagrams, run),
    draw: ({ view }) => <Chain view={view} />,
  },
  {
    id: 'supply', title: 'Supply by stage and region', lead: 'Who makes what, and who steps in.', there: (doc, run) => of(doc.supply, doc, run),
    draw: ({ view }) => <><Supply view={view} /><SupplyGrid view={view} /></>,
  },
  {
    id: 'prices', title: 'Prices', lead: 'What buyers pay inside and outside the controlling region, spot and under contract.', there: (doc, run) => of(doc.prices, doc, run),
    draw: ({ view }) => <PriceSection view={view} />,
  },
  {
    id: 'fans', title: 'How sure is this', lead: 'The range of outcomes when everything that is uncertain is drawn anew.', there: (doc, run) => fansOf(doc, run).length > 0 || own(doc.line_stops, run),
    draw: ({ view }) => <>{fanKinds(view.doc, view.run).map((what) => <Fans key={what} view={view} what={what} />)}{own(view.doc.line_stops, view.run) && <LineStops view={view} />}</>,
  },
  { id: 'drivers', title: 'What it hangs on', lead: 'Which uncertain things matter most.', there: (doc) => has(doc.drivers), draw: ({ view }) => <Tornado doc={view.doc} /> },
  {
    id: 'stocks', title: 'Stocks', lead: 'How long what is on the shelf lasts.', there: (doc, run) => of(doc.cover, doc, run), draw: ({ view }) => <Cover view={view} />,
  },
  {
    id: 'projects', title: 'Projects', lead: 'Which plants come, when, and what their lenders say.', there: (doc, run) => of(doc.projects, doc, run),
    draw: ({ view }) => <Timeline view={view} />,
  },
  { id: 'money', title: 'Money', lead: 'What the instruments cost and who pays.', there: (doc, run) => own(doc.money, run), draw: ({ view }) => <MoneyChart view={view} /> },
  { id: 'bindings', title: 'Bottlenecks', lead: 'What holds the chain up.', there: (doc, run) => own(doc.bindings, run), draw: ({ view }) => <Bindings view={view} /> },
  {
    id: 'map', title: 'Map', lead: 'Where plants are and what is shipped.', there: (doc) => Object.keys(doc.names?.assets ?? {}).length > 0, draw: ({ view }) => <WorldMap view={view} />,
  },
  {
    id: 'explanations', title: 'Explanations', lead: 'What lies behind each shock’s largest loss. Bottlenecks were confirmed by solving again with a tenth more of each.',
    there: (doc) => (doc.matrix ?? []).some((row) => row.explanation), draw: ({ view, pick }) => <Explanations doc={view.doc} pick={pick} />,
  },
  {
    id: 'sources', title: 'Sources and assumptions', lead: 'Where the figures of the world come from, and how many are assumptions.',
    there: (doc) => Object.keys(doc.sources ?? {}).length > 0 || has(doc.world?.assumed), draw: ({ view }) => <Sources doc={view.doc} />,
  },
  { id: 'manifest', title: 'How to get the same again', lead: 'Version, command and inputs of the run.', there: () => true, draw: ({ view }) => <Manifest doc={view.doc} /> },
];
