// The form of an analysis, what is sent of it, and how its result is drawn.
import { describe, expect, it } from 'vitest';
import { MOST_DRAWN, RESULT, resultLayer } from '../map/result.ts';
import type { Process, ProcessInput } from '../service/jobs.ts';
import { fieldsOf, inputsOf, mayRun, summaryLines } from './analysis.ts';

const input = (schema: object, more: Partial<ProcessInput> = {}): ProcessInput => (
  { title: '', description: 'What it does', unit: '', bound: 'a bound', of_question: false, position: 0, schema, ...more } as ProcessInput);

const PROCESS = {
  id: 'gi_star', title: 'Hotspots', description: '', when_not: '', numbers: '', needs: '', who: '', least_tier: 'public', layer: null,
  inputs: {
    draws: input({ type: 'integer', minimum: 99, maximum: 999, default: 199 }, { unit: 'arrangements' }),
    null: input({ type: 'string', enum: ['conditional', 'total'], default: 'conditional' }),
    bandwidth_m: input({ oneOf: [{ type: 'number', minimum: 1, maximum: 9 }, { type: 'string', enum: ['scott'] }], default: 'scott' }),
    grid: input({ type: 'string' }, { of_question: true, position: 9 }),
    datetime: input({ type: 'string' }, { of_question: true }),
    bbox: input({ type: 'array' }, { of_question: true }),
  },
} as unknown as Process;

const square = (i: number, properties: object): GeoJSON.Feature => (
  { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [[[i, 0], [i + 1, 0], [i + 1, 1], [i, 1], [i, 0]]] } });

describe('an analysis', () => {
  it('has a field for each input that the page does not set', () => {
    const found = fieldsOf(PROCESS);
    expect(found.map(({ name, kind }) => [name, kind])).toEqual([['draws', 'number'], ['null', 'choice'], ['bandwidth_m', 'text'], ['grid', 'text']]);
    expect(found[0]).toMatchObject({ minimum: '99', maximum: '999', initial: '199', whole: true, unit: 'arrangements' });
    expect(found[1]?.choices).toEqual([{ const: 'conditional', title: 'conditional' }, { const: 'total', title: 'total' }]);
    expect(found[2]).toMatchObject({ words: ['scott'], initial: 'scott', label: 'bandwidth m' });
  });

  it('is sent with the filters it knows and what differs from the defaults', () => {
    const sent = inputsOf(PROCESS, { datetime: '2021', hours: '1-3' }, { draws: '199', null: 'total', grid: ' square:500 ', bandwidth_m: '' });
    expect(sent).toEqual({ datetime: '2021', null: 'total', grid: 'square:500' });
  });

  it('may be run by those whom its tier names', () => {
    expect([mayRun(PROCESS, false), mayRun({ ...PROCESS, least_tier: 'analyst' }, false), mayRun({ ...PROCESS, least_tier: 'analyst' }, true)])
      .toEqual([true, false, true]);
  });

  it('tells numbers of the whole, not lists', () => {
    expect(summaryLines({ pairs_near: 12, table: [1, 2], found: 'none' })).toEqual([['pairs near', 12], ['found', 'none']]);
    expect(summaryLines(undefined)).toEqual([]);
  });
});

describe('a result on the map', () => {
  it('takes the style of its layer, on features instead of tiles', () => {
    const like = {
      id: 'hotspots', legend: { unit: 'u' }, minzoom: 3, maxzoom: 9,
      style: { version: 8 as const, sources: {}, layers: [
        { id: 'a', type: 'fill' as const, source: 'hotspots', 'source-layer': 'hotspots', minzoom: 4, paint: { 'fill-color': '#123456' } },
        { id: 'b', type: 'raster' as const, source: 'x' },
      ] },
    };
    const { style, legend } = resultLayer([square(0, { count: 1 })], like);
    expect(style.layers).toEqual([{ id: 'a', type: 'fill', source: RESULT, paint: { 'fill-color': '#123456' } }]);
    expect(legend).toBe(like.legend);
  });

  it('is drawn in shades of its first number where no layer shows it', () => {
    const features = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => square(n, { count: n, state: 'value' }));
    const { style, legend } = resultLayer(features, null);
    expect(style.layers.map(({ type }) => type)).toEqual(['fill', 'line', 'circle']);
    expect(legend?.entries?.map(({ from, to }) => [from, to])).toEqual([[1, 3], [3, 5], [5, 7], [7, 9], [9, null]]);
    expect(resultLayer([], null).legend).toBe(null);
    // A single value is one class, in the darkest shade.
    expect(resultLayer([square(0, { z: 2 })], null).legend?.entries).toHaveLength(1);
  });

  it('is bounded: what says nothing of its own goes first', () => {
    const many = Array.from({ length: MOST_DRAWN + 10 }, (_, n) => square(0, { count: n % 2, state: n % 2 ? 'value' : 'zero' }));
    const { data } = resultLayer(many, null).style.sources[RESULT] as unknown as { data: GeoJSON.FeatureCollection };
    expect(data.features).toHaveLength(MOST_DRAWN / 2 + 5);
  });
});
