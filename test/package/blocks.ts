import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './stranger.ts';

/** What people read: README, docs and what they lead to. */
export const documents: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'examples/README.md',
  'shaders/README.md',
  'data/LICENSES.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A block of code in a document. */
export interface Block {
  /** Empty for what is no code. */
  readonly language: string;
  readonly text: string;
  /** What its first line calls it. */
  readonly name: string | undefined;
}

export const textOf = (document: string) => readFileSync(path.join(root, document), 'utf8');

export function blocksOf(document: string): Block[] {
  return [...textOf(document).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language,
    text,
    name: /^(?:\/\/|<!--|#) (\S+\.(?:ts|js|mjs|html|py))\b/.exec(text)?.[1],
  }));
}
