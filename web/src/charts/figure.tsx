/* The frame of every chart: a title that says what it shows and the unit, how to read it, the chart or its table, downloads, and where it is from. */
import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { csv, type Table } from './csv';
import { download, fileName } from './download';
import { snapshot } from './snapshot';
import { DataTable } from './table';

export interface FigureProps {
  title: string; // what it shows
  unit: string; // "USD/kg, real"; "" where numbers carry their own
  about: string; // how to read it, in a sentence or two
  source: string; // table and definition, share assumed
  table: () => Table;
  name?: string; // hook for links and tests: data-figure
  controls?: ComponentChildren; // selectors of what it shows
  note?: ComponentChildren; // below the chart
  empty?: string | undefined; // why there is nothing to draw; else undefined
  children: ComponentChildren;
}

export function Figure(props: FigureProps) {
  const { title, unit, about, source, table, name, controls, note, empty, children } = props;
  const id = useId();
  const body = useRef<HTMLDivElement>(null);
  const [asTable, setAsTable] = useState(false);
  const full = unit === '' ? title : `${title}, ${unit}`;
  const file = fileName(title);
  return (
    <figure class="figure" data-figure={name ?? file} aria-labelledby={`${id}-title`} aria-describedby={`${id}-about`}>
      <figcaption>
        <h3 id={`${id}-title`} aria-label={full}>
          {title}
          {unit !== '' && <span class="unit">{unit}</span>}
        </h3>
        <p class="about" id={`${id}-about`}>{about}</p>
      </figcaption>
      <div class="tools" data-no-export>
        {controls}
        <span class="tool-buttons">
          <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>Table</button>
          <button type="button" aria-label={`Download data of “${title}” as CSV`}
            onClick={() => download(`${file}.csv`, 'text/csv;charset=utf-8', csv(table()))}>CSV</button>
          <button type="button" aria-label={`Download “${title}” as SVG`} disabled={asTable || empty !== undefined}
            onClick={() => body.current && download(`${file}.svg`, 'image/svg+xml', snapshot(body.current, full, source))}>SVG</button>
        </span>
      </div>
      <div class="figure-body" ref={body}>
        {empty !== undefined ? <p class="nothing">{empty}</p> : asTable ? <DataTable table={table()} label={title} /> : children}
      </div>
      {note}
      <p class="source">{source}</p>
    </figure>
  );
}
