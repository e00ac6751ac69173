// Analyses on the page: described, run as a job with progress, drawn, read as a table, and stopped.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { axePath, missing, openBrowser, openPage, openService, OUT, settled } from './browser.mjs';

const why = missing();
if (why && process.env.CI === 'true') throw new Error(`browser tests cannot run: ${why}`);
const PERIOD = { timeout: 120_000 };

describe('analyses', { skip: why || false }, () => {
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
  const shot = (page, name) => page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true });
  const choose = async (page, id) => {
    if (!(await page.locator('.us-analyses').evaluate((e) => e.open))) await page.locator('.us-analyses > summary').click();
    await page.locator('us-analyses select[name=process]').selectOption(id);
    await page.locator('us-analyses form').waitFor();
  };
  const set = (page, name, value) => page.locator(`us-analyses [name=${name}]`).evaluate((field, text) => {
    field.value = text;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }, value);
  const ended = (page, status) => page.locator(`us-analyses .us-job[data-status=${status}]`).waitFor({ timeout: 60_000 });
  const fine = () => {
    assert.deepEqual(open.seen.console, [], 'nothing in the console');
    assert.deepEqual(open.seen.foreign, [], 'no request to anybody else');
  };

  it('are asked for only when they are opened, and say when not to use them', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    assert.ok(!open.seen.requests.some((url) => url.includes('/processes')));
    await choose(page, 'gi_star');
    assert.match(await page.locator('.us-whennot').innerText(), /When not to use it[\s\S]*fewer than 20 incidents/);
    const draws = page.locator('us-analyses input[name=draws]');
    assert.deepEqual(await draws.evaluate((e) => [e.type, e.min, e.max, e.value]), ['number', '99', '999999', '9999']);
    assert.deepEqual(await page.$$eval('us-analyses select[name=null] option', (all) => all.map((o) => o.value)), ['conditional', 'total']);
    const named = await page.$$eval('us-analyses form :is(input, select)', (all) => all.every((e) => e.labels.length === 1 && document.getElementById(e.getAttribute('aria-describedby'))));
    assert.ok(named, 'every field has a label and words');
    await shot(page, 'analyses-form');
    fine();
  });

  it('run as a job under the filters of the page and show the result on the map and in the table', PERIOD, async () => {
    const page = await start('#layers=cells:100&datetime=2021-01/2021-12');
    await choose(page, 'gi_star');
    open.seen.requests.length = 0;
    const sent = page.waitForRequest((r) => r.method() === 'POST');
    await page.locator('us-analyses button[name=run]').click();
    const body = (await sent).postDataJSON();
    assert.match(body.inputs.datetime, /^2021/);
    await ended(page, 'successful');
    await page.locator('.us-outcome').waitFor();
    await settled(page);
    assert.match(await page.locator('.us-outcome').innerText(), /Result: Hotspots[\s\S]*rows[\s\S]*recorded incidents in/);
    assert.ok((await page.locator('.us-outcome .us-warning').count()) > 0, 'the warnings of protected numbers');
    assert.ok((await page.locator('.us-outcome .us-legend li').count()) > 2, 'the legend of its layer');
    const drawn = await page.evaluate(() => document.querySelector('urban-safety-map').mapView.all().filter((f) => f.layer === 'result').length);
    assert.ok(drawn > 0, 'features of the result');
    assert.match(await page.locator('#us-table select').inputValue(), /^result$/);
    assert.ok((await page.locator('us-table tbody tr, us-table p').count()) > 0);
    const file = await fetch(await page.locator('.us-outcome a[data-format=csv]').getAttribute('href'));
    assert.match(await file.text(), /^id,.*z /);
    await shot(page, 'analyses-result');
    await page.evaluate(readFileSync(axePath(), 'utf8'));
    const { violations } = await page.evaluate(() => globalThis.axe.run(document.querySelector('us-analyses')));
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], 'read by everybody');
    await page.locator('.us-outcome button[name=remove]').click();
    await settled(page);
    const left = await page.evaluate(() => document.querySelector('urban-safety-map').mapView.all().filter((f) => f.layer === 'result').length);
    assert.equal(left, 0);
    fine();
  });

  it('show progress and can be stopped', { ...PERIOD, skip: process.env.URBANSAFETY_URL ? 'a service of its own is needed' : false }, async () => {
    const page = await start('#layers=cells:100');
    await page.locator('.us-access > summary').click();
    await page.locator('us-access input[name=key]').fill(service.key);
    await page.locator('us-access input[name=purpose]').fill('a test');
    await page.locator('us-access button[type=submit]').click();
    await settled(page);
    await choose(page, 'gi_star');
    await set(page, 'inference', 'monte_carlo');
    await set(page, 'draws', '999999');
    await page.locator('us-analyses button[name=run]').click();
    await ended(page, 'running');
    const bar = page.locator('us-analyses progress');
    assert.equal(await bar.getAttribute('aria-label'), 'Progress of the analysis');
    assert.ok(await page.locator('us-analyses button[name=run]').isDisabled());
    await shot(page, 'analyses-running');
    await page.locator('us-analyses button[name=cancel]').focus();
    await page.keyboard.press('Enter');
    await ended(page, 'dismissed');
    assert.equal(await bar.count(), 0);
    assert.match(await page.locator('us-analyses .us-job').innerText(), /stopped/);
    fine();
  });

  it('say in a sentence what was refused', PERIOD, async () => {
    const page = await start('#layers=cells:100');
    await choose(page, 'gi_star');
    await page.locator('us-analyses form details summary').click();
    await set(page, 'grid', 'square:zero');
    await page.locator('us-analyses button[name=run]').click();
    const said = page.locator('us-analyses [role=alert]');
    await said.filter({ hasText: /grid/ }).waitFor();
    open.seen.console = open.seen.console.filter((line) => !line.includes('400'));
    fine();
  });
});
