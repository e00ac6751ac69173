// Cells, areas and styles as pure functions.
import { describe, expect, it } from 'vitest';
import type { ResolvedLayer } from '../service/client.ts';
import { boxOfQuadkey, holds, quadkey, quadkeyOf } from './cells.ts';
import { compose, ownerOf } from './compose.ts';
import { drawn, stateOf, unique } from './features.ts';
import { graticule } from './graticule.ts';
import { path, patternOf } from './patterns.ts';
import { Places } from './places.ts';

function square(w: number, s: number, e: number, n: number): GeoJSON.Polygon {
  return { type: 'Polygon', coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] };
}

describe('cells', () => {
  it('are named by their quadkey', () => {
    // The tile 3/3/5 of the published description of quadkeys.
    expect(quadkey(-30, -55, 3)).toBe('213');
    const [w, s, e, n] = boxOfQuadkey('0302222310303') ?? [0, 0, 0, 0];
    expect(quadkeyOf(square(w, s, e, n))).toBe('0302222310303');
    expect(boxOfQuadkey('District 4')).toBeNull();
    expect(quadkeyOf({ type: 'Polygon', coordinates: [] })).toBeNull();
  });

  it('are one, however many tiles cut them', () => {
    const raw = { id: 7, properties: { name: 'North' }, geometry: square(0, 0, 1, 1) };
    const pieces = [raw, { ...raw, geometry: square(1, 0, 2, 1) }].flatMap((f) => drawn('areas', f) ?? []);
    expect(unique(pieces)).toHaveLength(1);
    expect(stateOf({ count: 0 })).toBe('zero');
    expect(stateOf({ state: 'suppressed' })).toBe('suppressed');
  });
});

describe('patterns', () => {
  it('tell the states without a number apart without colour', () => {
    const states = ['suppressed', 'not_covered', 'not_yet_complete', 'undefined'];
    expect(states.map(patternOf)).toEqual(['hatch', 'dots', 'lines', 'bars']);
    expect(new Set(states.map((state) => path(state, 24, 16))).size).toBe(4);
    for (const state of states) expect(path(state, 24, 16)).toBe(path(patternOf(state) ?? '', 24, 16));
    for (const state of ['value', 'zero', 'unmapped', undefined]) expect(patternOf(state)).toBeNull();
    // Those of classes have other shapes, whatever their ink.
    const classes = ['back_hatch', 'grid', 'plus', 'rings', 'up', 'down', 'zigzag'].map((name) => path(`${name}-light`, 24, 16));
    expect(new Set([...classes, ...states.map((state) => path(state, 24, 16))]).size).toBe(11);
    // A style may name a pattern that is not known here: it is still seen.
    expect(path('another', 24, 16)).toBe(path('hatch', 24, 16));
  });
});

describe('places', () => {
  const ring = square(0, 0, 4, 4).coordinates[0] ?? [];
  const hole = square(1, 1, 3, 3).coordinates[0] ?? [];
  const places = new Places([
    { type: 'Feature', properties: { name: 'City', collection: 'city' }, geometry: { type: 'Polygon', coordinates: [ring, hole] } },
    { type: 'Feature', properties: { name: 'Corner', collection: 'corners' }, geometry: square(0, 0, 1, 1) },
    { type: 'Feature', properties: { name: 'Far', collection: 'corners' }, geometry: square(8, 8, 9, 9) },
  ]);

  it('are the finest area that holds the point; holes are outside', () => {
    expect(places.nameAt(0.5, 0.5)).toBe('Corner');
    expect(places.nameAt(3.5, 3.5)).toBe('City');
    expect(places.nameAt(2, 2)).toBeNull();
    expect(places.nameAt(19, 9)).toBeNull();
  });

  it('have their names written inside', () => {
    const [label] = places.labels().features;
    const [lon = 9, lat = 9] = label?.geometry.type === 'Point' ? label.geometry.coordinates : [];
    expect(holds(square(0, 0, 1, 1), lon, lat)).toBe(true);
  });
});

describe('styles', () => {
  const layer: ResolvedLayer = {
    id: 'cells', legend: null, minzoom: 0, maxzoom: 14,
    style: {
      version: 8,
      sources: { s: { type: 'vector', tiles: ['/t/{z}/{x}/{y}'] } },
      layers: [
        { id: 'ground', type: 'background' },
        { id: 'fill', type: 'fill', source: 's', 'source-layer': 'cells', paint: { 'fill-opacity': 0.8 } },
        { id: 'line', type: 'line', source: 's', 'source-layer': 'cells', paint: { 'line-opacity': ['interpolate', ['linear'], ['zoom'], 8, 0.5, 12, 1] } },
      ],
    },
  };

  it('keep the layers of the service apart and fade them', () => {
    const style = compose({ sources: {}, below: [], above: [] }, [{ layer, opacity: 0.5 }]);
    expect(Object.keys(style.sources)).toEqual(['cells/s']);
    expect(style.layers.map(({ id }) => id)).toEqual(['cells/fill', 'cells/line']);
    expect(style.layers[0]?.paint).toEqual({ 'fill-opacity': 0.4 });
    expect(style.layers[1]?.paint).toEqual({ 'line-opacity': ['interpolate', ['linear'], ['zoom'], 8, 0.25, 12, 0.5] });
    expect(style.layers.map(ownerOf)).toEqual(['cells', 'cells']);
  });

  it('have a graticule of bounded size anywhere', () => {
    for (const box of [[-180, -90, 180, 90], [0, 0, 0, 0], [179, 60, 180, 70]] as const) {
      expect(graticule([...box]).features.length).toBeLessThan(2500);
    }
  });
});
