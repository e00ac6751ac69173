// What the newest release says about the public's numbers: under which policy they are protected, and where help is found.
import type { Helpline, Release } from '../service/types.ts';
import { currentLanguage, number, t } from '../words/words.ts';
import type { Settings } from './settings.ts';

/** ICCS codes that need care where the service does not name its own: sexual violence, trafficking, abduction of a minor. */
const SENSITIVE = ['03', '0204', '02021'];

/** Whether any of the chosen categories is a sensitive one, lies below one or holds one. */
export function isSensitive(release: Release | null, categories: readonly string[]): boolean {
  const known = release?.sensitive?.filter((code) => /^\d+$/.test(code)) ?? SENSITIVE;
  return categories.some((code) => known.some((one) => code.startsWith(one) || one.startsWith(code)));
}

/** Whether a layer is narrowed to minors or to a context. */
function isNarrowed(settings: Settings): boolean {
  return Object.values(settings).some(({ age, context }) => age?.startsWith('0-') || Boolean(context));
}

/** Where help is found, if what is chosen may touch somebody. */
export function helpFor(
  release: Release | null, categories: readonly string[], layers: readonly string[], settings: Settings = {},
): readonly Helpline[] {
  const shown = isSensitive(release, categories) || isNarrowed(settings) || layers.includes('resources');
  return shown ? (release?.helplines ?? []) : [];
}

/** One sentence on the release and its policy. */
export function releaseWords({ number: n, made, policy }: Release): string {
  const date = new Date(made ?? '');
  const day = Number.isNaN(date.getTime()) ? (made ?? '')
    : new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'long', timeZone: 'UTC' }).format(date);
  const name = [policy?.title, policy?.version].filter(Boolean).join(', ');
  return t('release.of', { n, day, policy: name || t('release.policy') });
}

/** How the numbers are protected, in sentences. */
export function protection({ public: cube, policy }: Release): string[] {
  return [
    t('release.protected', { base: cube?.rounding_base ?? 5, minimum: cube?.minimum_count ?? 5 }),
    ...(policy?.override ? [t('release.override')] : []),
  ];
}

/** What is on no map, as a number or as withheld. */
export function besideTheMap(release: Release): string[] {
  const unmapped = release.unmapped === undefined ? release.unmapped_category : release.unmapped;
  return [...told('release.without_place', release.without_place), ...told('release.unmapped', unmapped)];
}

function told(word: 'release.without_place' | 'release.unmapped', n: number | null | undefined): string[] {
  if (n === undefined) return [];
  return [t(word, { n: n === null ? t('release.few') : number(n) })];
}
