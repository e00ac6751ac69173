// What is said of a release, and when help stands beside the map.
import { describe, expect, it } from 'vitest';
import type { Release } from '../service/types.ts';
import { besideTheMap, helpFor, isSensitive, protection, releaseWords } from './release.ts';

const release: Release = {
  number: 3, made: '2026-05-02T08:00:00Z', policy: { title: 'City policy', version: '2026-1' },
  public: { rounding_base: 5, minimum_count: 10 }, without_place: 1240, unmapped_category: null,
  helplines: [{ name: 'Find a helpline', url: 'https://findahelpline.com' }],
};

describe('a release', () => {
  it('says its number, day and policy, and how numbers are protected', () => {
    expect(releaseWords(release)).toBe('Release 3 of May 2, 2026 under policy: City policy, 2026-1.');
    const [rules = '', ...more] = protection(release);
    for (const part of ['rounded to 5', 'below 10', 'withheld', 'may not add up']) expect(rules).toContain(part);
    expect(more).toEqual([]);
    expect(protection({ ...release, policy: { override: { signer: 'x' } } })).toHaveLength(2);
    expect(releaseWords({ number: 1 })).toContain('Release 1');
  });

  it('tells what is on no map, and withheld as withheld, never as 0', () => {
    expect(besideTheMap(release)).toEqual([
      'On no map, because their record has no usable place: 1,240 recorded incidents.',
      "In no category, because the source's own category has no place in the classification: few (withheld).",
    ]);
    expect(besideTheMap({ number: 1 })).toEqual([]);
  });

  it('shows help beside sensitive categories and services', () => {
    for (const code of ['03', '0301', '0204', '02', '02021', '020211']) expect(isSensitive(null, [code]), code).toBe(true);
    for (const code of ['01', '0201', '0501']) expect(isSensitive(null, [code]), code).toBe(false);
    expect(isSensitive({ ...release, sensitive: ['05', 'gang'] }, ['0501'])).toBe(true);
    expect(isSensitive({ ...release, sensitive: ['05'] }, ['0301'])).toBe(false);
    expect(helpFor(release, [], ['cells'])).toEqual([]);
    expect(helpFor(release, ['0301'], ['cells'])).toEqual(release.helplines);
    expect(helpFor(release, [], ['resources'])).toEqual(release.helplines);
    expect(helpFor(null, ['0301'], [])).toEqual([]);
    expect(helpFor(release, [], ['cells'], { cells: { age: '0-17' } })).toEqual(release.helplines);
    expect(helpFor(release, [], ['cells'], { cells: { age: '18-29' } })).toEqual([]);
  });
});
