// Words of the page in the reader's language; another language is another JSON file and a line in `catalogues`.
import en from './en.json';

export type Word = keyof typeof en;
type Catalogue = Record<Word, string>;

const catalogues: Record<string, Catalogue> = { en };

/** Languages written from right to left. */
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

let language = 'en';

/** Chooses the best catalogue for the wishes, in order; the answer is what was chosen. */
export function setLanguage(wishes: readonly string[]): string {
  const found = wishes.map((wish) => wish.toLowerCase().split('-')[0] ?? '').find((wish) => wish in catalogues);
  language = found ?? 'en';
  return language;
}

export function currentLanguage(): string {
  return language;
}

export function direction(): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
}

/** A text of the catalogue; `{name}` is filled in, numbers are written as the language writes them. */
export function t(word: Word, values: Record<string, string | number> = {}): string {
  const text = catalogues[language]?.[word] ?? en[word];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value) : value;
  });
}

/** A text that depends on a number: `word.one`, `word.other` and what else the language has. */
export function plural(word: string, n: number, values: Record<string, string | number> = {}): string {
  const form = `${word}.${new Intl.PluralRules(language).select(n)}`;
  const chosen = has(form) ? form : `${word}.other`;
  return has(chosen) ? t(chosen, { n, ...values }) : `${n}`;
}

/** Whether the catalogue has such a word; for words that the service names. */
export function has(word: string): word is Word {
  return word in en;
}

/** The service's remarks begin with a small letter and have no full stop. */
export function asSentence(text: string, stop = '.'): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}${stop}`;
}

export function number(value: number, digits = 3): string {
  const format = Number.isInteger(value)
    ? new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
    : new Intl.NumberFormat(language, { maximumSignificantDigits: Math.max(digits, 1) });
  return format.format(value);
}

/** "January 2019" for `2019-01`. */
export function monthName(month: string): string {
  const date = new Date(`${month}-15T12:00:00Z`);
  return new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(date);
}

/** "Monday" for 0. */
export function weekdayName(day: number, form: 'long' | 'short' = 'long'): string {
  // 1 January 2024 was a Monday.
  const date = new Date(Date.UTC(2024, 0, 1 + day, 12));
  return new Intl.DateTimeFormat(language, { weekday: form, timeZone: 'UTC' }).format(date);
}
