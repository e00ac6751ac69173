// The form of an analysis out of its description, and what is sent of it: pure functions.
import type { Process, ProcessInput, ProcessSummary } from '../service/jobs.ts';
import type { Choice, Property } from '../service/types.ts';

/** The filters of the page: they hold for an analysis too, and have no fields of their own. */
const OF_PAGE = new Set(['bbox', 'datetime', 'category', 'hours', 'weekdays']);

export interface Field {
  name: string;
  label: string;
  about: string;
  /** What it may be, in words. */
  bound: string;
  unit: string;
  kind: 'number' | 'choice' | 'text';
  choices: Choice[];
  /** Words that stand for a number, such as the name of a rule. */
  words: string[];
  minimum: string;
  maximum: string;
  whole: boolean;
  initial: string;
  /** Whether it says which incidents, and not how they are looked at. */
  ofQuestion: boolean;
}

export function fieldsOf(process: Process): Field[] {
  const inOrder = Object.entries(process.inputs).toSorted(([, a], [, b]) => a.position - b.position);
  return inOrder.flatMap(([name, input]) => (OF_PAGE.has(name) ? [] : [fieldOf(name, input)]));
}

function fieldOf(name: string, input: ProcessInput): Field {
  const { schema } = input;
  const parts = (schema.oneOf ?? []) as unknown as Property[];
  const numbers = schema.type === 'number' || schema.type === 'integer' ? schema : parts.find(({ type }) => type === 'number');
  const named = schema.enum ?? parts.find((part) => part.enum)?.enum ?? [];
  const kind = numbers ? (named.length > 0 ? 'text' : 'number') : named.length > 0 ? 'choice' : 'text';
  return {
    name,
    label: spoken(name),
    about: input.description,
    bound: input.bound,
    unit: input.unit,
    kind,
    choices: kind === 'choice' ? named.map((value) => ({ const: value, title: spoken(value) })) : [],
    words: kind === 'text' ? named : [],
    minimum: text(numbers?.minimum),
    maximum: text(numbers?.maximum),
    whole: schema.type === 'integer',
    initial: text(schema.default),
    ofQuestion: input.of_question,
  };
}

/** What is sent: the page's filters and every field that differs from its default. */
export function inputsOf(process: Process, filters: Record<string, string>, values: Record<string, string>): Record<string, string> {
  const known = Object.entries(filters).filter(([name]) => name in process.inputs);
  const own = fieldsOf(process).flatMap(({ name, initial }): [string, string][] => {
    const value = (values[name] ?? '').trim();
    return value === '' || value === initial ? [] : [[name, value]];
  });
  return Object.fromEntries([...known, ...own]);
}

/** Whether a caller may run it. */
export function mayRun({ least_tier: tier }: ProcessSummary, exact: boolean): boolean {
  return exact || tier === 'public';
}

/** The numbers of a whole result as lines, those in lists and tables left out. */
export function summaryLines(summary: Record<string, unknown> | undefined): [name: string, value: string | number | boolean][] {
  return Object.entries(summary ?? {}).flatMap(([name, value]): [string, string | number | boolean][] => (
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[spoken(name), value]] : []));
}

/** `two_sided` as people say it. */
export function spoken(name: string): string {
  return name.replaceAll('_', ' ');
}

function text(value: string | number | undefined | null): string {
  return value === undefined || value === null ? '' : String(value);
}
