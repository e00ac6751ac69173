// A result of an analysis as a layer of the map: drawn like the layer that shows the same analysis, else in five shades.
import type { DataDrivenPropertyValueSpecification, LayerSpecification } from 'maplibre-gl';
import type { ResolvedLayer } from '../service/client.ts';
import type { Legend } from '../service/types.ts';
import { columnsOf } from '../words/measures.ts';
import { stateOf } from './features.ts';

/** Id of the layer; the service has none of this name. */
export const RESULT = 'result';
/** More features than this are not drawn: those that say nothing of their own go first. */
export const MOST_DRAWN = 20_000;
/** From light to dark, so that greys tell them apart too. */
const SHADES = ['#f3ead2', '#e3c58f', '#c9935a', '#9b5d3c', '#5c2f28'];
const NOTHING = 'rgba(0, 0, 0, 0)';

/** The layer: `like` is the one of the service that shows the same analysis. */
export function resultLayer(features: readonly GeoJSON.Feature[], like: ResolvedLayer | null): ResolvedLayer {
  const drawn = features.filter(({ geometry }) => geometry);
  const data: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: fewer(drawn) };
  const taken = like ? vectorLayers(like) : [];
  const shades = taken.length > 0 ? null : breaks(drawn);
  return {
    id: RESULT,
    style: { version: 8, sources: { [RESULT]: { type: 'geojson', data } }, layers: taken.length > 0 ? taken : plain(shades) },
    legend: taken.length > 0 ? (like?.legend ?? null) : legendOf(shades),
    minzoom: 0,
    maxzoom: 24,
  };
}

function fewer(features: GeoJSON.Feature[]): GeoJSON.Feature[] {
  if (features.length <= MOST_DRAWN) return features;
  const telling = features.filter(({ properties }) => stateOf(properties ?? {}) !== 'zero' && properties?.['class'] !== 'none');
  return telling.slice(0, MOST_DRAWN);
}

/** The layers of a style that draw features, on the features of the result. */
function vectorLayers(like: ResolvedLayer): LayerSpecification[] {
  return like.style.layers.flatMap((layer) => {
    if (layer.type === 'background' || layer.type === 'raster' || layer.type === 'hillshade') return [];
    const { 'source-layer': _, minzoom: __, maxzoom: ___, ...rest } = layer as LayerSpecification & { 'source-layer'?: string };
    return [{ ...rest, source: RESULT } as LayerSpecification];
  });
}

interface Breaks {
  name: string;
  at: number[];
}

/** The first telling number, and where its classes of equal size begin. */
function breaks(features: readonly GeoJSON.Feature[]): Breaks | null {
  const all = features.map(({ properties }) => properties ?? {});
  const name = columnsOf(all).find((column) => all.some((properties) => typeof properties[column] === 'number'));
  if (!name) return null;
  const values = all.flatMap((properties): number[] => (typeof properties[name] === 'number' && properties[name] !== 0 ? [properties[name]] : []))
    .toSorted((a, b) => a - b);
  const at = SHADES.map((_, i) => values[Math.floor((i * values.length) / SHADES.length)] ?? 0);
  return { name, at: [...new Set(at)] };
}

function plain(found: Breaks | null): LayerSpecification[] {
  const colour = (found && found.at.length > 0
    ? ['case', ['==', ['typeof', ['get', found.name]], 'number'],
      ['step', ['to-number', ['get', found.name]], NOTHING, ...found.at.flatMap((from, i) => [from, shade(found, i)])], NOTHING]
    : SHADES[2]) as DataDrivenPropertyValueSpecification<string>;
  const line = { 'line-color': '#3b474c', 'line-width': 1.2 };
  return [
    { id: 'fill', type: 'fill', source: RESULT, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': colour, 'fill-opacity': 0.8 } },
    { id: 'line', type: 'line', source: RESULT, filter: ['!=', ['geometry-type'], 'Point'], paint: line },
    { id: 'point', type: 'circle', source: RESULT, filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-color': colour, 'circle-radius': 5, 'circle-stroke-color': '#3b474c', 'circle-stroke-width': 1 } },
  ];
}

/** The darkest shade is always used, however few classes there are. */
function shade(found: Breaks, i: number): string {
  return SHADES[SHADES.length - found.at.length + i] ?? SHADES[0] ?? '#000000';
}

function legendOf(found: Breaks | null): Legend | null {
  if (!found) return null;
  const entries = found.at.map((from, i) => ({ label: '', colour: shade(found, i), from, to: found.at[i + 1] ?? null }));
  return { unit: found.name.replaceAll('_', ' '), entries };
}
