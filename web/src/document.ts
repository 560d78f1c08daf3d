/* The page document: what the report embeds and what the server sends, the same shape for a run folder, a live answer and an ensemble.
 * The library writes it (include/lodestone/page.h, docs/page-document.md); charts read it and nothing else.
 *
 * A partial document (`Part`) has some of the sections; `merge` adds it to a document. Sections that a run has no data for are absent. */

export const stages = [
  'mine', 'light_separation', 'heavy_separation', 'metal', 'alloy', 'magnet', 'component', 'recycling', 'reagent',
] as const;
export const classes = ['defence', 'essential', 'industrial', 'consumer'] as const;
export type Class = (typeof classes)[number];
export type ByClass<T> = Record<Class, T>;

/* Values of consecutive periods of the horizon; values[0] is that of period `first` (index into horizon.periods). null: nothing to tell. */
export interface Series {
  run: string; // "reference", a shock of the battery, or "levers" of a live answer
  first: number;
  values: (number | null)[];
}

/* USD/kg, real. inside: domestic_ex_vat in the controlling region; fob: at its border; outside: delivered in `region`, as civil buyers pay it;
 * paid: volume-weighted over contracts and spot (docs/results.md); its region is "" (everywhere), as that of outside's mean over all regions outside.
 * A series of a shock's run that is within half a percent of the reference's throughout is absent (unless it has `all_series`): the reference's stands
 * for it.
 * So for supply and cover too; a loss that is absent is none. */
export interface PriceSeries extends Series {
  commodity: string;
  region: string;
  kind: 'inside' | 'fob' | 'outside' | 'paid';
}
/* t made in the period, in tonnes of the stage's basis. Regions below a hundredth of the stage are summed as region "other". */
export interface SupplySeries extends Series {
  stage: string;
  region: string;
}
/* Stocks on hand as months of use at normal times. group: a stage, or a commodity of `headline` ones; use "" is the trade's and all users'. */
export interface CoverSeries extends Series {
  commodity: string;
  region: string;
}
/* Share (0 to 1) that users of a class go without in the period, against the paired run's served tonnes (against what they want where a run has no
 * pair). `segment` is "" for the whole class, `region` is "" for all regions hit. */
export interface LossSeries extends Series {
  class: Class;
  segment: string;
  region: string;
}

/* Sankey: t of rare-earth oxide equivalent of `element` ("" = all) from a node to a node in a calendar year. A node is STAGE:REGION, or
 * use:CLASS, or stock, or loss (what processing loses or is disposed of), or scrap (goods that became old, only as `from`). */
export interface Flow {
  run: string;
  year: number;
  element: string;
  from: string;
  to: string;
  t: number;
}
/* The flows of a run, year and element as they travel: `links` are triples (from, to: places in `nodes`; t). flowsOf (flows.ts) makes flows of them. */
export interface FlowDiagram {
  run: string;
  year: number;
  element: string;
  nodes: string[];
  links: number[];
}
/* Shipments between regions in a year, t, by stage of the good. */
export interface Shipment {
  run: string;
  year: number;
  stage: string;
  from: string;
  to: string;
  t: number;
}
export interface PlantOutput {
  run: string;
  year: number;
  asset: string;
  t: number;
  utilisation: number | null;
}
/* A row of the matrix, as `stress --format json` has it. */
export interface MatrixRow {
  run: string;
  title: string;
  loss: ByClass<number>;
  first_short_months: ByClass<number | null>;
  last_short_months: ByClass<number | null>;
  still_short: ByClass<boolean>;
  peak_price: { inside: number | null; outside: number | null; paid: number | null };
  worst_of?: Partial<ByClass<{ segment: string; region: string; from: string }>>; // whose loss it is, and the first of the worst twelve months
  peak_of?: { inside?: string; outside?: string };
  projects_lost: number | null;
  value_at_risk_musd?: number | null; // value added of what users in the regions hit lose in their worst twelve months
  policy_cost_musd: number | null; // nominal, net, from the shock to the end of its run
  reference_policy_cost_musd?: number | null; // the same months of the paired run
  explanation?: string;
  without_programme?: { loss: ByClass<number> }; // the same world without the scenario's policies
}
/* A project or plant on the timeline: spells of a status in the order of time, and what lenders said. */
export interface Project {
  run: string;
  asset: string;
  spells: { status: string; from: string; to: string }[]; // YYYY-MM, `to` exclusive
  gates: { period: string; passed: boolean; test: string; margin: number | null }[]; // test: what it passed or failed by
  capacity_t: number;
}
/* Nominal million USD of an instrument from or to a purse in a year. outlay and receipts are both positive. */
export interface Money {
  run: string;
  year: number;
  instrument: string;
  title: string;
  payer: string; // region, holder or "incumbent"
  outlay: number;
  receipts: number;
  contingent: number;
}
export interface Fan {
  run: string;
  what: string; // price, loss, stock, money
  item: string;
  region: string;
  unit: string;
  first: number;
  p05: (number | null)[];
  p25: (number | null)[];
  p50: (number | null)[];
  p75: (number | null)[];
  p95: (number | null)[];
}
/* Tornado: what drives a metric of an ensemble. share: of the variance that it explains alone, with its interval. */
export interface Drivers {
  metric: string;
  unit: string;
  mean: number;
  noise_floor: number | null;
  rows: { name: string; share: number; low: number | null; high: number | null; at_low: number | null; at_high: number | null }[];
}
export interface LineStop {
  run: string;
  class: Class;
  region: string; // "" any of those hit
  share: number;
  low: number;
  high: number;
}
/* What binds in a run: a constraint, when, and what a further kilogram was worth at most. */
export interface Binding {
  run: string;
  kind: string; // capacity, licence, link, stock
  object: string;
  title: string;
  commodity: string;
  region: string;
  from: string;
  to: string; // the last period, unlike a spell's
  usd_per_kg: number;
}

export interface Names {
  regions: Record<string, { name: string; bloc: string; lat: number | null; lon: number | null }>;
  commodities: Record<string, { name: string; stage: string; element: string; unit: string }>;
  segments: Record<string, { name: string; class: Class }>;
  assets: Record<string, {
    name: string; region: string; stage: string; status: string; lat: number | null; lon: number | null; placed: boolean;
    start: string; owner: string; capacity_t: number; source: string; confidence: string;
  }>; // placed: false where only the region is known, and lat and lon are the region's
  elements: string[];
}
export interface Source {
  title: string;
  publisher: string;
  year: string;
  url: string;
}
export interface Run {
  run: string;
  title: string;
  note: string;
  first: number; // period in which it leaves its pair
  end: number; // period after the last one
  pair: string; // "" if none
  hits: string[];
  assumed: boolean;
  source: string[];
  all_series?: boolean; // every series of it is told; else one that is absent goes as its pair's
}

export interface Document {
  format: 1;
  lodestone: string;
  kind: 'run' | 'stress' | 'ensemble' | 'live';
  created: string;
  command: string;
  scenario: { name: string; title: string; note: string };
  headline: string; // one or two sentences in plain words
  notes: string[]; // what a reader must know to trust it
  world: {
    name: string;
    base_year: number;
    assumed: { side: string; stage: string; assumed_share_t: number; assumed_share_value: number }[];
    controlling: string;
  };
  horizon: { from: string; step_months: number; periods: string[] };
  names: Names;
  sources: Record<string, Source>;
  runs: Run[];
  matrix?: MatrixRow[];
  prices?: PriceSeries[];
  supply?: SupplySeries[];
  cover?: CoverSeries[];
  loss?: LossSeries[];
  flows?: Flow[];
  diagrams?: FlowDiagram[];
  shipments?: Shipment[];
  output?: PlantOutput[];
  projects?: Project[];
  money?: Money[];
  fans?: Fan[];
  drivers?: Drivers[];
  line_stops?: LineStop[];
  bindings?: Binding[];
  draws?: { done: number; total: number; failed: number; seed: number; design: string };
  manifest?: Record<string, unknown>; // of the run folder, as it is there
  units: Record<string, string>; // section.field -> unit, with where docs/results.md defines it
}
export type Part = Partial<Document>;

/* Levers, as GET /api/v1/levers sends them (data/scenarios/levers.yaml; include/lodestone/levers.h). */
export interface Lever {
  id: string;
  family: 'shocks' | 'supports' | 'stockpile' | 'trade_zone' | 'demand' | 'credibility';
  title: string;
  help: string;
  unit: string;
  kind: 'number' | 'switch' | 'choice';
  least: number; // number: range; switch: 0 and 1; choice: index of the first and last setting
  most: number;
  step: number;
  value: number; // default: nothing changes
  settings: { title: string; value: number }[]; // named ones
  start: { least: string; most: string; value: string } | null; // YYYY-MM, where the lever has a first month
  source: string[];
  assumed: boolean;
  note: string;
}
export interface Levers {
  families: { id: string; title: string; help: string }[];
  levers: Lever[];
}
export interface LeverValue {
  lever: string;
  value: number;
  start?: string; // YYYY-MM
}
