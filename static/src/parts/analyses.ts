// Analyses: choose one, read when not to use it, set what it takes, run it as a job, and see what came of it.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { resultLayer } from '../map/result.ts';
import type { Params, ResolvedLayer, Service } from '../service/client.ts';
import { Analyses as Runs, type JobStatus, type Process, type ProcessSummary, type Result } from '../service/jobs.ts';
import { fieldsOf, inputsOf, mayRun } from '../state/analysis.ts';
import { t } from '../words/words.ts';
import { fields } from './analysis_fields.ts';
import { outcome, type Picture, pictures } from './analysis_result.ts';
import { freshId, Part } from './part.ts';

/** A result for the map; null takes it away. */
export interface ResultShown {
  title: string;
  layer: ResolvedLayer;
}

export class AnalysesPart extends Part {
  static override properties = {
    service: { attribute: false }, filters: { attribute: false }, exact: { attribute: false },
    processes: { state: true }, process: { state: true }, status: { state: true }, result: { state: true },
    problem: { state: true }, shown: { state: true }, images: { state: true },
  };
  service: Service | null = null;
  /** The filters of the page; they hold for the analysis. */
  filters: Params = {};
  exact = false;

  private processes: ProcessSummary[] | null = null;
  private process: Process | null = null;
  private status: JobStatus | null = null;
  private result: Result | null = null;
  private problem = '';
  private shown: ResultShown | null = null;
  private images: readonly Picture[] = [];
  private values: Record<string, string> = {};
  private work = new AbortController();
  private readonly ids = freshId('analyses');

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.work.abort();
    this.forget();
  }

  protected override updated(changes: PropertyValues): void {
    // Another key may run others.
    if (changes.has('exact') && changes.get('exact') !== undefined) this.processes = null;
  }

  override render(): TemplateResult {
    return html`<details class="us-analyses" @toggle=${(e: Event) => { if ((e.target as HTMLDetailsElement).open) void this.load(); }}>
      <summary><h2>${t('analyses.title')}</h2></summary>
      <p class="us-quiet">${t('analyses.about')}</p>
      ${this.processes ? this.choice(this.processes) : nothing}
      ${this.process ? this.form(this.process) : nothing}
      <p class="us-warning" role="alert">${this.problem}</p>
      ${this.progress()}
      ${this.result && this.shown && this.status
        ? outcome({
          result: this.result, shown: this.shown, images: this.images, runs: this.runs(), status: this.status, service: this.service,
          failed: (e) => { this.problem = words(e); }, remove: () => this.forget(),
        })
        : nothing}
    </details>`;
  }

  private choice(processes: readonly ProcessSummary[]): TemplateResult {
    const id = `${this.ids}-method`;
    return html`<label for=${id}>${t('analyses.choose')}</label>
      <select id=${id} name="process" @change=${(e: Event) => void this.choose((e.target as HTMLSelectElement).value)}>
        <option value="" ?selected=${!this.process}>${t('analyses.none')}</option>
        ${processes.map((one) => html`<option value=${one.id} ?selected=${one.id === this.process?.id}>
          ${mayRun(one, this.exact) ? one.title : t('analyses.locked', { title: one.title })}
        </option>`)}
      </select>`;
  }

  private form(process: Process): TemplateResult {
    const may = mayRun(process, this.exact);
    const reference = process.metadata?.[0]?.href;
    return html`
      <p>${process.description}</p>
      <div class="us-whennot"><h3>${t('analyses.when_not')}</h3><p>${process.when_not}</p></div>
      <details class="us-settings"><summary>${t('analyses.numbers')}</summary>
        <p>${process.numbers}</p><p>${process.needs} ${process.who}</p><p>${process.limits?.words ?? ''}</p>
        ${reference ? html`<p><a href=${reference} rel="external noreferrer">${t('analyses.reference')}</a></p>` : nothing}
      </details>
      <form @submit=${(e: SubmitEvent) => void this.run(e)}>
        ${fields(this.ids, fieldsOf(process), this.values, (name, value) => { this.values = { ...this.values, [name]: value }; })}
        <p class="us-quiet">${t('analyses.filters')}</p>
        <div class="us-buttons">
          <button type="submit" name="run" ?disabled=${!may || this.isOpen()}>${t('analyses.run')}</button>
          ${this.isOpen()
            ? html`<button type="button" name="cancel" class="us-second" @click=${() => void this.cancel()}>${t('analyses.cancel')}</button>`
            : nothing}
        </div>
        ${may ? nothing : html`<p class="us-warning">${process.who}</p>`}
      </form>`;
  }

  private progress(): TemplateResult {
    const { status } = this;
    const percent = status?.progress ?? 0;
    // Read out at each quarter, not at each per cent.
    const said = !status ? '' : status.status === 'running'
      ? t('analyses.running', { percent: Math.floor(percent / 25) * 25 })
      : status.status === 'failed' ? '' : t(`analyses.${status.status}`);
    return html`
      ${this.isOpen() ? html`<progress max="100" .value=${percent} aria-label=${t('analyses.progress')}></progress>` : nothing}
      <p role="status" aria-live="polite" class="us-job" data-status=${status?.status ?? ''}>${said}</p>`;
  }

  private isOpen(): boolean {
    return this.status?.status === 'accepted' || this.status?.status === 'running';
  }

  private runs(): Runs {
    return new Runs(this.service as Service);
  }

  private async load(): Promise<void> {
    if (this.processes || !this.service) return;
    try {
      this.problem = '';
      this.processes = await this.runs().list();
    } catch (error) {
      this.problem = words(error);
    }
  }

  private async choose(id: string): Promise<void> {
    this.values = {};
    this.problem = '';
    this.process = null;
    if (!this.isOpen()) this.status = null;
    if (!id) return;
    try {
      this.process = await this.runs().one(id);
    } catch (error) {
      this.problem = words(error);
    }
  }

  private async run(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { process } = this;
    if (!process || !this.service || this.isOpen()) return;
    this.forget();
    this.work.abort();
    const { signal } = (this.work = new AbortController());
    this.problem = '';
    const runs = this.runs();
    try {
      this.status = { jobID: '', processID: process.id, status: 'accepted' };
      this.status = await runs.start(process.id, inputsOf(process, this.filters, this.values), signal);
      const ended = await runs.watch(this.status.jobID, (status) => { this.status = status; }, signal);
      if (ended.status === 'failed') this.problem = ended.message ?? '';
      if (ended.status === 'successful') await this.show(process, ended, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.status = null;
      this.problem = words(error);
    }
  }

  private async show(process: Process, { jobID }: JobStatus, signal: AbortSignal): Promise<void> {
    const service = this.service as Service;
    const [result, like] = await Promise.all([
      this.runs().result(jobID, signal),
      // Without its style the result is drawn simply.
      process.layer ? service.layer(process.layer, {}, signal).catch(() => null) : null,
    ]);
    this.shown = { title: process.title, layer: resultLayer(result.features, like) };
    this.result = result;
    this.send<ResultShown | null>('us-result', this.shown);
    this.images = await pictures(service, result, signal);
  }

  private async cancel(): Promise<void> {
    const job = this.status?.jobID;
    this.work.abort();
    try {
      this.status = job ? await this.runs().dismiss(job) : null;
    } catch (error) {
      this.status = null;
      this.problem = words(error);
    }
  }

  /** Takes the last result away, from the map too. */
  private forget(): void {
    this.images.forEach(({ address }) => URL.revokeObjectURL(address));
    if (this.shown) this.send<ResultShown | null>('us-result', null);
    [this.result, this.shown, this.images] = [null, null, []];
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

customElements.define('us-analyses', AnalysesPart);
