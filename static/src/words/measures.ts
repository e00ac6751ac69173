// Numbers with their names, units and intervals, and states in words.
import { has, number, t, type Word } from './words.ts';

/** One line of the panel or one column of the table. */
export interface Measure {
  name: string;
  label: string;
  text: string;
}

/** Columns that are not numbers of their own: names, states, and the ends of intervals. */
const NOT_MEASURES = new Set([
  'state', 'cell', 'area', 'area_id', 'name', 'id', 'fid', 'level', 'parent', 'collection', 'valid_from', 'title',
]);

/** What a place without a number does not tell, even where something stands there. */
const WITHHELD = new Set(['count', 'rate', 'density']);
const NOTHING = new Set<string>();

/** Whether the numbers of a place in this state are told: what is not is never shown as 0. */
export function tellsNumbers(state: unknown): boolean {
  return state !== 'suppressed' && state !== 'not_covered';
}

/** Columns that are shown first, in this order. */
const FIRST = ['class', 'count', 'rate', 'compared', 'density', 'z', 'q', 'p', 'residents', 'denominator', 'type', 'category', 'from', 'to'];

/** The measures of a feature: intervals joined to their number, classes in words. */
export function measures(properties: Record<string, unknown>, unit = ''): Measure[] {
  const withheld = tellsNumbers(properties['state']) ? NOTHING : WITHHELD;
  const names = columnsOf([properties]).filter((name) => !withheld.has(name));
  return names.flatMap((name) => {
    const text = valueText(name, properties, unit);
    return text === null ? [] : [{ name, label: labelOf(name), text }];
  });
}

/** The columns that any of the features has, the telling ones first. */
export function columnsOf(all: readonly Record<string, unknown>[]): string[] {
  const names = all.flatMap((properties) => Object.entries(properties)
    .filter(([name, value]) => value !== null && value !== '' && !NOT_MEASURES.has(name) && !intervalOf(name, properties))
    .map(([name]) => name));
  return [...new Set(names)].toSorted((a, b) => rank(a) - rank(b));
}

/** The name of a column in words. */
export function labelOf(name: string): string {
  const word = `measure.${name}`;
  if (has(word)) return t(word);
  const plain = name.replaceAll('_', ' ');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** Names of kinds such as `family_support` without their signs; other texts as they are. */
function spoken(text: string): string {
  return /^[a-z]+(_[a-z]+)+$/.test(text) ? text.replaceAll('_', ' ') : text;
}

/** The value of a column with unit and interval; null where there is none. */
export function valueText(
  name: string, properties: Record<string, unknown>, unit = '', form: 'long' | 'short' = 'long',
): string | null {
  const value = properties[name];
  if (value === undefined || value === null || value === '') return null;
  if (!tellsNumbers(properties['state']) && WITHHELD.has(name)) return null;
  if (name === 'class') return classText(String(value), form);
  if (name === 'compared') return has(`compared.${value}`) ? t(`compared.${value}` as Word) : spoken(String(value));
  if (typeof value !== 'number') return spoken(String(value));
  const shown = name === 'p' || name === 'q' ? probability(value) : number(value);
  if (form === 'short') return shown;
  const own = `unit.${name}`;
  const unitText = has(own) ? t(own) : name === 'rate' || name === 'density' ? unit : '';
  const [low, high] = ends(name, properties);
  const interval = low !== null && high !== null ? ` (${t('interval', { low, high })})` : '';
  return `${shown}${unitText ? ` ${unitText}` : ''}${interval}`;
}

/** A class such as `hot_0.05` in words; short ones are for tables. */
export function classText(name: string, form: 'long' | 'short' = 'long'): string {
  const match = name.match(/^(hot|cold)_([\d.]+)$/);
  if (match) return t(`class.${match[1] === 'hot' ? 'hot' : 'cold'}.${form}`, { q: match[2] ?? '' });
  const word = `class.${name}.${form}`;
  return has(word) ? t(word) : name.replaceAll('_', ' ');
}

/** The state in words: a sentence, or a word or two for tables. */
export function stateText(state: string, form: 'long' | 'short'): string {
  const word = `state.${state}.${form}`;
  return has(word) ? t(word) : state.replaceAll('_', ' ');
}

function probability(p: number): string {
  return p < 0.001 ? '< 0.001' : number(p, 2);
}

function ends(name: string, properties: Record<string, unknown>): [number | null, number | null] {
  const end = (suffixes: string[]): number | null => {
    const found = suffixes.map((suffix) => properties[`${name}_${suffix}`]).find((v) => typeof v === 'number');
    return typeof found === 'number' ? found : null;
  };
  return [end(['low', 'lower', 'lo']), end(['high', 'upper', 'hi'])];
}

/** Whether a column is an end of another's interval. */
function intervalOf(name: string, properties: Record<string, unknown>): boolean {
  const match = name.match(/^(.+)_(low|lower|lo|high|upper|hi)$/);
  return match?.[1] !== undefined && match[1] in properties;
}

function rank(name: string): number {
  const at = FIRST.indexOf(name);
  return at < 0 ? FIRST.length : at;
}
