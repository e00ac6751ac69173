// The service's own pages in a browser: readable by axe's rules at two widths, without a script, an error or a request elsewhere.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { axePath, missing, openBrowser, openService, OUT } from './browser.mjs';

const why = missing();
if (why && process.env.CI === 'true') throw new Error(`browser tests cannot run: ${why}`);
const PERIOD = { timeout: 120_000 };
const PAGES = {
  landing: '?f=html',
  layers: 'collections',
  layer: 'collections/hotspots',
  rows: 'collections/cells/items?limit=30&datetime=2022',
  row: 'collections/areas/items/districts.D1',
  queryables: 'collections/cells/queryables',
  analyses: 'processes',
  analysis: 'processes/gi_star',
  releases: 'collections/releases/items',
  release: 'collections/releases/items/1',
  tiles: 'collections/cells/tiles',
  standards: 'conformance',
  api: 'api',
};

describe('the pages of the service', { skip: why || false }, () => {
  let service;
  let browser;

  before(async () => {
    [service, browser] = await Promise.all([openService(), openBrowser()]);
  }, { timeout: 180_000 });

  after(async () => {
    await browser?.close();
    service?.stop();
  });

  const open = async (path, width) => {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    const seen = { console: [], foreign: [] };
    const origin = new URL(service.url).origin;
    page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') seen.console.push(m.text()); });
    page.on('request', (r) => { if (!r.url().startsWith('data:') && new URL(r.url()).origin !== origin) seen.foreign.push(r.url()); });
    const answer = await page.goto(`${service.url}${path}`, { waitUntil: 'load' });
    return { context, page, seen, answer };
  };

  for (const [name, path] of Object.entries(PAGES)) {
    it(`${name} is readable`, PERIOD, async () => {
      for (const width of [1000, 360]) {
        const { context, page, seen, answer } = await open(path, width);
        assert.equal(answer.status(), 200, path);
        assert.match(answer.headers()['content-type'], /^text\/html/);
        await page.screenshot({ path: join(OUT, `page-${name}-${width}.png`), fullPage: name !== 'api' });
        assert.deepEqual(seen, { console: [], foreign: [] }, path);
        const broken = await page.$$eval('img', (all) => all.filter((i) => i.loading !== 'lazy' && !i.naturalWidth).map((i) => i.src));
        assert.deepEqual(broken, [], path);
        // Wide tables move within their own region; the page does not.
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(sideways <= 1, `${path} at ${width}: ${sideways} px too wide`);
        await page.evaluate(readFileSync(axePath(), 'utf8'));
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }));
        assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(' | ')}`), [], `${path} at ${width}`);
        await context.close();
      }
    });
  }

  it('leads by keyboard from the first page past its ways to the content', PERIOD, async () => {
    const { context, page } = await open('?f=html', 1000);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    await context.close();
  });

  it('shows the picture of the rows', PERIOD, async () => {
    const { context, page } = await open(PAGES.rows, 1000);
    const picture = page.locator('figure img');
    await picture.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector('figure img').naturalWidth === 1200);
    await page.screenshot({ path: join(OUT, 'page-rows-picture.png'), fullPage: true });
    await context.close();
  });
});
