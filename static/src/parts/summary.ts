// One paragraph that says what the map shows, for those who do not see it.
import { stateOf } from '../map/features.ts';
import type { Filters } from '../state/filters.ts';
import { classText, tellsNumbers } from '../words/measures.ts';
import { monthName, plural, t } from '../words/words.ts';
import type { Row } from './table.ts';

export function summary(title: string, filters: Filters, categories: string, rows: readonly Row[], of: { matched: number; exact: boolean }): string {
  const period = filters.period
    ? t('period.words', { from: monthName(filters.period.from), to: monthName(filters.period.to) })
    : t('period.all').toLowerCase();
  const base = t('summary.base', { title, period, categories });
  // Sums over a part would be taken for the whole.
  if (of.matched > rows.length) return `${base} ${t('summary.part', { n: rows.length, matched: of.matched })}`;
  const lines = [base, plural('summary.drawn', rows.length)];
  let [recorded, counted] = [0, false];
  const states = new Map<string, number>();
  const classes = new Map<string, number>();
  for (const { feature: { properties } } of rows) {
    const { count, class: found } = properties;
    const state = stateOf(properties);
    states.set(state, (states.get(state) ?? 0) + 1);
    if (tellsNumbers(state) && typeof count === 'number') [recorded, counted] = [recorded + count, true];
    if (typeof found === 'string' && found) classes.set(found, (classes.get(found) ?? 0) + 1);
  }
  for (const [name, n] of [...classes].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(t('summary.class', { label: classText(name), n }));
  }
  if (counted) lines.push(plural(of.exact ? 'summary.count' : 'summary.told', recorded));
  for (const state of ['suppressed', 'not_covered', 'not_yet_complete']) {
    const n = states.get(state) ?? 0;
    if (n > 0) lines.push(plural(`summary.${state}`, n));
  }
  return lines.join(' ');
}
