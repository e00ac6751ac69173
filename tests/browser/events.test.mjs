// The page shows a new release by itself, in the view that the reader has; and a real service tells of one.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { missing, openBrowser, openPage, settled } from './browser.mjs';
import { serve } from './mock.mjs';

const why = missing();
if (why && process.env.CI === 'true') throw new Error(`browser tests cannot run: ${why}`);
const PERIOD = { timeout: 60_000 };

describe('a new release', { skip: why || false }, () => {
  let server;
  let browser;
  let open;

  before(async () => {
    server = await serve(0);
    browser = await openBrowser();
  }, { timeout: 60_000 });

  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  afterEach(async () => {
    await open?.context.close();
    open = undefined;
  });

  const line = (page, n) => page.locator('.us-release', { hasText: `Release ${n} of` }).waitFor();
  const tiles = () => open.seen.requests.filter((url) => url.includes('/tiles/cells/')).length;

  it('is drawn without losing the view', PERIOD, async () => {
    const hash = '#layers=cells:100&map=13.00/41.86000/-87.68000';
    open = await openPage(browser, `http://127.0.0.1:${server.address().port}/${hash}`);
    const { page } = open;
    await line(page, 7);
    const camera = () => page.evaluate(() => JSON.stringify(document.querySelector('urban-safety-map').mapView.camera()));
    const [before, asked] = [await camera(), tiles()];
    assert.ok(asked > 0);
    server.release(8);
    await line(page, 8);
    await settled(page);
    assert.equal(await camera(), before);
    assert.ok(tiles() > asked, 'the tiles are asked for again');
    assert.ok(await page.locator('us-table tbody tr').count() > 0);
    // The same again is no news.
    const now = tiles();
    server.release(8);
    await page.waitForTimeout(300);
    await settled(page);
    assert.equal(tiles(), now);
    assert.deepEqual(await page.evaluate(() => document.querySelector('urban-safety-map').errors), []);
    assert.deepEqual(open.seen.console.filter((text) => !text.includes('404')), []);
  });

  it('is not listened for by a page that is not seen', PERIOD, async () => {
    open = await openPage(browser, `http://127.0.0.1:${server.address().port}/#layers=cells:100`);
    const { page } = open;
    const until = async (n) => {
      for (let i = 0; i < 50 && server.listeners() !== n; i += 1) await page.waitForTimeout(100);
      assert.equal(server.listeners(), n);
    };
    const seen = (state) => page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
    await until(1);
    await seen('hidden');
    await until(0);
    server.release(9);
    await seen('visible');
    await until(1);
    await line(page, 9);
  });
});
