// Every style of a real service is valid by the MapLibre style specification, with filters or without.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { missing, openService } from './browser.mjs';

const why = missing();
if (why && process.env.CI === 'true') throw new Error(`browser tests cannot run: ${why}`);

describe('the styles', { skip: why || false }, () => {
  let service;

  before(async () => {
    service = await openService();
  }, { timeout: 180_000 });

  after(() => service?.stop());

  it('are valid by the style specification', { timeout: 120_000 }, async () => {
    const fromStatic = createRequire(new URL('../../static/package.json', import.meta.url));
    const { validateStyleMin } = fromStatic('@maplibre/maplibre-gl-style-spec');
    const headers = service.key ? { authorization: `Bearer ${service.key}`, purpose: 'a test' } : {};
    const { styles } = await (await fetch(new URL('styles', service.url), { headers })).json();
    assert.ok(styles.length > 5);
    for (const { id, links } of styles) {
      for (const more of ['', 'datetime=2022&bbox=-29,44,-28,46']) {
        const href = new URL(links[0].href);
        const address = `${href}${more && (href.search ? '&' : '?')}${more}`;
        const answer = await fetch(address, { headers });
        assert.equal(answer.status, 200, address);
        const style = await answer.json();
        assert.deepEqual(validateStyleMin(style).map(({ message }) => message), [], id);
        const sources = Object.values(style.sources).map(({ url, tiles }) => url ?? tiles[0]);
        assert.ok(sources.every((source) => source.includes(more)), sources.join());
      }
    }
  });
});
