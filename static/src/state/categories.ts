// The categories that occur, as a tree: a code lies below the longest other code that it starts with.
import type { Choice, Queryables } from '../service/types.ts';

export interface Category {
  code: string;
  title: string;
  children: Category[];
}

/** The tree, in order of the codes. */
export function tree(choices: readonly Choice[]): Category[] {
  const roots: Category[] = [];
  const path: Category[] = [];
  for (const choice of [...choices].toSorted((a, b) => (a.const < b.const ? -1 : 1))) {
    const node: Category = { code: choice.const, title: choice.title, children: [] };
    while (path.length > 0 && !node.code.startsWith(path.at(-1)?.code ?? '')) path.pop();
    (path.at(-1)?.children ?? roots).push(node);
    path.push(node);
  }
  return roots;
}

/** The part of the tree whose titles or codes hold all words of the search. */
export function search(nodes: readonly Category[], text: string): Category[] {
  const words = fold(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...nodes];
  const matches = (node: Category): boolean => {
    const hay = `${node.code} ${fold(node.title)}`;
    return words.every((word) => hay.includes(word));
  };
  const prune = (node: Category): Category[] => {
    if (matches(node)) return [node];
    const children = node.children.flatMap(prune);
    return children.length > 0 ? [{ ...node, children }] : [];
  };
  return nodes.flatMap(prune);
}

/** Lower case without accents. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The choice with `code` switched; a code swallows those below it, since it means them too. */
export function toggle(chosen: readonly string[], code: string): string[] {
  if (chosen.includes(code)) return chosen.filter((other) => other !== code);
  return [...chosen.filter((other) => !other.startsWith(code)), code].toSorted();
}

/** Whether a code above is chosen already. */
export function covered(chosen: readonly string[], code: string): boolean {
  return chosen.some((other) => other !== code && code.startsWith(other));
}

/** The choices of the parameter `category`, wherever the schema has them. */
export function choicesOf(queryables: Queryables): Choice[] {
  const property = queryables.properties?.['category'];
  return property?.oneOf ?? property?.items?.oneOf ?? [];
}
