// One MapLibre style out of the base map and the chosen layers: a pure function, so that a view is always the same map.
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { ResolvedLayer } from '../service/client.ts';

export interface Part {
  layer: ResolvedLayer;
  opacity: number;
}

/** Sources and layers below and above the data. */
export interface Base {
  sources: Record<string, SourceSpecification>;
  below: LayerSpecification[];
  above: LayerSpecification[];
}

const OPACITY: Record<string, string[]> = {
  fill: ['fill-opacity'],
  'fill-extrusion': ['fill-extrusion-opacity'],
  line: ['line-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'],
  symbol: ['icon-opacity', 'text-opacity'],
  raster: ['raster-opacity'],
  heatmap: ['heatmap-opacity'],
};

export function compose(base: Base, parts: readonly Part[]): StyleSpecification {
  const sources = { ...base.sources };
  const data: LayerSpecification[] = [];
  for (const { layer, opacity } of parts) {
    for (const [name, source] of Object.entries(layer.style.sources)) sources[`${layer.id}/${name}`] = source;
    for (const spec of layer.style.layers) {
      if (spec.type === 'background') continue;
      data.push(faded(owned(layer.id, spec), opacity));
    }
  }
  // No glyphs: letters are drawn from the reader's own fonts.
  return { version: 8, sources, layers: [...base.below, ...data, ...base.above] };
}

/** The layer of the service that a style layer belongs to; null for the base map. */
export function ownerOf(styleLayer: { metadata?: unknown }): string | null {
  const metadata = styleLayer.metadata as Record<string, unknown> | undefined;
  const owner = metadata?.['urbansafety:layer'];
  return typeof owner === 'string' ? owner : null;
}

function owned(id: string, spec: LayerSpecification): LayerSpecification {
  const metadata = { ...(spec.metadata as object | undefined), 'urbansafety:layer': id };
  const copy = { ...spec, id: `${id}/${spec.id}`, metadata } as LayerSpecification & { source?: string };
  if (typeof copy.source === 'string') copy.source = `${id}/${copy.source}`;
  return copy as LayerSpecification;
}

function faded(spec: LayerSpecification, opacity: number): LayerSpecification {
  if (opacity >= 1) return spec;
  const paint: Record<string, unknown> = { ...spec.paint };
  for (const property of OPACITY[spec.type] ?? []) paint[property] = times(paint[property], opacity);
  return { ...spec, paint } as LayerSpecification;
}

/** An opacity multiplied; expressions of the zoom keep their form, since zoom may only stand outermost. */
function times(value: unknown, factor: number): unknown {
  if (value === undefined) return factor;
  if (typeof value === 'number') return value * factor;
  if (!Array.isArray(value)) return value;
  const [kind] = value as unknown[];
  if (kind === 'interpolate') return value.map((v, i) => (i >= 3 && i % 2 === 0 ? times(v, factor) : v));
  if (kind === 'step') return value.map((v, i) => (i >= 2 && i % 2 === 0 ? times(v, factor) : v));
  return ['*', factor, value];
}
