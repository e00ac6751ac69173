// The catalogue: complete, used, and neutral.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sentence } from '../service/problem.ts';
import en from './en.json';
import { classText, measures, stateText } from './measures.ts';
import { number, plural, setLanguage, t } from './words.ts';

/** Words that judge places or people; no catalogue may hold them. */
const JUDGING = /\b(dangerous|unsafe|bad (area|neighbou?rhood)|criminals?|offenders?|perpetrators?|crime[- ]ridden|high[- ]crime|suspects?|thugs?|slums?)\b/i;

describe('words', () => {
  it('do not judge', () => {
    const here = new URL('.', import.meta.url);
    const catalogues = readdirSync(here).filter((name) => name.endsWith('.json'));
    expect(catalogues).toContain('en.json');
    for (const name of catalogues) expect(readFileSync(new URL(name, here), 'utf8')).not.toMatch(JUDGING);
  });

  it('have every state and class in both lengths', () => {
    for (const state of ['value', 'zero', 'suppressed', 'not_covered', 'not_yet_complete', 'undefined', 'unmapped']) {
      expect(stateText(state, 'long')).not.toBe(state);
      expect(stateText(state, 'short')).not.toContain('_');
    }
    expect(classText('hot_0.01')).toContain('q ≤ 0.01');
    expect(classText('cold_0.001', 'short')).toContain('0.001');
    expect(Object.values(en).every((text) => text.trim().length > 0)).toBe(true);
  });

  it('fall back to English and count', () => {
    expect(setLanguage(['xx-YY'])).toBe('en');
    expect(plural('summary.count', 1)).toContain('1 recorded incident.');
    expect(plural('summary.count', 1234)).toContain('1,234');
    expect(t('place.cell', { cell: '0312', width: 230 })).toBe('Cell 0312, about 230 m wide');
    expect(number(0.123456)).toBe('0.123');
  });

  it('join an interval and a unit to their number', () => {
    const found = measures({ rate: 12.5, rate_low: 10, rate_high: 15, state: 'value', name: 'x' }, 'per 1,000');
    expect(found).toEqual([{ name: 'rate', label: 'Rate', text: '12.5 per 1,000 (95 % interval 10 to 15)' }]);
    expect(measures({ p: 0.00001 })[0]?.text).toBe('< 0.001');
    expect(measures({ count: null })).toEqual([]);
    expect(measures({ count: 0, z: 1.5, state: 'suppressed' }).map(({ name }) => name)).toEqual(['z']);
    expect(measures({ count: 0, state: 'not_covered' })).toEqual([]);
    expect(measures({ compared: 'not_different', state: 'value' })[0]?.text).toBe('not different');
  });

  it('make a sentence of a refusal', () => {
    const said = sentence(403, { detail: 'the layer incidents is for analyst keys', hint: 'use cells' });
    expect(said).toBe('Your access does not include this. The layer incidents is for analyst keys. Use cells.');
    expect(sentence(0, null)).toContain('does not answer');
    expect(sentence(500, null)).toContain('500');
  });
});
