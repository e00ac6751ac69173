// The ground under the data: plain background, a graticule, and the city's own outlines and names. Nothing from elsewhere.
import type { LayerSpecification, SourceSpecification } from 'maplibre-gl';
import type { Base } from './compose.ts';
import { graticule, ZOOMS } from './graticule.ts';

export interface BaseInput {
  extent: [number, number, number, number];
  outlines: GeoJSON.FeatureCollection | null;
  names: GeoJSON.FeatureCollection | null;
  selected: GeoJSON.Feature | null;
}

const NONE: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

export function basemap({ extent, outlines, names, selected }: BaseInput): Base {
  const sources: Record<string, SourceSpecification> = {
    graticule: { type: 'geojson', data: graticule(extent) },
    outlines: { type: 'geojson', data: outlines ?? NONE },
    names: { type: 'geojson', data: names ?? NONE },
    selected: { type: 'geojson', data: selected ?? NONE },
  };
  const lines = ZOOMS.map(({ minzoom, maxzoom }, step): LayerSpecification => ({
    id: `graticule-${step}`,
    type: 'line',
    source: 'graticule',
    filter: ['==', ['get', 'step'], step],
    minzoom,
    maxzoom,
    paint: { 'line-color': '#d9dedb', 'line-width': 1 },
  }));
  const below: LayerSpecification[] = [
    { id: 'ground', type: 'background', paint: { 'background-color': '#eef1ef' } },
    ...lines,
    { id: 'land', type: 'fill', source: 'outlines', paint: { 'fill-color': '#fbfbf9', 'fill-antialias': false } },
  ];
  const above: LayerSpecification[] = [
    {
      id: 'outlines',
      type: 'line',
      source: 'outlines',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': '#5d6b70',
        'line-opacity': 0.55,
        'line-width': ['interpolate', ['linear'], ['zoom'], 8, 0.4, 12, 0.9, 16, 1.6],
      },
    },
    {
      id: 'names',
      type: 'symbol',
      source: 'names',
      layout: {
        'text-field': ['get', 'name'],
        'text-font': ['sans-serif'],
        'text-size': ['interpolate', ['linear'], ['zoom'], 10, 10, 14, 13],
        'text-max-width': 7,
        'text-padding': 6,
        'symbol-sort-key': ['-', 0, ['get', 'size']],
      },
      paint: { 'text-color': '#2c3a40', 'text-halo-color': '#ffffff', 'text-halo-width': 1.8 },
    },
    {
      id: 'selected-halo',
      type: 'line',
      source: 'selected',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': '#ffffff', 'line-width': 6 },
    },
    {
      id: 'selected',
      type: 'line',
      source: 'selected',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': '#11242b', 'line-width': 2.5 },
    },
  ];
  return { sources, below, above };
}
