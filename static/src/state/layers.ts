// Which layers are on, and in which order they lie: pictures, then surfaces, then lines, then points.
import type { ResolvedLayer } from '../service/client.ts';
import type { Collection } from '../service/types.ts';
import type { View } from './view.ts';

export type Chosen = { id: string; opacity: number }[];

/** What is on when the address does not say: the hotspots, or the first layer. */
export function chosenLayers(view: View, offered: readonly Collection[]): Chosen {
  if (view.layers) return view.layers.filter(({ id }) => offered.some((layer) => layer.id === id));
  const first = offered.find(({ id }) => id === 'hotspots') ?? offered.find(({ id }) => id === 'cells') ?? offered[0];
  return first ? [{ id: first.id, opacity: 1 }] : [];
}

/** The choice with one layer switched or faded. */
export function changed(chosen: Chosen, change: { id: string; visible?: boolean; opacity?: number }): Chosen {
  const { id, visible, opacity } = change;
  if (visible === false) return chosen.filter((layer) => layer.id !== id);
  const now = chosen.find((layer) => layer.id === id);
  if (now) return chosen.map((layer) => (layer.id === id ? { id, opacity: opacity ?? layer.opacity } : layer));
  return visible ? [...chosen, { id, opacity: opacity ?? 1 }] : chosen;
}

const HEIGHT: Record<string, number> = { raster: 0, heatmap: 0, fill: 1, line: 2, circle: 3, symbol: 3 };

/** How high a layer lies: that of its highest part. */
export function height(layer: ResolvedLayer): number {
  // A surface with an outline is a surface: lines count only where nothing is filled.
  const kinds = layer.style.layers.map(({ type }) => HEIGHT[type] ?? 0);
  return kinds.includes(3) ? 3 : Math.min(...kinds, 2);
}

/** Whether nothing of the layer can be picked, because it is a picture only. */
export function pictureOnly(layer: ResolvedLayer): boolean {
  return layer.style.layers.every(({ type }) => type === 'raster' || type === 'background');
}

/** Whether a tier is above "anyone": `min_tier` comes as `T0`, `public` or 0. */
export function needsKey(layer: Collection): boolean {
  const tier = String(layer.layer?.min_tier ?? 'T0').toLowerCase();
  return !['t0', '0', 'public', ''].includes(tier);
}
