// What the service offers: layers, months, categories, hours, areas and links. Every control is filled from here.
import type { Service } from '../service/client.ts';
import type { Choice, Collection, Items, Link, Queryables, Release } from '../service/types.ts';
import { Places } from '../map/places.ts';
import { choicesOf } from './categories.ts';
import { monthOf } from './period.ts';

export interface Catalogue {
  title: string;
  layers: Collection[];
  extent: [number, number, number, number] | null;
  first: string;
  last: string;
  categories: Choice[];
  /** Whether hours and weekdays may be asked for. */
  hours: boolean;
  help: Link[];
  /** The page of the data and the programming interface, where the service has one. */
  api: Link | null;
  licences: string[];
  outlines: GeoJSON.FeatureCollection | null;
  places: Places | null;
  /** Which state of the data the answers are made from. */
  generation: string;
  /** The release that the public's numbers are from. */
  release: Release | null;
  /** Whether the caller gets exact numbers. */
  exact: boolean;
  /** Whether nothing is shown: there is no release, and the caller's answers would come from one. */
  closed: boolean;
}

/** Areas beyond this many are not fetched: names and outlines of a city are fewer. */
const MOST_AREAS = 1000;

export async function readCatalogue(service: Service): Promise<Catalogue> {
  const [landing, collections, release] = await Promise.all([service.landing(), service.collections(), service.release()]);
  const isExact = exact(collections.tier);
  const closed = !release && !isExact;
  // Before the first release there is nothing to ask for.
  const layers = closed ? [] : collections.collections.filter((collection) => collection.layer);
  const asked = layers.find(({ id }) => id === 'cells') ?? layers[0];
  const queryables: Queryables = asked ? await service.queryables(asked.id) : {};
  const areas = layers.some(({ id }) => id === 'areas') ? await readAreas(service) : null;
  const time = queryables.properties?.['datetime'];
  const interval = asked?.extent?.temporal?.interval?.[0];
  const outlines = areas && areas.length > 0 ? { type: 'FeatureCollection' as const, features: areas } : null;
  return {
    title: landing.title ?? '',
    layers,
    extent: extentOf(layers),
    first: monthOf(text(time?.minimum ?? time?.formatMinimum)) ?? monthOf(interval?.[0]) ?? '',
    last: monthOf(text(time?.maximum ?? time?.formatMaximum)) ?? monthOf(interval?.[1]) ?? '',
    categories: choicesOf(queryables),
    hours: isExact && Boolean(queryables.properties?.['hours'] && queryables.properties['weekdays']),
    help: (landing.links ?? []).filter(({ rel }) => rel === 'help'),
    api: (landing.links ?? []).find(({ rel, type }) => rel === 'alternate' && type === 'text/html') ?? null,
    licences: licencesOf(layers, collections.links ?? []),
    outlines,
    places: outlines && new Places(outlines.features),
    generation: landing.generation ?? '',
    release,
    exact: isExact,
    closed,
  };
}

/** The areas with their shapes; without them the map has no outlines, which is no reason to fail. */
async function readAreas(service: Service): Promise<GeoJSON.Feature[]> {
  const found: GeoJSON.Feature[] = [];
  try {
    let next: string | undefined = service.url('collections/areas/items', { limit: '500' });
    while (next && found.length < MOST_AREAS) {
      const page: Items & { links?: Link[] } = await service.json(next);
      found.push(...page.features.filter(({ geometry }) => geometry));
      const link: Link | undefined = page.links?.find(({ rel }) => rel === 'next');
      next = link && page.features.length > 0 ? service.own(link.href) : undefined;
    }
  } catch {
    return found;
  }
  return found;
}

/** The box around all layers, degrees. */
function extentOf(layers: readonly Collection[]): Catalogue['extent'] {
  const boxes = layers.flatMap(({ extent }) => extent?.spatial?.bbox?.[0] ?? []);
  const found: [number, number, number, number] = [180, 90, -180, -90];
  for (let i = 0; i + 3 < boxes.length; i += 4) {
    const [w = 180, s = 90, e = -180, n = -90] = boxes.slice(i, i + 4);
    // A collection without places has the whole Earth as its box.
    if (e - w >= 350) continue;
    found[0] = Math.min(found[0], w);
    found[1] = Math.min(found[1], s);
    found[2] = Math.max(found[2], e);
    found[3] = Math.max(found[3], n);
  }
  return found[0] <= found[2] ? found : null;
}

function licencesOf(layers: readonly Collection[], links: readonly Link[]): string[] {
  const words = layers.flatMap(({ attribution, licence, license, links: own }) => [
    attribution, licence, license, ...(own ?? []).filter(({ rel }) => rel === 'license').map(({ title, href }) => title ?? href),
  ]);
  const common = links.filter(({ rel }) => rel === 'license').map(({ title, href }) => title ?? href);
  return [...new Set([...words, ...common].filter((word): word is string => Boolean(word)))];
}

/** Hours of the day are for those who get exact answers. */
function exact(tier: string | number | undefined): boolean {
  return tier === undefined || ['analyst', 'custodian', 't2', 't3', '2', '3'].includes(String(tier).toLowerCase());
}

function text(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}
