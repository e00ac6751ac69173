// What came of an analysis: warnings, the numbers of the whole, plots, the legend, and the result as files.
import { html, nothing, type TemplateResult } from 'lit';
import type { Service } from '../service/client.ts';
import type { Analyses, JobStatus, Result } from '../service/jobs.ts';
import { spoken, summaryLines } from '../state/analysis.ts';
import { asSentence, number, plural, t } from '../words/words.ts';
import type { ResultShown } from './analyses.ts';
import { fileLink } from './downloads.ts';
import { legend } from './legend.ts';

/** A plot, fetched with the access key: the address is of this page's memory. */
export interface Picture {
  title: string;
  /** What is to be seen in it. */
  words: string;
  address: string;
}

export interface Outcome {
  result: Result;
  shown: ResultShown;
  images: readonly Picture[];
  runs: Analyses;
  status: JobStatus;
  service: Service | null;
  failed: (error: unknown) => void;
  remove: () => void;
}

const FILES: readonly (readonly [format: string, accept: string])[] = [
  ['geojson', 'application/geo+json'], ['csv', 'text/csv'], ['parquet', 'application/vnd.apache.parquet'],
];

export function outcome({ result, shown, images, runs, status, service, failed, remove }: Outcome): TemplateResult {
  const { analysis } = result;
  const lines = summaryLines(analysis?.summary);
  const { layer } = shown;
  return html`<section class="us-outcome" aria-label=${t('analyses.result', { title: shown.title })}>
    <h3>${t('analyses.result', { title: shown.title })}</h3>
    <p>${plural('analyses.rows', result.numberReturned ?? result.features.length)} ${t('analyses.included', { n: analysis?.included ?? 0, mask: analysis?.mask ?? '', places: analysis?.mask_n ?? 0 })}</p>
    ${(analysis?.warnings ?? []).map((line) => html`<p class="us-warning">${asSentence(line)}</p>`)}
    ${lines.length > 0
      ? html`<dl>${lines.map(([name, value]) => html`<div><dt>${name}</dt><dd>${typeof value === 'number' ? number(value, 4) : spoken(String(value))}</dd></div>`)}</dl>`
      : nothing}
    ${layer.legend ? html`<div role="group" aria-label=${t('layers.legend', { title: shown.title })}>${legend(layer.legend)}</div>` : nothing}
    ${images.map(({ title, words, address }) => html`<figure><img src=${address} alt=${words || title} /><figcaption>${title}</figcaption></figure>`)}
    <p class="us-downloads">
      <span>${t('analyses.files')}:</span>
      ${service
        ? FILES.map(([format, accept]) => fileLink(service, {
          url: runs.resultAddress(status.jobID, format), name: `${status.processID}.${format}`, format, words: format, accept,
        }, failed))
        : nothing}
    </p>
    <button type="button" name="remove" class="us-second" @click=${remove}>${t('analyses.remove')}</button>
  </section>`;
}

/** The plots that the result links to, as pictures; one that fails is left out. */
export async function pictures(service: Service, result: Result, signal: AbortSignal): Promise<Picture[]> {
  const links = (result.links ?? []).filter(({ rel, type }) => rel === 'plot' && (type ?? '').startsWith('image/svg'));
  const got = links.map(async ({ href, title, type }): Promise<Picture[]> => {
    const address = service.own(href);
    const response = await service.get(address, type ?? 'image/svg+xml', signal);
    const id = new URL(address).searchParams.get('plot');
    const words = result.analysis?.plots?.find((plot) => plot.id === id)?.words ?? '';
    return [{ title: title ?? '', words, address: URL.createObjectURL(await response.blob()) }];
  });
  const settled = await Promise.allSettled(got);
  return settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}
