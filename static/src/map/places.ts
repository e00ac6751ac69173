// The city's named areas, kept once: which area a place lies in, and where its name is written.
import { boxOf, holds } from './cells.ts';

interface Place {
  name: string;
  collection: string;
  geometry: GeoJSON.Geometry;
  box: [number, number, number, number];
}

export class Places {
  private readonly places: Place[];

  constructor(features: readonly GeoJSON.Feature[]) {
    this.places = features.flatMap((feature) => {
      const box = feature.geometry ? boxOf(feature.geometry) : null;
      const name = nameOf(feature);
      const collection = String(feature.properties?.['collection'] ?? '');
      return box && name ? [{ name, collection, geometry: feature.geometry, box }] : [];
    });
  }

  get size(): number {
    return this.places.length;
  }

  /** Name of the smallest area that holds the place; null outside of all. */
  nameAt(lon: number, lat: number): string | null {
    let best: Place | null = null;
    for (const place of this.places) {
      const [w, s, e, n] = place.box;
      const near = lon >= w && lon <= e && lat >= s && lat <= n;
      if (near && (!best || extent(place) < extent(best)) && holds(place.geometry, lon, lat)) best = place;
    }
    return best?.name ?? null;
  }

  /** Points where the names of the finest collection are written: the one with most areas. */
  labels(): GeoJSON.FeatureCollection {
    const counts = new Map<string, number>();
    for (const { collection } of this.places) counts.set(collection, (counts.get(collection) ?? 0) + 1);
    const [finest] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? [''];
    const features = this.places.filter((place) => place.collection === finest).map((place): GeoJSON.Feature => ({
      type: 'Feature',
      properties: { name: place.name, size: place.box[2] - place.box[0] },
      geometry: { type: 'Point', coordinates: labelPoint(place) },
    }));
    return { type: 'FeatureCollection', features };
  }
}

function extent({ box: [w, s, e, n] }: Place): number {
  return (e - w) * (n - s);
}

/** A feature's name for people. */
export function nameOf(feature: { properties: GeoJSON.GeoJsonProperties; id?: string | number | undefined }): string {
  const p = feature.properties ?? {};
  const found = ['name', 'area_name', 'title', 'area', 'id', 'street'].map((key) => p[key]).find((v) => v !== undefined && v !== null);
  return String(found ?? feature.id ?? '');
}

/** The place on a 9 x 9 lattice inside the shape that lies farthest from where the lattice leaves it. */
function labelPoint(place: Place): [number, number] {
  const [w, s, e, n] = place.box;
  const middle: [number, number] = [(w + e) / 2, (s + n) / 2];
  const [k, inside] = [9, [] as [number, number][]];
  const outside: [number, number][] = [];
  for (let i = 0; i <= k; i += 1) {
    for (let j = 0; j <= k; j += 1) {
      const p: [number, number] = [w + ((e - w) * i) / k, s + ((n - s) * j) / k];
      const border = i === 0 || j === 0 || i === k || j === k;
      (!border && holds(place.geometry, ...p) ? inside : outside).push(p);
    }
  }
  let [best, depth] = [middle, -1];
  for (const p of inside) {
    const nearest = Math.min(...outside.map((q) => (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2));
    if (nearest > depth) [best, depth] = [p, nearest];
  }
  return best;
}
