// A stand-in for the service with made-up numbers, for work on the page alone: `node tests/browser/mock.mjs [port]`, and
// with `closed` behind it as a city without a release.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mvt, tileBox } from './mock_tile.mjs';

const DIST = join(dirname(fileURLToPath(import.meta.url)), '../../static/dist');
const CSP = "default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'";
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const EXTENT = [-87.75, 41.8, -87.6, 41.92];

const layer = (id, title, description, min_tier = 'public') => ({
  id, title, description, layer: { kind: 'vector', method: id === 'cells' ? 'count' : id, min_tier },
  extent: { spatial: { bbox: [EXTENT] }, temporal: { interval: [['2019-01-01', '2023-12-31']] } },
  attribution: 'Demo city, made-up data',
});
const COLLECTIONS = [
  layer('cells', 'Recorded incidents by cell', 'How many incidents were recorded in each cell.'),
  layer('hotspots', 'Concentrations', 'Where recorded incidents concentrate more than chance would have it.'),
  layer('areas', 'Areas', 'Named areas with the rate of recorded incidents.'),
  layer('resources', 'Help and services', 'Places that help.'),
  layer('incidents', 'Incidents', 'Single recorded incidents.', 'analyst'),
];
const RELEASE = {
  number: 7, made: '2024-02-03T10:00:00Z', policy: { version: '2026-1', title: 'Default disclosure policy', hash: '0123456789abcdef' },
  public: { finest_level: 17, minimum_count: 5, rounding_base: 5, cells: 1200, suppressed_cells: 80, periods: [['month', 60]] },
  period: ['2019-01', '2023-12'], without_place: 1235, unmapped_category: null, sensitive: ['03', '0204', '02021'],
  helplines: [{ name: 'Find a helpline', words: 'Free, confidential support', phone: '+44 1632 960000', url: 'https://findahelpline.example' }],
};
const CLOSED = { status: 404, detail: 'nothing is public yet: no protected release of this city has been made', hint: 'make one' };
const QUERYABLES = {
  properties: {
    datetime: { type: 'string', minimum: '2019-01', maximum: '2023-12' },
    category: { oneOf: [
      { const: '01', title: 'Acts leading to death' }, { const: '0101', title: 'Intentional homicide' },
      { const: '02', title: 'Acts causing harm to the person' }, { const: '0201', title: 'Assaults and threats' },
      { const: '020111', title: 'Serious assault' }, { const: '03', title: 'Injurious acts of a sexual nature' }, { const: '05', title: 'Acts against property' },
      { const: '0501', title: 'Burglary' }, { const: '0502', title: 'Theft' },
    ] },
    hours: { type: 'string' }, weekdays: { type: 'string' },
  },
};
const RAMP = ['#fde9b8', '#f9b97a', '#e8795a', '#b8434e', '#6d1f4b'];
const LEGENDS = {
  cells: { title: 'Recorded incidents', unit: 'incidents', entries: [
    ...RAMP.map((colour, i) => ({ label: `${5 + i * 10} to ${14 + i * 10}`, colour, from: 5 + i * 10, to: 14 + i * 10 })),
    { label: 'None recorded (left clear)', colour: '#ffffff00', state: 'zero' },
    { label: 'Withheld, because few', colour: '#e7e7e4', state: 'suppressed', pattern: 'hatch' },
    { label: 'Not covered by the source', colour: '#e7e7e4', state: 'not_covered', pattern: 'dots' },
    { label: 'Not yet complete', colour: '#e7e7e4', state: 'not_yet_complete', pattern: 'lines' },
  ], words: ['Months, public counts.'], warnings: [] },
  hotspots: { title: 'Concentrations', unit: '', entries: [
    { label: 'Concentration, q at most 0.001', colour: RAMP[4] }, { label: 'Concentration, q at most 0.05', colour: RAMP[2] },
    { label: 'Not different from chance', colour: '#eeeeea' },
  ], words: [] },
  resources: { title: 'Help and services', unit: '', entries: [{ label: 'Help and services', colour: '#1f7a5c' }] },
  areas: { title: 'Rate', unit: 'per 100,000 residents a year', entries: [{ label: '100 to 200', colour: '#9cc7c1' }] },
};
const PAINT = {
  cells: ['step', ['coalesce', ['get', 'count'], 0], '#e7e7e4', 1, RAMP[0], 15, RAMP[1], 25, RAMP[2], 35, RAMP[3], 45, RAMP[4]],
  hotspots: ['match', ['get', 'class'], 'hot_0.001', RAMP[4], 'hot_0.05', RAMP[2], '#eeeeea'],
  areas: '#9cc7c1',
};

const quadkey = (x, y, level) => Array.from({ length: level }, (_, i) => ((x >> (level - 1 - i)) & 1) + 2 * ((y >> (level - 1 - i)) & 1)).join('');

/** Cells as a release has them: small where much was recorded, four times as wide elsewhere, and each in its state. */
function released(box, level) {
  const wide = cells('cells', box, level - 2);
  const states = ['suppressed', 'zero', 'value', 'not_covered', 'value', 'not_yet_complete', 'value'];
  return wide.flatMap((feature) => {
    const { cell, x, y } = feature;
    const middle = Math.hypot(x - 0.2566 * 2 ** (level - 2), y - 0.3717 * 2 ** (level - 2)) < 6;
    if (middle) return cells('cells', inside(feature.geometry.coordinates[0]), level).filter((one) => one.cell.startsWith(cell));
    const state = states[(x * 3 + y * 5) % states.length];
    const count = state === 'zero' ? 0 : 5 * (1 + ((x + y) % 4));
    const told = state === 'suppressed' || state === 'not_covered' ? {} : { count };
    return [{ ...feature, properties: { cell, ...told, state } }];
  });
}

const inside = ([[w, s], , [e, t]]) => [w + 1e-7, s + 1e-7, e - 1e-7, t - 1e-7];

/** Features of the rectangle grid at a level: the same numbers for the same cell. */
function cells(id, box, level) {
  const out = [];
  const n = 2 ** level;
  const x0 = Math.floor((Math.max(box[0], EXTENT[0]) / 360 + 0.5) * n);
  const x1 = Math.floor((Math.min(box[2], EXTENT[2]) / 360 + 0.5) * n);
  const row = (lat) => Math.floor((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * n);
  const lat = (y) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / n))) * 180) / Math.PI;
  for (let y = row(Math.min(box[3], EXTENT[3])); y <= row(Math.max(box[1], EXTENT[1])); y += 1) {
    for (let x = x0; x <= x1; x += 1) {
      const count = Math.floor(55 * Math.exp(-((x - 0.2566 * n) ** 2 + (y - 0.3717 * n) ** 2) / (n * n * 2e-9)) + ((x * 7 + y * 13) % 9));
      if (count === 0) continue;
      const few = count < 5;
      const state = few ? 'suppressed' : 'value';
      const [w, e, s, t] = [(x / n - 0.5) * 360, ((x + 1) / n - 0.5) * 360, lat(y + 1), lat(y)];
      const cell = quadkey(x, y, level);
      const properties = id === 'cells' ? (few ? { cell, state } : { cell, count: 5 * Math.round(count / 5), state })
        : { cell, class: count > 45 ? 'hot_0.001' : count > 25 ? 'hot_0.05' : 'none', z: count / 10, q: 0.5 / count, state: 'value' };
      out.push({ type: 'Feature', id: cell, cell, x, y, properties, geometry: { type: 'Polygon', coordinates: [[[w, s], [e, s], [e, t], [w, t], [w, s]]] } });
    }
  }
  return out;
}

function areas() {
  return [...'ABCDEFGHI'].map((letter, i) => {
    const [dx, dy] = [(EXTENT[2] - EXTENT[0]) / 3, (EXTENT[3] - EXTENT[1]) / 3];
    const [w, s] = [EXTENT[0] + (i % 3) * dx, EXTENT[1] + Math.floor(i / 3) * dy];
    return { type: 'Feature', id: letter, properties: { name: `District ${letter}`, level: 1, rate: 190 - 7 * ((i * 5) % 9), rate_low: 100 + i, rate_high: 200 + i, compared: ['above', 'not_different', 'below'][i % 3], state: 'value' },
      geometry: { type: 'Polygon', coordinates: [[[w, s], [w + dx, s], [w + dx, s + dy], [w, s + dy], [w, s]]] } };
  });
}

const services = () => [['School 1', -87.68, 41.86], ['Youth centre', -87.66, 41.87]].map(([name, lon, lat], i) => (
  { type: 'Feature', id: `s.${i}`, properties: { name, type: 'school', state: 'value' }, geometry: { type: 'Point', coordinates: [lon, lat] } }));

const served = (area) => (area.toLowerCase() !== 'north' ? [] : [
  { type: 'Feature', id: 'hidden-1', properties: { name: 'Quiet House', phone: '+44 1632 960123', opening_hours: '24/7', service_area: 'North', state: 'value' }, geometry: null },
]);

const features = (id, box, level) => (
  id === 'areas' ? areas() : id === 'resources' ? services() : id === 'cells' ? released(box, level) : cells(id, box, level));

function answer(url, headers, closed, number) {
  const query = url.search;
  const [, first, second = '', third = '', fourth = '', fifth = ''] = url.pathname.split('/');
  if (first === '' ) return { title: 'Demo city', links: [{ rel: 'help', href: 'https://example.org/help', title: 'Help lines' }] };
  if (first === 'release') return closed ? CLOSED : { ...RELEASE, number };
  if (first === 'collections' && !second) return { tier: 'public', collections: COLLECTIONS };
  if (closed) return CLOSED;
  if (third === 'queryables') return QUERYABLES;
  if (third === 'items' && url.searchParams.has('service_area')) return { type: 'FeatureCollection', features: served(url.searchParams.get('service_area')) };
  if (third === 'items') return { type: 'FeatureCollection', features: features(second, (url.searchParams.get('bbox') ?? EXTENT.join()).split(',').map(Number), 16) };
  const id = second.replace('.json', '');
  if (id === 'incidents') return { status: headers.authorization ? 401 : 403, detail: 'incidents are for tier T2 and above' };
  if (first === 'legends') return LEGENDS[id];
  if (first === 'styles') {
    const fill = { id: 'fill', type: 'fill', source: id, 'source-layer': id, filter: ['!=', ['get', 'state'], 'zero'], paint: { 'fill-color': PAINT[id], 'fill-opacity': 0.85 } };
    if (id === 'resources') {
      const dot = { id: 'dot', type: 'circle', source: id, 'source-layer': id, paint: { 'circle-color': '#1f7a5c', 'circle-radius': 6 } };
      return { version: 8, sources: { [id]: { type: 'vector', url: `/tiles/${id}.json${query}` } }, layers: [dot] };
    }
    const states = ['suppressed', 'not_covered', 'not_yet_complete'].map((state) => (
      { id: state, type: 'fill', source: id, 'source-layer': id, filter: ['==', ['get', 'state'], state], paint: { 'fill-pattern': state } }));
    return { version: 8, sources: { [id]: { type: 'vector', url: `/tiles/${id}.json${query}` } }, layers: [fill, ...states] };
  }
  if (first === 'tiles' && second.endsWith('.json')) return { tilejson: '3.0.0', tiles: [`/tiles/${id}/{z}/{x}/{y}.mvt${query}`], minzoom: 0, maxzoom: 15, bounds: EXTENT };
  if (first === 'tiles') {
    const [z, x, y] = [Number(third), Number(fourth), Number(fifth.replace('.mvt', ''))];
    return mvt(id, features(id, tileBox(z, x, y), Math.min(z + 5, 17)), z, x, y);
  }
  return { status: 404, detail: 'there is no such thing' };
}

/** The service; `release(n)` of it makes another release, and tells those who listen. */
export function serve(port = 0, closed = false) {
  const listeners = new Set();
  let number = RELEASE.number;
  const told = () => `event: release\ndata: {"number":${number}}\nid: ${number}.\n\n`;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://x');
    if (url.pathname === '/events' && !closed) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(`retry: 3000\n: listening\n\n${request.headers['last-event-id'] === `${number}.` ? '' : told()}`);
      listeners.add(response);
      return response.on('close', () => listeners.delete(response));
    }
    const page = url.pathname === '/' && !url.searchParams.has('f') ? '/index.html' : url.pathname;
    if (page === '/index.html' || page.startsWith('/assets/') || page === '/icon.svg') {
      const body = await readFile(join(DIST, normalize(page))).catch(() => null);
      response.writeHead(body ? 200 : 404, { 'content-type': TYPES[extname(page)] ?? 'text/plain', 'content-security-policy': CSP });
      return response.end(body);
    }
    const body = request.headers.authorization ? { status: 401, detail: 'the key is unknown' } : answer(url, request.headers, closed, number);
    if (Buffer.isBuffer(body)) return response.writeHead(200, { 'content-type': 'application/vnd.mapbox-vector-tile' }).end(body);
    const type = body.status ? 'application/problem+json' : 'application/json';
    response.writeHead(body.status ?? 200, { 'content-type': type }).end(JSON.stringify(body));
  });
  server.release = (next) => {
    number = next;
    for (const listener of listeners) listener.write(told());
  };
  server.listeners = () => listeners.size;
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(Number(process.argv[2] ?? 8090), process.argv[3] === 'closed');
  process.stdout.write(`http://127.0.0.1:${server.address().port}/\n`);
}
