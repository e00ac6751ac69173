// What the public is told beside the map: the release, each state by pattern and words, help, and nothing before a release.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { missing, openBrowser, openPage, OUT, settled } from './browser.mjs';
import { serve } from './mock.mjs';

const why = missing();
if (why && process.env.CI === 'true') throw new Error(`browser tests cannot run: ${why}`);
const PERIOD = { timeout: 60_000 };

describe('beside the map', { skip: why || false }, () => {
  let servers;
  let browser;
  let open;

  before(async () => {
    servers = await Promise.all([serve(0), serve(0, true)]);
    browser = await openBrowser();
  }, { timeout: 60_000 });

  after(async () => {
    await browser?.close();
    servers?.forEach((server) => server.close());
  });

  afterEach(async () => {
    await open?.context.close();
    open = undefined;
  });

  const start = async (hash = '', closed = false, options = {}) => {
    open = await openPage(browser, `http://127.0.0.1:${servers[closed ? 1 : 0].address().port}/${hash}`, options);
    return open.page;
  };
  const shot = (page, name) => page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true });
  const fine = async (page) => {
    assert.deepEqual(await page.evaluate(() => document.querySelector('urban-safety-map').errors), []);
    assert.deepEqual(open.seen.console.filter((line) => !line.includes('404')), []);
    assert.deepEqual(open.seen.foreign, [], 'help is a link, not a request');
  };

  it('names the release and how its numbers are protected', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    const said = await page.locator('.us-release').innerText();
    for (const part of ['Release 7 of February 3, 2024', 'Default disclosure policy, 2026-1', 'rounded to 5', 'withheld', 'may not add up', '1,235', 'few (withheld)']) {
      assert.ok(said.includes(part), `${part} in ${said}`);
    }
    await shot(page, 'release');
    await fine(page);
  });

  it('shows each state by pattern and words in legend, table and numbers, never as 0', PERIOD, async () => {
    const page = await start('#layers=cells:100&map=13.00/41.86000/-87.68000');
    const patterns = await page.$$eval('.us-legend svg path', (all) => all.map((path) => path.getAttribute('d')));
    assert.equal(new Set(patterns).size, 3, 'three patterns in the legend');
    const legend = await page.locator('.us-legend').first().innerText();
    for (const words of ['Withheld, because few', 'Not covered by the source', 'Not yet complete', 'None recorded']) assert.ok(legend.includes(words), words);
    // Cells of different sizes are in one view, each once and under its own name.
    const cells = await page.evaluate(() => document.querySelector('urban-safety-map').mapView.all().map((f) => ({ name: f.name, cell: f.properties.cell, ...f.properties })));
    assert.ok(new Set(cells.map(({ name }) => name.length)).size > 1, 'cells of two sizes');
    assert.ok(cells.every(({ name, cell }) => name === cell));
    for (const state of ['suppressed', 'not_covered']) {
      const row = page.locator(`us-table tr[data-state=${state}]`).first();
      assert.equal(await row.locator('.us-number').count(), 0, 'no number');
      assert.equal(await row.locator('td svg path').count(), 1, 'a pattern');
      assert.doesNotMatch(await row.locator('.us-statecell').innerText(), /\d/);
      await row.locator('.us-link').click();
      await settled(page);
      const found = page.locator(`.us-found[data-state=${state}]`);
      assert.equal(await found.locator('dd[data-measure=count]').count(), 0);
      assert.equal(await found.locator('.us-state svg path').count(), 1);
      assert.match(await found.locator('.us-state').innerText(), state === 'suppressed' ? /Withheld, because few/ : /Not covered/);
      assert.match(await found.innerText(), /about [\d,]+ m wide/);
    }
    const early = page.locator('us-table tr[data-state=not_yet_complete]').first();
    assert.match(await early.locator('.us-number').innerText(), /^\d+$/, 'a number that is already there is told');
    assert.match(await page.locator('.us-summary').innerText(), /withheld because few\..*not covered/);
    await shot(page, 'states');
    // The patterns are the map's own pictures: without them the style would say that they are missing.
    const images = await page.evaluate(() => document.querySelector('urban-safety-map').mapView.map.listImages());
    for (const state of ['suppressed', 'not_covered', 'not_yet_complete']) assert.ok(images.includes(state), `${state} in ${images}`);
    await fine(page);
  });

  it('shows help beside sensitive categories and services, and only there', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    assert.equal(await page.locator('.us-help').count(), 0);
    await page.locator('us-categories input[value="03"]').check();
    await settled(page);
    const link = page.locator('.us-help a').first();
    assert.equal(await link.getAttribute('href'), 'https://findahelpline.example');
    assert.equal(await page.locator('.us-help a[href^="tel:"]').getAttribute('href'), 'tel:+441632960000');
    await shot(page, 'help');
    await page.locator('us-categories input[value="03"]').uncheck();
    await settled(page);
    assert.equal(await page.locator('.us-help').count(), 0);
    await page.locator('us-layers input[data-layer=resources]').check();
    await settled(page);
    assert.equal(await page.locator('.us-help').count(), 1);
    assert.ok(await page.locator('us-layers .us-helplines a').first().isVisible(), 'also in the panel of the services');
    // A refuge is found by the area that it serves: by telephone, without a place.
    const find = async (area) => {
      await page.locator('us-find-help input').fill(area);
      await page.locator('us-find-help button').click();
      await page.locator('us-find-help [role=status]', { hasText: /names? this area/ }).waitFor();
      return page.locator('us-find-help').innerText();
    };
    assert.match(await find('north'), /1 service names this area[\s\S]*Quiet House · \+44 1632 960123[\s\S]*24\/7 · no place on the map/);
    await shot(page, 'find-help');
    await fine(page);
  });

  it('neither ranks nor sorts areas by rate', PERIOD, async () => {
    const page = await start('#layers=areas:100');
    const names = await page.$$eval('us-table tbody th', (all) => all.map((th) => th.textContent.trim()));
    assert.deepEqual(names, names.toSorted(new Intl.Collator('en').compare));
    const rates = await page.$$eval('us-table tbody tr', (all) => all.map((tr) => Number(tr.querySelector('.us-number').textContent)));
    assert.notDeepEqual(rates, rates.toSorted((a, b) => a - b));
    assert.notDeepEqual(rates, rates.toSorted((a, b) => b - a));
    assert.equal(await page.locator('us-table thead button, us-table [aria-sort]').count(), 0, 'nothing to sort by');
    assert.match(await page.locator('us-table tbody').innerText(), /above[\s\S]*not different[\s\S]*below/);
    await fine(page);
  });

  it('explains what a release is while there is none, and shows no number', PERIOD, async () => {
    for (const [name, viewport] of [['closed', { width: 1000, height: 700 }], ['closed-phone', { width: 360, height: 700 }]]) {
      const page = await start('', true, { viewport });
      const said = await page.locator('.us-closed').innerText();
      for (const part of ['Nothing is public yet', 'a numbered, unchangeable set of protected counts', 'urbansafety release --data FILE']) assert.ok(said.includes(part), part);
      assert.equal(await page.locator('.us-map, us-table, us-layers').count(), 0);
      assert.ok(await page.locator('us-access').isVisible(), 'a key can be given');
      assert.ok(!open.seen.requests.some((url) => /\/(tiles|collections\/\w+\/items|styles)/.test(url)), 'nothing is asked for that is not there');
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(sideways <= 0, `nothing sticks out by ${sideways} pixels`);
      await shot(page, name);
      await fine(page);
      await open.context.close();
    }
  });
});
