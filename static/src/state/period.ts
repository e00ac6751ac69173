// Periods by months: lists of months, shorthands, and the `datetime` parameter.

/** Both ends inside, as `YYYY-MM`; `null` is the whole period that the service holds. */
export type Period = { from: string; to: string } | null;

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])/;

/** `YYYY-MM` of a date or month, or null where it is neither. */
export function monthOf(text: string | null | undefined): string | null {
  return (text ?? '').match(MONTH)?.[0] ?? null;
}

/** Months since the year 0. */
function count(text: string): number {
  return Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
}

function month(n: number): string {
  return `${String(Math.floor(n / 12)).padStart(4, '0')}-${String((n % 12) + 1).padStart(2, '0')}`;
}

/** All months from the first to the last, at most 1,200. */
export function months(first: string, last: string): string[] {
  const [a, b] = [count(first), count(last)];
  return Array.from({ length: Math.min(Math.max(b - a + 1, 0), 1200) }, (_, i) => month(a + i));
}

/** The `n` months that end with `last`, not before `first`. */
export function lastMonths(n: number, first: string, last: string): Period {
  return { from: month(Math.max(count(last) - n + 1, count(first))), to: last };
}

/** A calendar year, cut to what the service holds. */
export function year(y: string, first: string, last: string): Period {
  const [from, to] = [`${y}-01`, `${y}-12`];
  return { from: from < first ? first : from, to: to > last ? last : to };
}

/** In order, whichever end was chosen last. */
export function ordered(period: { from: string; to: string }): { from: string; to: string } {
  return period.from <= period.to ? period : { from: period.to, to: period.from };
}

/** The `datetime` parameter: first day to last day. */
export function toDatetime(period: Period): string {
  if (!period) return '';
  const [y, m] = [Number(period.to.slice(0, 4)), Number(period.to.slice(5, 7))];
  const lastDay = new Date(Date.UTC(y, m, 0)).getUTCDate();
  return `${period.from}-01/${period.to}-${String(lastDay).padStart(2, '0')}`;
}

/** Reads a `datetime` parameter back to whole months; anything else is the whole period. */
export function fromDatetime(text: string): Period {
  const [a, b] = text.split('/');
  const [from, to] = [monthOf(a), monthOf(b ?? a)];
  return from && to ? ordered({ from, to }) : null;
}
