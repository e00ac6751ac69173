// A layer's own parameters (bandwidth, kinds of places ...), read from what the layer can be asked by.
import type { Params } from '../service/client.ts';
import type { Choice, Property, Queryables } from '../service/types.ts';

/** Chosen values by layer; what is not in it has the service's default. */
export type Settings = Readonly<Record<string, Params>>;

export interface Setting {
  name: string;
  title: string;
  about: string;
  unit: string;
  /** A number in bounds, one of a list, or several of a list. */
  kind: 'number' | 'one' | 'several';
  choices: Choice[];
  minimum: number;
  maximum: number;
  initial: string;
}

/** The filters of the page and what changes the shape of the answer are no settings of a layer. */
const NOT_SETTINGS = new Set([
  'bbox', 'geometry', 'datetime', 'category', 'context', 'definition', 'hours', 'weekdays', 'filter', 'grid', 'mask', 'f',
]);

export function settingsOf(queryables: Queryables): Setting[] {
  return Object.entries(queryables.properties ?? {}).flatMap(([name, property]) => {
    const setting = NOT_SETTINGS.has(name) || property['x-use'] === 'filter' ? null : settingOf(name, property);
    return setting ? [setting] : [];
  });
}

function settingOf(name: string, property: Property): Setting | null {
  const several = property.type === 'array';
  const choices = choicesIn(several ? (property.items ?? {}) : property);
  const number = property.type === 'number' || property.type === 'integer';
  if (!number && choices.length < 2) return null;
  const [minimum, maximum] = [Number(property.minimum ?? Number.NaN), Number(property.maximum ?? Number.NaN)];
  if (number && !(minimum < maximum)) return null;
  return {
    name,
    title: (property.title ?? name).replaceAll('_', ' '),
    about: property.description ?? '',
    unit: property['x-unit'] ?? property['x-ogc-unit'] ?? '',
    kind: number ? 'number' : several ? 'several' : 'one',
    choices,
    minimum,
    maximum,
    initial: property.default === undefined ? '' : String(property.default),
  };
}

function choicesIn(property: Property): Choice[] {
  if (property.oneOf) return property.oneOf;
  return (property.enum ?? []).map((value) => ({ const: value, title: value.replaceAll('_', ' ') }));
}

/** The settings with one value changed; a default is left out, so that the address stays short. */
export function withSetting(settings: Settings, layer: string, setting: Setting, value: string): Settings {
  const { [setting.name]: _, ...rest } = settings[layer] ?? {};
  const own: Params = value === '' || value === setting.initial ? rest : { ...rest, [setting.name]: value };
  return { ...settings, [layer]: own };
}
