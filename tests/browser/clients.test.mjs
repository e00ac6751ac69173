// The pages of the README as someone would make them: another origin, the libraries as they are shipped, nothing but the address changed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { missing, openBrowser, openService, OUT } from './browser.mjs';

const why = missing();
if (why && process.env.CI === 'true') throw new Error(`browser tests cannot run: ${why}`);
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PERIOD = { timeout: 90_000 };
const LIBRARIES = { leaflet: 'leaflet/dist', 'maplibre-gl': 'maplibre-gl/dist', ol: 'ol/dist' };
const TYPES = { css: 'text/css', js: 'text/javascript', mjs: 'text/javascript', html: 'text/html', png: 'image/png' };

/** The example of the README that has a text in it, with the address of a service that runs. */
function example(text, service) {
  const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```html\n([\s\S]*?)```/g)].map((m) => m[1]);
  const found = blocks.find((block) => block.includes(text));
  assert.ok(found, `an example with ${text}`);
  // What is looked at afterwards is the only change besides the address.
  return found.replaceAll('http://127.0.0.1:8080', service).replace('const map =', 'const map = window.shown =');
}

describe('pages of others', { skip: why || false }, () => {
  let service;
  let browser;
  let host;
  let pages;

  before(async () => {
    service = await openService();
    browser = await openBrowser();
    const base = service.url.replace(/\/$/, '');
    pages = {
      '/leaflet.html': example('L.map(', base),
      '/maplibre-gl.html': example('new Map({', base),
      '/ol.html': example('new ol.Map(', base),
    };
    host = createServer((request, response) => {
      const path = new URL(request.url, 'http://x').pathname;
      const type = TYPES[path.split('.').pop()] ?? 'application/octet-stream';
      if (pages[path]) return response.writeHead(200, { 'content-type': type }).end(`<!doctype html>${pages[path]}`);
      const library = Object.keys(LIBRARIES).find((name) => request.headers.referer?.includes(`/${name}`) || path.includes(name));
      try {
        const folder = join(ROOT, 'static/node_modules', LIBRARIES[library] ?? '.');
        const file = path === '/ol.css' ? join(folder, '../ol.css') : join(folder, path);
        const bytes = readFileSync(file);
        response.writeHead(200, { 'content-type': type }).end(bytes);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise((resolve) => host.listen(0, '127.0.0.1', resolve));
  }, { timeout: 180_000 });

  after(async () => {
    await browser?.close();
    host?.close();
    service?.stop();
  });

  const open = async (name) => {
    const page = await browser.newPage({ viewport: { width: 900, height: 650 } });
    const errors = [];
    page.on('pageerror', (e) => errors.push(String(e)));
    page.on('response', (r) => { if (r.status() >= 400 && r.url().startsWith(service.url)) errors.push(`${r.status()} ${r.url()}`); });
    page.on('console', (m) => { if (m.type() === 'error' && !m.text().includes('favicon')) errors.push(m.text()); });
    await page.goto(`http://127.0.0.1:${host.address().port}/${name}.html`);
    const seen = () => errors.filter((e) => !e.includes('404 (Not Found)'));
    const until = (is) => page.waitForFunction(is, null, { timeout: 60_000, polling: 200 }).catch((e) => { throw new Error(`${e.message}: ${seen().join('; ')}`); });
    return { page, errors: seen, until };
  };

  it('draws density and services with Leaflet', PERIOD, async () => {
    const { page, errors, until } = await open('leaflet');
    await until(() => document.querySelectorAll('img.leaflet-tile-loaded').length > 3 && document.querySelectorAll('.leaflet-marker-icon').length > 3);
    await page.screenshot({ path: join(OUT, 'client-leaflet.png') });
    assert.deepEqual(errors(), []);
    await page.close();
  });

  it('draws cells with MapLibre GL in the style of the service', PERIOD, async () => {
    const { page, errors, until } = await open('maplibre-gl');
    await until(() => window.shown?.loaded() && window.shown.queryRenderedFeatures().length > 3);
    await page.screenshot({ path: join(OUT, 'client-maplibre.png') });
    const tiles = await page.evaluate(() => Object.values(window.shown.getStyle().sources).flatMap((s) => s.tiles ?? [s.url]));
    assert.ok(tiles.every((url) => url.includes('category=04')), `the filter is in ${tiles}`);
    assert.deepEqual(errors(), []);
    await page.close();
  });

  it('draws cells with OpenLayers from the OGC tile set', PERIOD, async () => {
    const { page, errors, until } = await open('ol');
    const drawn = () => {
      const layer = window.shown?.getLayers().item(0);
      return layer?.getFeaturesInExtent(window.shown.getView().calculateExtent()).length > 3;
    };
    await until(drawn);
    await page.screenshot({ path: join(OUT, 'client-openlayers.png') });
    assert.deepEqual(errors(), []);
    await page.close();
  });
});
