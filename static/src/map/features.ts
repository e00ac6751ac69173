// What is drawn, as plain features: each cell, area or place once, with the layer that it belongs to.
import { middleOf, quadkeyOf } from './cells.ts';
import { nameOf } from './places.ts';

export interface Drawn {
  layer: string;
  /** The same for the pieces of one cell, area or street in different tiles. */
  key: string;
  /** Short name: the cell's id or the area's name. */
  name: string;
  properties: Record<string, unknown>;
  geometry: GeoJSON.Geometry;
  middle: [lon: number, lat: number];
}

interface Raw {
  id?: string | number | undefined;
  properties: GeoJSON.GeoJsonProperties;
  geometry: GeoJSON.Geometry;
}

/** Reads a feature of a tile or of an item list. */
export function drawn(layer: string, raw: Raw): Drawn | null {
  const properties = { ...raw.properties };
  const middle = middleOf(raw.geometry);
  if (!middle) return null;
  const named = nameOf({ properties, id: undefined });
  const cell = properties['cell'];
  const isCell = cell !== undefined || (!named && raw.geometry.type === 'Polygon');
  const name = isCell ? cellName(cell, raw.geometry) : named || String(raw.id ?? '');
  const key = `${layer}:${isCell ? name : (raw.id ?? properties['street'] ?? name)}`;
  return { layer, key, name: name || key, properties, geometry: raw.geometry, middle };
}

function cellName(cell: unknown, geometry: GeoJSON.Geometry): string {
  if (typeof cell === 'string' && cell.length > 0) return cell;
  return quadkeyOf(geometry) ?? (typeof cell === 'number' ? String(cell) : '');
}

/** Each key once, the largest piece of it. */
export function unique(features: readonly Drawn[]): Drawn[] {
  const found = new Map<string, Drawn>();
  for (const feature of features) if (!found.has(feature.key)) found.set(feature.key, feature);
  return [...found.values()];
}

/** The state of a feature as the service says it; without one, the count says it. */
export function stateOf(properties: Record<string, unknown>): string {
  const state = properties['state'];
  if (typeof state === 'string' && state) return state;
  return properties['count'] === 0 ? 'zero' : 'value';
}
