// Turns an answer that is not 2xx into one sentence (RFC 9457 problem+json where the service sends it).
import { t } from '../words/words.ts';

/** The members of problem+json that the service fills. */
export interface ProblemBody {
  title?: string;
  detail?: string;
  hint?: string;
  status?: number;
  parameter?: string;
}

/** A request that the service answered with a refusal, or did not answer. */
export class Problem extends Error {
  readonly status: number;

  constructor(text: string, status: number) {
    super(text);
    this.name = 'Problem';
    this.status = status;
  }
}

/** One sentence for people; `status` 0 means that no answer came. */
export function sentence(status: number, body: ProblemBody | null): string {
  const said = [body?.detail ?? body?.title, body?.hint]
    .filter((part): part is string => typeof part === 'string' && part.length > 0)
    .map(stop)
    .join(' ');
  const opening =
    status === 0 ? t('problem.unreachable')
    : status === 401 ? t('problem.key')
    : status === 403 ? t('problem.forbidden')
    : status === 429 || status === 503 ? t('problem.busy')
    : said ? '' : t('problem.other', { status });
  return [opening, said].filter((part) => part.length > 0).join(' ');
}

function stop(text: string): string {
  const trimmed = text.trim();
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** Reads the body of a refusal, whatever it is. */
export async function problemOf(response: Response): Promise<Problem> {
  let body: ProblemBody | null = null;
  try {
    body = (await response.json()) as ProblemBody;
  } catch {
    // A proxy may answer with HTML; the status alone has to do.
  }
  return new Problem(sentence(response.status, body), response.status);
}
