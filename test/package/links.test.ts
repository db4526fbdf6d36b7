import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { documents } from './blocks.ts';
import { root } from './stranger.ts';

/** What is written, without blocks and spans of code. */
const prose = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, 'code');

/** The anchors that GitHub makes of headings. */
function anchors(file: string): Set<string> {
  const text = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  const found = new Set<string>();
  for (const [, heading] of text.matchAll(/^#+ (.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replaceAll(' ', '-');
    let name = anchor;
    for (let n = 1; found.has(name); n++) name = `${anchor}-${n}`;
    found.add(name);
  }
  return found;
}

it.each(documents)('every link of %s leads somewhere', (name) => {
  const from = path.join(root, name);
  const lost: string[] = [];
  for (const [, target] of prose(readFileSync(from, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target)) continue;
    const [file, anchor] = target.split('#');
    const to = file ? path.resolve(path.dirname(from), decodeURIComponent(file)) : from;
    if (!existsSync(to)) lost.push(target);
    else if (anchor && !anchors(to).has(anchor)) lost.push(target);
  }
  expect(lost).toEqual([]);
});

it('nobody is told to install from a registry where it is not', () => {
  const { private: isPrivate } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  if (!isPrivate) return;
  for (const name of documents)
    expect(readFileSync(path.join(root, name), 'utf8'), name).not.toMatch(
      /\b(npm (i|install|add)|npx --package|yarn add|pnpm add)( -\S+)* katman\b|unpkg|jsdelivr|esm\.sh/,
    );
});
