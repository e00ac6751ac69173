// What the service answers, as far as the map reads it.
import type { StyleSpecification } from 'maplibre-gl';

export interface Link {
  rel: string;
  href: string;
  title?: string;
  type?: string;
}

/** A collection of the service; with `layer` it can be drawn. */
export interface Collection {
  id: string;
  title: string;
  description?: string;
  attribution?: string;
  licence?: string;
  license?: string;
  links?: Link[];
  extent?: {
    spatial?: { bbox?: number[][] };
    temporal?: { interval?: (string | null)[][] };
  };
  layer?: {
    kind: 'vector' | 'raster' | 'both';
    method?: string;
    min_tier?: string | number;
    /** The filters that change what it shows; the service refuses others. Absent: all. */
    filters?: string[];
  };
}

export interface Collections {
  collections: Collection[];
  links?: Link[];
  tier?: string | number;
}

export interface Landing {
  title?: string;
  /** Which state of the data answers are made from. */
  generation?: string;
  description?: string;
  links?: Link[];
  tier?: string | number;
}

/** One value that a parameter may take. */
export interface Choice {
  const: string;
  title: string;
}

/** One parameter as JSON schema. */
export interface Property {
  title?: string;
  description?: string;
  type?: string | string[];
  oneOf?: Choice[];
  enum?: string[];
  default?: string | number;
  items?: Property;
  minimum?: string | number;
  maximum?: string | number;
  formatMinimum?: string;
  formatMaximum?: string;
  'x-unit'?: string;
  'x-ogc-unit'?: string;
  /** What it is for, where it is not for both: a condition of a filter alone. */
  'x-use'?: string;
}

export interface Queryables {
  properties?: Record<string, Property>;
}

export interface TileJson {
  tiles: string[];
  minzoom?: number;
  maxzoom?: number;
  bounds?: [number, number, number, number];
  attribution?: string;
  vector_layers?: { id: string; fields?: Record<string, string> }[];
}

/** One line of a legend; colour never stands alone: the label and the state say the same in words. */
export interface LegendEntry {
  label: string;
  colour?: string;
  from?: number | null;
  to?: number | null;
  state?: string;
  pattern?: string | null;
  /** Ink of the pattern, where it is not that of states. */
  ink?: string;
  is_outlined?: boolean;
}

export interface Legend {
  title?: string;
  unit?: string;
  entries?: LegendEntry[];
  words?: string | string[];
  warnings?: string[];
}

export type LayerStyle = StyleSpecification;

/** How an answer came about, as the service says it. */
export interface Analysis {
  without_place?: number;
  unmapped?: number;
  included?: number;
  warnings?: string[];
  basis?: string;
  period?: string;
}

/** A service that helps whoever is touched by what a layer shows. */
export interface Helpline {
  name: string;
  words?: string;
  phone?: string;
  url?: string;
}

/** The record of the newest release. A number that is `null` is withheld, because few. */
export interface Release {
  number: number;
  made?: string;
  policy?: { version?: string; title?: string; hash?: string; override?: unknown };
  public?: { finest_level?: number; minimum_count?: number; rounding_base?: number };
  period?: [string, string] | null;
  without_place?: number | null;
  unmapped?: number | null;
  unmapped_category?: number | null;
  sensitive?: string[];
  helplines?: Helpline[];
}

export interface Items {
  type: 'FeatureCollection';
  features: GeoJSON.Feature[];
  numberMatched?: number;
  numberReturned?: number;
  analysis?: Analysis;
}
