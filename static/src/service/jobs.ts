// The analyses of the service and their runs as jobs: asked for, watched, read, dismissed.
import type { Service } from './client.ts';
import type { Analysis, Items, Link, Property } from './types.ts';

/** An analysis in the list. */
export interface ProcessSummary {
  id: string;
  title: string;
  description: string;
  when_not: string;
  numbers: string;
  needs: string;
  who: string;
  least_tier: string;
  /** The layer that shows it. */
  layer: string | null;
  metadata?: { title?: string; href: string }[];
}

/** One thing that can be said to an analysis. */
export interface ProcessInput {
  title: string;
  description: string;
  unit: string;
  /** What it may be, in words. */
  bound: string;
  /** Whether it says which incidents, and not how they are looked at. */
  of_question: boolean;
  /** Where it stands in a form. */
  position: number;
  schema: Property;
}

export interface Process extends ProcessSummary {
  inputs: Record<string, ProcessInput>;
  limits?: { words: string };
}

export interface JobStatus {
  jobID: string;
  processID: string;
  status: 'accepted' | 'running' | 'successful' | 'failed' | 'dismissed';
  message?: string;
  progress?: number;
  expires?: string;
}

/** How a result came about, with the numbers of the whole answer. */
export interface ResultAnalysis extends Analysis {
  method?: string;
  grid?: string;
  mask?: string;
  mask_n?: number;
  summary?: Record<string, unknown>;
  plots?: { id: string; title: string; words: string }[];
}

export interface Result extends Items {
  links?: Link[];
  analysis?: ResultAnalysis;
}

/** Milliseconds between two looks at a job, at first and later. */
const [SOON, LATER] = [250, 1000];

export class Analyses {
  constructor(private readonly service: Service) {}

  async list(): Promise<ProcessSummary[]> {
    const { processes } = await this.service.json<{ processes: ProcessSummary[] }>(this.service.url('processes', { limit: '1000' }));
    return processes;
  }

  one(id: string): Promise<Process> {
    return this.service.json(this.service.url(`processes/${encodeURIComponent(id)}`));
  }

  /** Starts a job. */
  async start(id: string, inputs: Record<string, string>, signal?: AbortSignal): Promise<JobStatus> {
    const url = this.service.url(`processes/${encodeURIComponent(id)}/execution`);
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json', Prefer: 'respond-async' };
    const response = await this.service.send('POST', url, headers, signal, JSON.stringify({ inputs }));
    return (await response.json()) as JobStatus;
  }

  /** Looks at a job until it has ended; tells of each look. */
  async watch(job: string, seen: (status: JobStatus) => void, signal: AbortSignal): Promise<JobStatus> {
    for (let looks = 0; ; looks += 1) {
      const status = await this.service.json<JobStatus>(this.address(job), signal);
      seen(status);
      if (status.status !== 'accepted' && status.status !== 'running') return status;
      await new Promise((resolve) => { setTimeout(resolve, looks < 12 ? SOON : LATER); });
      signal.throwIfAborted();
    }
  }

  async result(job: string, signal?: AbortSignal): Promise<Result> {
    const response = await this.service.get(this.resultAddress(job, 'geojson'), 'application/geo+json', signal);
    return (await response.json()) as Result;
  }

  async dismiss(job: string): Promise<JobStatus> {
    const response = await this.service.send('DELETE', this.address(job), { Accept: 'application/json' });
    return (await response.json()) as JobStatus;
  }

  resultAddress(job: string, format: string): string {
    return this.service.url(`jobs/${encodeURIComponent(job)}/results`, { f: format });
  }

  private address(job: string): string {
    return this.service.url(`jobs/${encodeURIComponent(job)}`);
  }
}
