// Starts Debian's Chromium and a service to look at; says why when it cannot.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const fromStatic = createRequire(join(ROOT, 'static/package.json'));

export const OUT = join(HERE, 'out');
mkdirSync(OUT, { recursive: true });

const FLAGS = [
  '--no-sandbox', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-gl=angle', '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist',
  '--font-render-hinting=none', '--force-color-profile=srgb', '--disable-lcd-text',
];

/** Why the browser tests cannot run here; empty where they can. */
export function missing() {
  const chromium = chromiumPath();
  if (!chromium) return 'no chromium: run tools/setup-browser.sh';
  if (!existsSync(join(ROOT, 'static/node_modules/playwright-core'))) return 'no playwright-core: run tools/setup-browser.sh';
  if (!process.env.URBANSAFETY_URL && !binary()) return 'no urbansafety binary: run cargo build';
  if (!process.env.URBANSAFETY_URL && !existsSync(join(ROOT, 'static/dist/index.html'))) return 'the web map is not built: run make web';
  return '';
}

function chromiumPath() {
  const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => path && existsSync(path));
  return found ?? '';
}

function binary() {
  const built = ['release', 'debug'].map((profile) => join(ROOT, 'target', profile, 'urbansafety'));
  return [process.env.URBANSAFETY_BIN, ...built].find((path) => path && existsSync(path)) ?? '';
}

export async function openBrowser() {
  const { chromium } = fromStatic('playwright-core');
  return chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
}

/** The source text of axe-core, injected by hand. */
export function axePath() {
  return fromStatic.resolve('axe-core/axe.min.js');
}

/** A running service: the one of URBANSAFETY_URL, or the demo city started here. */
export async function openService() {
  if (process.env.URBANSAFETY_URL) return { url: process.env.URBANSAFETY_URL, key: process.env.URBANSAFETY_KEY ?? '', stop() {} };
  const folder = mkdtempSync(join(tmpdir(), 'urbansafety-browser-'));
  const data = join(folder, 'demo.gpkg');
  const port = await freePort();
  const child = spawn(binary(), ['demo', '--listen', `127.0.0.1:${port}`, '--incidents', '20000', '--data', data], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => { said = (said + text).slice(-4000); });
  const url = `http://127.0.0.1:${port}/`;
  const stop = () => {
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  for (let i = 0; i < 600; i += 1) {
    if (child.exitCode !== null) break;
    const ready = await fetch(`${url}readyz`).then((r) => r.ok, () => false);
    if (ready) return { url, key: await makeKey(data), stop };
    await new Promise((r) => setTimeout(r, 200));
  }
  stop();
  throw new Error(`the demo service did not come up on ${url}: ${said}`);
}

/** An analyst's key for the demo city; empty where the command is not there. */
async function makeKey(data) {
  const args = ['keys', 'create', '--data', data, '--name', 'browser-test', '--tier', 'analyst'];
  const child = spawn(binary(), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let token = '';
  child.stdout.on('data', (text) => { token += text; });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return code === 0 ? token.trim() : '';
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A page with everything that is watched: console errors, refused policies, requests to others. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const seen = { console: [], foreign: [], requests: [] };
  const origin = new URL(url).origin;
  page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') seen.console.push(m.text()); });
  page.on('pageerror', (e) => seen.console.push(String(e)));
  page.on('request', (r) => {
    seen.requests.push(r.url());
    if (!r.url().startsWith('data:') && !r.url().startsWith('blob:') && new URL(r.url()).origin !== origin) seen.foreign.push(r.url());
  });
  await page.goto(url);
  await settled(page);
  return { context, page, seen };
}

/** Waits until every tile is drawn and the table is written. */
export async function settled(page) {
  const ready = () => {
    const element = document.querySelector('urban-safety-map');
    return Boolean(element?.idle);
  };
  await page.waitForFunction(ready, null, { timeout: 30_000, polling: 100 });
}
