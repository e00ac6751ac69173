// How the map is built: plain files under dist/ that hold a strict content security policy.
import { defineConfig } from 'vitest/config';

/** The running service that `npm run dev` passes requests on to. */
const service = process.env['URBANSAFETY_URL'] ?? 'http://127.0.0.1:8080';

const served = ['api', 'collections', 'conformance', 'tiles', 'styles', 'legends', 'processes', 'aggregates', 'events'];

export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    // MapLibre alone is about 1 MB before compression.
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
  server: { proxy: Object.fromEntries(served.map((name) => [`/${name}`, service])) },
  test: { include: ['src/**/*.test.ts'] },
});
