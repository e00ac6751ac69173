// The filter that every layer, tile, item list and download shares, as parameters of the service.
import type { Params } from '../service/client.ts';
import { fromDatetime, toDatetime, type Period } from './period.ts';

export interface Filters {
  period: Period;
  /** ICCS codes; empty is all. */
  categories: readonly string[];
  /** First and last hour of the day, both inside; may pass midnight. */
  hours: { from: number; to: number } | null;
  /** 0 is Monday; empty is all. */
  weekdays: readonly number[];
}

export const EVERYTHING: Filters = { period: null, categories: [], hours: null, weekdays: [] };

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The parameters, in a fixed order, so that the same filter is the same address. */
export function toParams(filters: Filters): Params {
  const params: Params = {};
  if (filters.period) params['datetime'] = toDatetime(filters.period);
  if (filters.categories.length > 0) params['category'] = [...filters.categories].toSorted().join(',');
  if (filters.hours) params['hours'] = `${filters.hours.from}-${filters.hours.to}`;
  if (filters.weekdays.length > 0) {
    params['weekdays'] = [...filters.weekdays].toSorted((a, b) => a - b).map((day) => DAYS[day] ?? '').join(',');
  }
  return params;
}

/** The parameters that a layer takes: places have no category and no hour, and the service refuses both there. */
export function taken(params: Params, takes: readonly string[] | undefined): Params {
  return takes ? Object.fromEntries(Object.entries(params).filter(([name]) => takes.includes(name))) : params;
}

/** Reads the parameters back; what does not fit is left out. */
export function fromParams(params: URLSearchParams): Filters {
  const hours = (params.get('hours') ?? '').match(/^(\d{1,2})-(\d{1,2})$/);
  const [from, to] = [Number(hours?.[1]), Number(hours?.[2])];
  return {
    period: fromDatetime(params.get('datetime') ?? ''),
    categories: list(params.get('category')).filter((code) => /^\d{2,6}$/.test(code)),
    hours: from <= 23 && to <= 23 ? { from, to } : null,
    weekdays: list(params.get('weekdays')).map((day) => DAYS.indexOf(day)).filter((day) => day >= 0),
  };
}

function list(text: string | null): string[] {
  return (text ?? '').split(',').filter((part) => part.length > 0);
}
