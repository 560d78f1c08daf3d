/* The charts, for report and app. Every one takes a View (a document, a run of it, the baseline behind, the first period not solved yet) or rows of
 * the document, and draws a Figure: title, unit, how to read it, selectors, table view, CSV, SVG, source. Import styles/tokens.css, base.css and
 * charts.css once. The map is not exported here: import './map' lazily. */
export { Figure, type FigureProps } from './figure';
export { Prices, priceChoices } from './prices';
export { Lines, type LinesProps } from './lines';
export type { Item } from './lines_layout';
export { pairGhost, shockMarks, type View } from './series';
export { DataTable } from './table';
export { csv, type Table } from './csv';
export { download, fileName } from './download';
