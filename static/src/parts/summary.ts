// One paragraph that says what the map shows, for those who do not see it.
import { stateOf } from '../map/features.ts';
import type { Filters } from '../state/filters.ts';
import { classText } from '../words/measures.ts';
import { monthName, plural, t } from '../words/words.ts';
import type { Row } from './table.ts';

export function summary(title: string, filters: Filters, categories: string, rows: readonly Row[], matched: number): string {
  const period = filters.period
    ? t('period.words', { from: monthName(filters.period.from), to: monthName(filters.period.to) })
    : t('period.all').toLowerCase();
  const base = t('summary.base', { title, period, categories });
  // Sums over a part would be taken for the whole.
  if (matched > rows.length) return `${base} ${t('summary.part', { n: rows.length, matched })}`;
  const lines = [base, plural('summary.drawn', rows.length)];
  let [recorded, counted, suppressed] = [0, false, 0];
  const classes = new Map<string, number>();
  for (const { feature: { properties } } of rows) {
    const { count, class: found } = properties;
    if (stateOf(properties) === 'suppressed') suppressed += 1;
    else if (typeof count === 'number') [recorded, counted] = [recorded + count, true];
    if (typeof found === 'string' && found) classes.set(found, (classes.get(found) ?? 0) + 1);
  }
  for (const [name, n] of [...classes].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(t('summary.class', { label: classText(name), n }));
  }
  if (counted) lines.push(plural('summary.count', recorded));
  if (suppressed > 0) lines.push(plural('summary.suppressed', suppressed));
  return lines.join(' ');
}
