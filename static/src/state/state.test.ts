// The view, the filters, the periods and the categories as pure functions.
import { describe, expect, it } from 'vitest';
import { covered, search, toggle, tree } from './categories.ts';
import { EVERYTHING, fromParams, taken, toParams } from './filters.ts';
import { changed, chosenLayers } from './layers.ts';
import { settingsOf, withSetting } from './settings.ts';
import { fromDatetime, lastMonths, months, toDatetime, year } from './period.ts';
import { DEFAULT_VIEW, fromHash, toHash, type View } from './view.ts';

describe('periods', () => {
  it('lists months over a turn of the year and knows the last day', () => {
    expect(months('2019-11', '2020-02')).toEqual(['2019-11', '2019-12', '2020-01', '2020-02']);
    expect(months('2020-02', '2019-11')).toEqual([]);
    expect(toDatetime({ from: '2019-11', to: '2020-02' })).toBe('2019-11-01/2020-02-29');
    expect(lastMonths(12, '2019-06', '2020-02')).toEqual({ from: '2019-06', to: '2020-02' });
    expect(year('2020', '2019-06', '2020-02')).toEqual({ from: '2020-01', to: '2020-02' });
  });

  it('reads a period back, in order, and takes nothing else', () => {
    expect(fromDatetime('2019-11-01/2020-02-29')).toEqual({ from: '2019-11', to: '2020-02' });
    expect(fromDatetime('2020-02-29/2019-11-01')).toEqual({ from: '2019-11', to: '2020-02' });
    for (const bad of ['', '2020-13', 'yesterday', '/']) expect(fromDatetime(bad)).toBeNull();
  });
});

describe('filters', () => {
  it('come back as they were', () => {
    const filters = { period: { from: '2020-01', to: '2020-12' }, categories: ['0101', '05'], hours: { from: 22, to: 4 }, weekdays: [0, 5] };
    const params = toParams(filters);
    expect(params).toEqual({ datetime: '2020-01-01/2020-12-31', category: '0101,05', hours: '22-4', weekdays: 'mon,sat' });
    expect(fromParams(new URLSearchParams(params))).toEqual(filters);
    expect(toParams(EVERYTHING)).toEqual({});
  });

  it('are sent to a layer that takes them only', () => {
    const params = toParams({ ...EVERYTHING, period: { from: '2020-01', to: '2020-01' }, categories: ['01'] });
    expect(taken(params, ['bbox', 'datetime'])).toEqual({ datetime: '2020-01-01/2020-01-31' });
    expect(taken(params, undefined)).toEqual(params);
  });

  it('leave out what does not fit', () => {
    expect(fromParams(new URLSearchParams('hours=22-99&weekdays=fri,funday&category=<x>,01'))).toEqual({
      period: null, categories: ['01'], hours: null, weekdays: [4],
    });
  });
});

describe('the view in the address', () => {
  const view: View = {
    camera: { zoom: 12.5, lon: -87.6298, lat: 41.8781 },
    layers: [{ id: 'cells', opacity: 0.4 }, { id: 'hotspots', opacity: 1 }],
    filters: { ...EVERYTHING, categories: ['0101'], period: { from: '2019-01', to: '2019-03' } },
    settings: { density: { bandwidth_m: '300' }, resources: { type: 'school,youth_centre' } },
    at: { lon: -87.6, lat: 41.9 },
  };

  it('comes back as it was', () => {
    expect(fromHash(toHash(view))).toEqual(view);
    expect(toHash(fromHash(`#${toHash(view)}`))).toBe(toHash(view));
    expect(fromHash('')).toEqual(DEFAULT_VIEW);
  });

  it('ignores what does not fit', () => {
    expect(fromHash('#map=99/1/1&at=100,200&layers=')).toEqual({ ...DEFAULT_VIEW, layers: [] });
    expect(fromHash('#map=a/b/c&x=y').camera).toBeNull();
    expect(fromHash('#layers=cells:900').layers).toEqual([{ id: 'cells', opacity: 1 }]);
  });
});

describe('categories', () => {
  const choices = ['01', '0101', '02', '020111', '05'].map((code) => ({ const: code, title: `Títle ${code}` }));

  it('are a tree by their digits, also where a step is missing', () => {
    expect(tree(choices).map(({ code, children }) => [code, children.map((c) => c.code)])).toEqual([
      ['01', ['0101']], ['02', ['020111']], ['05', []],
    ]);
  });

  it('are found without accents and with those above them', () => {
    expect(search(tree(choices), 'title 0101').map((c) => c.code)).toEqual(['01']);
    expect(search(tree(choices), 'nothing')).toEqual([]);
  });

  it('swallow those below', () => {
    expect(toggle(['0101', '05'], '01')).toEqual(['01', '05']);
    expect(toggle(['01'], '01')).toEqual([]);
    expect(covered(['01'], '0101')).toBe(true);
    expect(covered(['0101'], '0101')).toBe(false);
  });
});

describe('settings', () => {
  const found = settingsOf({ properties: {
    datetime: { type: 'string' },
    bandwidth_m: { title: 'bandwidth_m', type: 'number', minimum: 50, maximum: 10000, default: 500, 'x-unit': 'metres' },
    grid: { type: 'string' },
    type: { type: 'array', items: { oneOf: [{ const: 'a', title: 'A' }, { const: 'b', title: 'B' }] } },
    police_initiated: { type: 'string', enum: ['leave_out', 'include'], default: 'leave_out' },
  } });

  it('are what a layer alone can be asked by', () => {
    expect(found.map(({ name, kind }) => [name, kind])).toEqual([['bandwidth_m', 'number'], ['type', 'several'], ['police_initiated', 'one']]);
  });

  it('leave defaults out', () => {
    const [bandwidth] = found;
    if (!bandwidth) throw new Error('no bandwidth');
    const next = withSetting({}, 'density', bandwidth, '300');
    expect(next).toEqual({ density: { bandwidth_m: '300' } });
    expect(withSetting(next, 'density', bandwidth, '500')).toEqual({ density: {} });
  });
});

describe('layers', () => {
  const offered = [{ id: 'cells', title: 'c' }, { id: 'hotspots', title: 'h' }];

  it('begin with the concentrations, and keep what the address says', () => {
    expect(chosenLayers(DEFAULT_VIEW, offered)).toEqual([{ id: 'hotspots', opacity: 1 }]);
    expect(chosenLayers({ ...DEFAULT_VIEW, layers: [{ id: 'gone', opacity: 1 }] }, offered)).toEqual([]);
    expect(chosenLayers(DEFAULT_VIEW, [])).toEqual([]);
  });

  it('are switched and faded', () => {
    const on = [{ id: 'cells', opacity: 1 }];
    expect(changed(on, { id: 'hotspots', visible: true })).toHaveLength(2);
    expect(changed(on, { id: 'cells', opacity: 0.5 })).toEqual([{ id: 'cells', opacity: 0.5 }]);
    expect(changed(on, { id: 'cells', visible: false })).toEqual([]);
  });
});
