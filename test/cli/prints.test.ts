import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { kernels } from '../../src/kernels/index.ts';
import { katman, useFolder, useTemporary } from './command.ts';

const folder = useFolder();
const { env, left } = useTemporary();
const raw = kernels.columnSums.source;
const line = raw.split('\n').findIndex((one) => one.includes('partial[local] = sum;')) + 1;
const printing = (print: string) => raw.replace('partial[local] = sum;', `partial[local] = sum; ${print}`);

function bench(name: string, text: string, ...more: string[]) {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  const words = ['bench', '--kernel', 'columnSums', '--shape', '70x2', '--seconds', '0.2', '--file', file];
  return katman([...words, '--require', inject('adapter'), ...more], { env });
}

it('a file that prints: line, invocation and values on stderr, beside the one line of its verdict', async () => {
  const json = path.join(folder, 'prints.json');
  const text = printing('if (local == 1u) { print("rows", local, sum); }');
  const { code, stdout, stderr } = await bench('prints.wgsl', text, '--json', json);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^\S+prints\.wgsl as columnSums 70x2: right \(.*\n$/);
  const said = stderr.split('\n').filter((one) => one.includes('prints.wgsl:'));
  // The second invocation of each of the two columns.
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(
    new RegExp(`prints\\.wgsl:${line}: \\[1, 0, 0\\] rows: local = 1; sum = -?[\\d.]+$`),
  );
  expect(said[1]).toMatch(/\[65, 0, 0\]/);
  expect(stderr).toMatch(/What is judged and timed is the text without its prints/);
  expect(JSON.parse(readFileSync(json, 'utf8')).prints).toMatchObject({ kind: 'printed', lost: 0 });
  expect(left()).toEqual([]);
});

it('what cannot be printed is named with its line: exit 2', async () => {
  const { code, stderr } = await bench('bad.wgsl', printing('print(sum < 1.0);'));
  expect(code).toBe(2);
  expect(stderr).toMatch(new RegExp(`bad\\.wgsl:${line}:\\d+: 'sum < 1\\.0' is of type bool`));
});
