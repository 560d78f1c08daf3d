/* The map: plants as circles by output, hollow where only the region is known, and what is shipped as arcs. The app loads it on demand. */
import { geoNaturalEarth1, geoPath, type GeoPermissibleObjects } from 'd3-geo';
import { useMemo, useRef, useState } from 'preact/hooks';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import atlas from 'world-atlas/countries-110m.json';
import { stages } from '../document';
import { number, words } from '../format';
import { regionLook, stageLook } from '../palette';
import { Figure } from './figure';
import { arcPath, arcsOf, placesOf, type Arc, type Place } from './map_layout';
import { regionName, stageName } from './names';
import { chosen, Select } from './select';
import { keysOfRows, yearOfShock, type View } from './series';
import { sourceLine } from './source_line';
import { useWidth } from './use_width';

const topology = atlas as unknown as Topology<{ countries: GeometryCollection<{ name?: string }> }>;

export function WorldMap({ view, onPick }: { view: View; onPick?: (asset: string) => void }) {
  const { doc, run } = view;
  const [pickedStage, setStage] = useState<string | null>(null);
  const [pickedYear, setYear] = useState<string | null>(null);
  const found = new Set(Object.values(doc.names.assets).map((asset) => asset.stage));
  const options = stages.filter((id) => found.has(id)).map((id) => ({ value: id as string, label: stageName(id) }));
  const stage = chosen(pickedStage, options, 'magnet');
  const years = keysOfRows([...(doc.output ?? []), ...(doc.shipments ?? [])].filter((row) => row.run === run), (row) => String(row.year)).sort()
    .map((id) => ({ value: id, label: id }));
  const year = Number(chosen(pickedYear, years, yearOfShock(doc, run)));
  const places = placesOf(doc, run, year, stage);
  const arcs = arcsOf(doc, run, year, stage);
  return (
    <Figure title={`Where it is made and where it goes: ${stageName(stage).toLowerCase()}${year ? `, ${year}` : ''}`} unit="t" name="map" source={sourceLine(doc, 'output', stage)}
      about="A circle is a plant, as large as what it makes; a hollow one is somewhere in its region. A line is what one region ships to another, in the colour of the one that ships, thicker for more. Lines run between the middles of regions; “Rest of world” is drawn as one point in Africa. The smallest circles make less than a hundredth of the stage or nothing, the smallest shipments are not drawn."
      table={() => ({ columns: [{ name: 'Plant or route' }, { name: 'Region' }, { name: 'Status or destination' }, { name: 'Tonnes', unit: 't' }, { name: 'Place known' }],
        rows: [...places.map((place) => [place.name, regionName(doc, place.region), words(place.status), place.t, place.placed ? 'yes' : 'region only']),
          ...arcs.map((arc) => [`Shipped from ${regionName(doc, arc.from)}`, regionName(doc, arc.from), regionName(doc, arc.to), arc.t, ''])] })}
      empty={places.length + arcs.length === 0 ? 'No plants of this stage are known.' : undefined}
      controls={<>
        <Select label="Stage" value={stage} options={options} onChange={setStage} />
        <Select label="Year" value={String(year)} options={years} onChange={setYear} />
      </>}>
      <Globe places={places} arcs={arcs} name={(id) => regionName(doc, id)} stage={stage} onPick={onPick} />
    </Figure>
  );
}

interface GlobeProps {
  places: Place[];
  arcs: Arc[];
  name: (region: string) => string;
  stage: string;
  onPick: ((asset: string) => void) | undefined;
}

function Globe({ places, arcs, name, stage, onPick }: GlobeProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const wide = Math.max(width, 560);
  const height = Math.round(wide * 0.46);
  const countries = useMemo(() => feature(topology, topology.objects.countries).features.filter((country) => country.properties.name !== 'Antarctica'), []);
  const projection = useMemo(() => geoNaturalEarth1().rotate([-11, 0]).fitExtent([[4, 4], [wide - 4, height - 4]], { type: 'FeatureCollection', features: countries }), [wide, height, countries]);
  const outline = useMemo(() => {
    const path = geoPath(projection).digits(1);
    return countries.map((country) => path(country as GeoPermissibleObjects) ?? '');
  }, [projection, countries]);
  const [said, setSaid] = useState(' ');
  const at = (lon: number, lat: number): [number, number] => projection([lon, lat]) ?? [0, 0];
  const aboutPlace = (place: Place): string => `${place.name}, ${name(place.region)}: ${words(place.status).toLowerCase()}${place.t === null ? '' : `, ${number(place.t)} t`}${place.placed ? '' : ' (place within the region not known)'}`;
  const aboutArc = (arc: Arc): string => `${name(arc.from)} to ${name(arc.to)}: ${number(arc.t)} t`;
  return (
    <div class="scroll-x" ref={holder} tabIndex={0} role="region" aria-label="Map, scrolls sideways">
      <div class="plot static">
        <svg viewBox={`0 0 ${wide} ${height}`} width={wide} height={height} role="group" aria-label="Map of plants and shipments" class="fixed">
          {outline.map((d, index) => <path key={index} class="land" d={d} />)}
          {arcs.map((arc) => (
            <path key={`${arc.from}>${arc.to}`} class="arc" d={arcPath(at(...arc.a), at(...arc.b))} style={{ stroke: regionLook(arc.from).colour, strokeWidth: arc.width.toFixed(1) }}
              onPointerEnter={() => setSaid(aboutArc(arc))}><title>{aboutArc(arc)}</title></path>
          ))}
          {places.map((place) => {
            const [x, y] = at(place.lon, place.lat);
            const pick = onPick && (() => onPick(place.asset));
            return (
              <circle key={place.asset} class={place.placed ? 'place' : 'place hollow'} cx={x.toFixed(1)} cy={y.toFixed(1)} r={place.radius.toFixed(1)} tabIndex={0} role={pick ? 'button' : 'img'}
                style={place.placed ? { fill: stageLook(stage).colour } : { stroke: stageLook(stage).colour }} aria-label={aboutPlace(place)} onFocus={() => setSaid(aboutPlace(place))}
                onPointerEnter={() => setSaid(aboutPlace(place))} onClick={pick} onKeyDown={(event) => pick && (event.key === 'Enter' || event.key === ' ') && (event.preventDefault(), pick())}>
                <title>{aboutPlace(place)}</title>
              </circle>
            );
          })}
        </svg>
      </div>
      <p class="readout" data-no-export aria-hidden="true">{said}</p>
    </div>
  );
}
