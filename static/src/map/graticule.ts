// Lines of longitude and latitude, so that a map without streets still has a frame.

type Box = [west: number, south: number, east: number, north: number];

const steps: { degrees: number; reach: number; minzoom: number; maxzoom: number }[] = [
  { degrees: 10, reach: 180, minzoom: 0, maxzoom: 6 },
  { degrees: 1, reach: 6, minzoom: 6, maxzoom: 9 },
  { degrees: 0.1, reach: 0.8, minzoom: 9, maxzoom: 12.5 },
  { degrees: 0.02, reach: 0.1, minzoom: 12.5, maxzoom: 24 },
];

export const ZOOMS = steps.map(({ minzoom, maxzoom }) => ({ minzoom, maxzoom }));

/** Lines for each of `ZOOMS` (property `step`), around the city's box. */
export function graticule(around: Box): GeoJSON.FeatureCollection {
  const features = steps.flatMap(({ degrees, reach }, step) => {
    const w = Math.max(around[0] - reach, -180);
    const e = Math.min(around[2] + reach, 180);
    const s = Math.max(around[1] - reach, -85);
    const n = Math.min(around[3] + reach, 85);
    const meridians = multiples(w, e, degrees).map((lon) => line(step, [[lon, s], [lon, n]]));
    const parallels = multiples(s, n, degrees).map((lat) => line(step, [[w, lat], [e, lat]]));
    return meridians.concat(parallels);
  });
  return { type: 'FeatureCollection', features };
}

function multiples(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step);
  const count = Math.min(Math.floor(high / step) - first + 1, 400);
  return Array.from({ length: Math.max(count, 0) }, (_, i) => (first + i) * step);
}

function line(step: number, coordinates: number[][]): GeoJSON.Feature {
  return { type: 'Feature', properties: { step }, geometry: { type: 'LineString', coordinates } };
}
