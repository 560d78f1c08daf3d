/* The charts, for report and app. Every one takes a View (a document, a run of it, the baseline behind, the first period not solved yet) or rows of
 * the document, and draws a Figure: title, unit, how to read it, selectors, table view, CSV, SVG, source. Import styles/tokens.css, base.css and
 * charts.css once. The map is not exported here: import './map' on demand. */
export { Bindings } from './bindings';
export { Cover } from './cover';
export { Fans, fansOf } from './fan';
export { Figure } from './figure';
export { LineStops } from './line_stops';
export { Lines, linesTable } from './lines';
export type { Item } from './lines_layout';
export { Loss, LossByRegion } from './loss';
export { StressMatrix } from './matrix';
export { MoneyChart } from './money';
export { PriceGrid } from './price_grid';
export { priceChoices, Prices } from './prices';
export { Chain } from './sankey';
export { Select } from './select';
export { pairGhost, type View } from './series';
export { Supply } from './supply';
export { SupplyGrid } from './supply_grid';
export { Timeline } from './timeline';
export { Tornado } from './tornado';
