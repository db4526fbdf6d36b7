import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const rows = readFileSync(path.join(root, 'docs/faults.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (Fault|---)/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

describe('the table of faults', () => {
  it('has what happens and a test for each', () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows) {
      expect(row, row.join(' | ')).toHaveLength(3);
      expect(row[2]).toMatch(/^`test\/\S+\.test\.ts`: \S/);
    }
    expect(new Set(rows.map(([fault]) => fault)).size).toBe(rows.length);
  });

  it.each(rows)('%s', (_fault, _what, tests) => {
    for (const one of tests.split('<br>')) {
      const [, file, title] = /^`(.+?)`: (.+)$/.exec(one)!;
      expect(existsSync(path.join(root, file)), file).toBe(true);
      // In the source a quote in a title may be escaped.
      expect(readFileSync(path.join(root, file), 'utf8').replaceAll("\\'", "'")).toContain(title);
    }
  });
});
