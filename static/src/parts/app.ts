// <urban-safety-map>: holds the view, asks the service, and passes everything to the parts and to the map.
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { basemap } from '../map/basemap.ts';
import { compose, type Part as MapPart } from '../map/compose.ts';
import { drawn, type Drawn } from '../map/features.ts';
import { boxOf } from '../map/cells.ts';
import { MapView, type Start } from '../map/mapview.ts';
import { RESULT } from '../map/result.ts';
import { setAccess, type Access } from '../service/access.ts';
import { Listener, type News } from '../service/events.ts';
import { renew } from '../service/fresh.ts';
import { Service, type Params, type ResolvedLayer } from '../service/client.ts';
import type { Analysis } from '../service/types.ts';
import { readCatalogue, type Catalogue } from '../state/catalogue.ts';
import { taken, toParams, type Filters } from '../state/filters.ts';
import { changed, chosenLayers, height, pictureOnly, type Chosen } from '../state/layers.ts';
import { Loaded } from '../state/loaded.ts';
import type { Period } from '../state/period.ts';
import { helpFor } from '../state/release.ts';
import { withSetting } from '../state/settings.ts';
import { DEFAULT_VIEW, fromHash, toHash, type View } from '../state/view.ts';
import { asSentence, direction, plural, setLanguage, t } from '../words/words.ts';
import { downloads, exactly } from './downloads.ts';
import type { ResultShown } from './analyses.ts';
import { controls } from './controls.ts';
import type { LayerChange } from './layers.ts';
import { page } from './page.ts';
import { Part } from './part.ts';
import { placePanel, type PlaceNumbers } from './place.ts';
import { closedCard, helpCard, releaseCard } from './release.ts';
import type { SettingChange } from './settings.ts';
import { summary } from './summary.ts';
import { inOrder, type Row } from './table.ts';
import type { Week } from './week.ts';
import './table.ts';

/** Rows that are asked of the service for a layer that is a picture. */
const PICTURE_ROWS = '2000';

export class UrbanSafetyMap extends Part {
  static override properties = {
    service: { type: String },
    view: { state: true }, catalogue: { state: true }, problems: { state: true }, place: { state: true },
    rows: { state: true }, tableLayer: { state: true }, resolved: { state: true }, settled: { state: true }, analysis: { state: true },
  };
  /** Address of the service; absent: where the page is. */
  service: string | undefined;
  view: View = DEFAULT_VIEW;
  /** Problems of the map itself (tiles that failed), for tests and for support. */
  readonly errors: string[] = [];
  mapView: MapView | null = null;

  private catalogue: Catalogue | null = null;
  private problems: ReadonlyMap<string, string> = new Map();
  private place: PlaceNumbers | null = null;
  private rows: readonly Row[] = [];
  private tableLayer = '';
  private resolved: readonly ResolvedLayer[] = [];
  private settled = false;
  /** Places in view, where more than the table's rows match. */
  private matched = 0;
  private analysis: Analysis | null = null;
  private result: ResultShown | null = null;
  private client = new Service(document.baseURI);
  private loaded = new Loaded(this.client);
  private listener: Listener | null = null;
  private work = new AbortController();
  private placeWork = new AbortController();
  /** A place from the address, asked for as soon as the map is drawn. */
  private wanted: View['at'] = null;
  private readonly onHash = (): void => this.restore();

  override connectedCallback(): void {
    super.connectedCallback();
    const chosen = setLanguage([this.lang, ...navigator.languages].filter(Boolean));
    this.lang = chosen;
    this.dir = direction();
    if (this.parentElement === document.body) {
      document.documentElement.lang = chosen;
      document.documentElement.dir = direction();
    }
    this.view = fromHash(location.hash);
    window.addEventListener('hashchange', this.onHash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.onHash);
    this.work.abort();
    this.listener?.stop();
    this.mapView?.destroy();
    this.mapView = null;
  }

  protected override firstUpdated(_: PropertyValues): void {
    this.client = new Service(new URL(this.service ?? '', document.baseURI).href);
    this.loaded = new Loaded(this.client);
    this.addEventListener('us-layer', (e) => this.changeLayer((e as CustomEvent<LayerChange>).detail));
    this.addEventListener('us-period', (e) => this.filter({ period: (e as CustomEvent<Period>).detail }));
    this.addEventListener('us-categories', (e) => this.filter({ categories: (e as CustomEvent<readonly string[]>).detail }));
    this.addEventListener('us-week', (e) => this.filter((e as CustomEvent<Week>).detail));
    this.addEventListener('us-setting', (e) => this.changeSetting((e as CustomEvent<SettingChange>).detail));
    this.addEventListener('us-access', (e) => this.useKey((e as CustomEvent<Access>).detail));
    this.addEventListener('us-result', (e) => this.showResult((e as CustomEvent<ResultShown | null>).detail));
    this.addEventListener('us-go', (e) => this.goTo((e as CustomEvent<Drawn>).detail));
    this.addEventListener('keydown', (e) => { if (e.key === 'Escape') this.closePlace(); });
    window.addEventListener('beforeprint', () => this.mapView?.map.resize());
    void this.load().then(() => this.listen());
  }

  private listen(): void {
    this.listener?.stop();
    this.listener = new Listener(this.client, (news) => this.hear(news));
    if (this.isConnected) this.listener.start();
  }

  /** Shows what is new, in the same view. */
  private async hear({ release, generation }: News): Promise<void> {
    const known = this.catalogue;
    const isNew = release === undefined ? generation !== known?.generation : release !== known?.release?.number;
    if (!known || !isNew) return;
    renew();
    this.loaded = new Loaded(this.client);
    await this.load();
  }

  private async load(): Promise<void> {
    try {
      this.note('page', '');
      this.catalogue = await readCatalogue(this.client);
      if (this.catalogue.title) document.title = this.catalogue.title;
      this.wanted = this.view.at;
      // The place of the map is there once the page is drawn for what was found.
      await this.updateComplete;
      if (this.catalogue.closed) this.close();
      else await this.refresh();
    } catch (error) {
      this.note('page', words(error));
    }
  }

  /** Before the first release there is no map to draw. */
  private close(): void {
    this.work.abort();
    this.mapView?.destroy();
    this.mapView = null;
    [this.resolved, this.rows, this.place] = [[], [], null];
    this.settled = true;
  }

  /** Asks for the visible layers under the filters and draws them. */
  private async refresh(): Promise<void> {
    this.work.abort();
    const work = new AbortController();
    this.work = work;
    this.settled = false;
    const answers = await Promise.allSettled(this.chosen().map(({ id }) => this.loaded.layer(id, this.params(id))));
    await this.loaded.learn(this.chosen().map(({ id }) => id));
    if (work.signal.aborted) return;
    const resolved: ResolvedLayer[] = [];
    const problems = new Map(this.problems);
    problems.delete('map');
    this.chosen().forEach(({ id }, i) => {
      const answer = answers[i];
      if (answer?.status === 'fulfilled') resolved.push(answer.value);
      if (answer?.status === 'rejected') problems.set(id, words(answer.reason));
      else problems.delete(id);
    });
    const order = (this.catalogue?.layers ?? []).map(({ id }) => id);
    this.resolved = resolved.toSorted((a, b) => height(a) - height(b) || order.indexOf(a.id) - order.indexOf(b.id));
    if (this.result) this.resolved = [...this.resolved, this.result.layer];
    this.problems = problems;
    this.draw();
    void this.readAnalysis(work.signal);
  }

  /** What a layer is asked with: the filters of the page and its own settings. */
  private params(id: string): Params {
    const layer = this.catalogue?.layers.find((known) => known.id === id);
    return { ...taken(toParams(this.view.filters), layer?.layer?.filters), ...this.view.settings[id] };
  }

  /** Whether everything asked for is drawn and the table is written; for tests. */
  get idle(): boolean {
    return this.settled && !this.isUpdatePending && (this.mapView?.map.loaded() ?? true);
  }

  private draw(): void {
    this.settled = false;
    const style = this.composed();
    if (this.mapView) this.mapView.show(style);
    else this.makeMap(style);
  }

  private composed(): ReturnType<typeof compose> {
    const extent = this.catalogue?.extent ?? [-20, -50, 60, 60];
    const feature = this.place?.found[0]?.feature;
    const selected: GeoJSON.Feature | null = feature && feature.geometry.type !== 'Point'
      ? { type: 'Feature', properties: {}, geometry: feature.geometry } : null;
    const names = this.catalogue?.places?.labels() ?? null;
    const base = basemap({ extent, outlines: this.catalogue?.outlines ?? null, names, selected });
    const chosen = this.chosen();
    const parts = this.resolved.map((layer): MapPart => ({
      layer, opacity: chosen.find(({ id }) => id === layer.id)?.opacity ?? 1,
    }));
    return compose(base, parts);
  }

  private makeMap(style: ReturnType<typeof compose>): void {
    const container = this.querySelector<HTMLElement>('.us-map');
    if (!container) return;
    try {
      this.mapView = new MapView(container, this.client.base, style, escaped(this.catalogue?.licences ?? []), this.start(), {
        moving: () => { this.settled = false; },
        moved: (camera) => this.setView({ ...this.view, camera }),
        idle: () => void this.settle(),
        chosen: (lon, lat) => {
          void this.choose(lon, lat).then(() => this.showPanel());
        },
        failed: (message) => this.mapFailed(message),
      });
    } catch {
      this.note('page', t('problem.webgl'));
    }
  }

  private start(): Start {
    return this.view.camera ? { camera: this.view.camera } : { box: this.catalogue?.extent ?? [-20, -50, 60, 60] };
  }

  /** The map stands still: now the table is what is drawn. */
  private async settle(): Promise<void> {
    const { wanted } = this;
    if (wanted && this.mapView) {
      this.wanted = null;
      // Choosing draws again, and the next stillness comes here again.
      void this.choose(wanted.lon, wanted.lat);
      return;
    }
    const id = this.tableId();
    const layer = this.resolved.find((one) => one.id === id);
    if (!layer || !this.mapView) {
      this.rows = [];
      this.settled = true;
      return;
    }
    try {
      this.matched = 0;
      const features = pictureOnly(layer)
        ? await this.itemsIn(id, this.mapView.box(), PICTURE_ROWS, undefined, (n) => { this.matched = n; })
        : this.mapView.all().filter((feature) => feature.layer === id);
      this.rows = inOrder(features.map((feature) => ({ place: this.placeName(feature), feature })));
    } catch (error) {
      this.note(id, words(error));
    }
    this.settled = true;
  }

  private async itemsIn(id: string, box: readonly number[], limit: string, signal?: AbortSignal, matched?: (n: number) => void): Promise<Drawn[]> {
    const bbox = box.map((edge) => edge.toFixed(6)).join(',');
    const items = await this.client.items(id, { ...this.params(id), bbox, limit }, signal);
    matched?.(items.numberMatched ?? 0);
    return items.features.flatMap((feature) => (feature.geometry ? (drawn(id, feature) ?? []) : []));
  }

  private placeName({ name, middle, properties }: Drawn): string {
    if (properties['name'] !== undefined) return name;
    if (!this.catalogue?.places) return '';
    return this.catalogue.places.nameAt(...middle) ?? t('table.outside');
  }

  private async choose(lon: number, lat: number): Promise<void> {
    this.placeWork.abort();
    const { signal } = (this.placeWork = new AbortController());
    this.setView({ ...this.view, at: { lon, lat } });
    const pictures = this.resolved.filter(pictureOnly);
    const area = this.catalogue?.places ? this.catalogue.places.nameAt(lon, lat) : undefined;
    const named = (features: Drawn[]): PlaceNumbers['found'] => features.map((feature) => ({
      title: this.titleOf(feature.layer), unit: this.unitOf(feature.layer), feature,
    }));
    const found = named(this.mapView?.at(lon, lat) ?? []);
    this.place = { lon, lat, area, found, loading: pictures.length > 0, problem: '' };
    this.draw();
    if (pictures.length === 0) return;
    const point = [lon - 1e-6, lat - 1e-6, lon + 1e-6, lat + 1e-6];
    try {
      const more = await Promise.all(pictures.map(({ id }) => this.itemsIn(id, point, '1', signal)));
      this.place = { ...this.place, found: [...found, ...named(more.flat())], loading: false };
    } catch (error) {
      if (signal.aborted) return;
      this.place = { ...this.place, loading: false, problem: words(error) };
    }
    this.draw();
  }

  /** On a phone the numbers stand below the map: they are brought into view. */
  private showPanel(): void {
    if (!matchMedia('(width < 48rem)').matches) return;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.querySelector('.us-here')?.scrollIntoView({ block: 'nearest', behavior: still ? 'auto' : 'smooth' });
  }

  private closePlace(): void {
    if (!this.place) return;
    this.placeWork.abort();
    this.place = null;
    this.setView({ ...this.view, at: null });
    this.draw();
  }

  private goTo(feature: Drawn): void {
    const [lon, lat] = feature.middle;
    const box = boxOf(feature.geometry);
    const seen = this.mapView?.box();
    const inside = box && seen && box[0] >= seen[0] && box[1] >= seen[1] && box[2] <= seen[2] && box[3] <= seen[3];
    if (!inside) this.mapView?.go({ camera: { lon, lat, zoom: this.mapView.camera().zoom } });
    void this.choose(lon, lat);
  }

  private changeLayer(change: LayerChange): void {
    this.setView({ ...this.view, layers: changed(this.chosen(), change) });
    if (change.visible === undefined) this.draw();
    else void this.refresh();
  }

  private changeSetting({ layer, setting, value }: SettingChange): void {
    this.setView({ ...this.view, settings: withSetting(this.view.settings, layer, setting, value) });
    void this.refresh();
  }

  /** Puts the result of an analysis on the map and into the table, or takes it away. */
  private showResult(result: ResultShown | null): void {
    this.result = result;
    this.tableLayer = result ? RESULT : '';
    this.place = null;
    if (this.isConnected && this.mapView) void this.refresh();
  }

  private filter(change: Partial<Filters>): void {
    this.setView({ ...this.view, filters: { ...this.view.filters, ...change } });
    this.place = null;
    void this.refresh();
  }

  private useKey(next: Access): void {
    setAccess(next);
    this.loaded = new Loaded(this.client);
    this.place = null;
    void this.load().then(() => this.listen());
  }

  /** Shows what the address says, after "back" or an edit by hand. */
  private restore(): void {
    const view = fromHash(location.hash);
    if (toHash(view) === toHash(this.view)) return;
    this.view = view;
    this.mapView?.go(this.start());
    this.place = null;
    this.wanted = view.at;
    void this.refresh();
  }

  private setView(view: View): void {
    this.view = view;
    history.replaceState(history.state, '', `#${toHash(view)}`);
  }

  private mapFailed(message: string): void {
    this.errors.push(message);
    this.note('map', message);
  }

  private note(about: string, text: string): void {
    const problems = new Map(this.problems);
    if (text) problems.set(about, text);
    else problems.delete(about);
    this.problems = problems;
  }

  private chosen(): Chosen {
    return chosenLayers(this.view, this.catalogue?.layers ?? []);
  }

  /** How the numbers of the table came about: what is on no map, and what to know. */
  private async readAnalysis(signal: AbortSignal): Promise<void> {
    const id = this.tableId();
    this.analysis = null;
    if (!id || id === RESULT) return;
    // Without it the map stands; the layer itself says what is wrong.
    const items = await this.client.items(id, { ...this.params(id), limit: '1' }, signal).catch(() => null);
    if (!signal.aborted) this.analysis = items?.analysis ?? null;
  }

  private notes(): string[] {
    const { without_place: lost = 0, unmapped = 0, warnings = [] } = this.analysis ?? {};
    const legends = this.resolved.flatMap(({ legend }) => legend?.warnings ?? []);
    return [...new Set([
      ...(lost > 0 ? [t('page.cannot.without_place', { n: lost })] : []),
      ...(unmapped > 0 ? [t('page.cannot.unmapped', { n: unmapped })] : []),
      ...legends, ...warnings.map((line) => asSentence(line)),
    ])];
  }

  /** Where help is found, if what is shown may touch somebody. */
  private help(): ReturnType<typeof helpFor> {
    const layers = this.chosen().map((layer) => layer.id);
    const { filters, settings } = this.view;
    const shown = Object.fromEntries(Object.entries(settings).filter(([id]) => layers.includes(id)));
    return helpFor(this.catalogue?.release ?? null, filters.categories, layers, shown);
  }

  private titleOf(id: string): string {
    if (id === RESULT) return t('analyses.result', { title: this.result?.title ?? '' });
    return this.catalogue?.layers.find((layer) => layer.id === id)?.title ?? id;
  }

  private unitOf(id: string): string {
    return this.resolved.find((layer) => layer.id === id)?.legend?.unit ?? '';
  }

  /** The layer of the table: the reader's choice while it is visible, else the topmost. */
  private tableId(): string {
    const ids = this.resolved.map(({ id }) => id);
    return ids.includes(this.tableLayer) ? this.tableLayer : (ids.at(-1) ?? '');
  }

  protected override render(): TemplateResult {
    const id = this.tableId();
    return page({
      catalogue: this.catalogue,
      problem: this.problems.get('page') ?? this.problems.get('map') ?? '',
      retry: () => { this.note('map', ''); this.loaded = new Loaded(this.client); void this.load(); },
      home: () => this.mapView?.go({ box: this.catalogue?.extent ?? [-20, -50, 60, 60] }),
      controls: this.catalogue
        ? controls({
          service: this.client, catalogue: this.catalogue, view: this.view, chosen: this.chosen(), resolved: this.resolved,
          loaded: this.loaded, problems: this.problems, params: (layer) => this.params(layer),
        })
        : html``,
      beside: html`
        ${releaseCard(this.catalogue?.release ?? null, this.catalogue?.exact ?? false)}
        ${helpCard(this.help())}
      `,
      closed: this.catalogue?.closed ? closedCard() : null,
      place: placePanel(this.place, () => this.closePlace()),
      table: this.table(id),
      summary: this.settled ? summary(this.titleOf(id), this.view.filters, this.categoryWords(), this.rows, { matched: this.matched, exact: this.catalogue?.exact ?? false }) : t('summary.loading'),
      notes: this.notes(),
    });
  }

  private table(id: string): TemplateResult {
    const counts = this.catalogue?.layers.find((layer) => layer.id === id)?.layer?.method === 'count';
    const exact = exactly(this.rows.map(({ feature }) => feature.name), this.mapView?.box() ?? [-180, -85, 180, 85], counts);
    const choose = (e: Event): void => {
      this.tableLayer = (e.target as HTMLSelectElement).value;
      void this.settle();
    };
    if (!id) return html`<p class="us-quiet">${t('table.none')}</p>`;
    return html`
      <div class="us-tabletop">
        <label for="us-table-layer">${t('table.layer')}</label>
        <select id="us-table-layer" @change=${choose}>
          ${this.resolved.map((layer) => html`<option value=${layer.id} ?selected=${layer.id === id}>${this.titleOf(layer.id)}</option>`)}
        </select>
      </div>
      <us-table .rows=${this.rows} .heading=${this.titleOf(id)} .unit=${this.unitOf(id)}></us-table>
      ${id === RESULT ? '' : downloads(this.client, id, { ...this.params(id), ...exact }, (e) => this.note(id, words(e)))}
    `;
  }

  private categoryWords(): string {
    const codes = this.view.filters.categories;
    if (codes.length === 0) return t('category.all').toLowerCase();
    if (codes.length > 3) return plural('category.chosen', codes.length);
    return codes.map((code) => this.catalogue?.categories.find((c) => c.const === code)?.title ?? code).join(', ');
  }
}

/** The control takes HTML; what the service says is text. */
function escaped(lines: readonly string[]): string {
  return lines.join('; ').replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** An error as a sentence. */
function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

customElements.define('urban-safety-map', UrbanSafetyMap);
