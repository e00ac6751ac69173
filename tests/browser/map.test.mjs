// The map in a real browser: drawn, asked, filtered, read as a table, and used with the keyboard alone.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { axePath, missing, openBrowser, openPage, openService, OUT, settled } from './browser.mjs';
import { colours, isBlank } from './pixels.mjs';

const why = missing();
if (why && process.env.CI === 'true') throw new Error(`browser tests cannot run: ${why}`);
if (why) process.stdout.write(`browser tests are skipped: ${why}\n`);

const PERIOD = { timeout: 60_000 };

describe('the map', { skip: why || false }, () => {
  let service;
  let browser;
  let open;

  before(async () => {
    service = await openService();
    browser = await openBrowser();
  }, { timeout: 180_000 });

  after(async () => {
    await browser?.close();
    service?.stop();
  });

  afterEach(async () => {
    await open?.context.close();
    open = undefined;
  });

  const start = async (hash = '', options = {}) => {
    open = await openPage(browser, `${service.url}${hash}`, options);
    return open.page;
  };
  const element = (page, get) => page.evaluate(`(() => { const e = document.querySelector('urban-safety-map'); return ${get}; })()`);
  /** Keys of what is seen: zeros and what does not differ from chance are drawn clear. */
  const drawn = (page, id) => element(page, `e.mapView.all()
    .filter((f) => f.layer === ${JSON.stringify(id)} && (f.properties.state === 'suppressed' || (f.properties.state !== 'zero' && f.properties.class !== 'none')))
    .map((f) => f.key).sort()`);
  const rows = (page) => page.$$eval('us-table tbody tr', (all) => all.map((tr) => tr.dataset.key));
  const fine = async (page) => {
    assert.deepEqual(await element(page, 'e.errors'), [], 'no error of the map');
    assert.deepEqual(open.seen.console, [], 'nothing in the console');
    assert.deepEqual(open.seen.foreign, [], 'no request to anybody else');
  };
  const shot = (page, name, options = {}) => page.screenshot({ path: join(OUT, `${name}.png`), ...options });
  /** Shows one layer alone and waits for it. */
  const only = async (page, id) => {
    const ids = await page.$$eval('us-layers input[data-layer]:not([disabled])', (all) => all.map((input) => input.dataset.layer));
    for (const each of ids) await page.locator(`us-layers input[data-layer=${each}]`).setChecked(each === id);
    await settled(page);
  };
  /** Clicks the middle of a feature that is well inside the map. */
  const clickOne = async (page, id, which = '') => {
    const at = await page.evaluate(([layer, test]) => {
      const { mapView } = document.querySelector('urban-safety-map');
      const box = mapView.map.getContainer().getBoundingClientRect();
      const wanted = mapView.all().filter((f) => f.layer === layer && (test !== 'value' || f.properties.state === 'value'));
      const inside = wanted.map((f) => ({ ...mapView.map.project(f.middle), key: f.key }))
        .filter((p) => p.x > 200 && p.x < box.width - 80 && p.y > 80 && p.y < box.height - 60);
      const p = inside[Math.floor(inside.length / 2)];
      return p && { x: p.x + box.x, y: p.y + box.y, key: p.key };
    }, [id, which]);
    assert.ok(at, `a feature of ${id} in the view`);
    await page.mouse.click(at.x, at.y);
    await settled(page);
    return at;
  };

  it('is drawn, without errors and without asking anybody else', PERIOD, async () => {
    const page = await start();
    const counts = await colours(page, await page.locator('.us-map canvas').screenshot());
    assert.equal(isBlank(counts), false, 'the map is not blank');
    await shot(page, 'desktop');
    await shot(page, 'desktop-whole', { fullPage: true });
    await fine(page);
  });

  it('comes with a strict content security policy', PERIOD, async () => {
    const page = await fetch(service.url, { headers: { accept: 'text/html' } });
    const policy = page.headers.get('content-security-policy') ?? '';
    for (const part of ["script-src 'self'", "worker-src 'self'", "style-src 'self'"]) {
      assert.ok(policy.includes(part), `${part} in ${JSON.stringify(policy)}`);
    }
    assert.doesNotMatch(policy, /unsafe-|https?:|\*/);
  });

  it('draws the cells in the colours of their legend', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    const legend = await (await fetch(`${service.url}legends/cells.json`)).json();
    const ramp = legend.entries.map((entry) => entry.colour?.toLowerCase()).filter(Boolean);
    assert.ok(ramp.length >= 3, 'the legend has colours');
    const counts = await colours(page, await page.locator('.us-map canvas').screenshot());
    const near = (a, b) => [1, 3, 5].every((i) => Math.abs(parseInt(a.slice(i, i + 2), 16) - parseInt(b.slice(i, i + 2), 16)) < 40);
    const used = ramp.filter((colour) => Object.keys(counts).some((seen) => near(seen, colour) && counts[seen] > 40));
    assert.ok(used.length >= 2, `at least two colours of the ramp are seen, not ${used}`);
    await shot(page, 'cells', { fullPage: true });
    await fine(page);
  });

  it('answers a click with numbers and their state in words', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    await clickOne(page, 'cells', 'value');
    const panel = page.locator('.us-found').first();
    assert.match(await panel.locator('dd[data-measure=count]').innerText(), /^[\d,]+$/);
    assert.ok((await panel.locator('.us-state').innerText()).length > 10);
    assert.match(page.url(), /at=/);
    await shot(page, 'numbers');
    await page.locator('.us-close').click();
    await settled(page);
    assert.equal(await page.locator('.us-found').count(), 0);
    await fine(page);
  });

  it('switches and fades every layer on offer', PERIOD, async () => {
    const page = await start();
    const ids = await page.$$eval('us-layers input[data-layer]:not([disabled])', (all) => all.map((input) => input.dataset.layer));
    assert.ok(ids.length >= 3, `several layers, not ${ids}`);
    for (const id of ids) {
      await only(page, id);
      const sources = await element(page, 'Object.keys(e.mapView.map.getStyle().sources)');
      assert.ok(sources.some((name) => name.startsWith(`${id}/`)), `${id} is in the style`);
      assert.match(page.url(), new RegExp(`layers=${id}:`));
      await shot(page, `layer-${id}`);
    }
    await page.locator('us-layers input[type=range]').first().fill('40');
    await settled(page);
    assert.match(page.url(), /layers=\w+:40/);
    await fine(page);
  });

  it('asks for tiles of the chosen period and category', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    open.seen.requests.length = 0;
    await page.locator('us-period select[name=period]').selectOption('last12');
    await settled(page);
    const box = page.locator('us-categories input[type=checkbox]').first();
    const code = await box.getAttribute('value');
    await box.check();
    await settled(page);
    const tiles = open.seen.requests.map((text) => new URL(text)).filter((url) => /^\/tiles\/cells\/\d/.test(url.pathname));
    assert.ok(tiles.some((url) => url.searchParams.has('datetime') && !url.searchParams.has('category')));
    assert.ok(tiles.some((url) => url.searchParams.has('datetime') && url.searchParams.get('category') === code));
    assert.match(page.url(), new RegExp(`datetime=.*category=${code}`));
    await fine(page);
  });

  it('comes back the same from its address', PERIOD, async () => {
    const page = await start('#layers=cells:70');
    await page.locator('us-period select[name=period]').selectOption({ index: 3 });
    await page.locator('.maplibregl-ctrl-zoom-in').click();
    await settled(page);
    await clickOne(page, 'cells', 'value');
    const [url, before, panel] = [page.url(), await rows(page), await page.locator('.us-here').innerText()];
    await open.context.close();
    open = await openPage(browser, url);
    assert.equal(open.page.url(), url);
    assert.deepEqual(await rows(open.page), before);
    assert.equal(await open.page.locator('.us-here').innerText(), panel);
    await fine(open.page);
  });

  it('writes a table of what is drawn, in the order of names, and the same as a file', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    for (let i = 0; i < 8 && (await drawn(page, 'cells')).length > 190; i += 1) {
      await element(page, 'e.mapView.map.setZoom(e.mapView.map.getZoom() + 0.5)');
      await page.waitForTimeout(300);
      await settled(page);
    }
    const keys = await drawn(page, 'cells');
    assert.ok(keys.length > 0 && keys.length <= 200, `a table's worth of cells, not ${keys.length}`);
    assert.deepEqual((await rows(page)).toSorted(), keys);
    const names = await page.$$eval('us-table tbody th', (all) => all.map((th) => th.textContent.trim()));
    assert.deepEqual(names, names.toSorted(new Intl.Collator('en').compare));
    assert.match(await page.locator('.us-summary').innerText(), /in view/);
    const href = await page.locator('a[data-format=csv]').getAttribute('href');
    const csv = await fetch(href);
    assert.equal(csv.status, 200, `${href}: ${await csv.clone().text()}`);
    assert.match(csv.headers.get('content-type') ?? '', /text\/csv/);
    const shown = await page.$$eval('us-table tbody tr', (all) => all.map((tr) => [tr.dataset.key.split(':')[1], tr.querySelector('.us-number')?.textContent.replaceAll(',', '') ?? '']));
    const [head, ...lines] = (await csv.text()).trim().split(/\r?\n/).map((line) => line.split(','));
    const [cell, count] = [head.indexOf('id'), head.findIndex((name) => name.startsWith('count'))];
    const file = new Map(lines.map((line) => [line[cell], line[count]]));
    for (const [key, n] of shown) if (n) assert.equal(file.get(key), n, `cell ${key} in the file`);
    await fine(page);
  });

  it('is used with the keyboard alone', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    await page.keyboard.press('Tab');
    assert.match(await page.evaluate(() => document.activeElement.className), /us-skip/);
    await page.keyboard.press('Enter');
    assert.match(await page.evaluate(() => document.activeElement.className), /maplibregl-canvas/);
    assert.ok(await page.locator('.us-cross').isVisible(), 'the crosshair is seen');
    await shot(page, 'keyboard');
    const before = await element(page, 'e.view.camera ?? e.mapView.camera()');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction((lon) => document.querySelector('urban-safety-map').mapView.camera().lon > lon, before.lon);
    await settled(page);
    await page.keyboard.press('Enter');
    await settled(page);
    assert.ok((await page.locator('.us-place').innerText()).length > 10, 'the panel has the numbers of the middle');
    await page.keyboard.press('Escape');
    await settled(page);
    assert.equal(await page.locator('.us-place').count(), 0);
    // Every control can be reached: walk until the focus is back at the page's start.
    const reached = new Set();
    for (let i = 0; i < 400; i += 1) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate(() => {
        const at = document.activeElement;
        return at === document.body ? '' : at.dataset.layer || at.dataset.format || at.name || at.id || at.tagName;
      });
      if (name === '') break;
      reached.add(name);
    }
    for (const name of ['cells', 'period', 'SUMMARY', 'us-table-layer', 'csv', 'geojson']) assert.ok(reached.has(name), `${name} is reached, beside ${[...reached]}`);
    await fine(page);
  });

  it('has no serious fault of accessibility, wide or narrow', PERIOD, async () => {
    for (const [name, viewport] of [['desktop', { width: 1000, height: 700 }], ['phone', { width: 360, height: 700 }]]) {
      const page = await start('#layers=cells:100', { viewport });
      await page.locator('.us-access summary').click();
      if (name === 'desktop') await clickOne(page, 'cells', 'value');
      await page.addScriptTag({ path: axePath() }).catch(async () => page.evaluate(await import('node:fs').then((fs) => fs.readFileSync(axePath(), 'utf8'))));
      const found = await page.evaluate(() => globalThis.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }));
      const bad = found.violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
      const told = bad.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.target.join(' ')).slice(0, 3)}`);
      assert.deepEqual(told, [], `${name}: no serious violation`);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(sideways <= 0, `${name}: nothing sticks out by ${sideways} pixels`);
      await shot(page, `${name}-open`, { fullPage: true });
      await open.context.close();
    }
  });

  it('says in a sentence why a key is refused, and keeps a good one in this tab only', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    await page.locator('.us-access summary').click();
    const use = async (key) => {
      await page.locator('input[name=key]').fill(key);
      await page.locator('input[name=purpose]').fill('browser test');
      await page.locator('us-access button[type=submit]').click();
    };
    await use('not-a-key');
    await page.locator('.us-problem').waitFor();
    assert.match(await page.locator('.us-problem').innerText(), /key/i);
    await page.locator('us-access button.us-second').click();
    await page.locator('.us-problem').waitFor({ state: 'detached' });
    await settled(page);
    if (service.key) {
      await use(service.key);
      await page.locator('us-layers input[data-layer=incidents]').waitFor();
      await settled(page);
      assert.ok(!page.url().includes(service.key));
      assert.equal(await page.evaluate(() => localStorage.length), 0);
      assert.ok((await page.evaluate(() => JSON.stringify(sessionStorage))).includes(service.key));
      assert.ok(await page.locator('us-week').isVisible(), 'hours may be asked for');
      assert.equal(await page.locator('us-table tr[data-state=suppressed]').count(), 0, 'exact tiles, nothing withheld');
      const exact = await element(page, 'e.mapView.all().filter((f) => f.properties.state === "suppressed").length');
      assert.equal(exact, 0, 'the tiles were fetched anew with the key');
      await shot(page, 'analyst', { fullPage: true });
    }
    assert.deepEqual(open.seen.foreign, []);
  });

  it('shows the plots of a layer when they are opened, with words for those who do not see them', PERIOD, async () => {
    const page = await start('#layers=hotspots:100');
    const asked = page.waitForRequest((request) => request.url().includes('/plots/hotspots.svg?plot='));
    await page.locator('.us-plots summary').click();
    await asked;
    const picture = page.locator('.us-plots img');
    await picture.waitFor();
    const width = await picture.evaluate(async (img) => { await img.decode(); return img.naturalWidth; });
    assert.equal(width, 900);
    assert.match(await picture.getAttribute('alt'), /Across: p-value/);
    await shot(page, 'plots', { fullPage: true });
    await fine(page);
  });

  it('prints', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    await page.emulateMedia({ media: 'print' });
    await shot(page, 'print', { fullPage: true });
    assert.equal(await page.locator('us-layers input').first().isVisible(), false);
    assert.ok(await page.locator('.us-legend').first().isVisible());
  });
});
