// The view as the part of the address after `#`: what is seen can be sent to somebody and comes back the same.
import type { Settings } from './settings.ts';
import { fromParams, toParams, EVERYTHING, type Filters } from './filters.ts';

export interface Camera {
  zoom: number;
  lon: number;
  lat: number;
}

export interface View {
  /** Absent until the map has been moved: then the city's extent is shown. */
  camera: Camera | null;
  /** Visible layers from bottom to top with their opacity 0 to 1; null is the default choice. */
  layers: { id: string; opacity: number }[] | null;
  filters: Filters;
  /** Layers' own parameters that differ from their defaults. */
  settings: Settings;
  /** Place whose numbers are shown. */
  at: { lon: number; lat: number } | null;
}

export const DEFAULT_VIEW: View = { camera: null, layers: null, filters: EVERYTHING, settings: {}, at: null };

/** The text after `#`. */
export function toHash(view: View): string {
  const parts: string[] = [];
  const { camera, layers, at } = view;
  if (camera) parts.push(`map=${camera.zoom.toFixed(2)}/${camera.lat.toFixed(5)}/${camera.lon.toFixed(5)}`);
  if (layers) {
    const list = layers.map(({ id, opacity }) => `${encodeURIComponent(id)}:${Math.round(opacity * 100)}`);
    parts.push(`layers=${list.join(',')}`);
  }
  for (const [name, value] of Object.entries(toParams(view.filters))) {
    parts.push(`${name}=${value}`);
  }
  for (const [layer, values] of Object.entries(view.settings)) {
    for (const [name, value] of Object.entries(values)) parts.push(`${layer}.${name}=${encodeURIComponent(value)}`);
  }
  if (at) parts.push(`at=${at.lat.toFixed(6)},${at.lon.toFixed(6)}`);
  return parts.join('&');
}

/** Reads it back; what does not fit is left out, never an error. */
export function fromHash(hash: string): View {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const [zoom, lat, lon] = numbers(params.get('map'), '/');
  const [atLat, atLon] = numbers(params.get('at'), ',');
  const layers = params.get('layers');
  return {
    camera: onEarth(lon, lat) && inside(zoom, 0, 24) ? { zoom, lon, lat } : null,
    layers: layers === null ? null : layers.split(',').filter(Boolean).map(chosenLayer),
    filters: fromParams(params),
    settings: settingsIn(params),
    at: onEarth(atLon, atLat) ? { lon: atLon, lat: atLat } : null,
  };
}

/** `density.bandwidth_m=300`: the layer, its parameter, the value. */
function settingsIn(params: URLSearchParams): Settings {
  const found: Record<string, Record<string, string>> = {};
  for (const [key, value] of params) {
    const match = key.match(/^([a-z_]+)\.([a-z_]+)$/);
    if (match?.[1] && match[2] && value) (found[match[1]] ??= {})[match[2]] = value;
  }
  return found;
}

function chosenLayer(text: string): { id: string; opacity: number } {
  const [id = '', percent = '100'] = text.split(':');
  const opacity = Number(percent) / 100;
  return { id, opacity: inside(opacity, 0, 1) ? opacity : 1 };
}

/** Three numbers; NaN for what is missing, so that it falls out of every bound. */
function numbers(text: string | null, separator: string): [number, number, number] {
  const [a, b, c] = (text ?? '').split(separator).map((part) => (part === '' ? Number.NaN : Number(part)));
  return [a ?? Number.NaN, b ?? Number.NaN, c ?? Number.NaN];
}

function inside(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

function onEarth(lon: number, lat: number): boolean {
  return inside(lon, -180, 180) && inside(lat, -90, 90);
}
