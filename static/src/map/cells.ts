// Names and places of features: quadkeys of square cells, middles, and point in polygon.
import type { Position } from 'geojson';

type Box = [west: number, south: number, east: number, north: number];

function eachPosition(geometry: GeoJSON.Geometry, each: (p: Position) => void): void {
  const walk = (c: unknown): void => {
    if (!Array.isArray(c)) return;
    if (typeof c[0] === 'number') each(c as Position);
    else c.forEach(walk);
  };
  if (geometry.type === 'GeometryCollection') geometry.geometries.forEach((g) => eachPosition(g, each));
  else walk(geometry.coordinates);
}

/** The box around a geometry in degrees; null where it is empty. */
export function boxOf(geometry: GeoJSON.Geometry): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  eachPosition(geometry, ([lon = Number.NaN, lat = Number.NaN]) => {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  });
  return box[0] <= box[2] ? box : null;
}

/** Middle of the box, degrees. */
export function middleOf(geometry: GeoJSON.Geometry): [number, number] | null {
  const box = boxOf(geometry);
  return box && [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
}

/** The quadkey of a square Web Mercator cell from its drawn outline; null where it is none. */
export function quadkeyOf(geometry: GeoJSON.Geometry): string | null {
  const box = boxOf(geometry);
  if (!box || geometry.type !== 'Polygon') return null;
  const level = Math.round(Math.log2(360 / (box[2] - box[0])));
  if (!(level >= 1 && level <= 24)) return null;
  return quadkey((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, level);
}

/** The quadkey of the cell of a level that holds the place. */
export function quadkey(lon: number, lat: number, level: number): string {
  const n = 2 ** level;
  const s = Math.sin((lat * Math.PI) / 180);
  const x = Math.floor((lon / 360 + 0.5) * n);
  const y = Math.floor((0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * n);
  let key = '';
  for (let bit = level - 1; bit >= 0; bit -= 1) {
    key += String(((x >> bit) & 1) + 2 * ((y >> bit) & 1));
  }
  return key;
}

/** The box of a cell in degrees; null where the name is no quadkey. */
export function boxOfQuadkey(key: string): Box | null {
  if (!/^[0-3]{1,24}$/.test(key)) return null;
  let [x, y] = [0, 0];
  for (const digit of key) {
    x = 2 * x + (Number(digit) & 1);
    y = 2 * y + (Number(digit) >> 1);
  }
  const n = 2 ** key.length;
  const lat = (row: number): number => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / n))) * 180) / Math.PI;
  return [(x / n - 0.5) * 360, lat(y + 1), ((x + 1) / n - 0.5) * 360, lat(y)];
}

function inRing(lon: number, lat: number, ring: readonly Position[]): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [xi = 0, yi = 0] = ring[i] ?? [];
    const [xj = 0, yj = 0] = ring[j] ?? [];
    if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Whether the place lies in the polygon or multipolygon; holes are outside. */
export function holds(geometry: GeoJSON.Geometry, lon: number, lat: number): boolean {
  const polygons =
    geometry.type === 'Polygon' ? [geometry.coordinates]
    : geometry.type === 'MultiPolygon' ? geometry.coordinates
    : [];
  return polygons.some((rings) => rings.reduce((in_, ring) => in_ !== inRing(lon, lat, ring), false));
}
